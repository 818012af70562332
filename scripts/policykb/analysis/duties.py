"""Which duties apply to a profile on a day, which do not, and which depend on what it leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ..load import KnowledgeBase, load, nearest
from ..schema.base import first_day, last_day
from ..schema.condition import Profile, Truth, depends_on, evaluate
from ..schema.instrument import InstrumentEntry, Provision
from .status import status

Standing = Literal["binding", "contract", "voluntary", "scheduled", "proposed", "suspended", "ended", "none"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""How a provision stands on a day, in the order in which readers want them.

`binding` law in force, `contract` a licence, which binds those who accept it, `voluntary` a code, standard,
declaration or guidance, or an agreement, which binds only those who signed it,
`scheduled` made and not yet applicable, `proposed` not made yet, `suspended`, `ended`, and `none` before
the first event that is recorded.
"""

_FORCE: dict[str, Standing] = {
    "statute": "binding", "regulation": "binding", "order": "binding", "directive": "binding", "treaty": "binding",
    "judgment": "binding", "declaration": "voluntary",
    "licence": "contract", "agreement": "voluntary", "standard": "voluntary", "code": "voluntary",
    "guidance": "voluntary", "bill": "proposed",
}
_BEGINS = ("in-force", "applies")
_ISSUED = ("published", "adopted", "signed", "guidance")
_NEEDS_COMMENCEMENT = ("statute", "regulation", "directive", "treaty", "bill")
_IN_PROGRESS = ("proposed", "advanced", "agreed")


def starts(instrument: InstrumentEntry, provision: Provision) -> str | None:
    """The day (or month, or year) from which a provision applies, as far as the data know.

    Its own date; else the instrument's first day in force; else, for what needs no commencement, such as
    an executive order, a licence or guidance, the day on which it was issued.
    """
    if provision.from_:
        return provision.from_
    kinds = _BEGINS if instrument.instrument_kind in _NEEDS_COMMENCEMENT else (*_BEGINS, *_ISSUED)
    return next((event.date for event in instrument.events if event.kind in kinds), None)


def standing(instrument: InstrumentEntry, provision: Provision, on: dt.date) -> Standing:
    """How a provision stands on a day; dates known only by month or year count from their first day."""
    now = status(instrument, on)
    if now.kind is None:
        return "none"
    if now.ended or (provision.until and last_day(provision.until) < on):
        return "ended"
    if now.kind == "suspended":
        return "suspended"
    if now.kind in _IN_PROGRESS or instrument.instrument_kind == "bill":
        return "proposed"
    start = starts(instrument, provision)
    if start is None or first_day(start) > on:
        return "scheduled"
    return _FORCE[instrument.instrument_kind]


def steps(instrument: InstrumentEntry, provision: Provision) -> list[tuple[dt.date, Standing]]:
    """Each day on which a provision's standing changes, and to what; before the first it is `none`."""
    day = dt.timedelta(days=1)
    turns = {last_day(event.date) for event in instrument.events}
    start = starts(instrument, provision)
    turns |= {first_day(start)} if start else set()
    turns |= {last_day(provision.until) + day} if provision.until else set()
    found: list[tuple[dt.date, Standing]] = []
    for turn in sorted(turns):
        here = standing(instrument, provision, turn)
        if not found or found[-1][1] != here:
            found.append((turn, here))
    return found


@dataclass(frozen=True)
class Duty:
    """A provision's answer for a profile.

    `answer` is True where its condition holds, False where it does not, None where that depends on the
    fields in `open`.
    """

    instrument: InstrumentEntry
    provision: Provision
    answer: Truth
    open: tuple[str, ...]
    standing: Standing

    @property
    def key(self) -> str:
        """`instrument#provision`."""
        return f"{self.instrument.id}#{self.provision.id}"

    def falls_on(self, profile: Profile) -> bool:
        """Whether the duty, where it applies, is the profile's own and not, say, an authority's."""
        return bool(self.provision.duty_of) and (profile.role is None or not profile.role.isdisjoint(self.provision.duty_of))


def broader(kb: KnowledgeBase) -> dict[str, str]:
    """The jurisdiction of which each narrower one is a part."""
    return {term.id: term.broader for term in kb.vocabularies["jurisdictions"].terms if term.broader}


def unknown(profile: Profile, kb: KnowledgeBase) -> Iterator[tuple[str, str, str | None]]:
    """Yield (field, value, nearest right value) for each role, place or licence of a profile that the data do not know."""
    known = {name: [t.id for t in kb.vocabularies[vocabulary].terms]
             for name, vocabulary in (("role", "actors"), ("market", "jurisdictions"), ("established_in", "jurisdictions"))}
    known["under_licence"] = [i.id for i in kb.instruments if i.instrument_kind == "licence"]
    for name, ids in known.items():
        for value in sorted(getattr(profile, name) or ()):
            if value not in ids:
                yield name, value, nearest(value, ids)


def expand(profile: Profile, kb: KnowledgeBase) -> Profile:
    """The profile with what its places imply.

    Who offers in a part (California, France) offers in the whole (United States, European Union), and
    who offers in the whole offers in each part. Who is established in a part is established in the whole.
    """
    parent = broader(kb)

    def upward(places: frozenset[str]) -> frozenset[str]:
        return places | {parent[place] for place in places if place in parent}

    market, home = profile.market, profile.established_in
    return profile.model_copy(update={
        "market": market and upward(market) | {part for part, whole in parent.items() if whole in market},
        "established_in": home and upward(home),
    })


def answers(kb: KnowledgeBase, profile: Profile, on: dt.date) -> Iterator[Duty]:
    """The answer of every provision that has a condition, by instrument."""
    wide = expand(profile, kb)
    for instrument in kb.instruments:
        for provision in instrument.provisions:
            condition = provision.applies_if
            if condition is not None:
                yield Duty(instrument, provision, evaluate(condition, wide), tuple(depends_on(condition, wide)),
                           standing(instrument, provision, on))


def duties(profile: Profile | Mapping[str, Any], on: dt.date | str, kb: KnowledgeBase | None = None) -> list[Duty]:
    """What the law data say of a profile on a day: every provision with a condition, and its answer.

    `profile`: a `Profile`, or its fields as a mapping (`{"role": ["developer"], "market": ["eu"],
    "training_flop": 4e25}`); what is left out is open. `on`: the day. `kb`: loaded data with
    instruments (default: loaded here). Sorted by standing, then answer (yes, depends, no), then place.
    Raises pydantic.ValidationError for a field that a profile does not have, ValueError for a role, place or
    licence that the data do not know and for a day that is none. It is no legal advice: it knows only what the data hold.
    """
    if not isinstance(profile, Profile):
        profile = Profile.model_validate(profile)
    day = dt.date.fromisoformat(on) if isinstance(on, str) else on
    kb = kb or load("instrument")
    for name, value, near in unknown(profile, kb):
        raise ValueError(f"{name}: '{value}' is not known here" + (f"; nearest: {near}" if near else ""))
    order = {True: 0, None: 1, False: 2}
    return sorted(answers(kb, profile, day),
                  key=lambda d: (STANDINGS.index(d.standing), order[d.answer], d.instrument.jurisdiction))
