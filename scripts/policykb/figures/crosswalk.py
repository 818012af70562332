"""The crosswalk to external taxonomies, as tables and sentences."""

from __future__ import annotations

from ..analysis.crosswalk import coverage_both_ways, external, unmapped
from ..load import KnowledgeBase
from ..myst import Myst, escape
from ..schema import RiskEntry, SafeguardEntry


def crosswalk_sentence(kb: KnowledgeBase) -> Myst:
    """How far the taxonomies and this book cover one another, in one paragraph."""
    both = coverage_both_ways(kb)
    ours = len(kb.risks) + len(kb.safeguards)
    alone = unmapped(kb)
    return Myst(f"{len(both)} taxonomies with {int(both['ids'].sum())} ids were compared with the {len(kb.risks)} risks and "
                f"{len(kb.safeguards)} safeguards here. {ours - len(alone)} of these {ours} entries stand in at least one of "
                f"the taxonomies, and {len(alone)} in none; {int(both['covered'].sum())} of the external ids are covered by "
                "an entry here.")


def crosswalk_table(kb: KnowledgeBase) -> Myst:
    """For each taxonomy: its edition, how much of it we cover, and how much of ours it covers."""
    lines = ["```{kb-table}", ":name: taxonomies", "",
             "| Taxonomy | Edition | Its ids | Covered here | Our risks in it | Our safeguards in it |",
             "|---|---|---|---|---|---|"]
    for id, row in coverage_both_ways(kb).iterrows():
        term = kb.vocabularies["taxonomies"].term(str(id))
        name = f"[{escape(term.title)}]({term.url})" if term.url else escape(term.title)
        lines.append(f"| {name} | {escape(term.edition or '')} | {row['ids']} | {row['covered']} "
                     f"| {row['risks']} of {len(kb.risks)} | {row['safeguards']} of {len(kb.safeguards)} |")
    return Myst("\n".join([*lines, "```"]))


def ids_table(kb: KnowledgeBase) -> Myst:
    """Every external id with the entries here that are mapped to it."""
    lines = ["```{kb-table}", ":name: ids", ":filters: Taxonomy, Covered", "",
             "| Id | Title | Taxonomy | Covered | Entries here |", "|---|---|---|---|---|"]
    for row in external(kb).itertuples():
        names = ", ".join(f"{{entry}}`{id}`" for id in row.entries)
        covered = "yes" if row.entries else "in part, above or below" if row.covered else "no"
        lines.append(f"| {escape(row.id)} | {escape(row.title)} | "
                     f"{escape(kb.label('taxonomies', str(row.taxonomy)))} | {covered} | {names or '—'} |")
    return Myst("\n".join([*lines, "```"]))


def only_theirs(kb: KnowledgeBase, taxonomy: str) -> Myst:
    """The ids of a taxonomy that no entry here covers, in one sentence."""
    frame = external(kb)
    frame = frame[(frame["taxonomy"] == taxonomy)]
    missing = frame[~frame["covered"]]
    title = kb.label("taxonomies", taxonomy)
    if missing.empty:
        return Myst(f"Every id of {escape(title)} has a counterpart here.")
    names = "; ".join(f"{escape(r.id)} {escape(r.title)}" for r in missing.itertuples())
    return Myst(f"{len(missing)} of the {len(frame)} ids of {escape(title)} have no counterpart here: {names}.")


def only_ours(kb: KnowledgeBase) -> Myst:
    """The entries here that no taxonomy has, by kind."""
    parts = []
    for cls, words in ((RiskEntry, "Risks"), (SafeguardEntry, "Safeguards")):
        found = [e for e in unmapped(kb) if isinstance(e, cls)]
        parts.append(f"{words} ({len(found)}): " + (", ".join(f"{{entry}}`{e.id}`" for e in found) or "none") + ".")
    return Myst("\n\n".join(parts))


def neither(kb: KnowledgeBase) -> Myst:
    """What one taxonomy names and neither this book nor, through it, any other taxonomy does."""
    frame = external(kb)
    missing = frame[~frame["covered"] & ~frame["taxonomy"].isin(["mitre-atlas"])]
    lines = ["```{kb-table}", ":name: ids", ":filters: Only in", "", "| Id | Title | Only in |", "|---|---|---|"]
    lines += [f"| {escape(r.id)} | {escape(r.title)} | {escape(kb.label('taxonomies', str(r.taxonomy)))} |"
              for r in missing.itertuples()]
    return Myst("\n".join([*lines, "```"]))
