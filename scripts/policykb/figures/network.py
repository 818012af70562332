"""Entries as boxes in a plane with lines between them: SVG that works as links without a script, and answers to pointing with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from ..load import KnowledgeBase
from ..schema import KINDS
from ..words import shorten
from .checklist import PageHtml
from .compare import select

ROW = 19
_CHARACTER = 6.1
"""Width of a character in a box, on average."""


@dataclass(frozen=True)
class Box:
    """An entry in the plane: its place (left edge, middle of the line), the words in it, its title and what more is said on pointing, and what it can be filtered by."""

    id: str
    x: float
    y: float
    width: float
    label: str
    title: str
    more: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line from one box to another; `kind` names its style, `words` says what it means, read from the first to the second."""

    source: str
    target: str
    kind: str
    words: str


def _path(a: Box, b: Box) -> str:
    """A curve from the nearer sides of two boxes; round the right side where one stands above the other, an elbow where they overlap."""
    if abs(a.x - b.x) < 4:
        x, bend = max(a.x + a.width, b.x + b.width), a.x + a.width + 16 + min(abs(a.y - b.y) / 6, 44)
        return f"M{x:g} {a.y:g}C{bend:g} {a.y:g} {bend:g} {b.y:g} {x:g} {b.y:g}"
    if a.x < b.x < a.x + a.width + 8:
        x = min(a.x + 5, b.x - 3)
        return f"M{x:g} {a.y + (8 if b.y > a.y else -8):g}V{b.y:g}H{b.x:g}"
    start, end = (a.x + a.width, b.x) if a.x < b.x else (a.x, b.x + b.width)
    middle = (start + end) / 2
    return f"M{start:g} {a.y:g}C{middle:g} {a.y:g} {middle:g} {b.y:g} {end:g} {b.y:g}"


def network_page(kb: KnowledgeBase, boxes: Sequence[Box], lines: Sequence[Line], *, size: tuple[float, float], sentence: str,
                 idle: str, background: str = "", filters: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (),
                 colours: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (), legend: str = "", root: str = "../") -> PageHtml:
    """Boxes and lines as a page's figure.

    `filters` are (key in a box's data, label, options); a box that lacks the chosen option is dimmed. `colours` are the
    same, and the chosen one colours each box by `data[option]`. `background` is SVG behind the boxes, `root` leads
    from the page to the top of the site, `idle` is shown while nothing is pointed at. Text in boxes and lines is escaped.
    """
    place = {box.id: box for box in boxes}
    drawn = [line for line in lines if line.source in place and line.target in place]
    edges = "".join(
        f'<path class="kb-l-{line.kind}" data-a="{line.source}" data-b="{line.target}" data-words="{escape(line.words)}" '
        f'd="{_path(place[line.source], place[line.target])}" marker-end="url(#kb-arrow)"/>' for line in drawn)
    nodes = []
    for box in boxes:
        entry = kb.entries[box.id]
        data = "".join(f' data-{key}="{escape(value)}"' for key, value in box.data.items() if value)
        nodes.append(
            f'<a class="kb-n kb-n-{entry.kind}" href="{root}catalogue/{KINDS[entry.kind].folder}/{box.id}.html" data-id="{box.id}" data-title="{escape(box.title)}"{data}>'
            f'<title>{escape(box.title)}. {escape(box.more)}</title><rect x="{box.x:g}" y="{box.y - 8:g}" width="{box.width:g}" height="16" rx="3"/>'
            f'<text x="{box.x + 5:g}" y="{box.y + 4:g}">{escape(shorten(box.label, int((box.width - 8) / _CHARACTER)))}</text></a>')
    tools = "".join(select(key, label, options) for key, label, options in (*filters, *colours))
    names = " ".join(key for key, _, _ in colours)
    tools = f'<div class="kb-table-tools">{tools}<button type="button" name="reset">Reset</button></div>' if tools else ""
    html = (f'<figure class="kb-network" data-colours="{names}">{tools}<p class="kb-figure-note" aria-live="polite" data-idle="{escape(idle)}">'
            f'{escape(idle)}</p><div class="kb-scroll"><svg viewBox="0 0 {size[0]:g} {size[1]:g}" role="group" aria-label="{escape(sentence)}">'
            '<defs><marker id="kb-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto-start-reverse">'
            '<path d="M0 0L8 4L0 8z"/></marker></defs>'
            f'<g class="kb-net-back">{background}</g><g class="kb-net-lines">{edges}</g>{"".join(nodes)}</svg></div>'
            f"<figcaption>{escape(sentence)}{legend}</figcaption></figure>")
    return PageHtml(html, sentence)
