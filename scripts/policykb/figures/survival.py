"""What survives release: the matrix of safeguards and releases, what defeats what, and who can still act."""

from __future__ import annotations

from collections import Counter
from html import escape as html_escape
from typing import get_args

import plotly.graph_objects as go

from ..load import KnowledgeBase
from ..myst import Myst, chip, entries, escape, table
from ..schema import RELEASES, Release, SafeguardEntry, Survival
from ..schema.safeguard import Verdict
from .figure import PageFigure

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_LAYOUT = {
    "barmode": "stack", "margin": {"l": 40, "r": 10, "t": 10, "b": 40}, "legend": {"orientation": "h", "y": 1.12},
    "xaxis": {"fixedrange": True, "tickangle": 0, "automargin": True},
    "yaxis": {"fixedrange": True, "automargin": True}, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
}


def _words(verdict: str) -> str:
    return verdict.replace("-", " ")


def verdict_chip(verdict: str) -> str:
    """A verdict as a coloured label."""
    return chip(_words(verdict), f"v-{verdict}")


def rests_on(verdict: Survival) -> str:
    """What a verdict rests on, in words."""
    if verdict.basis == "judgement":
        return "judgement, with sources" if verdict.sources else "judgement"
    return "sources"


def counts_under(kb: KnowledgeBase, release: Release) -> Counter[Verdict]:
    """Numbers of safeguards by verdict under a release."""
    return Counter(s.survival_under(release).verdict for s in kb.safeguards)


def survival_sentence(kb: KnowledgeBase) -> str:
    """How many safeguards hold under a hosted release and under open weights, in one sentence."""
    hosted, public = counts_under(kb, "hosted"), counts_under(kb, "open-weights")
    return (f"Of {len(kb.safeguards)} safeguards, {hosted['holds']} hold under a hosted release; once weights are public "
            f"{public['holds']} hold, {public['degrades']} degrade, {public['fails']} fail and "
            f"{public['not-applicable']} do not apply.")


def survival_figure(kb: KnowledgeBase) -> PageFigure:
    """Numbers of safeguards by verdict, one bar a release."""
    names = [html_escape(kb.label("releases", release)).replace(" ", "<br>") for release in RELEASES]
    figure = go.Figure(layout=_LAYOUT | {"yaxis": {"title": {"text": "safeguards"}, "fixedrange": True}})
    for verdict in VERDICTS:
        figure.add_bar(x=names, y=[counts_under(kb, r)[verdict] for r in RELEASES], name=_words(verdict))
    return PageFigure(figure, survival_sentence(kb), height=340)


def stage_figure(kb: KnowledgeBase, release: Release = "open-weights") -> PageFigure:
    """Numbers of safeguards by verdict under a release, one bar a stage."""
    stages = [t for t in kb.vocabularies["stages"].terms if any(s.stage == t.id for s in kb.safeguards)]
    number = {t.id: Counter(s.survival_under(release).verdict for s in kb.safeguards if s.stage == t.id) for t in stages}
    figure = go.Figure(layout=_LAYOUT | {"xaxis": {"title": {"text": "safeguards"}, "fixedrange": True},
                                         "margin": {"l": 10, "r": 10, "t": 10, "b": 40}})
    for verdict in VERDICTS:
        figure.add_bar(y=[html_escape(t.title) for t in reversed(stages)], orientation="h", name=_words(verdict),
                       x=[number[t.id][verdict] for t in reversed(stages)])
    most = max(stages, key=lambda t: number[t.id]["fails"])
    least = max(stages, key=lambda t: number[t.id]["holds"] / number[t.id].total())
    sentence = (f"Under {kb.label('releases', release).lower()}, most failures lie at the stage “{most.title}” "
                f"({number[most.id]['fails']} of {number[most.id].total()}); the largest share holds at “{least.title}” "
                f"({number[least.id]['holds']} of {number[least.id].total()}).")
    return PageFigure(figure, sentence, height=60 + 44 * len(stages))


def survival_table(kb: KnowledgeBase) -> Myst:
    """Every safeguard with its four verdicts, to sort and filter."""
    tested: dict[str, Counter[str]] = {}
    for event in kb.events:
        for trial in event.tests:
            tested.setdefault(trial.safeguard, Counter())[trial.outcome] += 1
    rows = []
    for s in sorted(kb.safeguards, key=lambda s: s.title):
        trials = "; ".join(f"{outcome} {n}" for outcome, n in sorted(tested.get(s.id, Counter()).items()))
        rows.append([entries([s.id]), escape(kb.label("stages", s.stage)), *(verdict_chip(v.verdict) for v in s.survival),
                     rests_on(s.survival_under("open-weights")), trials,
                     ", ".join(escape(kb.label("actors", a)) for a in s.operated_by.actors),
                     ", ".join(escape(kb.label("topics", t)) for t in s.topics)])
    return table("safeguards", ["Safeguard", "Stage", *(kb.label("releases", r) for r in RELEASES), "Rests on",
                                "Put to the test", "Operated by", "Topics"], rows, hidden=["Operated by", "Topics"],
                 filters=["Stage", "Operated by", "Topics", "Open weights", "Rests on"])


def defeaters(kb: KnowledgeBase, release: Release) -> dict[str, dict[str, list[SafeguardEntry]]]:
    """For each way of defeating a safeguard, those that it makes fail and those that it degrades under a release."""
    found: dict[str, dict[str, list[SafeguardEntry]]] = {
        term.id: {"fails": [], "degrades": []} for term in kb.vocabularies["defeaters"].terms}
    for safeguard in kb.safeguards:
        verdict = safeguard.survival_under(release)
        for defeater in verdict.defeated_by:
            if verdict.verdict in ("fails", "degrades"):
                found[defeater][verdict.verdict].append(safeguard)
    return found


def defeaters_figure(kb: KnowledgeBase, release: Release = "open-weights") -> PageFigure:
    """How many safeguards each way of defeating them undoes or weakens under a release."""
    found = {d: v for d, v in defeaters(kb, release).items() if v["fails"] or v["degrades"]}
    order = sorted(found, key=lambda d: (len(found[d]["fails"]) + len(found[d]["degrades"]), len(found[d]["fails"])))
    figure = go.Figure(layout=_LAYOUT | {"xaxis": {"title": {"text": "safeguards"}, "fixedrange": True},
                                         "margin": {"l": 10, "r": 10, "t": 10, "b": 40}})
    for verdict in ("fails", "degrades"):
        figure.add_bar(y=[html_escape(kb.label("defeaters", d)) for d in order], x=[len(found[d][verdict]) for d in order],
                       orientation="h", name=verdict)
    worst = max(order, key=lambda d: len(found[d]["fails"]))
    widest = order[-1]
    sentence = (f"Under {kb.label('releases', release).lower()}, “{kb.label('defeaters', worst)}” makes the most "
                f"safeguards fail ({len(found[worst]['fails'])}), and “{kb.label('defeaters', widest)}” reaches the most "
                f"({len(found[widest]['fails']) + len(found[widest]['degrades'])}).")
    return PageFigure(figure, sentence, height=90 + 26 * len(order))


def defeaters_table(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """Each way of defeating safeguards, with the safeguards that it makes fail or degrades under a release."""
    rows = []
    for id, found in defeaters(kb, release).items():
        if found["fails"] or found["degrades"]:
            term = kb.vocabularies["defeaters"].term(id)
            rows.append([f"**{escape(term.title)}.** {escape(term.summary)}", len(found["fails"]), len(found["degrades"]),
                         *(entries(s.id for s in found[verdict]) for verdict in ("fails", "degrades"))])
    return table("ways", ["What defeats", "Fails", "Degrades", "Safeguards that fail by it", "Safeguards that it degrades"], rows)


def still_able_table(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """Each actor with the safeguards with which it can still act under a release where they degrade or fail."""
    able: dict[str, list[SafeguardEntry]] = {}
    holds: Counter[str] = Counter()
    for s in kb.safeguards:
        verdict = s.survival_under(release)
        if verdict.verdict in ("degrades", "fails"):
            for actor in verdict.still_able:
                able.setdefault(actor, []).append(s)
        elif verdict.verdict == "holds":
            holds.update(s.operated_by.actors)
    rows = []
    for term in kb.vocabularies["actors"].terms:
        if holds[term.id] or term.id in able:
            mine = able.get(term.id, [])
            rows.append([escape(term.title), holds[term.id], len(mine), entries(s.id for s in mine)])
    return table("actors", ["Actor", "Operates, and it holds", "Can still act, though it is weakened", "With which"], rows)
