"""Tables and sentences on the law: how it treats open models, where, from when, and by which thresholds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator

import plotly.graph_objects as go

from ..analysis.comparison import by_place
from ..analysis.duties import Standing, standing, starts
from ..analysis.status import status
from ..dates import build_date
from ..load import KnowledgeBase
from ..myst import Myst, badge, chip, entries, escape, one_line, table
from ..schema import InstrumentEntry, Provision
from ..schema.base import first_day
from ..schema.condition import leaves
from ..words import by_element, condition_words
from .duties import STANDING_WORDS
from .figure import PageFigure

TREATMENTS = ("exempt", "reduced", "stricter", "same", "silent")
_COLOURS = {"exempt": "#1a7f4b", "reduced": "#7fb069", "stricter": "#b3261e", "same": "#8a94a6", "silent": "#c9ced8"}
_COMPUTE = ("training_flop", "modification_flop", "modification_flop_share", "cluster_flop_per_second")
_OTHER = ("revenue_usd", "revenue_krw", "users_monthly", "domestic_users_daily", "training_cost_usd")


def provisions(kb: KnowledgeBase) -> Iterator[tuple[InstrumentEntry, Provision]]:
    """Every provision with its instrument."""
    return ((i, p) for i in kb.instruments for p in i.provisions)


def _treatment(provision: Provision) -> str:
    return chip(provision.open_source.treatment, f"t-{provision.open_source.treatment}")


def law_sentence(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """How many instruments there are and what has become of them, in one sentence."""
    on = on or build_date()
    groups: Counter[str] = Counter()
    for place in {i.jurisdiction for i in kb.instruments}:
        groups.update({key: len(found) for key, found in by_place(kb, place, on).items()})
    every = list(provisions(kb))
    exempting = sum(p.open_source.treatment in ("exempt", "reduced") for _, p in every)
    return Myst(
        f"These data hold {len(kb.instruments)} instruments with {len(every)} provisions, from "
        f"{len({i.jurisdiction for i in kb.instruments})} places. On {on.isoformat()} {groups['binding']} instruments are law in force, "
        f"{groups['coming']} are made and not in force, {groups['pending']} are proposed, {groups['dropped']} were vetoed, "
        f"lapsed, withdrawn, revoked, superseded or suspended, and {groups['soft']} are declarations, codes, standards, guidance, agreements or licences. "
        f"{exempting} provisions exempt open models or ask less of them, on conditions; "
        f"{sum(p.open_source.treatment == 'stricter' for _, p in every)} ask more.")


def treatment_figure(kb: KnowledgeBase, on: dt.date | None = None) -> PageFigure:
    """Provisions with a duty that bind or will bind, by place and by how they treat open models."""
    on = on or build_date()
    wanted: tuple[Standing, ...] = ("binding", "scheduled")
    counted: Counter[tuple[str, str]] = Counter(
        (i.jurisdiction, p.open_source.treatment) for i, p in provisions(kb) if p.duty_of and standing(i, p, on) in wanted)
    totals: Counter[str] = Counter()
    for (place, _), number in counted.items():
        totals[place] += number
    places = [place for place, _ in sorted(totals.items(), key=lambda x: (x[1], x[0]))]
    names = [kb.label("jurisdictions", place) for place in places]
    figure = go.Figure([
        go.Bar(y=names, x=[counted[place, treatment] for place in places], name=treatment, orientation="h",
               marker={"color": _COLOURS[treatment]}, hovertemplate="%{y}: %{x} " + treatment + "<extra></extra>")
        for treatment in TREATMENTS])
    figure.update_layout(barmode="stack", margin={"l": 150, "r": 10, "t": 50, "b": 40}, xaxis={"title": {"text": "provisions with a duty"}},
                         legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"})
    duties = sum(totals.values())
    unlike = sum(counted[place, t] for place in places for t in ("exempt", "reduced", "stricter"))
    sentence = (f"Of {duties} provisions that lay a duty on somebody and bind or are made to bind later, {unlike} treat open models "
                "otherwise than others; the rest are silent or say that they treat them alike.")
    return PageFigure(figure, sentence, height=max(260, 24 * len(places) + 110))


def question_table(kb: KnowledgeBase, question: str, *, deadline: bool = False, on: dt.date | None = None) -> Myst:
    """The provisions that answer a question of the comparison; with `deadline`, only those that set a time limit, with it."""
    on = on or build_date()
    rows = []
    for instrument, provision in sorted(provisions(kb), key=lambda x: (x[0].jurisdiction, x[0].title)):
        if question not in provision.questions or (deadline and not provision.deadline):
            continue
        last = one_line(provision.deadline or "") if deadline else one_line(provision.open_source.condition or "")
        rows.append([entries([f"{instrument.id}#{provision.id}"]), escape(kb.label("jurisdictions", instrument.jurisdiction)),
                     escape(provision.title), STANDING_WORDS[standing(instrument, provision, on)],
                     starts(instrument, provision) or "", _treatment(provision), last])
    columns = ["Provision", "Place", "About", "Standing", "From", "Open models", "Time limit" if deadline else "On what condition"]
    return table("provisions", columns, rows, filters=["Place", "Standing", "Open models"])


def threshold_table(kb: KnowledgeBase, *, compute: bool, on: dt.date | None = None) -> Myst:
    """Every threshold on compute (or else on revenue, users or cost) in a condition of the data, with what hangs on it."""
    on = on or build_date()
    rows = []
    for instrument, provision in provisions(kb):
        found: dict[str, None] = {}
        for leaf, negated in leaves(provision.applies_if) if provision.applies_if else ():
            if leaf.operator in (_COMPUTE if compute else _OTHER):
                words = condition_words(leaf, kb)
                found[f"unless {words}" if negated else words] = None
        if found:
            rows.append([entries([f"{instrument.id}#{provision.id}"]), escape(kb.label("jurisdictions", instrument.jurisdiction)),
                         escape("; ".join(found)), escape(provision.title), STANDING_WORDS[standing(instrument, provision, on)],
                         starts(instrument, provision) or ""])
    return table("thresholds", ["Provision", "Place", "Threshold", "What hangs on it", "Standing", "From"], rows,
                 filters=["Place", "Standing"])


def coming_table(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """What is dated after the day: events of instruments and first days of provisions, the next first."""
    on = on or build_date()
    rows = [(e.date, entries([i.id]), escape(kb.label("jurisdictions", i.jurisdiction)), e.kind.replace("-", " "), one_line(e.note or ""))
            for i in kb.instruments for e in i.events if first_day(e.date) > on]
    return table("dates to come", ["Date", "Instrument", "Place", "Event", "What"], sorted(rows), filters=["Place", "Event"])


_DISAGREE = "Sources disagree"


def open_questions_table(kb: KnowledgeBase, *, disputed: bool) -> Myst:
    """What the sources that were read disagree on (`disputed`), or else what the texts leave unsettled, by provision."""
    rows = [[entries([f"{i.id}#{p.id}"]), escape(kb.label("jurisdictions", i.jurisdiction)), one_line(q)]
            for i, p in provisions(kb) for q in p.open_questions if q.startswith(_DISAGREE) is disputed]
    return table("disagreements" if disputed else "open questions", ["Provision", "Place", "Question"], rows, filters=["Place"])


def open_questions_sentence(kb: KnowledgeBase) -> Myst:
    """How many provisions have an open question, in one sentence."""
    every = list(provisions(kb))
    asked = [q for _, p in every for q in p.open_questions]
    return Myst(f"{sum(bool(p.open_questions) for _, p in every)} of {len(every)} provisions have an open question, {len(asked)} "
                f"questions in all; {sum(q.startswith(_DISAGREE) for q in asked)} are points on which the sources that were read "
                "contradict each other.")


def unasked_table(kb: KnowledgeBase) -> Myst:
    """What provisions turn on beyond their conditions, by element of the rule."""
    rows = [[entries([f"{i.id}#{p.id}"]), escape(kb.label("jurisdictions", i.jurisdiction)), words, one_line(text)]
            for i, p in provisions(kb) for words, texts in by_element(p) for text in texts]
    return table("points", ["Provision", "Place", "Element", "What the text asks, and what the condition takes"], rows,
                 filters=["Place", "Element"])


def unasked_sentence(kb: KnowledgeBase) -> Myst:
    """How many conditions leave something unasked, and on which elements, in one sentence."""
    every = [p for _, p in provisions(kb) if p.applies_if is not None]
    counted = Counter(element for p in every for element, _ in by_element(p))
    words = ", ".join(f"{element} ({number})" for element, number in counted.most_common())
    return Myst(f"Of {len(every)} conditions, {sum(bool(p.unasked) for p in every)} leave something of the rule unasked: {words}.")


def dropped_table(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """Instruments that have ended, with how and when."""
    on = on or build_date()
    rows = []
    for instrument in kb.instruments:
        now = status(instrument, on)
        if now.ended:
            rows.append([entries([instrument.id]), escape(kb.label("jurisdictions", instrument.jurisdiction)),
                         badge(now.label, "ended"), now.since or "", escape(instrument.summary)])
    return table("instruments", ["Instrument", "Place", "What became of it", "When", "What it was"], rows,
                 filters=["Place", "What became of it"])


def instruments_table(kb: KnowledgeBase, kinds: Collection[str], on: dt.date | None = None) -> Myst:
    """Instruments of some kinds with their status and what they ask."""
    on = on or build_date()
    rows = []
    for instrument in kb.instruments:
        if instrument.instrument_kind in kinds:
            now = status(instrument, on)
            rows.append([entries([instrument.id]), escape(kb.label("jurisdictions", instrument.jurisdiction)), instrument.instrument_kind,
                         badge(now.label, "ended" if now.ended else "live"), escape(instrument.summary)])
    return table("instruments", ["Instrument", "Place", "Kind", "Status", "What it is"], rows, filters=["Place", "Status"])
