"""The debate: who holds what on which question, who answers whom, what both sides ask for, and what was taken up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..load import KnowledgeBase
from ..schema import EventEntry, InstrumentEntry, ProposalEntry, Provision, SafeguardEntry
from .duties import standing

OPENNESS = ("against-at-frontier", "conditional", "neutral", "for")
RESTRICTION = ("non-proliferation", "both", "neither", "resilience")
Fate = Literal["taken up", "asked for by law in force", "asked for by law to come", "nothing found"]


def positions(kb: KnowledgeBase) -> pd.DataFrame:
    """One row a position: `crux`, `says`, `proposal` (id), `openness` (its stance), `how`."""
    rows = [(p.crux, p.says, e.id, e.stance.openness, p.how) for e in kb.proposals for p in e.positions]
    return pd.DataFrame(rows, columns=["crux", "says", "proposal", "openness", "how"])


def evidence(kb: KnowledgeBase, crux: str) -> list[tuple[EventEntry, str, str]]:
    """The events that are evidence on a question, newest first: (event, towards which answer, how)."""
    found = [(e, b.points, b.how) for e in kb.events for b in e.bears_on if b.crux == crux]
    return sorted(found, key=lambda row: (row[0].date, row[0].id), reverse=True)


@dataclass(frozen=True)
class Common:
    """A safeguard that both sides argue for: how many proposals of any stance do, and the ids of those on either side."""

    safeguard: SafeguardEntry
    advocates: int
    pro: tuple[str, ...]
    contra: tuple[str, ...]


def common_ground(kb: KnowledgeBase) -> list[Common]:
    """The safeguards for which at least one proposal for openness and one against it at the frontier argue, most advocated first."""
    found = []
    for safeguard in kb.safeguards:
        by = [p for p in kb.proposals if any(a.safeguard == safeguard.id for a in p.advocates)]
        pro, contra = (tuple(p.id for p in by if p.stance.openness == side) for side in ("for", "against-at-frontier"))
        if pro and contra:
            found.append(Common(safeguard, len(by), pro, contra))
    return sorted(found, key=lambda common: (-common.advocates, common.safeguard.id))


@dataclass(frozen=True)
class Demand:
    """A safeguard that a proposal argues for, and the provisions that ask for it."""

    proposal: ProposalEntry
    safeguard: str
    in_force: tuple[tuple[InstrumentEntry, Provision], ...]
    to_come: tuple[tuple[InstrumentEntry, Provision], ...]


def demands(kb: KnowledgeBase, on: dt.date) -> list[Demand]:
    """What each proposal argues for, with the law that binds on a day and the law that is made or proposed by then.

    That a provision asks for the same says nothing of where it came from: only `taken_up_by` does.
    """
    force: dict[str, list[tuple[InstrumentEntry, Provision]]] = {}
    coming: dict[str, list[tuple[InstrumentEntry, Provision]]] = {}
    for instrument in kb.instruments:
        for provision in instrument.provisions:
            here = standing(instrument, provision, on)
            for safeguard in provision.requires:
                if here == "binding":
                    force.setdefault(safeguard, []).append((instrument, provision))
                elif here in ("scheduled", "proposed"):
                    coming.setdefault(safeguard, []).append((instrument, provision))
    return [Demand(p, a.safeguard, tuple(force.get(a.safeguard, ())), tuple(coming.get(a.safeguard, ())))
            for p in kb.proposals for a in p.advocates]


def fates(kb: KnowledgeBase, on: dt.date) -> dict[str, Fate]:
    """For each proposal the furthest that it, or something that it argues for, is known to have come by a day."""
    found: dict[str, Fate] = {p.id: "taken up" if p.taken_up_by else "nothing found" for p in kb.proposals}
    order: tuple[Fate, ...] = ("nothing found", "asked for by law to come", "asked for by law in force", "taken up")
    for demand in demands(kb, on):
        here: Fate = ("asked for by law in force" if demand.in_force else
                      "asked for by law to come" if demand.to_come else "nothing found")
        found[demand.proposal.id] = max(found[demand.proposal.id], here, key=order.index)
    return found


def without_proposal(kb: KnowledgeBase) -> list[str]:
    """The risks that no proposal in these data says it is about, by title."""
    named = {c.risk for p in kb.proposals for c in p.addresses}
    return [r.id for r in sorted(kb.risks, key=lambda r: r.title) if r.id not in named]
