"""The status of an instrument on a date, derived from its events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..schema.base import first_day, last_day
from ..schema.instrument import InstrumentEntry, InstrumentEvent

STATUS: dict[str, str] = {
    "proposed": "proposed", "advanced": "advancing", "agreed": "provisionally agreed", "adopted": "adopted", "signed": "signed", "vetoed": "vetoed",
    "published": "published", "in-force": "in force", "applies": "applies", "suspended": "suspended",
    "revoked": "revoked", "withdrawn": "withdrawn", "lapsed": "lapsed", "superseded": "superseded",
}
"""Event kinds that set a status; amendments, delays, guidance, consultations and rulings leave it as it was."""

ENDED = frozenset({"vetoed", "revoked", "withdrawn", "lapsed", "superseded"})


@dataclass(frozen=True)
class Status:
    """`kind` is the event kind that set it (None before the first), `since` that event's date."""

    kind: str | None
    since: str | None
    next: InstrumentEvent | None

    @property
    def label(self) -> str:
        """The status in words."""
        return STATUS[self.kind] if self.kind else "not yet proposed"

    @property
    def ended(self) -> bool:
        """Whether it no longer has, or never got, effect."""
        return self.kind in ENDED


def status(instrument: InstrumentEntry, on: dt.date) -> Status:
    """The status on a day: that of the last event which is certainly not after it.

    An event dated only by month or year counts from the end of that month or year.
    """
    past = [e for e in instrument.events if e.kind in STATUS and last_day(e.date) <= on]
    coming = [e for e in instrument.events if first_day(e.date) > on]
    last = past[-1] if past else None
    return Status(last.kind if last else None, last.date if last else None, coming[0] if coming else None)
