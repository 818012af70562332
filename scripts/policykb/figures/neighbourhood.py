"""A small static picture of an entry's neighbours, as SVG that can be clicked."""

from __future__ import annotations

from html import escape

from ..graph import RELATIONS, Edge
from ..load import KnowledgeBase
from ..schema import KINDS, Entry
from ..words import shorten

_WIDTH, _ROW, _MOST = 720, 30, 9
_BOX = 226


def _node(x: float, y: float, entry: Entry, title: str, href: str) -> str:
    shape = (f'<rect x="{x}" y="{y - 11}" width="{_BOX}" height="22" rx="4"/>'
             f'<text x="{x + 9}" y="{y + 4}">{escape(shorten(entry.title, 34))}</text>')
    return f'<a class="kb-n kb-n-{entry.kind}" href="{href}"><title>{escape(title)}</title>{shape}</a>'


def neighbourhood_svg(entry: Entry, around: list[Edge], kb: KnowledgeBase) -> str:
    """SVG with those that refer to the entry on the left and those that it refers to on the right.

    At most nine neighbours stand on each side, links before mentions; the rest are counted. Links are
    relative to a page in `catalogue/<folder>/`. Empty where the entry has no neighbours.
    """
    sides: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for edge in sorted(around, key=lambda e: e.relation == "mentions"):
        outward = edge.source == entry.id
        other = edge.target if outward else edge.source
        sides[outward].setdefault(other, RELATIONS[edge.relation][0 if outward else 1])
    for other in sides[True]:
        sides[False].pop(other, None)
    if not sides[True] and not sides[False]:
        return ""
    rows = max(min(len(side), _MOST) + (len(side) > _MOST) for side in sides.values())
    height = max(rows, 1) * _ROW + 14
    middle = height / 2
    parts: list[str] = []
    lines: list[str] = []
    for outward, side in sides.items():
        shown = list(side.items())[:_MOST]
        x = _WIDTH - _BOX - 1 if outward else 1
        offset = (height - (len(shown) + (len(side) > _MOST)) * _ROW) / 2 + _ROW / 2
        for index, (other, words) in enumerate(shown):
            y = offset + index * _ROW
            target = kb.entries[other]
            start, end = (_WIDTH / 2, x) if outward else (_WIDTH / 2, x + _BOX)
            bend = (start + end) / 2
            lines.append(f'<path d="M{start} {middle}C{bend} {middle} {bend} {y} {end} {y}"/>')
            title = f"{words}: {target.title}" if outward else f"{words} {target.title}"
            parts.append(_node(x, y, target, title, f"../{KINDS[target.kind].folder}/{other}.html"))
        if len(side) > _MOST:
            parts.append(f'<text class="kb-n-more" x="{x + 9}" y="{offset + len(shown) * _ROW + 4}">'
                         f"and {len(side) - _MOST} more</text>")
    here = (f'<g class="kb-n kb-n-{entry.kind} kb-n-here"><rect x="{_WIDTH / 2 - 96}" y="{middle - 13}" width="192" '
            f'height="26" rx="4"/><text x="{_WIDTH / 2}" y="{middle + 4}" text-anchor="middle">'
            f"{escape(shorten(entry.title, 27))}</text></g>")
    label = f"Neighbours of {entry.title}: {len(sides[False])} refer to it, it refers to {len(sides[True])}."
    return (f'<div class="kb-neighbourhood"><svg viewBox="0 0 {_WIDTH} {height:g}" role="group" '
            f'aria-label="{escape(label)}"><g class="kb-n-edges">{"".join(lines)}</g>{"".join(parts)}{here}</svg></div>')
