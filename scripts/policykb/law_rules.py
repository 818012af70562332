"""Checks of the law data: conditions, sources, and statuses that a newer event contradicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from .analysis.duties import unknown
from .analysis.status import ENDED, status
from .load import KnowledgeBase, Problem, file_of, nearest
from .schema import InstrumentEntry
from .schema.base import first_day

_SETTLES = frozenset({*ENDED, "signed", "published", "in-force", "applies"})
"""Event kinds after which a bill is no longer pending."""


def conditions(kb: KnowledgeBase) -> Iterator[Problem]:
    """Whoever has a duty must be able to learn when: `duty_of` needs `applies_if`, which needs `unasked`."""
    for instrument in kb.instruments:
        for index, provision in enumerate(instrument.provisions):
            if provision.duty_of and provision.applies_if is None:
                yield kb.problem(file_of(instrument), ("provisions", index, "duty_of"),
                                 "a duty needs `applies_if`, which says when it applies")
            if provision.applies_if is not None and provision.unasked is None:
                yield kb.problem(file_of(instrument), ("provisions", index, "applies_if"),
                                 "what does the text ask beyond this condition? `unasked` says it, and is [] where that is nothing",
                                 key=True)
            if provision.unasked and provision.applies_if is None:
                yield kb.problem(file_of(instrument), ("provisions", index, "unasked"),
                                 "there is no `applies_if` that leaves it unasked", key=True)


def primary_sources(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every instrument has a source that was read itself, or its `limits` say why none could be."""
    for instrument in kb.instruments:
        if not has_primary(instrument) and "No primary source" not in (instrument.limits or ""):
            yield kb.problem(file_of(instrument), ("sources",),
                             "no primary source; say why in `limits`, beginning with 'No primary source could be read'")


def has_primary(instrument: InstrumentEntry) -> bool:
    """Whether at least one source of an instrument is marked as read itself."""
    groups = [instrument.sources, *(e.sources for e in instrument.events), *(p.sources for p in instrument.provisions)]
    return any(source.basis == "primary" for group in groups for source in group)


def contradicted_statuses(kb: KnowledgeBase) -> Iterator[Problem]:
    """No instrument stands where another has ended or changed it, and no bill outlives its Congress."""
    today = dt.date.today()
    for instrument in kb.instruments:
        now = status(instrument, today)
        if now.ended or now.kind is None or now.kind in ("proposed", "advanced", "agreed"):
            continue
        for index, relation in enumerate(instrument.relates_to):
            other = kb.entries.get(relation.instrument)
            if relation.kind == "supersedes" and isinstance(other, InstrumentEntry) and not any(e.kind in ENDED for e in other.events):
                yield kb.problem(file_of(instrument), ("relates_to", index, "instrument"),
                                 f"'{other.id}' is superseded and has no event that ends it")
        if instrument.instrument_kind != "bill" and now.kind not in ("adopted", "vetoed"):
            yield from _unanswered_amendments(kb, instrument)
    for instrument in kb.instruments:
        if instrument.jurisdiction == "us" and instrument.instrument_kind == "bill":
            begun = next((first_day(e.date) for e in instrument.events if e.kind == "proposed"), None)
            ended = any(e.kind in _SETTLES for e in instrument.events)
            if begun and not ended and today >= congress_ends(begun):
                yield kb.problem(file_of(instrument), ("events",),
                                 f"introduced on {begun}, and its Congress ended on {congress_ends(begun)}: it has lapsed")


def _unanswered_amendments(kb: KnowledgeBase, instrument: InstrumentEntry) -> Iterator[Problem]:
    for index, amendment in enumerate(instrument.amends):
        other = kb.entries.get(amendment.instrument)
        changes = {"amended", "delayed", "suspended", *ENDED}
        if isinstance(other, InstrumentEntry) and not any(e.kind in changes for e in other.events):
            yield kb.problem(file_of(instrument), ("amends", index, "instrument"),
                             f"'{other.id}' has no event that says that it was changed")


def congress_ends(day: dt.date) -> dt.date:
    """The day on which the Congress of the United States that sits on `day` ends: 3 January of an odd year.

    Twentieth Amendment, section 1; bills that are not enacted then lapse.
    """
    year = day.year + 1 if day.year % 2 == 0 else day.year if day < dt.date(day.year, 1, 3) else day.year + 2
    return dt.date(year, 1, 3)


def cases(kb: KnowledgeBase) -> Iterator[Problem]:
    """The places and actors of worked examples are terms, and their licences are instruments."""
    file = "data/cases.yml"
    places = [t.id for t in kb.vocabularies["jurisdictions"].terms]
    for index, case in enumerate(kb.cases):
        for name, value, near in unknown(case.profile, kb):
            yield kb.problem(file, ("cases", index, "profile", name), f"'{value}' is not known here", near, needle=value)
        for place, market in enumerate(case.markets):
            if market not in places:
                yield kb.problem(file, ("cases", index, "markets", place), f"'{market}' is no jurisdiction",
                                 nearest(market, places))


LAW_RULES = (conditions, primary_sources, contradicted_statuses, cases)
