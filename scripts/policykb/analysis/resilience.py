"""How coverage falls as those who run the safeguards fail: as governance is, centralised, and distributed.

A comparison of structures on the editors' grades, and no forecast: nobody knows how likely an actor is to fail.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from ..load import KnowledgeBase
from ..schema import Release
from .coverage import Failures, links, unavailable

Structure = Literal["as it is", "centralised", "distributed"]
STRUCTURES: tuple[Structure, ...] = get_args(Structure)
Variant = Literal["as graded", "without judgement", "in use or piloted", "contested counts"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)


@dataclass(frozen=True)
class _Guard:
    operators: frozenset[str]
    every: bool
    needs: tuple[str, ...]
    covers: tuple[str, ...]


class Governance:
    """Who runs which safeguard under a release, and which risks each covers at least moderately.

    `structure`: as the data have it; `centralised`, each safeguard run by that one of its operators who runs most;
    `distributed`, each run by any one of its operators alone. `variant` says which links and safeguards count.
    """

    def __init__(self, kb: KnowledgeBase, release: Release, structure: Structure = "as it is", variant: Variant = "as graded") -> None:
        counted = ("strong", "moderate", "contested") if variant == "contested counts" else ("strong", "moderate")
        paper = frozenset(s.id for s in kb.safeguards if s.maturity in ("proposed", "researched")) if variant == "in use or piloted" else frozenset[str]()
        failures = Failures(safeguards=paper)
        gone = unavailable(kb, release, failures)
        covers: dict[str, list[str]] = {}
        for link in links(kb, release, failures):
            if link.strength in counted and not (link.judged and variant == "without judgement"):
                covers.setdefault(link.safeguard, []).append(link.risk)
        runs = {a: sum(a in s.operated_by.actors for s in kb.safeguards) for s in kb.safeguards for a in s.operated_by.actors}
        self.guards: dict[str, _Guard] = {}
        pool: set[str] = set()
        for s in kb.safeguards:
            if s.id not in gone:
                actors = frozenset(s.operated_by.actors)
                pool |= actors
                if structure == "centralised":
                    actors = frozenset([max(actors, key=lambda a: (runs[a], a))])
                self.guards[s.id] = _Guard(actors, structure == "as it is" and s.operated_by.mode == "all",
                                           tuple(d.safeguard for d in s.depends_on), tuple(covers.get(s.id, ())))
        # The same actors can fail under every structure; in the centralised one many of them run nothing.
        self.actors = sorted(pool)

    # `coverage` answers the same and builds a frame each time; asked some twenty thousand times it would take minutes.
    def covered(self, failed: frozenset[str]) -> int:
        """How many risks have at least one moderate or strong link left when these actors do nothing."""
        standing = {id for id, g in self.guards.items() if (not g.operators & failed if g.every else g.operators - failed)}
        falling = True
        while falling:
            lost = {id for id in standing if any(need not in standing for need in self.guards[id].needs)}
            standing -= lost
            falling = bool(lost)
        return len({risk for id in standing for risk in self.guards[id].covers})

    def decline(self, order: Sequence[str]) -> list[int]:
        """Risks covered with nobody failed, and after each actor of `order` has failed as well."""
        return [self.covered(frozenset(order[:n])) for n in range(len(order) + 1)]

    def worst_order(self) -> list[str]:
        """The actors so that each next one is the one whose failure leaves the fewest risks covered (greedy; ties by id)."""
        order: list[str] = []
        left = list(self.actors)
        while left:
            order.append(min(left, key=lambda a: (self.covered(frozenset([*order, a])), a)))
            left.remove(order[-1])
        return order

    def random_orders(self, number: int, seed: int) -> list[list[str]]:
        """Orders in which the actors fail, drawn uniformly; the same for the same seed."""
        rng = random.Random(seed)
        return [rng.sample(self.actors, len(self.actors)) for _ in range(number)]


def robustness(decline: Sequence[int]) -> float:
    """Mean share of the risks covered at first that is still covered, over all steps of a decline; 0 where none was.

    The measure R of C. M. Schneider and others, PNAS 108(10), 2011, with covered risks in place of the largest component.
    """
    return sum(decline[1:]) / (decline[0] * (len(decline) - 1)) if len(decline) > 1 and decline[0] else 0.0


def declines(kb: KnowledgeBase, release: Release, *, orders: int = 200, seed: int = 1) -> pd.DataFrame:
    """How coverage falls under each structure, by the number of actors that have failed.

    Columns: `structure`, `failed`, `mean`, `low`, `high` (risks covered over `orders` random orders: mean, 5th and
    95th percentile) and `worst` (risks covered when the worst next actor fails first).
    """
    rows = []
    for structure in STRUCTURES:
        governance = Governance(kb, release, structure)
        runs = pd.DataFrame([governance.decline(order) for order in governance.random_orders(orders, seed)])
        worst = governance.decline(governance.worst_order())
        for n in runs.columns:
            rows.append((structure, int(n), float(runs[n].mean()), float(runs[n].quantile(0.05)), float(runs[n].quantile(0.95)), worst[int(n)]))
    return pd.DataFrame(rows, columns=["structure", "failed", "mean", "low", "high", "worst"])


def sensitivity(kb: KnowledgeBase, releases: Sequence[Release], *, orders: int = 60, seed: int = 1) -> pd.DataFrame:
    """Robustness under each variant, release and structure.

    Columns: `variant`, `release`, `structure`, `covered` (risks covered with nobody failed), `random` (mean robustness over
    `orders` random orders), `low`, `high` (5th and 95th percentile) and `worst` (robustness, worst first).
    """
    rows = []
    for variant in VARIANTS:
        for release in releases:
            for structure in STRUCTURES:
                governance = Governance(kb, release, structure, variant)
                found = pd.Series([robustness(governance.decline(order)) for order in governance.random_orders(orders, seed)])
                rows.append((variant, release, structure, governance.covered(frozenset()), float(found.mean()), float(found.quantile(0.05)),
                             float(found.quantile(0.95)), robustness(governance.decline(governance.worst_order()))))
    return pd.DataFrame(rows, columns=["variant", "release", "structure", "covered", "random", "low", "high", "worst"])
