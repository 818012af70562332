"""What external taxonomies cover of the entries here, and the entries of the taxonomies."""

from __future__ import annotations

import pandas as pd

from ..load import KnowledgeBase
from ..schema import Entry, RiskEntry, SafeguardEntry

KINDS_MAPPED: tuple[type[RiskEntry], type[SafeguardEntry]] = (RiskEntry, SafeguardEntry)


def _mapped(kb: KnowledgeBase) -> list[Entry]:
    return [e for e in kb.entries.values() if isinstance(e, KINDS_MAPPED)]


def _above(id: str) -> str | None:
    """The group to which an id of the form `4.2` or `AML.T0010.003` belongs."""
    parent, dot, _ = id.rpartition(".")
    return parent if dot and parent != "AML" else None


def pairs(kb: KnowledgeBase) -> pd.DataFrame:
    """Every mapping of a risk or a safeguard: columns `entry`, `kind`, `taxonomy`, `id`."""
    rows = [(e.id, e.kind, m.taxonomy, id) for e in _mapped(kb) for m in e.mappings for id in m.ids]
    return pd.DataFrame(rows, columns=["entry", "kind", "taxonomy", "id"])


def external(kb: KnowledgeBase) -> pd.DataFrame:
    """Every id of every taxonomy: columns `taxonomy`, `id`, `title`, `entries` (ids mapped to it) and `covered`.

    An id is covered where an entry is mapped to it, to an id below it (`4.2` covers `4`) or to the id
    above it (a technique covers its sub-techniques).
    """
    mapped = pairs(kb).groupby(["taxonomy", "id"])["entry"].agg(list).to_dict()
    rows = []
    for term in kb.vocabularies["taxonomies"].terms:
        ids = term.ids or {}
        direct = {id: mapped.get((term.id, id), []) for id in ids}
        for id, title in ids.items():
            below = [e for other, entries in direct.items() if _above(other) == id for e in entries]
            above = direct.get(_above(id) or "", [])
            rows.append((term.id, id, title, direct[id], bool(direct[id] or below or above)))
    return pd.DataFrame(rows, columns=["taxonomy", "id", "title", "entries", "covered"])


def coverage_both_ways(kb: KnowledgeBase) -> pd.DataFrame:
    """For each taxonomy what it covers of ours, and we of it.

    Returns a frame indexed by taxonomy: `ids` and `covered` (of its ids), `risks` and `safeguards`
    (numbers of ours that are mapped to it), `risks_missing` and `safeguards_missing` (the others).
    """
    ids = external(kb).groupby("taxonomy")["covered"].agg(["size", "sum"])
    found = pairs(kb).drop_duplicates(["entry", "taxonomy"]).groupby(["taxonomy", "kind"]).size()
    totals = {cls.kind: len(kb.of(cls)) for cls in KINDS_MAPPED}
    rows = []
    for term in kb.vocabularies["taxonomies"].terms:
        ours = {kind: int(found.get((term.id, kind), 0)) for kind in totals}
        rows.append((term.id, int(ids["size"].get(term.id, 0)), int(ids["sum"].get(term.id, 0)), ours["risk"],
                     ours["safeguard"], totals["risk"] - ours["risk"], totals["safeguard"] - ours["safeguard"]))
    columns = ["taxonomy", "ids", "covered", "risks", "safeguards", "risks_missing", "safeguards_missing"]
    return pd.DataFrame(rows, columns=columns).set_index("taxonomy")


def unmapped(kb: KnowledgeBase) -> list[Entry]:
    """Risks and safeguards that no taxonomy has."""
    return [entry for entry in _mapped(kb) if not entry.mappings]
