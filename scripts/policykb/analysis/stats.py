"""How much there is and how well it is sourced: the numbers that text shows and that floors are set for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from ..load import KnowledgeBase
from ..schema import KINDS, Entry
from ..schema.base import Path, Source


@dataclass(frozen=True)
class Claim:
    """A record that states something: the entry, its place in the entry's file, its sources.

    `judged` is set where the record says that it is the editors' judgement.
    """

    entry: Entry
    path: Path
    sources: tuple[Source, ...]
    judged: bool

    @property
    def primary(self) -> bool:
        """Whether at least one of its sources was read itself."""
        return any(source.basis == "primary" for source in self.sources)


def claims(kb: KnowledgeBase) -> Iterator[Claim]:
    """Every record of every entry that has sources or a basis; the entry itself counts as one."""
    for entry in kb.entries.values():
        yield from _claims(entry, entry, ())


def _claims(entry: Entry, record: BaseModel, path: Path) -> Iterator[Claim]:
    fields = type(record).model_fields
    if "sources" in fields:
        sources: list[Source] = getattr(record, "sources", [])
        yield Claim(entry, path, tuple(sources), getattr(record, "basis", None) == "judgement")
    for name, field in fields.items():
        value = getattr(record, name)
        for index, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, BaseModel) and not isinstance(part, Source):
                here = (*path, field.alias or name)
                yield from _claims(entry, part, (*here, index) if isinstance(value, list) else here)


def counts(kb: KnowledgeBase) -> dict[str, int]:
    """Counts that text may show with the role `stat`: one a kind, by its plural, and a few more."""
    verdicts = [v for s in kb.safeguards for v in s.survival]
    return {cls.folder: sum(e.kind == kind for e in kb.entries.values()) for kind, cls in KINDS.items()} | {
        "entries": len(kb.entries),
        "references": len(kb.references),
        "provisions": sum(len(i.provisions) for i in kb.instruments),
        "links": sum(len(s.mitigates) for s in kb.safeguards),
        "dependencies": sum(len(s.depends_on) for s in kb.safeguards),
        "verdicts": len(verdicts),
        "judgements": sum(v.basis == "judgement" for v in verdicts),
        "mappings": sum(len(m.ids) for e in kb.entries.values() for m in e.mappings),
    }


@dataclass(frozen=True)
class Measure:
    """A number and the floor that is set for it, where one is."""

    name: str
    value: float
    floor: float | None = None
    share: bool = False

    @property
    def met(self) -> bool:
        """Whether the floor is reached; true where there is none."""
        return self.floor is None or round(self.value, 6) >= self.floor

    def words(self, value: float) -> str:
        """A value of this measure in words."""
        return f"{value:.1%}" if self.share else f"{value:,.4g}" if value % 1 else f"{int(value):,}"


def _share(name: str, parts: list[bool], floor: float | None) -> Measure:
    return Measure(name, sum(parts) / len(parts) if parts else 1.0, floor, share=True)


def measures(kb: KnowledgeBase) -> list[Measure]:
    """Counts and shares of the knowledge base, each with its floor.

    A claim is a record with sources, or one marked as a judgement. Pinpoints are counted over all
    sources, primary sources over the claims that have any source.
    """
    number = counts(kb)
    every = list(claims(kb))
    sources = [source for claim in every for source in claim.sources]
    links = [link for s in kb.safeguards for link in s.mitigates]
    verdicts = [v for s in kb.safeguards for v in s.survival]
    findings = [e for e in kb.events if e.event_kind in ("finding", "evaluation")]
    provisions = [p for i in kb.instruments for p in i.provisions]
    per_risk = {risk.id: 0 for risk in kb.risks}
    for link in links:
        per_risk[link.risk] += 1
    return [
        Measure("risks", number["risks"], 60),
        Measure("safeguards", number["safeguards"], 120),
        Measure("events", number["events"], 40),
        Measure("instruments", number["instruments"], 100),
        Measure("provisions", number["provisions"], 250),
        Measure("points that their conditions leave unasked", sum(len(p.unasked or ()) for p in provisions)),
        _share("conditions that say what they leave unasked", [p.unasked is not None for p in provisions if p.applies_if], 1.0),
        Measure("proposals", number["proposals"], 100),
        Measure("proposals for public weights", sum(p.stance.openness == "for" for p in kb.proposals)),
        Measure("proposals against them at the frontier", sum(p.stance.openness == "against-at-frontier" for p in kb.proposals)),
        Measure("proposals read in their own text", sum(p.read == "full" for p in kb.proposals)),
        Measure("proposals read in reports alone", sum(p.read == "report" for p in kb.proposals)),
        Measure("models", number["models"], 50),
        Measure("models whose weights are public", sum(m.release in ("open-weights", "open-source") for m in kb.models)),
        Measure("models with training compute", sum(m.training_flop is not None for m in kb.models)),
        Measure("references", number["references"]),
        Measure("links from safeguards to risks", number["links"]),
        Measure("links per risk, on average", number["links"] / max(len(per_risk), 1), 3.6),
        Measure("risks without a safeguard", sum(n == 0 for n in per_risk.values())),
        Measure("dependencies between safeguards", number["dependencies"]),
        _share("links with a reason and a source", [bool(x.why and x.sources) for x in links], 1.0),
        _share("risks with a marginal effect that shows the other side",
               [r.openness_effect.contrary is not None for r in kb.risks], 1.0),
        _share("safeguards with a verdict for all four releases", [len(s.survival) == 4 for s in kb.safeguards], 1.0),
        _share("verdicts with a source or marked as judgement", [bool(v.sources or v.basis) for v in verdicts], 1.0),
        _share("verdicts with a source", [bool(v.sources) for v in verdicts], None),
        _share("findings and evaluations with their conditions", [e.conditions is not None for e in findings], 1.0),
        _share("sources with a pinpoint", [bool(source.at) for source in sources], 0.9),
        _share("sourced claims with a primary source", [c.primary for c in every if c.sources], 0.6),
        Measure("ids of external taxonomies mapped to", len({
            (m.taxonomy, id) for e in kb.entries.values() for m in e.mappings for id in m.ids})),
    ]
