"""The catalogue: a Markdown page for each entry, and an index for each kind.

Pages are written into `book/catalogue/` (not in git) and only when their bytes change, so that Sphinx
re-reads what an edit touched and nothing else.
"""

from __future__ import annotations

import datetime as dt
import html
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..analysis.comparison import by_place, coming_provisions
from ..analysis.coverage import coverage, effective_strength, unavailable
from ..analysis.duties import standing
from ..analysis.evidence import MEANING, evidence_level
from ..analysis.status import STATUS, Status, status
from ..figures.duties import STANDING_WORDS
from ..figures.neighbourhood import neighbourhood_svg
from ..graph import RELATIONS, Edge, edges
from ..load import KnowledgeBase, file_of
from ..myst import badge, chip, cites, escape, labels, one_line
from ..schema import KINDS, RELEASES, Entry, InstrumentEntry, RiskEntry, SafeguardEntry, walk
from ..schema.base import Cite, Prose, first_day
from ..schema.prose import roles
from ..words import RELATION_WORDS, by_element, condition_words, number
from .reference import field_reference

CATALOGUE = "catalogue"
JURISDICTIONS = "jurisdictions"
PLURALS = {"risk": "Risks", "safeguard": "Safeguards", "instrument": "Instruments", "proposal": "Proposals",
           "event": "Events", "model": "Models"}


def docname(entry: Entry | Any) -> str:
    """The document of an entry or a tombstone, without suffix."""
    return f"{CATALOGUE}/{KINDS[entry.kind].folder}/{entry.id}"


@dataclass
class Catalogue:
    """What the templates ask for, computed once."""

    kb: KnowledgeBase
    on: dt.date
    repository: str = ""
    branch: str = "main"
    edges: list[Edge] = field(init=False)

    def __post_init__(self) -> None:
        self.edges = edges(self.kb)

    @cached_property
    def incoming(self) -> dict[str, list[Edge]]:
        """Edges by the entry that they lead to."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge)
        return found

    @cached_property
    def outgoing(self) -> dict[str, list[Edge]]:
        """Edges by the entry that they start from."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def coverage(self) -> dict[str, pd.DataFrame]:
        """Coverage by release."""
        return {release: coverage(self.kb, release) for release in RELEASES}

    @cached_property
    def unavailable(self) -> dict[str, dict[str, str]]:
        """Unavailable safeguards by release."""
        return {release: unavailable(self.kb, release) for release in RELEASES}

    @cached_property
    def mitigations(self) -> dict[str, list[tuple[SafeguardEntry, Any]]]:
        """Safeguards and their links, by risk; the strongest first."""
        found: dict[str, list[tuple[SafeguardEntry, Any]]] = defaultdict(list)
        order = ["strong", "moderate", "contested", "weak"]
        for safeguard in self.kb.safeguards:
            for link in safeguard.mitigates:
                found[link.risk].append((safeguard, link))
        return {risk: sorted(pairs, key=lambda p: order.index(p[1].strength)) for risk, pairs in found.items()}

    @cached_property
    def cited_by(self) -> dict[str, list[str]]:
        """Ids of entries by the reference that they cite."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for entry in self.kb.entries.values():
            for marked in walk(entry):
                if isinstance(marked.marker, Cite):
                    found[marked.value][entry.id] = None
                elif isinstance(marked.marker, Prose):
                    for name, target in roles(marked.value):
                        if name == "cite":
                            found[target.partition("@")[0]][entry.id] = None
        return {key: list(ids) for key, ids in found.items()}

    def strengths(self, safeguard: SafeguardEntry, link: Any) -> list[tuple[str, str]]:
        """(release, effective strength) of a link, for the four releases."""
        return [
            (release, effective_strength(safeguard, link, release,
                                         available=safeguard.id not in self.unavailable[release]))
            for release in RELEASES
        ]

    def grades(self, risk: str) -> list[tuple[str, str]]:
        """(release, grade of coverage) of a risk."""
        return [(release, str(self.coverage[release].loc[risk, "coverage"])) for release in RELEASES]

    def verdicts(self, safeguard: SafeguardEntry) -> list[tuple[str, str]]:
        """(release, verdict) of a safeguard."""
        return [(survival.release, survival.verdict) for survival in safeguard.survival]

    def edges_around(self, id: str) -> list[Edge]:
        """Edges from and to an entry."""
        return [*self.outgoing[id], *self.incoming[id]]

    def status(self, instrument: InstrumentEntry) -> Status:
        """The instrument's status on the build's date."""
        return status(instrument, self.on)

    def standing(self, instrument: InstrumentEntry, provision: Any) -> str:
        """How a provision stands on the build's date."""
        return standing(instrument, provision, self.on)

    def coming(self, instrument: InstrumentEntry) -> list[Any]:
        """Provisions of the instrument that are made and do not apply yet."""
        return coming_provisions(instrument, self.on)

    @cached_property
    def changes(self) -> dict[str, list[tuple[InstrumentEntry, Any]]]:
        """(amending instrument, amendment) by `instrument#provision`."""
        found: dict[str, list[tuple[InstrumentEntry, Any]]] = defaultdict(list)
        for instrument in self.kb.instruments:
            for amendment in instrument.amends:
                for provision in amendment.provisions:
                    found[f"{amendment.instrument}#{provision}"].append((instrument, amendment))
        return found

    def evidence(self, risk: RiskEntry) -> str:
        """The risk's evidence level."""
        return evidence_level(self.kb, risk.id)

    def backlinks(self, entry: Entry, shown: Iterable[str] = ()) -> list[tuple[str, list[str]]]:
        """(relation in words, ids) of the entries that refer to this one, without those in `shown`."""
        groups: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in self.incoming[entry.id]:
            if edge.relation not in shown:
                groups[RELATIONS[edge.relation][1]][edge.source] = None
        return [(words, list(ids)) for words, ids in groups.items()]

    def sources(self, entry: Entry) -> list[str]:
        """Keys of all references that the entry cites, in their order."""
        keys: dict[str, None] = {}
        for marked in walk(entry):
            if isinstance(marked.marker, Cite):
                keys[marked.value] = None
            elif isinstance(marked.marker, Prose):
                keys.update((t.partition("@")[0], None) for name, t in roles(marked.value) if name == "cite")
        return list(keys)

    def sources_html(self, entry: Entry) -> str:
        """The sources of an entry as an HTML list on one line, which the parser passes on as it stands."""
        items = []
        for key in self.sources(entry):
            source = self.kb.references[key]
            link = f'<a class="reference external" href="{html.escape(source.url)}">{html.escape(source.title)}</a>'
            parts = [html.escape(", ".join(source.authors)), link,
                     html.escape(", ".join(filter(None, (source.container, source.date)))), html.escape(source.note)]
            items.append(f"<li>{'. '.join(filter(None, parts))}.</li>")
        return f'<ul class="kb-sources">{"".join(items)}</ul>'

    def duties(self, relation: str, id: str) -> list[tuple[InstrumentEntry, Any]]:
        """Provisions that require a safeguard (`requires`) or address a risk (`addresses`)."""
        return [(i, p) for i in self.kb.instruments for p in i.provisions if id in getattr(p, relation)]

    def stale(self, entry: Entry) -> bool:
        """Whether its facts were last checked over 180 days ago, or before something it links to changed."""
        checked = first_day(entry.checked)
        if (self.on - checked).days > 180:
            return True
        for edge in self.outgoing[entry.id]:
            other = self.kb.entries[edge.target]
            if isinstance(other, InstrumentEntry) and edge.relation != "mentions":
                for event in other.events:
                    if event.kind in ("amended", "delayed", "revoked") and checked < first_day(event.date) <= self.on:
                        return True
        return False


def _strip(kb: KnowledgeBase, values: Iterable[tuple[str, str]], prefix: str) -> str:
    """A label for each release: (release, grade or verdict) pairs."""
    return labels(*(
        (f"{kb.label('releases', release)}: {'—' if value == 'none' else value.replace('-', ' ')}", "chip", f"{prefix}-{value}")
        for release, value in values))


def _environment(templates: Path, catalogue: Catalogue) -> Environment:
    environment = Environment(loader=FileSystemLoader(templates), undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True, keep_trailing_newline=True, autoescape=False)
    environment.filters |= {"md": escape, "line": one_line, "cites": cites, "html": html.escape,
                            "number": number, "url": lambda u: u.replace("(", "%28").replace(")", "%29"), "words": lambda c: condition_words(c, catalogue.kb)}
    environment.globals |= {"c": catalogue, "kb": catalogue.kb, "badge": badge, "chip": chip, "strip": lambda values, prefix: _strip(catalogue.kb, values, prefix),
                            "RELEASES": RELEASES, "RELATION_WORDS": RELATION_WORDS,
                            "STATUS": STATUS, "STANDING_WORDS": STANDING_WORDS, "by_element": by_element, "MEANING": MEANING, "PLURALS": PLURALS, "KINDS": KINDS,
                            "file_of": file_of, "first_day": first_day}
    return environment


def render(catalogue: Catalogue, templates: Path) -> dict[str, str]:
    """Every page of the catalogue, by its path below `book/`.

    `templates` is the folder with one template a kind (`<kind>.md`), `index-<kind>.md`, and the
    templates of tombstones, references, fields and the catalogue's own index.
    """
    kb = catalogue.kb
    environment = _environment(templates, catalogue)
    pages: dict[str, str] = {}
    for entry in kb.entries.values():
        template = environment.get_template(f"{entry.kind}.md")
        svg = neighbourhood_svg(entry, catalogue.edges_around(entry.id), kb)
        pages[f"{docname(entry)}.md"] = template.render(entry=entry, svg=svg)
    stone_template = environment.get_template("tombstone.md")
    for stone in kb.tombstones.values():
        pages[f"{docname(stone)}.md"] = stone_template.render(entry=stone)
    for kind, cls in KINDS.items():
        entries = [e for e in kb.entries.values() if e.kind == kind]
        pages[f"{CATALOGUE}/{cls.folder}.md"] = environment.get_template(f"index-{kind}.md").render(
            entries=sorted(entries, key=lambda e: e.title.lower()), cls=cls)
    pages |= _jurisdictions(catalogue, environment)
    pages[f"{CATALOGUE}/index.md"] = environment.get_template("index.md").render()
    pages[f"{CATALOGUE}/references.md"] = environment.get_template("references.md").render()
    pages[f"{CATALOGUE}/fields.md"] = environment.get_template("fields.md").render(tables=field_reference(kb))
    return pages


def _jurisdictions(catalogue: Catalogue, environment: Environment) -> dict[str, str]:
    """A page for each place that has an instrument, and their index."""
    kb = catalogue.kb
    terms = {term.id: term for term in kb.vocabularies["jurisdictions"].terms}
    used = {instrument.jurisdiction for instrument in kb.instruments}
    pages, places = {}, []
    for term in terms.values():
        if term.id not in used:
            continue
        groups = by_place(kb, term.id, catalogue.on)
        provisions = [(i, p) for i in kb.instruments if i.jurisdiction == term.id for p in i.provisions]
        places.append((term, groups, provisions))
        pages[f"{CATALOGUE}/{JURISDICTIONS}/{term.id}.md"] = environment.get_template("jurisdiction.md").render(
            place=term, groups=groups, provisions=provisions, total=sum(map(len, groups.values())),
            within=[terms[term.broader]] if term.broader in used else [],
            parts=[t for t in terms.values() if t.broader == term.id and t.id in used],
            questions=[(i, p, q) for i, p in provisions for q in p.open_questions])
    pages[f"{CATALOGUE}/{JURISDICTIONS}.md"] = environment.get_template("index-jurisdiction.md").render(places=places)
    return pages


def write(pages: dict[str, str], book: Path) -> list[Path]:
    """Write pages whose bytes changed below `book`, and delete pages that are no longer; returns both."""
    changed = []
    for name, text in pages.items():
        path = book / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(path)
    for path in (book / CATALOGUE).rglob("*.md"):
        if path.relative_to(book).as_posix() not in pages:
            path.unlink()
            changed.append(path)
    return changed
