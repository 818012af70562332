"""Coverage by release, as tables, a figure and sentences."""

from __future__ import annotations

from collections import Counter
from html import escape as html_escape

import plotly.graph_objects as go

from ..analysis.coverage import GRADES, coverage, coverage_by_release, falls_away, links
from ..load import KnowledgeBase
from ..myst import Myst, chip, entries, escape, one_line, table
from ..schema import RELEASES, Release
from .dependency import strength_chip
from .figure import PageFigure


def grade_chip(value: str) -> str:
    """A grade of coverage as a coloured label."""
    return chip(value, f"c-{value}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def coverage_sentence(kb: KnowledgeBase) -> str:
    """What the coverage figure shows, in one sentence."""
    grades = coverage_by_release(kb)
    first, last = grades[RELEASES[0]], grades["open-weights"]
    worse = sum(GRADES.index(b) < GRADES.index(a) for a, b in zip(first, last, strict=True))
    return (f"Of {_count(len(grades), 'risk')}, {sum(first == 'layered')} are layered under a hosted release and "
            f"{sum(last == 'layered')} once weights are public; {sum(last == 'uncovered')} are then uncovered, "
            f"and {worse} have a lower grade than under a hosted release.")


def coverage_figure(kb: KnowledgeBase) -> PageFigure:
    """Numbers of risks by grade of coverage, one bar a release."""
    grades = coverage_by_release(kb)
    # On two lines, so that they fit below their bars on a phone.
    names = [html_escape(kb.label("releases", release)).replace(" ", "<br>") for release in RELEASES]
    figure = go.Figure(layout={
        "barmode": "stack", "margin": {"l": 40, "r": 10, "t": 10, "b": 40}, "legend": {"orientation": "h", "y": 1.12},
        "yaxis": {"title": {"text": "risks"}, "fixedrange": True}, "xaxis": {"fixedrange": True, "tickangle": 0, "automargin": True},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
    })
    for grade in reversed(GRADES):
        figure.add_bar(x=names, y=[int((grades[r] == grade).sum()) for r in RELEASES], name=grade)
    return PageFigure(figure, coverage_sentence(kb), height=320)


def coverage_table(kb: KnowledgeBase) -> Myst:
    """The grade of each risk under each release, and what was put to the test of what gives it under open weights."""
    frames = {release: coverage(kb, release) for release in RELEASES}
    trials = Counter(t.safeguard for e in kb.events for t in e.tests)
    tested: Counter[str] = Counter()
    for state in links(kb, "open-weights"):
        if state.strength in ("strong", "moderate"):
            tested[state.risk] += trials[state.safeguard]
    rows = []
    for risk in sorted(kb.risks, key=lambda r: r.title):
        open_weights = frames["open-weights"].loc[risk.id]
        rows.append([entries([risk.id]), escape(kb.label("domains", risk.domain)),
                     *(grade_chip(str(frames[r].loc[risk.id, "coverage"])) for r in RELEASES),
                     tested.get(risk.id, 0), open_weights["contested"]])
    return table("risks", ["Risk", "Domain", *(kb.label("releases", r) for r in RELEASES),
                           "Tests of what is left", "Contested"], rows, filters=["Domain", "Hosted", "Open weights"])


def judgement_sentence(kb: KnowledgeBase) -> Myst:
    """How much of the coverage rests on judgement, in one sentence."""
    frame = coverage(kb, "open-weights")
    drop = sum(GRADES.index(b) < GRADES.index(a) for a, b in zip(frame["coverage"], frame["sourced"], strict=True))
    alive = int(frame[["strong", "moderate", "weak", "contested"]].to_numpy().sum())
    return Myst(f"Under open weights, {int(frame['judgement'].sum())} of the {alive} links that are left rest on the "
                f"editors’ judgement; without them, {_count(drop, 'risk')} would have a lower grade.")


def falls_away_section(kb: KnowledgeBase, before: Release, after: Release) -> Myst:
    """What is weaker under `after` than under `before`: a sentence, then a table with the reasons."""
    frame = falls_away(kb, before, after)
    gains = falls_away(kb, after, before)
    names = kb.label("releases", before).lower(), kb.label("releases", after).lower()
    lost = frame[frame["after"] == "none"]
    grades = coverage_by_release(kb)
    worse = [r for r in grades.index
             if GRADES.index(grades.loc[r, after]) < GRADES.index(grades.loc[r, before])]
    if frame.empty:
        return Myst(f"From {names[0]} to {names[1]}, no link becomes weaker.")
    text = (f"From {names[0]} to {names[1]}, {_count(len(frame), 'link')} become{'s' if len(frame) == 1 else ''} weaker, "
            f"{len(lost)} of them to nothing, in {_count(frame['safeguard'].nunique(), 'safeguard')}. ")
    if worse:
        text += f"A grade is lost by {entries(worse)}. "
    else:
        text += "No risk loses a grade by it. "
    if len(gains):
        text += f"{_count(len(gains), 'link')} that did not apply before come{'s' if len(gains) == 1 else ''} in."
    rows = [[entries([str(row.safeguard)]), entries([str(row.risk)]), strength_chip(str(row.before)),
             strength_chip(str(row.after)), one_line(str(row.why))] for row in frame.itertuples()]
    lost_links = table("links", ["Safeguard", "Risk", "Before", "After", "Why"], rows, filters=["Safeguard", "Risk", "After"])
    return Myst(f"{text}\n\n{lost_links}")
