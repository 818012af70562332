"""The crosswalk to external taxonomies, as tables and sentences."""

from __future__ import annotations

from ..analysis.crosswalk import crossings, external_ids, unmapped
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, table
from ..schema import RiskEntry, SafeguardEntry

_ATTACKS = "mitre-atlas"
"""A catalogue of single techniques; what it has beyond ours is listed nowhere else."""


def crosswalk_sentence(kb: KnowledgeBase) -> Myst:
    """How far the taxonomies and this book cover one another, in one paragraph."""
    rows, alone = crossings(kb), unmapped(kb)
    ours = len(kb.risks) + len(kb.safeguards)
    return Myst(f"{len(rows)} taxonomies with {sum(r.ids for r in rows)} ids were compared with the {len(kb.risks)} risks "
                f"and {len(kb.safeguards)} safeguards here. {ours - len(alone)} of these {ours} entries stand in at least "
                f"one of the taxonomies, and {len(alone)} in none; {sum(r.covered for r in rows)} of the external ids are "
                "covered by an entry here.")


def crosswalk_table(kb: KnowledgeBase) -> Myst:
    """For each taxonomy: its edition, how much of it we cover, and how much of ours it covers."""
    rows = []
    for row in crossings(kb):
        term = kb.vocabularies["taxonomies"].term(row.taxonomy)
        rows.append([f"[{escape(term.title)}]({term.url})" if term.url else escape(term.title), escape(term.edition or ""),
                     row.ids, row.covered, f"{row.risks} of {len(kb.risks)}" if row.risks else "—",
                     f"{row.safeguards} of {len(kb.safeguards)}" if row.safeguards else "—"])
    return table("taxonomies", ["Taxonomy", "Edition", "Its ids", "Covered here", "Our risks in it", "Our safeguards in it"], rows)


def ids_table(kb: KnowledgeBase) -> Myst:
    """Every external id with the entries here that are mapped to it."""
    rows = [[escape(x.id), escape(x.title), escape(kb.label("taxonomies", x.taxonomy)),
             "yes" if x.entries else "through an id above or below it" if x.covered else "no", entries(x.entries)]
            for x in external_ids(kb)]
    return table("ids", ["Id", "Title", "Taxonomy", "Covered", "Entries here"], rows, filters=["Taxonomy", "Covered"])


def neither(kb: KnowledgeBase) -> Myst:
    """The ids that no entry here covers, and so, through this book, no other taxonomy either."""
    missing = [x for x in external_ids(kb) if not x.covered and x.taxonomy != _ATTACKS]
    attacks = sum(not x.covered for x in external_ids(kb) if x.taxonomy == _ATTACKS)
    words = (f"{len(missing)} ids have no counterpart here, and none through us in another taxonomy. {attacks} techniques and "
             f"mitigations of {escape(kb.label('taxonomies', _ATTACKS))}, steps of attacks on any system that uses AI, are "
             "left out of this table; the one at the end has them.")
    rows = [[escape(x.id), escape(x.title), escape(kb.label("taxonomies", x.taxonomy))] for x in missing]
    return Myst(f"{words}\n\n{table('ids', ['Id', 'Title', 'Only in'], rows, filters=['Only in'])}")


def only_ours(kb: KnowledgeBase) -> Myst:
    """The entries here that no taxonomy has, by kind."""
    parts = []
    for cls, words in ((RiskEntry, "risks"), (SafeguardEntry, "safeguards")):
        found = [e.id for e in unmapped(kb) if isinstance(e, cls)]
        if found:
            parts.append(f"{len(found)} {words}: {entries(found)}.")
    return Myst("\n\n".join(parts) or "Every entry has a counterpart in some taxonomy.")
