"""Events as evidence for or against a statement, as tables and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from ..analysis.evidence import evidence_level
from ..load import KnowledgeBase
from ..myst import Myst, chip, entries, escape, one_line, table
from ..schema import EventEntry, Release, SafeguardEntry


def _conditions(event: EventEntry) -> str:
    """Who was tested how, and with which result: a figure means nothing without it."""
    given = event.conditions
    parts = [] if given is None else [
        f"*{name}:* {escape(value)}" for name, value in (
            ("tested", given.subject), ("size", given.size), ("how", given.attack), ("cost", given.budget),
            ("measured", given.metric), ("result", given.result)) if value]
    return "; ".join(parts)


def evidence_table(kb: KnowledgeBase, *, risks: Collection[str] = (), safeguards: Collection[str] = (),
                   topic: str | None = None) -> Myst:
    """The events that show one of `risks` or put one of `safeguards` to the test, newest first.

    `topic` leaves out events on other topics. Each with what it shows, the outcome of the test and the conditions of its finding.
    """
    rows = []
    for event in sorted(kb.events, key=lambda e: e.date, reverse=True):
        shown = [s for s in event.shows if s.risk in risks]
        tried = [t for t in event.tests if t.safeguard in safeguards]
        if not (shown or tried) or (topic and topic not in event.topics):
            continue
        what = [one_line(s.how) for s in shown] + [f"{chip(t.outcome, f'e-{t.outcome}')} {one_line(t.how)}" for t in tried]
        rows.append([entries([event.id]), event.date, event.event_kind,
                     entries([*(s.risk for s in shown), *(t.safeguard for t in tried)]), " ".join(what), _conditions(event)])
    return table("events", ["Event", "Date", "Kind", "About", "What it shows", "Conditions"], rows, filters=["Kind", "About"])


def tests_sentence(kb: KnowledgeBase, safeguards: Iterable[str]) -> Myst:
    """How often these safeguards were put to the test by an event here, and with which outcome."""
    wanted = set(safeguards)
    outcomes = Counter(t.outcome for e in kb.events for t in e.tests if t.safeguard in wanted)
    return Myst(f"Events here put them to the test {outcomes.total()} times: {outcomes['held']} held, {outcomes['partly']} "
                f"held in part, {outcomes['failed']} failed. Failures are studied and "
                "reported more often than what holds, so that these numbers are no rate.")


def chokepoint_sentence(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """What becomes of safeguards that need a chokepoint, against those that need none, in one sentence."""
    parts = []
    for needed, words in ((True, "that need someone whom every user must pass"), (False, "that need nobody in between")):
        group = [s for s in kb.safeguards if s.needs_chokepoint.value is needed]
        verdicts = Counter(s.survival_under(release).verdict for s in group)
        parts.append(f"of the {len(group)} safeguards {words}, {verdicts['holds']} hold, {verdicts['degrades']} degrade and "
                     f"{verdicts['fails'] + verdicts['not-applicable']} fail or do not apply")
    return Myst(f"Under {kb.label('releases', release).lower()}, " + "; ".join(parts) + ".")


def verdicts_list(kb: KnowledgeBase, safeguards: Iterable[str], release: Release = "open-weights") -> Myst:
    """Safeguards with their verdict under a release and its reason, as a list."""
    lines = []
    for id in safeguards:
        safeguard = kb.entries[id]
        assert isinstance(safeguard, SafeguardEntry)
        verdict = safeguard.survival_under(release)
        judged = " [judgement]{.kb-badge .kb-judgement}" if verdict.basis else ""
        lines.append(f"- {{entry}}`{id}` {chip(verdict.verdict.replace('-', ' '), f'v-{verdict.verdict}')}{judged} "
                     f"{one_line(verdict.why)}")
    return Myst("\n".join(lines))


def openness_sentence(kb: KnowledgeBase) -> Myst:
    """How many risks public weights raise and lower, in one sentence."""
    directions = Counter(r.openness_effect.direction for r in kb.risks)
    return Myst(f"Of {len(kb.risks)} risks, public weights raise {directions['raises']} and lower {directions['lowers']}; for "
                f"{directions['mixed']} they do both, and for {directions['unclear']} nobody can tell yet. Each direction is our "
                "reading of the sources, and each risk shows the other side.")


def openness_table(kb: KnowledgeBase) -> Myst:
    """Each risk with the direction of the marginal effect of public weights and how well it is evidenced."""
    rows = [[entries([r.id]), chip(r.openness_effect.direction, f"d-{r.openness_effect.direction}"),
             escape(kb.label("domains", r.domain)), evidence_level(kb, r.id), escape(r.summary)]
            for r in sorted(kb.risks, key=lambda r: r.title)]
    return table("risks", ["Risk", "Public weights", "Domain", "Evidence", "What it is"], rows,
                 filters=["Public weights", "Domain", "Evidence"])
