"""The crosswalk to external taxonomies, as tables and sentences."""

from __future__ import annotations

from ..analysis.crosswalk import crossings, external_ids, unmapped
from ..load import KnowledgeBase
from ..myst import Myst, escape
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
    lines = ["```{kb-table}", ":name: taxonomies", "",
             "| Taxonomy | Edition | Its ids | Covered here | Our risks in it | Our safeguards in it |",
             "|---|---|---|---|---|---|"]
    for row in crossings(kb):
        term = kb.vocabularies["taxonomies"].term(row.taxonomy)
        name = f"[{escape(term.title)}]({term.url})" if term.url else escape(term.title)
        lines.append(f"| {name} | {escape(term.edition or '')} | {row.ids} | {row.covered} "
                     f"| {row.risks} of {len(kb.risks)} | {row.safeguards} of {len(kb.safeguards)} |")
    return Myst("\n".join([*lines, "```"]))


def ids_table(kb: KnowledgeBase) -> Myst:
    """Every external id with the entries here that are mapped to it."""
    lines = ["```{kb-table}", ":name: ids", ":filters: Taxonomy, Covered", "",
             "| Id | Title | Taxonomy | Covered | Entries here |", "|---|---|---|---|---|"]
    for x in external_ids(kb):
        covered = "yes" if x.entries else "through an id above or below it" if x.covered else "no"
        lines.append(f"| {escape(x.id)} | {escape(x.title)} | {escape(kb.label('taxonomies', x.taxonomy))} | {covered} | "
                     f"{', '.join(f'{{entry}}`{id}`' for id in x.entries) or '—'} |")
    return Myst("\n".join([*lines, "```"]))


def neither(kb: KnowledgeBase) -> Myst:
    """The ids that no entry here covers, and so, through this book, no other taxonomy either."""
    missing = [x for x in external_ids(kb) if not x.covered and x.taxonomy != _ATTACKS]
    attacks = sum(not x.covered for x in external_ids(kb) if x.taxonomy == _ATTACKS)
    lines = [f"{len(missing)} ids have no counterpart here, and none through us in another taxonomy. {attacks} techniques and "
             f"mitigations of {escape(kb.label('taxonomies', _ATTACKS))}, steps of attacks on any system that uses AI, are "
             "left out of this table; the one above has them.", "",
             "```{kb-table}", ":name: ids", ":filters: Only in", "", "| Id | Title | Only in |", "|---|---|---|"]
    lines += [f"| {escape(x.id)} | {escape(x.title)} | {escape(kb.label('taxonomies', x.taxonomy))} |" for x in missing]
    return Myst("\n".join([*lines, "```"]))


def only_ours(kb: KnowledgeBase) -> Myst:
    """The entries here that no taxonomy has, by kind."""
    parts = []
    for cls, words in ((RiskEntry, "risks"), (SafeguardEntry, "safeguards")):
        found = [f"{{entry}}`{e.id}`" for e in unmapped(kb) if isinstance(e, cls)]
        if found:
            parts.append(f"{len(found)} {words}: {', '.join(found)}.")
    return Myst("\n\n".join(parts) or "Every entry has a counterpart in some taxonomy.")
