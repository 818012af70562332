"""The biosecurity chain: what stands at each link, and the smallest portfolio when links fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..analysis.coverage import GRADES, Failures, coverage
from ..analysis.portfolio import Goal, Portfolio, smallest_portfolio
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, table
from ..schema import Release, RiskEntry, SafeguardEntry
from .coverage import grade_chip
from .dependency import Node, dependency_figure, strength_chip
from .figure import PageFigure
from .survival import verdict_chip

CHAIN = "biosecurity-chain"
N = TypeVar("N", RiskEntry, SafeguardEntry)


def link_of(kb: KnowledgeBase, entry: Node) -> str | None:
    """The link of the chain at which an entry stands, or None where it stands at none.

    A safeguard made for any model, which names no link and yet addresses a risk on the chain, stands
    at the first: it is gone when what protects general models is gone.
    """
    if entry.chain or isinstance(entry, RiskEntry):
        return entry.chain
    on_it = {r.id for r in kb.risks if r.chain}
    return kb.vocabularies[CHAIN].terms[0].id if any(link.risk in on_it for link in entry.mitigates) else None


def _by_link(kb: KnowledgeBase, entries: Iterable[N]) -> list[tuple[str, N]]:
    """(link, entry) for those on the chain, in its order."""
    order = [term.id for term in kb.vocabularies[CHAIN].terms]
    placed = [(link, entry) for entry in entries if (link := link_of(kb, entry))]
    return sorted(placed, key=lambda pair: (order.index(pair[0]), pair[1].title))


def chain_risks(kb: KnowledgeBase) -> list[RiskEntry]:
    """The risks on the chain, in its order."""
    return [risk for _, risk in _by_link(kb, kb.risks)]


def chain_figure(kb: KnowledgeBase) -> PageFigure:
    """The dependency graph of the risks and safeguards on the chain, both in its order."""
    places = {e.id: link for link, e in (*_by_link(kb, kb.safeguards), *_by_link(kb, kb.risks))}
    return dependency_figure(kb, chain=places)


def chain_table(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """Each link of the chain with its risks, and its safeguards by verdict under a release."""
    risks, safeguards = _by_link(kb, kb.risks), _by_link(kb, kb.safeguards)
    rows = []
    for term in kb.vocabularies[CHAIN].terms:
        here = [s for link, s in safeguards if link == term.id]
        rows.append([f"**{escape(term.title)}.** {escape(term.summary)}", entries(r.id for link, r in risks if link == term.id),
                     *(entries(s.id for s in here if s.survival_under(release).verdict in verdicts)
                       for verdicts in (["holds"], ["degrades"], ["fails", "not-applicable"]))])
    return table("links", ["Link", "What goes wrong here", "What holds", "What degrades", "What fails or does not apply"], rows)


def chain_sentence(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """Which links keep the largest and the smallest share of their safeguards under a release."""
    rows, safeguards = [], _by_link(kb, kb.safeguards)
    for term in kb.vocabularies[CHAIN].terms:
        here = [s.survival_under(release).verdict for link, s in safeguards if link == term.id]
        if here:
            rows.append((here.count("holds") / len(here), here.count("holds"), len(here), term.title))
    best, worst = max(rows), min(rows)
    return Myst(f"Under {kb.label('releases', release).lower()}, {best[1]} of {best[2]} safeguards hold at the link "
                f"“{escape(best[3])}”, the largest share, and {worst[1]} of {worst[2]} at “{escape(worst[3])}”, the smallest.")


def failed_links(kb: KnowledgeBase, chain: Sequence[str]) -> Failures:
    """The assumption that every safeguard at these links of the chain fails."""
    return Failures(safeguards=frozenset(s.id for link, s in _by_link(kb, kb.safeguards) if link in chain))


def losses_table(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """Coverage of the risks on the chain: as it is, and when the safeguards of one link after another fail."""
    steps: list[tuple[str, list[str]]] = [("All in place", [])]
    lost: list[str] = []
    for term in kb.vocabularies[CHAIN].terms[:4]:
        lost = [*lost, term.id]
        words = f"{escape(term.title)} fails" if len(lost) == 1 else f"… and {escape(term.title.lower())}"
        steps.append((words, lost))
    frames = [coverage(kb, release, failed_links(kb, chain)) for _, chain in steps]
    rows = [[entries([risk.id]), *(grade_chip(str(frame.loc[risk.id, "coverage"])) for frame in frames)]
            for risk in chain_risks(kb)]
    return table("risks", ["Risk", *(words for words, _ in steps)], rows)


@dataclass(frozen=True)
class Scenario:
    """What is assumed to fail: the safeguards at `links` of the chain, and those that only exist on paper."""

    words: str
    release: Release
    links: tuple[str, ...] = ()
    untried: bool = False

    def failures(self, kb: KnowledgeBase) -> Failures:
        """The safeguards that the scenario assumes to fail."""
        paper = {s.id for s in kb.safeguards if s.maturity in ("proposed", "researched")} if self.untried else set()
        return Failures(safeguards=failed_links(kb, self.links).safeguards | paper)


SCENARIOS = (
    Scenario("Hosted model, nothing fails", "hosted"),
    Scenario("Open weights, nothing fails", "open-weights"),
    Scenario("Open weights, the model’s safeguards fail", "open-weights", ("model",)),
    Scenario("… and those only proposed or researched are not there", "open-weights", ("model",), untried=True),
    Scenario("Open weights, those at model, tools and data fail", "open-weights", ("model", "biological-tool", "data")),
    Scenario("… and at synthesis too", "open-weights", ("model", "biological-tool", "data", "synthesis")),
)
GOALS: tuple[tuple[Goal, str], ...] = (("thin", "one safeguard of at least moderate strength for each risk"),
                                       ("layered", "two with no operator in common for each risk"))


def portfolio(kb: KnowledgeBase, scenario: Scenario, goal: Goal) -> Portfolio:
    """The smallest portfolios for the risks on the chain in a scenario."""
    return smallest_portfolio(kb, [r.id for r in chain_risks(kb)], scenario.release, goal=goal,
                              failures=scenario.failures(kb))


def _sets(found: Portfolio) -> str:
    if not found.choices:
        return "—"
    ties = len(found.choices)
    return f"{found.size} ({'one set' if ties == 1 else f'{ties} sets' + ('' if found.complete else ' or more')})"


def portfolio_table(kb: KnowledgeBase) -> Myst:
    """For each scenario and goal: how many risks can be brought there, and with how few safeguards."""
    number = len(chain_risks(kb))
    rows = []
    for scenario in SCENARIOS:
        cells = []
        for goal, _ in GOALS:
            found = portfolio(kb, scenario, goal)
            cells += [f"{number - len(found.out_of_reach)} of {number}", _sets(found)]
        rows.append([escape(scenario.words), *cells])
    return table("scenarios", ["Assumption", "Risks that can be thin", "Safeguards needed", "Risks that can be layered",
                               "Safeguards needed for that"], rows)


def portfolio_section(kb: KnowledgeBase, scenario: Scenario) -> Myst:
    """The smallest portfolios of a scenario: what every set holds, what can be exchanged, what is out of reach.

    Each safeguard stands with its maturity.
    """

    def named(ids: Sequence[str]) -> str:
        return ", ".join(f"{entries([s.id])} ({escape(kb.label('maturity', s.maturity).lower())})"
                         for s in kb.safeguards if s.id in ids) or "none"

    parts = []
    for goal, words in GOALS:
        found = portfolio(kb, scenario, goal)
        text = f"- *{goal.capitalize()}* ({words}): {_sets(found)}. In every set: {named(found.essential)}."
        if found.exchangeable:
            text += f" In some: {named(found.exchangeable)}."
        if found.out_of_reach:
            text += f" Out of reach: {entries(found.out_of_reach)}."
        parts.append(text)
    return Myst("\n".join(parts))


def chain_safeguards_table(kb: KnowledgeBase) -> Myst:
    """The safeguards on the chain with their link, operators, verdict under open weights, and strongest link to a risk on the chain."""
    order = ("strong", "moderate", "contested", "weak")
    on_it = {r.id for r in chain_risks(kb)}
    rows = []
    for link_id, s in _by_link(kb, kb.safeguards):
        graded = [link.strength for link in s.mitigates if link.risk in on_it]
        rows.append([entries([s.id]), escape(kb.label(CHAIN, link_id)),
                     ", ".join(escape(kb.label("actors", a)) for a in s.operated_by.actors),
                     escape(kb.label("maturity", s.maturity)), verdict_chip(s.survival_under("open-weights").verdict),
                     strength_chip(min(graded, key=order.index)) if graded else "—"])
    return table("safeguards", ["Safeguard", "Link", "Operated by", "Maturity", "Open weights", "Strongest on the chain"], rows,
                 filters=["Link", "Operated by", "Maturity", "Open weights", "Strongest on the chain"])


def worst_covered(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """The risks on the chain that are uncovered or thin under a release, in one sentence."""
    frame = coverage(kb, release)
    parts = []
    for grade in GRADES[:2]:
        ids = [r.id for r in chain_risks(kb) if frame.loc[r.id, "coverage"] == grade]
        if ids:
            parts.append(f"{grade}: {entries(ids)}")
    return Myst("; ".join(parts).capitalize() + "." if parts else "Every risk on the chain is layered.")
