"""What each instrument says to each question about open models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..load import KnowledgeBase
from ..schema.instrument import InstrumentEntry, Provision
from .duties import standing
from .status import Status, status

SILENT = {
    "whole": "silent",
    "part": "nothing seen in the parts read",
    "reports": "nothing seen in reports",
}
"""What an instrument without a provision on a question says, by how much of its text was read."""


@dataclass(frozen=True)
class Cell:
    """An instrument's answer to a question: its provisions on it, or in words that it has none."""

    provisions: tuple[Provision, ...]
    otherwise: str

    @property
    def text(self) -> str:
        """The answer in words, for files: `Art. 53(2): exempt`."""
        return "; ".join(f"{p.ref}: {p.open_source.treatment}" for p in self.provisions) or self.otherwise


@dataclass(frozen=True)
class Row:
    """An instrument, its status on the day, and a cell for each question."""

    instrument: InstrumentEntry
    status: Status
    cells: dict[str, Cell]


def comparison(kb: KnowledgeBase, on: dt.date) -> list[Row]:
    """A row for each instrument, by place and title, with a cell for every term of the vocabulary `questions`."""
    places = [term.id for term in kb.vocabularies["jurisdictions"].terms]
    rows = []
    for instrument in kb.instruments:
        cells = {
            term.id: Cell(tuple(p for p in instrument.provisions if term.id in p.questions), SILENT[instrument.text_read])
            for term in kb.vocabularies["questions"].terms}
        rows.append(Row(instrument, status(instrument, on), cells))
    return sorted(rows, key=lambda r: (places.index(r.instrument.jurisdiction), r.instrument.title.lower()))


def by_place(kb: KnowledgeBase, place: str, on: dt.date) -> dict[str, list[InstrumentEntry]]:
    """The instruments of a place by what has become of them on a day.

    Keys, in the order of display: `binding` (law in force, in whole or part), `soft` (codes, standards,
    guidance, licences and agreements that stand), `coming` (made, and not in force yet), `pending`
    (proposed), `dropped` (vetoed, lapsed, withdrawn, revoked, superseded, suspended).
    """
    found: dict[str, list[InstrumentEntry]] = {key: [] for key in ("binding", "soft", "coming", "pending", "dropped")}
    for instrument in kb.instruments:
        if instrument.jurisdiction == place:
            found[_group(instrument, on)].append(instrument)
    return found


def _group(instrument: InstrumentEntry, on: dt.date) -> str:
    now = status(instrument, on)
    if now.ended or now.kind == "suspended":
        return "dropped"
    if instrument.instrument_kind in ("declaration", "standard", "code", "guidance", "licence", "agreement"):
        return "pending" if now.kind in ("proposed", "advanced", "agreed", None) else "soft"
    if now.kind in ("proposed", "advanced", "agreed", None) or instrument.instrument_kind == "bill":
        return "pending"
    if now.kind in ("in-force", "applies") or instrument.instrument_kind in ("order", "judgment"):
        return "binding"
    return "coming"


def coming_provisions(instrument: InstrumentEntry, on: dt.date) -> list[Provision]:
    """Provisions of an instrument that are made and do not apply yet."""
    return [p for p in instrument.provisions if standing(instrument, p, on) == "scheduled"]
