"""Models on pages: who builds on whom, concentration, training compute against the law's thresholds, and the lag of open models."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from html import escape as html_escape
from math import log10

import networkx as nx
import plotly.graph_objects as go

from ..analysis.duties import standing
from ..analysis.models import (
    Against,
    Threshold,
    against,
    concentration,
    frame,
    herfindahl,
    is_open,
    lineage,
    roots,
    shares,
    thresholds,
)
from ..dates import build_date
from ..load import KnowledgeBase
from ..myst import Myst, badge, chip, cites, entries, escape, one_line, table
from ..schema import EventEntry, ModelEntry
from ..schema.base import first_day
from ..schema.event import Lag
from ..words import number, shorten
from .checklist import PageHtml
from .duties import STANDING_WORDS
from .figure import PageFigure
from .network import ROW, Box, Line, network_page

METHODS = {"reported": "reported", "6ND": "6 × parameters × tokens", "hardware-hours": "from hardware hours",
           "third-party-estimate": "estimated by others"}
_MEASURES = (("developer", "developer", None), ("jurisdiction", "place of the developer", "jurisdictions"),
             ("developer_type", "kind of developer", "developer-types"), ("roots", "base model", None),
             ("hosts", "host of the weights", "hosts"), ("vendors", "designer of the training chips", None))
_AGAINST: dict[Against, tuple[str, str]] = {"above": ("above", "q-yes"), "straddles": ("range crosses it", "q-no"),
                                            "below": ("below", "q-depends"), "unknown": ("not known", "q-depends")}


def _name(kb: KnowledgeBase, vocabulary: str | None, value: str) -> str:
    if vocabulary:
        return kb.label(vocabulary, value)
    return kb.entries[value].title if value in kb.entries else value


def roster_sentence(kb: KnowledgeBase) -> Myst:
    """How many models there are, open and closed, in one sentence."""
    opened = [m for m in kb.models if is_open(m)]
    first, last = (f(first_day(m.released) for m in kb.models) for f in (min, max))
    return Myst(f"These data hold {len(kb.models)} models released from {first.year} to {last.year}: {len(opened)} whose weights anyone can "
                f"download, by {len({m.developer for m in opened})} developers, and {len(kb.models) - len(opened)} that are hosted or gated.")


def concentration_table(kb: KnowledgeBase) -> Myst:
    """Concentration of the open models in these data, by what they can be counted by."""
    models = frame(kb)
    models = models[models["open"]]
    rows = []
    for column, words, vocabulary in _MEASURES:
        values = [v for cell in models[column] for v in ((cell,) if isinstance(cell, str) else cell)]
        known = int(models[column].map(bool).sum())
        if not values:
            continue
        index = herfindahl(values)
        top = shares(values).head(3)
        leaders = "; ".join(f"{escape(_name(kb, vocabulary, str(row.value)))} {row.share:.0%}" for row in top.itertuples())
        rows.append([words.capitalize(), f"{known} of {len(models)}", len(set(values)), leaders, f"{index:.2f}", f"{1 / index:.1f}"])
    return table("measures", ["Counted by", "Models for which it is known", "Different values", "Largest shares", "Herfindahl index",
                              "As concentrated as … equal ones"], rows)


def concentration_sentence(kb: KnowledgeBase) -> Myst:
    """The concentration of open models by developer and by jurisdiction, in one sentence."""
    models = frame(kb)
    models = models[models["open"]]
    by_place, by_developer = shares(models["jurisdiction"]), shares(models["developer"])
    first = by_place.iloc[0]
    return Myst(f"Of the {len(models)} open models here, {first['number']} ({first['share']:.0%}) come from developers in "
                f"{escape(kb.label('jurisdictions', str(first['value'])))}"
                + (f" and {by_place.iloc[1]['number']} from {escape(kb.label('jurisdictions', str(by_place.iloc[1]['value'])))}" if len(by_place) > 1 else "")
                + f"; by developer they are as concentrated as {1 / herfindahl(models['developer']):.1f} equal ones, and "
                f"{escape(str(by_developer.iloc[0]['value']))} has most ({by_developer.iloc[0]['number']}). This measures the selection made here.")


def concentration_figure(kb: KnowledgeBase) -> PageFigure:
    """The Herfindahl index of the open models in these data, by year of release."""
    models = frame(kb)
    models = models[models["open"]]
    figure = go.Figure()
    colours = {"developer": "#4a7fb5", "jurisdiction": "#c2803a", "roots": "#5b9a68"}
    counts = models.groupby("year").size()
    for column, words, _ in _MEASURES:
        if column in colours:
            found = concentration(models, column)
            found = found[found["models"] >= 3]
            figure.add_scatter(x=found["year"].tolist(), y=found["herfindahl"].round(3).tolist(), mode="lines+markers", name=words,
                               line={"color": colours[column]},
                               hovertemplate="%{x}: %{y:.2f}, " + words + "<extra></extra>")
    figure.update_layout(margin={"l": 55, "r": 10, "t": 40, "b": 40}, yaxis={"title": {"text": "Herfindahl index"}, "range": [0, 1.02]},
                         xaxis={"dtick": 1}, legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    shown = [int(str(year)) for year, number in counts.items() if number >= 3]
    sentence = (f"Concentration of the open models in these data by year of release, for the {len(shown)} years with three or more: by developer, "
                "by the developer’s place and by base model; 1 means that one has all.")
    return PageFigure(figure, sentence, height=340)


def concentration_years(kb: KnowledgeBase) -> Myst:
    """The same figures as a table: for each year and measure the leader, its share and the index."""
    models = frame(kb)
    models = models[models["open"]]
    rows = []
    for column, words, vocabulary in _MEASURES[:4]:
        for row in concentration(models, column).itertuples():
            rows.append([row.year, words.capitalize(), row.models, escape(_name(kb, vocabulary, str(row.leader))),
                         f"{row.leaders_share:.0%}", f"{row.herfindahl:.2f}"])
    rows.sort(key=lambda row: (-int(str(row[0])), str(row[1])))
    return table("figures", ["Year", "Counted by", "Open models", "Leader", "Leader’s share", "Herfindahl index"], rows, filters=["Counted by"])


def lineage_sentence(kb: KnowledgeBase) -> str:
    """How many models were made from others here, and from which most, in one sentence."""
    g = lineage(kb)
    made = [n for n in g if g.in_degree(n)]
    most = max(g, key=lambda n: (len(nx.descendants(g, n)), n), default=None)
    leader = (f"; most go back to {kb.entries[most].title} ({len(nx.descendants(g, most))})" if most and nx.descendants(g, most) else "")
    return f"{len(made)} of {len(g)} models here were made from {sum(bool(g.out_degree(n)) for n in g)} others in these data{leader}."


def lineage_page(kb: KnowledgeBase, *, root: str = "../") -> PageHtml:
    """Models that were made from one another, by family from top to bottom and by time from left to right."""
    g = lineage(kb)
    day = {m.id: first_day(m.released) for m in kb.models}
    model = {m.id: m for m in kb.models}
    families = [sorted(part, key=lambda n: (day[n], n)) for part in nx.weakly_connected_components(g) if len(part) > 1]
    families.sort(key=lambda part: (day[part[0]], part[0]))
    if not families:
        return PageHtml("<p><em>No lineage in these data.</em></p>", "No lineage in these data.")
    begin = dt.date(min(day[part[0]] for part in families).year, 1, 1)
    end = max(day[n] for part in families for n in part)
    width, box, left = 1120.0, 178.0, 4.0

    def x(when: dt.date) -> float:
        return left + (width - box - 2 * left) * (when - begin).days / max((end - begin).days, 1)

    boxes: list[Box] = []
    y = 34.0
    back: list[str] = []
    for part in families:
        top = y
        for node in _tree_order(g, part, day):
            m = model[node]
            boxes.append(Box(node, round(x(day[node]), 1), y, box, m.title, m.title, f"{m.developer}, {m.released}. {m.summary}",
                             {"place": m.jurisdiction, "developer": m.developer, "open": "yes" if is_open(m) else "no"}))
            y += ROW
        back.append(f'<line x1="0" x2="{width:g}" y1="{top - 13:g}" y2="{top - 13:g}"/>')
        y += 9
    back += [f'<line class="kb-net-year" x1="{x(dt.date(year, 1, 1)):g}" x2="{x(dt.date(year, 1, 1)):g}" y1="18" y2="{y:g}"/>'
             f'<text class="kb-net-head" x="{x(dt.date(year, 1, 1)) + 3:g}" y="13">{year}</text>' for year in range(begin.year, end.year + 1)]
    shown = [model[b.id] for b in boxes]
    lines = [Line(a, b, f"by-{data['by']}", f"was made into ({kb.label('derivations', data['by']).lower()})") for a, b, data in g.edges(data=True)]
    legend = "".join(f' <span class="kb-key kb-l-by-{t.id}">{escape(t.title.lower())}</span>' for t in kb.vocabularies["derivations"].terms
                     if any(data["by"] == t.id for _, _, data in g.edges(data=True)))
    return network_page(
        kb, boxes, lines, size=(width, y), sentence=lineage_sentence(kb), background="".join(back), legend=legend, root=root,
        idle="Point at a model to see what it was made from and what was made of it; click to open its page.",
        filters=[("place", "Place", [(p, kb.label("jurisdictions", p)) for p in sorted({m.jurisdiction for m in shown})]),
                 ("developer", "Developer", [(d, d) for d in sorted({m.developer for m in shown})])])


def _tree_order(g: nx.DiGraph[str], part: Sequence[str], day: dict[str, dt.date]) -> list[str]:
    """The models of a family, each after its first parent and before that parent's later children."""
    order: list[str] = []

    def visit(node: str) -> None:
        if node not in order:
            order.append(node)
            for child in sorted(g.successors(node), key=lambda n: (day[n], n)):
                visit(child)

    for node in part:
        if g.in_degree(node) == 0:
            visit(node)
    return order


def lineage_table(kb: KnowledgeBase) -> Myst:
    """Every step from a model to one made from it."""
    by_id = {m.id: m for m in kb.models}
    rows = [[entries([m.id]), escape(m.developer), m.released, entries([link.model]), escape(by_id[link.model].developer),
             escape(kb.label("derivations", link.by)), one_line(link.how)]
            for m in sorted(kb.models, key=lambda m: (m.released, m.id), reverse=True) for link in m.derived_from]
    return table("steps", ["Model", "By", "Released", "Made from", "Of", "By which means", "How"], rows, filters=["Of", "By which means"])


def bases_table(kb: KnowledgeBase) -> Myst:
    """The models at the beginning of lines of descent: how many go back to them, and how many of those are others' work."""
    base, by_id = roots(kb), {m.id: m for m in kb.models}
    children: dict[str, list[ModelEntry]] = {}
    for m in kb.models:
        for root in base[m.id]:
            if root != m.id:
                children.setdefault(root, []).append(m)
    rows = [[entries([root]), escape(by_id[root].developer), escape(kb.label("licence-tiers", by_id[root].licence.tier)), len(made),
             sum(m.developer != by_id[root].developer for m in made), sum(m.jurisdiction != by_id[root].jurisdiction for m in made)]
            for root, made in sorted(children.items(), key=lambda item: (-len(item[1]), item[0]))]
    return table("base models", ["Base", "Developer", "Licence tier", "Models made from it", "By other developers", "From another place"], rows,
                 filters=["Licence tier"])


def _lines(kb: KnowledgeBase) -> dict[float, list[Threshold]]:
    found: dict[float, list[Threshold]] = {}
    for threshold in thresholds(kb):
        found.setdefault(threshold.flop, []).append(threshold)
    return found


def compute_figure(kb: KnowledgeBase) -> PageFigure:
    """Training compute over time on a logarithmic scale, with ranges, and the lines that the law data draw."""
    models = frame(kb)
    models = models[models["flop"].notna()]
    figure = go.Figure()
    lines = _lines(kb)
    begin, end = "2019-01-01", build_date().isoformat()
    for flop, drawn in lines.items():
        names = sorted({t.instrument.title for t in drawn})
        figure.add_scatter(x=[begin, end], y=[flop, flop], mode="lines", name=f"line {number(flop)}", showlegend=False,
                           line={"color": "#b0413e", "dash": "dot", "width": 1.3},
                           hovertemplate=f"{number(flop)} FLOP: {'; '.join(html_escape(n) for n in names[:6])}"
                                         f"{' and others' if len(names) > 6 else ''}<extra></extra>")
    for opened, words, colour, symbol in ((True, "open weights", "#3f8f7a", "circle"), (False, "hosted or gated", "#8d6aa8", "diamond-open")):
        group = models[models["open"] == opened]
        by_id = {m.id: m for m in kb.models}
        figure.add_scatter(
            x=[day.date().isoformat() for day in group["released"]], y=group["flop"].tolist(), mode="markers", name=words,
            marker={"color": colour, "size": 9, "symbol": symbol},
            error_y={"type": "data", "symmetric": False, "array": (group["high"] - group["flop"]).tolist(),
                     "arrayminus": (group["flop"] - group["low"]).tolist(), "color": colour, "thickness": 1.2, "width": 3},
            customdata=[_href(id) for id in group.index],
            text=[f"{html_escape(by_id[str(id)].title)}: {number(flop)} FLOP, {_method(by_id[str(id)])}"
                  for id, flop in group["flop"].items()],
            hovertemplate="%{text}<extra></extra>")
    annotations = [{"x": begin, "y": log10(flop), "xanchor": "left", "yanchor": "bottom", "showarrow": False, "text": number(flop),
                    "font": {"size": 11}} for flop in lines]
    figure.update_layout(margin={"l": 60, "r": 10, "t": 40, "b": 40}, annotations=annotations, hovermode="closest",
                         yaxis={"type": "log", "title": {"text": "training compute, FLOP"}, "exponentformat": "power", "dtick": 1},
                         xaxis={"type": "date", "range": ["2018-12-01", end]},
                         legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return PageFigure(figure, compute_sentence(kb), height=560)


def _href(id: object) -> str:
    return f"catalogue/models/{id}.html"


def _method(model: ModelEntry) -> str:
    return METHODS[model.training_flop.method] if model.training_flop else "not known"


def compute_sentence(kb: KnowledgeBase) -> str:
    """For how many models compute is known, and how many open ones lie above the European line, in one sentence."""
    known = [m for m in kb.models if m.training_flop]
    methods = Counter(_method(m) for m in known)
    opened = [m for m in known if is_open(m)]
    over = Counter(against(m, 1e25) for m in opened)
    return (f"Training compute is known or estimated for {len(known)} of {len(kb.models)} models "
            f"({'; '.join(f'{words}: {number}' for words, number in methods.most_common())}). Of {len(opened)} open ones the number above 10²⁵ FLOP "
            f"with their whole range is {over['above']}, and the number whose range crosses that line {over['straddles']}.")


def thresholds_against_table(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """Each line on training compute in the law data, who draws it, how it stands, and the open models above it."""
    on = on or build_date()
    rows = []
    for flop, drawn in _lines(kb).items():
        opened = {word: [m for m in kb.models if is_open(m) and against(m, flop, inclusive=drawn[0].inclusive) == word] for word in ("above", "straddles")}
        for t in drawn:
            rows.append([number(flop), entries([f"{t.instrument.id}#{t.provision.id}"]), escape(t.provision.title),
                         escape(kb.label("jurisdictions", t.instrument.jurisdiction)), STANDING_WORDS[standing(t.instrument, t.provision, on)],
                         len(opened["above"]), len(opened["straddles"])])
    return table("thresholds", ["FLOP", "Drawn by", "What hangs on it", "Place", "Standing", "Open models above", "Open models whose range crosses it"], rows,
                 filters=["FLOP", "Place", "Standing"])


def models_against_table(kb: KnowledgeBase) -> Myst:
    """Each model with known compute against each line of the law data."""
    lines = _lines(kb)
    rows = []
    for m in sorted(kb.models, key=lambda m: -(m.training_flop.value if m.training_flop else 0)):
        flop = m.training_flop
        if not flop:
            continue
        span = f" ({number(flop.low or flop.value)} to {number(flop.high or flop.value)})" if flop.low or flop.high else ""
        rows.append([entries([m.id]), m.released, escape(kb.label("releases", m.release)), escape(kb.label("jurisdictions", m.jurisdiction)),
                     f"{number(flop.value)}{span}", METHODS[flop.method],
                     *(chip(*_AGAINST[against(m, line, inclusive=drawn[0].inclusive)]) for line, drawn in lines.items())])
    return table("models", ["Model", "Released", "Release", "Place", "Training FLOP", "How it is known", *(number(line) for line in lines)], rows,
                 filters=["Release", "Place", "How it is known", *(number(line) for line in lines)])


def unknown_compute_sentence(kb: KnowledgeBase) -> Myst:
    """The open models of which nothing was found from which compute could be computed, in one sentence."""
    ids = [m.id for m in kb.models if is_open(m) and not m.training_flop]
    return Myst(f"For {len(ids)} open models no figure was found, and nothing from which one could be computed: {entries(ids)}.")


def _lags(kb: KnowledgeBase) -> list[tuple[Lag, EventEntry]]:
    return sorted(((lag, event) for event in kb.events for lag in event.lags), key=lambda pair: (pair[0].on, pair[1].id))


def _months(lag: Lag) -> str:
    span = f"{lag.low:g} to {lag.high:g}" if lag.low is not None and lag.high is not None else ""
    centre = f"{lag.months:g}" if lag.months is not None else ""
    return f"{centre} ({span})" if centre and span else centre or span or (f"at least {lag.low:g}" if lag.low is not None else f"at most {lag.high:g}")


def lag_sentence(kb: KnowledgeBase) -> str:
    """How many published estimates there are and how far they lie apart, in one sentence."""
    found = _lags(kb)
    if not found:
        return "No estimate of the lag of open models in these data."
    low = min(x for lag, _ in found for x in (lag.low, lag.months, lag.high) if x is not None)
    high = max(x for lag, _ in found for x in (lag.low, lag.months, lag.high) if x is not None)
    return (f"{len(found)} estimates in {len({event.id for _, event in found})} publications put open models from {low:g} to {high:g} months behind "
            "closed ones; they measure different things, on different models and days.")


def lag_figure(kb: KnowledgeBase) -> PageFigure:
    """Each published estimate of the lag, with its range, in the order of the day for which it holds."""
    found = _lags(kb)
    names = [f"{lag.on} [{number}]" for number, (lag, _) in enumerate(found, 1)]
    centre = [_centre(lag) for lag, _ in found]
    ends = [lag.high if lag.high is not None else c for (lag, _), c in zip(found, centre, strict=True)]
    hover = [f"{html_escape(event.title)}: {_months(lag)} months. {html_escape(lag.of)}" for lag, event in found]
    figure = go.Figure(go.Scatter(
        x=centre, y=names, mode="markers", marker={"color": "#4a7fb5", "size": 9,
                                                   "symbol": ["circle" if lag.months is not None else "line-ns-open" for lag, _ in found]},
        error_x={"type": "data", "symmetric": False, "color": "#4a7fb5", "thickness": 1.6,
                 "array": [end - c for end, c in zip(ends, centre, strict=True)],
                 "arrayminus": [c - (lag.low if lag.low is not None else c) for (lag, _), c in zip(found, centre, strict=True)]},
        text=hover, customdata=[f"catalogue/events/{event.id}.html" for _, event in found], hovertemplate="%{text}<extra></extra>"))
    figure.add_scatter(x=[end + 0.5 for end in ends], y=names, mode="text", textposition="middle right", hoverinfo="skip", name="labels",
                       text=[html_escape(shorten(event.title, 52)) for _, event in found], cliponaxis=False)
    figure.update_layout(margin={"l": 105, "r": 20, "t": 10, "b": 40}, showlegend=False,
                         xaxis={"title": {"text": "months behind"}, "range": [0, max(ends, default=12) * 1.55]},
                         yaxis={"autorange": "reversed"})
    return PageFigure(figure, lag_sentence(kb), height=max(240, 26 * len(found) + 60))


def _centre(lag: Lag) -> float:
    """The central estimate, or the middle of the range, or its only end."""
    ends = [x for x in (lag.low, lag.high) if x is not None]
    return lag.months if lag.months is not None else sum(ends) / len(ends)


def lag_table(kb: KnowledgeBase) -> Myst:
    """The estimates with what they compare and how."""
    rows = [[number, entries([event.id]), lag.on, _months(lag), escape(lag.of), escape(lag.measure), cites(lag.sources)]
            for number, (lag, event) in reversed(list(enumerate(_lags(kb), 1)))]
    return table("estimates", ["No.", "Estimate", "As of", "Months behind", "What is compared", "On what and how", "Source"], rows)


def hardware_table(kb: KnowledgeBase) -> Myst:
    """On which chips the models here were trained, as far as their developers say."""
    rows = [[entries([m.id]), m.released, escape(kb.label("jurisdictions", m.jurisdiction)), ", ".join(map(escape, m.hardware.vendor)),
             escape(m.hardware.chips), cites(m.hardware.sources)]
            for m in sorted(kb.models, key=lambda m: m.released, reverse=True) if m.hardware]
    return table("models", ["Model", "Released", "Place", "Chips by", "Which", "Source"], rows, filters=["Place", "Chips by"])


def licence_table(kb: KnowledgeBase) -> Myst:
    """The open models by licence tier and kind of developer, as a table of counts."""
    tiers = [t for t in kb.vocabularies["licence-tiers"].terms if t.id != "not-released"]
    opened = [m for m in kb.models if is_open(m)]
    rows = []
    for kind in kb.vocabularies["developer-types"].terms:
        here = [m for m in opened if m.developer_type == kind.id]
        if here:
            rows.append([escape(kind.title), len(here), *(sum(m.licence.tier == t.id for m in here) or "" for t in tiers),
                         badge(f"{len({m.jurisdiction for m in here})} places")])
    return table("kinds of developer", ["Kind of developer", "Open models", *(escape(t.title) for t in tiers), "From"], rows)
