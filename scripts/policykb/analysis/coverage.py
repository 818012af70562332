"""Which safeguards are left under a release, and how well they cover each risk.

Coverage is a reading aid and not a probability: it counts links that the editors graded, and says
nothing of how likely or how great a harm is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..load import KnowledgeBase
from ..schema import RELEASES, Release
from ..schema.safeguard import Mitigation, SafeguardEntry

Grade = Literal["uncovered", "thin", "layered"]
GRADES: tuple[Grade, ...] = ("uncovered", "thin", "layered")
EffectiveStrength = Literal["strong", "moderate", "weak", "contested", "none"]
_LOWER: dict[str, EffectiveStrength] = {
    "strong": "moderate", "moderate": "weak", "weak": "none", "contested": "contested", "none": "none",
}


@dataclass(frozen=True)
class Failures:
    """What is assumed to fail: safeguards and actors, by id."""

    safeguards: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()


NO_FAILURES = Failures()


@dataclass(frozen=True)
class LinkState:
    """A link from a safeguard to a risk under a release."""

    safeguard: str
    risk: str
    strength: EffectiveStrength
    judged: bool
    """Whether the grade or the verdict is the editors' judgement and no finding of the sources."""


def _operators_remain(safeguard: SafeguardEntry, failures: Failures) -> bool:
    actors = set(safeguard.operated_by.actors)
    return not actors & failures.actors if safeguard.operated_by.mode == "all" else bool(actors - failures.actors)


def unavailable(
    kb: KnowledgeBase, release: Release, failures: Failures = NO_FAILURES
) -> dict[str, str]:
    """The safeguards that are not available under `release`, each with the reason in words.

    A safeguard is available where it has not failed, its verdict is neither `fails` nor
    `not-applicable`, enough of its operators remain, and all that it depends on is available.
    """
    reasons: dict[str, str] = {}
    for safeguard in kb.safeguards:
        verdict = safeguard.survival_under(release).verdict
        if safeguard.id in failures.safeguards:
            reasons[safeguard.id] = "assumed to fail"
        elif verdict == "fails":
            reasons[safeguard.id] = "fails under this release"
        elif verdict == "not-applicable":
            reasons[safeguard.id] = "does not apply under this release"
        elif not _operators_remain(safeguard, failures):
            reasons[safeguard.id] = "too few of its operators remain"
    changed = True
    while changed:
        changed = False
        for safeguard in kb.safeguards:
            if safeguard.id not in reasons:
                missing = next((d.safeguard for d in safeguard.depends_on if d.safeguard in reasons), None)
                if missing:
                    reasons[safeguard.id] = f"depends on {kb.entries[missing].title}, which is not available"
                    changed = True
    return reasons


def effective_strength(safeguard: SafeguardEntry, link: Mitigation, release: Release, *,
                       available: bool) -> EffectiveStrength:
    """The strength of a link under `release`: one grade lower where the verdict is `degrades`."""
    if not available:
        return "none"
    if safeguard.survival_under(release).verdict == "degrades":
        return _LOWER[link.strength]
    return link.strength


def links(kb: KnowledgeBase, release: Release, failures: Failures = NO_FAILURES) -> list[LinkState]:
    """Every link from a safeguard to a risk, with its strength under `release`."""
    gone = unavailable(kb, release, failures)
    states = []
    for safeguard in kb.safeguards:
        survival = safeguard.survival_under(release)
        for link in safeguard.mitigates:
            strength = effective_strength(safeguard, link, release, available=safeguard.id not in gone)
            judged = link.basis == "judgement" or survival.basis == "judgement"
            states.append(LinkState(safeguard.id, link.risk, strength, judged))
    return states


def grade(kb: KnowledgeBase, states: Iterable[LinkState]) -> Grade:
    """The coverage that links to one risk give.

    Layered: two links, moderate or strong, whose safeguards have no operator in common. Thin: one, or
    several that share operators. Uncovered: none. Weak and contested links give no coverage.
    """
    operators = [
        frozenset(safeguard.operated_by.actors)
        for state in states
        if state.strength in ("strong", "moderate")
        for safeguard in [kb.entries[state.safeguard]]
        if isinstance(safeguard, SafeguardEntry)
    ]
    if not operators:
        return "uncovered"
    return "layered" if any(a.isdisjoint(b) for i, a in enumerate(operators) for b in operators[:i]) else "thin"


def coverage(kb: KnowledgeBase, release: Release, failures: Failures = NO_FAILURES) -> pd.DataFrame:
    """Coverage of each risk under `release`.

    Returns a frame with one row a risk, indexed by its id: `coverage` (a grade), `sourced` (the grade
    with judgement-based links left out), and the numbers of links by effective strength (`strong`,
    `moderate`, `weak`, `contested`, `none`) and of those above none that rest on `judgement`.
    """
    by_risk: dict[str, list[LinkState]] = {risk.id: [] for risk in kb.risks}
    for state in links(kb, release, failures):
        by_risk[state.risk].append(state)
    rows = []
    for risk, states in by_risk.items():
        counts = {s: sum(x.strength == s for x in states) for s in ("strong", "moderate", "weak", "contested", "none")}
        rows.append({
            "risk": risk,
            "coverage": grade(kb, states),
            "sourced": grade(kb, [s for s in states if not s.judged]),
            **counts,
            "judgement": sum(s.judged and s.strength != "none" for s in states),
        })
    columns = ["risk", "coverage", "sourced", "strong", "moderate", "weak", "contested", "none", "judgement"]
    return pd.DataFrame(rows, columns=columns).set_index("risk")


def coverage_by_release(kb: KnowledgeBase) -> pd.DataFrame:
    """The grade of each risk (rows) under each release (columns, from hosted to open source)."""
    return pd.DataFrame({release: coverage(kb, release)["coverage"] for release in RELEASES})


def falls_away(kb: KnowledgeBase, before: Release, after: Release) -> pd.DataFrame:
    """The links that are weaker under `after` than under `before`.

    Returns a frame with columns `safeguard`, `risk` (ids), `before`, `after` (effective strengths)
    and `why` (why it is weaker), in the order of the safeguards' ids.
    """
    order = ["none", "weak", "moderate", "strong"]
    gone = unavailable(kb, after)
    rows = []
    for old, new in zip(links(kb, before), links(kb, after), strict=True):
        if old.strength == new.strength or (new.strength != "none" and "contested" in (old.strength, new.strength)):
            continue
        if old.strength == "contested" or order.index(new.strength) < order.index(old.strength):
            safeguard = kb.entries[new.safeguard]
            assert isinstance(safeguard, SafeguardEntry)
            reason = gone.get(new.safeguard, "degrades under this release")
            if not reason.startswith("depends on"):
                reason = safeguard.survival_under(after).why
            rows.append((new.safeguard, new.risk, old.strength, new.strength, reason))
    return pd.DataFrame(rows, columns=["safeguard", "risk", "before", "after", "why"])
