"""What external taxonomies cover of the entries here, and the entries of the taxonomies."""

from __future__ import annotations

from dataclasses import dataclass

from ..load import KnowledgeBase
from ..schema import RiskEntry, SafeguardEntry

Mapped = RiskEntry | SafeguardEntry


@dataclass(frozen=True)
class ExternalId:
    """An id of a taxonomy (a term of the vocabulary `taxonomies`), and the entries mapped to it.

    It is `covered` where an entry is mapped to it, to an id below it (`4.2` covers `4`) or to the id
    above it (a technique covers its sub-techniques).
    """

    taxonomy: str
    id: str
    title: str
    entries: tuple[str, ...]
    covered: bool


@dataclass(frozen=True)
class Crossing:
    """What a taxonomy covers of ours, and we of it: its `ids` and how many are `covered`, our mapped entries."""

    taxonomy: str
    ids: int
    covered: int
    risks: int
    safeguards: int


def mapped_entries(kb: KnowledgeBase) -> list[Mapped]:
    """The entries that the crosswalk is about: risks and safeguards."""
    return [*kb.risks, *kb.safeguards]


def _above(id: str) -> str:
    """The group to which an id of the form `4.2` or `AML.T0010.003` belongs; empty where there is none."""
    parent, _, _ = id.rpartition(".")
    return "" if parent == "AML" else parent


def external_ids(kb: KnowledgeBase) -> list[ExternalId]:
    """Every id of every taxonomy, in their order."""
    entries: dict[tuple[str, str], list[str]] = {}
    for entry in mapped_entries(kb):
        for mapping in entry.mappings:
            for id in mapping.ids:
                entries.setdefault((mapping.taxonomy, id), []).append(entry.id)
    found = []
    for term in kb.vocabularies["taxonomies"].terms:
        ids = term.ids or {}
        reached = {id for id in ids if (term.id, id) in entries}
        reached_groups = {_above(id) for id in reached}
        found += [ExternalId(term.id, id, title, tuple(entries.get((term.id, id), ())),
                             id in reached or id in reached_groups or _above(id) in reached)
                  for id, title in ids.items()]
    return found


def crossings(kb: KnowledgeBase) -> list[Crossing]:
    """For each taxonomy, how far it and this book cover one another."""
    every = external_ids(kb)
    ours = {term.id: [e for e in mapped_entries(kb) if any(m.taxonomy == term.id for m in e.mappings)]
            for term in kb.vocabularies["taxonomies"].terms}
    return [
        Crossing(taxonomy, sum(x.taxonomy == taxonomy for x in every),
                 sum(x.taxonomy == taxonomy and x.covered for x in every),
                 sum(isinstance(e, RiskEntry) for e in entries), sum(isinstance(e, SafeguardEntry) for e in entries))
        for taxonomy, entries in ours.items()
    ]


def unmapped(kb: KnowledgeBase) -> list[Mapped]:
    """Risks and safeguards that no taxonomy has."""
    return [entry for entry in mapped_entries(kb) if not entry.mappings]
