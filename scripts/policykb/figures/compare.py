"""The comparison of instruments, question by question, as a page whose rows and columns can be chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

from ..analysis.comparison import SILENT, Row, comparison
from ..dates import build_date
from ..load import KnowledgeBase
from .checklist import PageHtml

FIRST = ("open-exemption", "open-definition", "compute-threshold", "modifier", "making-available", "hosting")
"""The questions that are shown before the reader chooses."""
_CLASSES = {SILENT["whole"]: "silent", SILENT["part"]: "unseen", SILENT["reports"]: "unseen"}


def _cell(row: Row, question: str, root: str) -> str:
    cell = row.cells[question]
    if not cell.provisions:
        return f'<td class="kb-c-{_CLASSES[cell.otherwise]}">{escape(cell.otherwise)}</td>'
    page = f"{root}catalogue/instruments/{row.instrument.id}.html"
    links = "".join(
        f'<p><a href="{page}#{p.id}" title="{escape(p.title)}">{escape(p.ref)}</a> '
        f'<span class="kb-badge kb-t-{p.open_source.treatment}">{p.open_source.treatment}</span></p>' for p in cell.provisions)
    return f"<td>{links}</td>"


def compare_page(kb: KnowledgeBase, *, root: str = "../", on: dt.date | None = None) -> PageHtml:
    """The whole matrix; a script narrows it to the chosen rows and columns and offers it as a file.

    `root` leads from the page to the top of the site; `on` is the day of the statuses (default: the build's).
    """
    rows = comparison(kb, on or build_date())
    questions = kb.vocabularies["questions"].terms
    heads = "".join(f'<th scope="col" data-question="{t.id}" title="{escape(t.summary)}">{escape(t.title)}</th>' for t in questions)
    body = []
    for row in rows:
        instrument = row.instrument
        place = kb.label("jurisdictions", instrument.jurisdiction)
        state = "ended" if row.status.ended else "live"
        body.append(
            f'<tr data-place="{instrument.jurisdiction}" data-kind="{instrument.instrument_kind}" data-status="{escape(row.status.label)}">'
            f'<th scope="row"><a href="{root}catalogue/instruments/{instrument.id}.html">{escape(instrument.title)}</a><br>'
            f'<span class="kb-muted">{escape(place)}, {instrument.instrument_kind}</span> '
            f'<span class="kb-badge kb-{state}">{escape(row.status.label)}</span></th>'
            + "".join(_cell(row, t.id, root) for t in questions) + "</tr>")
    places = dict.fromkeys(row.instrument.jurisdiction for row in rows)
    kinds = sorted({row.instrument.instrument_kind for row in rows})
    states = sorted({row.status.label for row in rows})
    html = (
        '<div class="kb-compare"><div class="kb-table-tools">'
        + select("place", "Place", [(p, kb.label("jurisdictions", p)) for p in places])
        + select("kind", "Kind", [(k, k) for k in kinds]) + select("status", "Status", [(s, s) for s in states])
        + '<label>Instrument<input type="search" name="words"></label>'
        '<label class="kb-check"><span><input type="checkbox" name="answered"> only rows with a provision in these columns</span></label>'
        '<button type="button" name="csv">Download CSV</button><button type="button" name="reset">Reset</button></div>'
        '<details class="kb-group"><summary>Questions shown</summary><div class="kb-boxes">'
        + "".join(f'<label title="{escape(t.summary)}"><input type="checkbox" name="question" value="{t.id}"'
                  f'{" checked" if t.id in FIRST else ""}> {escape(t.title)}</label>' for t in questions)
        + '</div><button type="button" name="all">All</button> <button type="button" name="none">None</button></details>'
        f'<p class="kb-table-count" role="status">{len(rows)} instruments, {len(questions)} questions.</p>'
        f'<div class="kb-scroll" tabindex="0" role="region" aria-label="Comparison"><table class="table"><thead><tr><th scope="col">Instrument</th>{heads}</tr></thead>'
        f'<tbody>{"".join(body)}</tbody></table></div></div>')
    return PageHtml(html, f"{len(rows)} instruments compared by {len(questions)} questions.")


def select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    """A labelled list to choose from; `options` are pairs of value and title."""
    every = "".join(f'<option value="{escape(value)}">{escape(title)}</option>' for value, title in options)
    return f'<label>{label}<select name="{name}"><option value="">any</option>{every}</select></label>'
