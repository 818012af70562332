"""The smallest set of safeguards that covers a set of risks under a release.

An exact minimum set cover with dependencies, as an integer programme (Wolsey, Integer Programming,
second edition, 2020, chapter 1), solved by HiGHS through `scipy.optimize.milp`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from ..load import KnowledgeBase
from ..schema import Release
from .coverage import NO_FAILURES, Failures, links, unavailable

Goal = Literal["thin", "layered"]


@dataclass(frozen=True)
class Portfolio:
    """`choices` are all smallest sets of ids, up to a limit; `complete` where there are no others.

    `out_of_reach` are the risks that no available safeguard covers to the goal; they are left out.
    """

    goal: Goal
    choices: list[frozenset[str]]
    out_of_reach: list[str]
    complete: bool = True

    @property
    def size(self) -> int:
        """The number of safeguards in each of the smallest sets."""
        return len(self.choices[0]) if self.choices else 0

    @property
    def essential(self) -> list[str]:
        """Safeguards that are in every one of the sets found."""
        return sorted(frozenset.intersection(*self.choices)) if self.choices else []

    @property
    def exchangeable(self) -> list[str]:
        """Safeguards that are in some of the sets found and not in all."""
        return sorted(frozenset().union(*self.choices) - set(self.essential))


@dataclass
class _Programme:
    """Rows of an integer programme over 0/1 variables: sums that must be at least or at most a bound."""

    variables: int
    rows: list[dict[int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)

    def at_least(self, row: dict[int, float], bound: float) -> None:
        self.rows.append(row)
        self.low.append(bound)

    def solve(self, cost: np.ndarray) -> np.ndarray | None:
        matrix = np.zeros((len(self.rows), self.variables))
        for index, row in enumerate(self.rows):
            for column, weight in row.items():
                matrix[index, column] = weight
        result = milp(cost, integrality=np.ones(self.variables), bounds=Bounds(0, 1),
                      constraints=LinearConstraint(matrix, np.array(self.low), np.inf))
        return np.round(result.x) if result.success else None


def smallest_portfolio(
    kb: KnowledgeBase, risks: Iterable[str], release: Release, *, goal: Goal = "thin",
    failures: Failures = NO_FAILURES, most: int = 200,
) -> Portfolio:
    """The smallest sets of available safeguards with which every one of `risks` reaches `goal`.

    `thin` asks for one link of at least moderate effective strength a risk, `layered` for two whose
    safeguards have no operator in common (as `coverage.grade`). A chosen safeguard brings all that it
    depends on with it. Contested and weak links do not count. Ties are listed by solving again with
    the sets found so far excluded, up to `most` of them.
    Raises KeyError for an id that is no risk.
    """
    wanted = sorted(set(risks))
    known = {risk.id for risk in kb.risks}
    for risk in wanted:
        if risk not in known:
            raise KeyError(risk)
    gone = unavailable(kb, release, failures)
    available = [s for s in kb.safeguards if s.id not in gone]
    column = {s.id: index for index, s in enumerate(available)}
    operators = {s.id: frozenset(s.operated_by.actors) for s in available}
    covering: dict[str, list[str]] = {risk: [] for risk in wanted}
    for state in links(kb, release, failures):
        if state.risk in covering and state.strength in ("strong", "moderate"):
            covering[state.risk].append(state.safeguard)
    pairs: dict[tuple[str, str], int] = {}
    programme = _Programme(len(available))
    rows: list[dict[int, float]] = []
    out_of_reach = []
    for risk in wanted:
        if goal == "thin":
            row = {column[s]: 1.0 for s in covering[risk]}
        else:
            row = {}
            for i, a in enumerate(covering[risk]):
                for b in covering[risk][:i]:
                    if operators[a].isdisjoint(operators[b]):
                        row[pairs.setdefault((a, b), len(available) + len(pairs))] = 1.0
        if row:
            rows.append(row)
        else:
            out_of_reach.append(risk)
    programme.variables += len(pairs)
    for row in rows:
        programme.at_least(row, 1)
    for (a, b), pair in pairs.items():
        programme.at_least({column[a]: 1, pair: -1}, 0)
        programme.at_least({column[b]: 1, pair: -1}, 0)
    for safeguard in available:
        for link in safeguard.depends_on:
            programme.at_least({column[link.safeguard]: 1, column[safeguard.id]: -1}, 0)
    cost = np.array([1.0] * len(available) + [0.0] * len(pairs))
    choices: list[frozenset[str]] = []
    while rows and len(choices) < most:
        values = programme.solve(cost)
        chosen = [] if values is None else [s.id for s in available if values[column[s.id]]]
        if values is None or (choices and len(chosen) > len(choices[0])):
            return Portfolio(goal, _ordered(choices), out_of_reach)
        choices.append(frozenset(chosen))
        # Every set that holds all of this one is ruled out; larger ones are of no interest.
        programme.at_least({column[s]: -1.0 for s in chosen}, 1 - len(chosen))
    return Portfolio(goal, _ordered(choices), out_of_reach, complete=not rows)


def _ordered(choices: list[frozenset[str]]) -> list[frozenset[str]]:
    return sorted(choices, key=sorted)
