"""Models: who builds on whom, how concentrated releases are, and where they stand against the law's thresholds.

All of it is about the models in these data, which are a selection; shares of releases are not shares of use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import networkx as nx
import pandas as pd

from ..load import KnowledgeBase
from ..schema import InstrumentEntry, ModelEntry, Provision
from ..schema.base import first_day
from ..schema.condition import leaves

OPEN = ("open-weights", "open-source")
Against = Literal["above", "straddles", "below", "unknown"]


def is_open(model: ModelEntry) -> bool:
    """Whether anyone can download the model's weights."""
    return model.release in OPEN


def lineage(kb: KnowledgeBase) -> nx.DiGraph[str]:
    """A directed graph of all models; an edge leads from a model to one made from it, with `by` and `how`."""
    g: nx.DiGraph[str] = nx.DiGraph()
    g.add_nodes_from(m.id for m in kb.models)
    for model in kb.models:
        for link in model.derived_from:
            g.add_edge(link.model, model.id, by=link.by, how=link.how)
    return g


def roots(kb: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """For each model the models at the beginning of its lines of descent; itself where it has no parent."""
    g = lineage(kb)
    return {node: tuple(sorted(n for n in (nx.ancestors(g, node) | {node}) if g.in_degree(n) == 0)) for node in g}


def frame(kb: KnowledgeBase) -> pd.DataFrame:
    """One row a model, indexed by id, in the order of release.

    Columns: `title`, `released` (first day that the date can mean), `year`, `open` (bool), `release`, `tier`,
    `developer`, `developer_type`, `jurisdiction`, `roots`, `hosts` and `vendors` (tuples of ids), `parameters`, and
    `flop`, `low`, `high` (training compute in FLOP, NaN where not known; the range is the value itself where none is given).
    """
    base = roots(kb)
    rows = []
    for m in kb.models:
        flop = m.training_flop
        rows.append({
            "id": m.id, "title": m.title, "released": pd.Timestamp(first_day(m.released)), "year": first_day(m.released).year,
            "open": is_open(m), "release": m.release, "tier": m.licence.tier, "developer": m.developer,
            "developer_type": m.developer_type, "jurisdiction": m.jurisdiction, "roots": base[m.id],
            "hosts": tuple(m.distribution.hosts) if m.distribution else (),
            "vendors": tuple(m.hardware.vendor) if m.hardware else (),
            "parameters": m.parameters.total if m.parameters else None,
            "flop": flop.value if flop else None,
            "low": (flop.low or flop.value) if flop else None, "high": (flop.high or flop.value) if flop else None,
        })
    columns = ["id", "title", "released", "year", "open", "release", "tier", "developer", "developer_type", "jurisdiction",
               "roots", "hosts", "vendors", "parameters", "flop", "low", "high"]
    found = pd.DataFrame(rows, columns=columns).sort_values(["released", "id"]).set_index("id")
    return found.astype({"parameters": float, "flop": float, "low": float, "high": float})


def shares(values: Iterable[str]) -> pd.DataFrame:
    """How often each value occurs: columns `value`, `number`, `share`, the most frequent first."""
    counted = pd.Series(list(values), dtype=object).value_counts()
    found = pd.DataFrame({"value": counted.index, "number": counted.to_numpy()})
    found["share"] = found["number"] / max(int(found["number"].sum()), 1)
    return found.sort_values(["number", "value"], ascending=[False, True], ignore_index=True)


def herfindahl(values: Iterable[str]) -> float:
    """The Herfindahl-Hirschman index of the values, from 0 to 1: the sum of their squared shares; NaN where there are none.

    Its inverse is the number of equally large holders that would be as concentrated.
    Source of the measure: A. O. Hirschman, "The Paternity of an Index", American Economic Review 54(5), 1964.
    """
    found = shares(values)
    return float((found["share"] ** 2).sum()) if len(found) else float("nan")


def concentration(models: pd.DataFrame, column: str) -> pd.DataFrame:
    """Concentration of a column of `frame` by year: `year`, `models`, `leader`, `leaders_share`, `herfindahl`.

    A model with several values (hosts, vendors, roots) counts once for each.
    """
    rows = []
    for year, group in models.groupby("year"):
        values = _values(group[column])
        if values:
            first = shares(values).iloc[0]
            rows.append((int(str(year)), len(group), first["value"], first["share"], herfindahl(values)))
    return pd.DataFrame(rows, columns=["year", "models", "leader", "leaders_share", "herfindahl"])


def _values(column: Iterable[str | tuple[str, ...]]) -> list[str]:
    return [value for cell in column for value in ((cell,) if isinstance(cell, str) else cell)]


@dataclass(frozen=True)
class Threshold:
    """A line on training compute that a condition of the law data draws."""

    instrument: InstrumentEntry
    provision: Provision
    flop: float
    inclusive: bool
    """Whether a model exactly on the line is above it."""


def thresholds(kb: KnowledgeBase) -> list[Threshold]:
    """Every lower bound on training compute in a condition, lowest first; one an instrument and figure.

    Bounds under a `not`, and upper bounds, draw the same line from its other side, and count as well.
    """
    found: dict[tuple[float, str], Threshold] = {}
    for instrument in kb.instruments:
        for provision in instrument.provisions:
            for leaf, _ in leaves(provision.applies_if) if provision.applies_if else ():
                if leaf.operator != "training_flop":
                    continue
                test = getattr(leaf, leaf.operator)
                for name in ("gt", "gte", "lt", "lte"):
                    flop = getattr(test, name)
                    if flop is not None:
                        found.setdefault((flop, instrument.id), Threshold(instrument, provision, flop, name in ("gte", "lt")))
    return [found[key] for key in sorted(found)]


def against(model: ModelEntry, flop: float, *, inclusive: bool = False) -> Against:
    """Where a model's training compute, with its range, stands against a line."""
    known = model.training_flop
    if known is None:
        return "unknown"

    def over(value: float) -> bool:
        return value >= flop if inclusive else value > flop

    low, high = over(known.low or known.value), over(known.high or known.value)
    return "above" if low and high else "straddles" if low or high else "below"
