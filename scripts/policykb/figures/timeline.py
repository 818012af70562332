"""The history of the law as a page: what had happened by a day, what was to come, and how each instrument stood."""

from __future__ import annotations

import datetime as dt
from html import escape

from ..analysis.status import ENDED, STATUS
from ..dates import build_date
from ..load import KnowledgeBase
from ..schema.base import first_day, last_day
from ..words import plain
from .checklist import PageHtml
from .compare import select

_WIDTH, _LEFT, _LANE = 1000, 190, 15


def _chart(kb: KnowledgeBase, root: str, on: dt.date) -> str:
    """A dot for each event, a lane for each place; the years run from left to right."""
    places = [t.id for t in kb.vocabularies["jurisdictions"].terms if any(i.jurisdiction == t.id for i in kb.instruments)]
    dated = [(first_day(e.date), e, i) for i in kb.instruments for e in i.events]
    begin, end = dt.date(2022, 1, 1), dt.date(max(d.year for d, _, _ in dated) + 1, 1, 1)
    days = (end - begin).days

    def x(day: dt.date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - 10) * max((day - begin).days, 0) / days, 1)

    height = _LANE * len(places) + 24
    parts = [f'<line x1="{x(dt.date(y, 1, 1))}" x2="{x(dt.date(y, 1, 1))}" y1="14" y2="{height}"/>'
             f'<text x="{x(dt.date(y, 1, 1))}" y="10">{y}</text>' for y in range(begin.year, end.year)]
    parts += [f'<text x="0" y="{_LANE * n + 28}">{escape(kb.label("jurisdictions", p))}</text>' for n, p in enumerate(places)]
    for day, event, instrument in sorted(dated, key=lambda d: (d[0], d[2].id)):
        y = _LANE * places.index(instrument.jurisdiction) + 24
        shape = "ended" if event.kind in ENDED else "starts" if event.kind in ("in-force", "applies") else "other"
        parts.append(
            f'<a href="{root}catalogue/instruments/{instrument.id}.html" tabindex="-1"><circle class="kb-e-{shape}" cx="{x(day)}" cy="{y}" r="4" '
            f'data-date="{day.isoformat()}" data-place="{instrument.jurisdiction}" data-kind="{event.kind}">'
            f"<title>{event.date}: {escape(instrument.title)}, {event.kind.replace('-', ' ')}</title></circle></a>")
    parts.append(f'<line class="kb-now" data-begin="{begin.isoformat()}" data-end="{end.isoformat()}" data-left="{_LEFT}" '
                 f'data-right="{_WIDTH - 10}" x1="{x(on)}" x2="{x(on)}" y1="14" y2="{height}"/>')
    return (f'<div class="kb-scroll"><svg class="kb-timeline-chart" viewBox="0 0 {_WIDTH} {height}" role="img" '
            f'aria-label="A dot for each event; the list below has the same.">{"".join(parts)}</svg></div>')


def timeline_page(kb: KnowledgeBase, *, root: str = "../", on: dt.date | None = None) -> PageHtml:
    """Every dated event of every instrument, latest first, with a script that asks for another day.

    `root` leads from the page to the top of the site; `on` is the day first shown (default: the build's).
    """
    on = on or build_date()
    found = sorted(((e, i, order) for i in kb.instruments for order, e in enumerate(i.events)),
                   key=lambda p: (first_day(p[0].date), p[1].id, p[2]), reverse=True)
    places = [t.id for t in kb.vocabularies["jurisdictions"].terms if any(i.jurisdiction == t.id for i in kb.instruments)]
    kinds = sorted({e.kind for e, _, _ in found})
    items = []
    for event, instrument, order in found:
        note = f" {escape(plain(event.note, kb))}" if event.note else ""
        sets = STATUS.get(event.kind, "")
        items.append(
            f'<li data-date="{first_day(event.date).isoformat()}" data-last="{last_day(event.date).isoformat()}" '
            f'data-place="{instrument.jurisdiction}" data-kind="{event.kind}" data-instrument="{instrument.id}" data-order="{order}" data-status="{sets}">'
            f'<time>{event.date}</time> <a href="{root}catalogue/instruments/{instrument.id}.html">{escape(instrument.title)}</a> '
            f'<span class="kb-badge">{escape(kb.label("jurisdictions", instrument.jurisdiction))}</span> '
            f'<strong>{event.kind.replace("-", " ")}</strong>.{note}</li>')
    html = (
        '<div class="kb-timeline"><div class="kb-table-tools">'
        f'<label>As of<input type="date" name="on" value="{on.isoformat()}"></label>'
        + select("place", "Place", [(p, kb.label("jurisdictions", p)) for p in places])
        + select("kind", "Kind of event", [(k, k.replace("-", " ")) for k in kinds])
        + '<label>Instrument<input type="search" name="words"></label><button type="button" name="reset">Reset</button></div>'
        f'<p class="kb-table-count" role="status">{len(items)} events of {len(kb.instruments)} instruments.</p>'
        f'{_chart(kb, root, on)}<p class="kb-muted"><span class="kb-e-starts">●</span> in force or applies '
        '<span class="kb-e-ended">●</span> vetoed, lapsed, withdrawn, revoked or superseded <span class="kb-e-other">●</span> other; '
        "events before 2022 stand at the left edge.</p>"
        '<section><h3>To come</h3><ol data-list="coming"></ol></section>'
        f'<section><h3>What had happened</h3><ol data-list="past">{"".join(items)}</ol></section>'
        '<section><h3>How each instrument stood</h3><p class="kb-muted">By its last event on or before the day; an event dated by month or '
        'year counts from its end.</p><ul data-list="status"></ul></section></div>')
    return PageHtml(html, f"{len(items)} events of {len(kb.instruments)} instruments.")
