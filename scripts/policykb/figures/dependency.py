"""The dependency graph between risks and safeguards, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape as html_escape
from typing import Any

import plotly.graph_objects as go

from ..analysis.coverage import links
from ..load import KnowledgeBase
from ..myst import Myst, badge, chip, entries, escape, table
from ..schema import KINDS, RELEASES, RiskEntry, SafeguardEntry
from .figure import PageFigure
from .layout import barycentre_order

Node = RiskEntry | SafeguardEntry
STRENGTHS = ("strong", "moderate", "weak", "contested", "none")
ROW = 24
_STYLE: dict[str, dict[str, Any]] = {
    "strong": {"width": 3}, "moderate": {"width": 1.7}, "weak": {"width": 0.9},
    "contested": {"width": 1.2, "dash": "dash"}, "none": {"width": 0.8, "dash": "dot"},
}
_STEPS = 12


def curve(x0: float, y0: float, x1: float, y1: float) -> tuple[list[float | None], list[float | None]]:
    """Points of an S-shaped line between two columns, or of an arc within one; a gap at the end."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        bulge = 0.0 if x0 != x1 else 4 * t * (1 - t) * (0.18 if x0 < 0.5 else -0.18)
        ease = t * t * (3 - 2 * t) if x0 != x1 else t
        xs.append(round(x0 + (x1 - x0) * t + bulge, 4))
        ys.append(round(y0 + (y1 - y0) * ease, 4))
    return [*xs, None], [*ys, None]


def _node(entry: Node, link: str | None) -> dict[str, Any]:
    return {"id": entry.id, "kind": entry.kind, "title": html_escape(entry.title), "topics": entry.topics,
            "pillars": entry.pillars, "chain": [link] if link else [],
            "href": f"catalogue/{KINDS[entry.kind].folder}/{entry.id}.html"}


def dependency_figure(kb: KnowledgeBase, *, chain: Mapping[str, str] | None = None) -> PageFigure:
    """Safeguards on the left, risks on the right; a line is a link, as thick as it is strong.

    `chain` gives the link of the biosecurity chain for some risks and safeguards, by id: only these
    are shown then, with the links between them, and both columns stand in the order of the chain and
    not by domain.
    `figure.layout.meta` has what the page's script needs to filter and lay out again: `nodes` (in the
    order of their columns), `edges` ([source, target, relation, strengths in place and under each
    release]), `filters` ([label, key of the nodes, terms]) and the titles of `releases`.
    """
    by_release = [links(kb, release) for release in RELEASES]
    edges: list[list[Any]] = []
    number = 0
    for safeguard in kb.safeguards:
        for link in safeguard.mitigates:
            edges.append([safeguard.id, link.risk, "mitigates",
                          [link.strength, *(states[number].strength for states in by_release)]])
            number += 1
        edges += [[safeguard.id, d.safeguard, "depends_on", []] for d in safeguard.depends_on]
    for risk in kb.risks:
        edges += [[risk.id, link.risk, "leads_to", []] for link in risk.leads_to]
    safeguards = [s for s in kb.safeguards if chain is None or s.id in chain]
    risks = [r for r in kb.risks if chain is None or r.id in chain]
    by_id: dict[str, Node] = {s.id: s for s in safeguards} | {r.id: r for r in risks}
    edges = [e for e in edges if e[0] in by_id and e[1] in by_id]
    left, right = barycentre_order(
        [s.id for s in safeguards], [r.id for r in risks],
        [(a, b) for a, b, relation, _ in edges if relation == "mitigates"],
        groups=_by_domain(kb, risks) if chain is None else _by_chain(kb, chain),
    )
    rows = max(len(left), len(right), 1)
    place = {node: (x, index * rows / len(column) + (rows / len(column) - 1) / 2)
             for x, column in ((0.0, left), (1.0, right)) for index, node in enumerate(column)}
    nodes = [_node(by_id[id], (chain or {}).get(id)) for id in (*left, *right)]
    fields = [("Link", "chain", "biosecurity-chain")] if chain else [("Topic", "topics", "topics"), ("Pillar", "pillars", "pillars")]
    meta = {"nodes": nodes, "edges": edges, "releases": _terms(kb, "releases"),
            "filters": [[label, key, _terms(kb, vocabulary)] for label, key, vocabulary in fields]}
    figure = go.Figure(layout=_layout(meta, rows))
    for strength in STRENGTHS:
        _lines(figure, strength, [e for e in edges if e[2] == "mitigates" and e[3][0] == strength], place,
               _STYLE[strength])
    _lines(figure, "depends on, leads to", [e for e in edges if e[2] != "mitigates"], place,
           {"width": 1, "dash": "dashdot"})
    for kind, column, side in (("safeguard", left, "left"), ("risk", right, "right")):
        figure.add_scatter(
            x=[place[n][0] for n in column], y=[place[n][1] for n in column], mode="markers+text", name=f"{kind}s",
            text=[html_escape(kb.entries[n].title) for n in column], textposition=f"middle {side}",
            customdata=column, hovertext=[html_escape(f"{kb.entries[n].title}: {kb.entries[n].summary}") for n in column],
            hoverinfo="text", cliponaxis=False, marker={"size": 11, "symbol": "circle" if kind == "risk" else "square"},
        )
    return PageFigure(figure, graph_sentence(safeguards, risks), kind="graph", height=rows * ROW + 60)


def _terms(kb: KnowledgeBase, vocabulary: str) -> list[list[str]]:
    return [[t.id, t.title] for t in kb.vocabularies[vocabulary].terms]


def _by_domain(kb: KnowledgeBase, risks: Iterable[RiskEntry]) -> dict[str, int]:
    order = [term.id for term in kb.vocabularies["domains"].terms]
    return {r.id: order.index(r.domain) for r in risks}


def _by_chain(kb: KnowledgeBase, chain: Mapping[str, str]) -> dict[str, int]:
    order = [term.id for term in kb.vocabularies["biosecurity-chain"].terms]
    return {id: order.index(link) for id, link in chain.items()}


def _layout(meta: dict[str, Any], rows: int) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": False}
    return {
        "meta": meta, "xaxis": {**axis, "range": [-0.02, 1.02]}, "yaxis": {**axis, "range": [rows - 0.3, -0.7]},
        "margin": {"l": 270, "r": 270, "t": 10, "b": 10}, "showlegend": False, "hovermode": "closest",
        "dragmode": "pan", "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _lines(figure: go.Figure, name: str, edges: list[list[Any]], place: dict[str, tuple[float, float]],
           style: dict[str, Any]) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for source, target, *_ in edges:
        x, y = curve(*place[source], *place[target])
        xs += x
        ys += y
    figure.add_scatter(x=xs, y=ys, mode="lines", name=name, line=style, hoverinfo="skip")


def graph_sentence(safeguards: Sequence[SafeguardEntry], risks: Sequence[RiskEntry]) -> str:
    """What is seen in the graph of these entries, in one sentence."""
    degree = {risk.id: sum(link.risk == risk.id for s in safeguards for link in s.mitigates) for risk in risks}
    ids = {s.id for s in safeguards}
    needed = sum(d.safeguard in ids for s in safeguards for d in s.depends_on)
    most = max(risks, key=lambda r: degree[r.id], default=None)
    busiest = f"; most safeguards address {most.title} ({degree[most.id]})" if most else ""
    alone = sum(n <= 1 for n in degree.values())
    return (f"{len(safeguards)} safeguards address {len(risks)} risks through {sum(degree.values())} links, and lean on one "
            f"another through {needed}{busiest}; {alone} risk{' has' if alone == 1 else 's have'} one safeguard or none.")


def links_table(kb: KnowledgeBase) -> Myst:
    """Every link of the graph as a table that can be sorted and filtered."""
    by_release = {release: links(kb, release) for release in RELEASES}
    rows: list[list[str]] = []
    for safeguard in kb.safeguards:
        for link in safeguard.mitigates:
            states = [by_release[r][len(rows)].strength for r in RELEASES]
            rows.append([entries([safeguard.id]), entries([link.risk]), escape(link.effect), strength_chip(link.strength),
                         *map(strength_chip, states), badge("judgement", "judgement") if link.basis else "sources"])
    return table("links", ["Safeguard", "Risk", "Effect", "In place", *(kb.label("releases", r) for r in RELEASES), "Rests on"],
                 rows, filters=["Safeguard", "Risk", "Effect", "In place", "Open weights", "Rests on"])


def strength_chip(strength: str) -> str:
    """An effective strength as a coloured label."""
    return chip("—" if strength == "none" else strength, f"s-{strength}")
