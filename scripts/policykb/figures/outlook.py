"""What the data can say to the claim that openness may prove safer, through transparency and distributed oversight."""

from __future__ import annotations

import plotly.graph_objects as go

from ..analysis.coverage import GRADES, coverage
from ..analysis.criticality import actor_criticality, gained_and_lost
from ..analysis.resilience import STRUCTURES, Governance, declines, sensitivity
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, table
from ..schema import Release
from .figure import PageFigure

_CLOSED: Release = "hosted"
_OPEN: Release = "open-weights"
_COLOURS = {"as it is": "#4a7fb5", "centralised": "#c2603a", "distributed": "#5b9a68"}
_ORDERS, _SEED = 200, 1


def balance_sentence(kb: KnowledgeBase) -> Myst:
    """Which safeguards openness takes and which it gives, in one sentence."""
    gained, lost = gained_and_lost(kb, _CLOSED, _OPEN)
    return Myst(f"Of {len(kb.safeguards)} safeguards, {len(lost)} that are available for a hosted model are not available once its weights are "
                f"public, and {len(gained)} become available only then ({entries(gained, 'none')}).")


def coverage_sentence(kb: KnowledgeBase) -> Myst:
    """How many risks are uncovered, thin and layered when hosted and under open weights, in one sentence."""
    parts = []
    for release in (_CLOSED, _OPEN):
        found = coverage(kb, release)["coverage"]
        counts = ", ".join(f"{int((found == grade).sum())} {grade}" for grade in GRADES)
        parts.append(f"{kb.label('releases', release).lower()}: {counts}")
    return Myst("Coverage of the risks, " + "; ".join(parts) + ".")


def dependence_sentence(kb: KnowledgeBase) -> Myst:
    """On which kind of actor most depends, hosted and under open weights, in one sentence."""
    parts = []
    for release, words in ((_CLOSED, "for a hosted model"), (_OPEN, "once its weights are public")):
        worst = actor_criticality(kb, release).iloc[0]
        parts.append(f"{words} most rests on “{escape(kb.label('actors', str(worst['actor'])))}”: without it "
                     f"{worst['risks']} of {len(kb.risks)} risks lose a grade and {worst['safeguards']} safeguards are gone")
    text = "; ".join(parts) + "."
    return Myst(text[0].upper() + text[1:])


def dependence_table(kb: KnowledgeBase) -> Myst:
    """For each kind of actor what is lost without it, hosted and under open weights."""
    closed, opened = (actor_criticality(kb, release).set_index("actor") for release in (_CLOSED, _OPEN))
    both = closed.join(opened, lsuffix="_closed", rsuffix="_open")
    both = both[(both["safeguards_closed"] > 0) | (both["safeguards_open"] > 0)]
    both = both.assign(total=both["risks_closed"] + both["risks_open"]).sort_values(["total", "safeguards_closed"], ascending=False)
    columns = ["risks_closed", "risks_open", "uncovered_closed", "uncovered_open", "safeguards_closed", "safeguards_open"]
    rows = [[escape(kb.label("actors", str(actor))), *row] for actor, row in zip(both.index, both[columns].to_numpy().tolist(), strict=True)]
    return table("actors", ["Without", "Risks that lose a grade, hosted", "… open weights", "Of these uncovered, hosted", "… open weights ",
                            "Safeguards gone, hosted", "… open weights  "], rows)


def decline_figure(kb: KnowledgeBase) -> PageFigure:
    """Risks covered under open weights as more and more kinds of actor fail, for three structures of governance."""
    found = declines(kb, _OPEN, orders=_ORDERS, seed=_SEED)
    figure = go.Figure()
    for structure in STRUCTURES:
        part = found[found["structure"] == structure]
        x, colour = part["failed"].tolist(), _COLOURS[structure]
        figure.add_scatter(x=[*x, *reversed(x)], y=[*part["high"].tolist(), *reversed(part["low"].tolist())], fill="toself", mode="none",
                           fillcolor=colour, opacity=0.16, hoverinfo="skip", showlegend=False, name=f"{structure}, interval")
        figure.add_scatter(x=x, y=part["mean"].round(1).tolist(), mode="lines", name=f"{structure}, at random", line={"color": colour},
                           hovertemplate=f"{structure}, at random: %{{y}} risks covered, %{{x}} failed<extra></extra>")
        figure.add_scatter(x=x, y=part["worst"].tolist(), mode="lines", name=f"{structure}, worst first", line={"color": colour, "dash": "dot"},
                           hovertemplate=f"{structure}, worst first: %{{y}} risks covered, %{{x}} failed<extra></extra>")
    figure.update_layout(margin={"l": 55, "r": 10, "t": 70, "b": 45}, xaxis={"title": {"text": "kinds of actor that have failed"}},
                         yaxis={"title": {"text": "risks covered"}, "rangemode": "tozero"},
                         legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return PageFigure(figure, decline_sentence(kb), height=430)


def decline_sentence(kb: KnowledgeBase, failed: int = 5) -> str:
    """How many risks are covered after a few failures at random and worst first, under each structure, in one sentence."""
    found = declines(kb, _OPEN, orders=_ORDERS, seed=_SEED)
    at = found[found["failed"] == failed].set_index("structure")
    start = int(found[found["failed"] == 0]["worst"].max())
    parts = [f"{structure}: {mean:.0f} at random, {worst:.0f} worst first"
             for structure, mean, worst in zip(at.index.tolist(), at["mean"].tolist(), at["worst"].tolist(), strict=True)]
    return (f"Under open weights {start} of {len(kb.risks)} risks are covered at first; when {failed} of {len(Governance(kb, _OPEN).actors)} kinds of "
            f"actor have failed, {'; '.join(parts)}. Bands hold nine in ten of {_ORDERS} random orders.")


def sensitivity_table(kb: KnowledgeBase) -> Myst:
    """Robustness under other assumptions, hosted and under open weights."""
    rows = []
    for row in sensitivity(kb, (_CLOSED, _OPEN), orders=60, seed=_SEED).to_dict("records"):
        nothing = not row["covered"]
        rows.append([row["variant"], kb.label("releases", row["release"]), row["structure"], row["covered"],
                     "—" if nothing else f"{row['random']:.2f} ({row['low']:.2f} to {row['high']:.2f})", "—" if nothing else f"{row['worst']:.2f}"])
    return table("assumptions", ["What counts", "Release", "Structure", "Risks covered at first", "Robustness, at random (nine in ten orders)",
                                 "Worst first"], rows, filters=["What counts", "Release", "Structure"])
