"""The graph of entries: every link, with the field that makes it."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from .load import KnowledgeBase
from .schema import walk
from .schema.base import Link, Path, Prose
from .schema.prose import roles

RELATIONS: dict[str, tuple[str, str]] = {
    "mitigates": ("addresses the risk", "addressed by"),
    "depends_on": ("depends on", "needed by"),
    "leads_to": ("leads to", "follows from"),
    "requires": ("requires", "required by"),
    "addresses": ("is about the risk", "subject of"),
    "amends": ("amends", "amended by"),
    "relates_to": ("relates to", "related to by"),
    "advocates": ("argues for", "argued for by"),
    "answers": ("answers", "answered by"),
    "taken_up_by": ("taken up by", "takes up"),
    "shows": ("shows", "shown by"),
    "tests": ("tests", "tested by"),
    "models": ("concerns", "subject of the event"),
    "instruments": ("concerns", "subject of the event"),
    "derived_from": ("made from", "made into"),
    "mentions": ("mentions", "mentioned by"),
}
"""Each relation in words, read forwards and backwards."""


@dataclass(frozen=True, order=True)
class Edge:
    """A link from one entry to another. `path` is its place in the source's file."""

    source: str
    target: str
    relation: str
    path: Path = ()


def edges(kb: KnowledgeBase) -> list[Edge]:
    """Every link between entries that were read; `mentions` are roles in text, one a pair."""
    found: list[Edge] = []
    for entry in kb.entries.values():
        linked: set[str] = set()
        mentioned: dict[str, Path] = {}
        for marked in walk(entry):
            if "applies_if" in marked.path:
                continue  # a condition says nothing of the entry it compares with
            if isinstance(marked.marker, Link):
                relation = str(marked.path[2] if marked.path[0] == "provisions" else marked.path[0])
                found.append(Edge(entry.id, marked.value, relation, marked.path))
                linked.add(marked.value)
            elif isinstance(marked.marker, Prose):
                for name, target in roles(marked.value):
                    if name == "entry":
                        mentioned.setdefault(target.partition("#")[0], marked.path)
        for target, path in mentioned.items():
            if target not in linked and target != entry.id:
                found.append(Edge(entry.id, target, "mentions", path))
    return [e for e in found if e.target in kb.entries]


def graph(kb: KnowledgeBase) -> nx.MultiDiGraph[str]:
    """A directed multigraph: nodes are ids with `kind` and `title`, edges have `relation` and `path`."""
    g: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for entry in kb.entries.values():
        g.add_node(entry.id, kind=entry.kind, title=entry.title)
    for edge in edges(kb):
        g.add_edge(edge.source, edge.target, relation=edge.relation, path=edge.path)
    return g
