"""Checks over the whole: what no single file can show.

A rule is a function that takes the knowledge base and yields problems.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx

from .argument_rules import ARGUMENT_RULES
from .law_rules import LAW_RULES
from .load import KnowledgeBase, Problem, file_of, nearest, read
from .schema import KINDS, RELEASES, Entry, InstrumentEntry, RiskEntry, SafeguardEntry, Tombstone, walk
from .schema.base import Cite, Link, Prose, Term, first_day, last_day
from .schema.prose import ROLE, roles
from .yamlfile import Path as DataPath

Rule = Callable[[KnowledgeBase], Iterator[Problem]]
RULES: list[Rule] = [*LAW_RULES, *ARGUMENT_RULES]


def rule(function: Rule) -> Rule:
    """Register a rule."""
    RULES.append(function)
    return function


def examine(root: Path | None = None) -> tuple[KnowledgeBase, list[Problem]]:
    """The knowledge base as far as it can be read, and every problem, as `check` gives them."""
    kb, problems = read(root)
    found = set(problems)
    for each in RULES:
        found.update(each(kb))
    return kb, sorted(found)


def check(root: Path | None = None) -> list[Problem]:
    """Every problem in the data and in the roles of the book's text, in the order of files and lines."""
    return examine(root)[1]


def _everything(kb: KnowledgeBase) -> Iterator[Entry | Tombstone]:
    yield from kb.entries.values()
    yield from kb.tombstones.values()


def _unreadable(kb: KnowledgeBase) -> set[str]:
    """Ids of files that exist but could not be read; links to them are reported there and not here."""
    stems = {path.stem for cls in KINDS.values() for path in (kb.root / "data" / cls.folder).glob("*.yml")}
    return stems - set(kb.entries) - set(kb.tombstones)


def entry_problem(kb: KnowledgeBase, target: str, kind: str | None = None) -> tuple[str, str | None] | None:
    """What is wrong with a link to `target` (`id` or `id#provision`), and the nearest right one."""
    id, _, provision = target.partition("#")
    entry = kb.entries.get(id)
    if entry is None:
        if id in kb.renamed:
            return f"'{id}' is now called '{kb.renamed[id]}'", kb.renamed[id]
        if id in kb.tombstones:
            see = kb.tombstones[id].withdrawn.see
            return f"'{id}' was withdrawn", see[0] if see else None
        of_kind = [e.id for e in kb.entries.values() if kind in (None, e.kind)]
        return f"no {kind or 'entry'} '{id}'", nearest(id, of_kind) or nearest(id, kb.entries)
    if kind and entry.kind != kind:
        return f"'{id}' is a {entry.kind}, and a {kind} is meant", None
    if provision:
        ids = [p.id for p in entry.provisions] if isinstance(entry, InstrumentEntry) else []
        if provision not in ids:
            near = nearest(provision, ids)
            return f"'{id}' has no provision '{provision}'", f"{id}#{near}" if near else None
    return None


@rule
def links(kb: KnowledgeBase) -> Iterator[Problem]:
    """Ids, vocabulary terms, citations and roles name things that exist."""
    broken = _unreadable(kb)
    for record in _everything(kb):
        file = file_of(record)
        for marked in walk(record):
            value, marker = marked.value, marked.marker
            if isinstance(marker, Link):
                wrong = None if value in broken else entry_problem(kb, value, marker.kind)
                if not wrong and value == record.id and "applies_if" not in marked.path:
                    wrong = f"'{value}' links to itself", None
                if wrong:
                    yield kb.problem(file, marked.path, *wrong)
            elif isinstance(marker, Term):
                yield from _term(kb, file, marked.path, marker.vocabulary, value)
            elif isinstance(marker, Cite) and value not in kb.references:
                yield kb.problem(file, marked.path, f"no reference '{value}'", nearest(value, kb.references))
            elif isinstance(marker, Prose):
                for name, target in roles(value):
                    wrong = _role(kb, name, target, broken)
                    if wrong:
                        yield kb.problem(file, marked.path, *wrong, needle=target)


def _term(kb: KnowledgeBase, file: str, path: DataPath, vocabulary: str, value: str) -> Iterator[Problem]:
    if vocabulary not in kb.vocabularies:
        yield Problem(f"data/vocabularies/{vocabulary}.yml", 1, 1, "", "there is no such vocabulary, or it cannot be read")
        return
    terms = [term.id for term in kb.vocabularies[vocabulary].terms]
    if value not in terms:
        yield kb.problem(file, path, f"'{value}' is no term of {vocabulary}",
                         nearest(value, terms) or f"see data/vocabularies/{vocabulary}.yml")


def _role(kb: KnowledgeBase, name: str, target: str, broken: set[str]) -> tuple[str, str | None] | None:
    if name == "entry":
        return None if target.partition("#")[0] in broken else entry_problem(kb, target)
    key = target.partition("@")[0].strip()
    if name == "cite" and key not in kb.references:
        return f"no reference '{key}'", nearest(key, kb.references)
    return None


_CODE = re.compile(r"(?ms)^(`{3,}|~{3,})\{?code-cell.*?^\1[ ]*$|^(`{3,}|~{3,})(?![`{]).*?^\2[ ]*$")


def chapter_roles(kb: KnowledgeBase) -> Iterator[tuple[str, int, int, str, str]]:
    """Yield (file, line, column, role, target) for each role in the book's own text, code apart."""
    for path in sorted((kb.root / "book").rglob("*.md")):
        file = path.relative_to(kb.root).as_posix()
        if file.startswith(("book/catalogue/", "book/_")):
            continue
        text = _CODE.sub(lambda m: "\n" * m[0].count("\n"), path.read_text("utf-8"))
        for number, line in enumerate(text.splitlines(), 1):
            for match in ROLE.finditer(line):
                # A role quoted in a longer code span is shown, not used.
                if (match.start() and line[match.start() - 1] in "`") or line[: match.start()].rstrip().endswith("``"):
                    continue
                for name, target in roles(match[0]):
                    yield file, number, match.start() + 1, name, target


@rule
def chapters(kb: KnowledgeBase) -> Iterator[Problem]:
    """Roles in the book's text name things that exist."""
    broken = _unreadable(kb)
    for file, line, column, name, target in chapter_roles(kb):
        wrong = _role(kb, name, target, broken)
        if wrong:
            yield Problem(file, line, column, "", *wrong)


@rule
def repeated_links(kb: KnowledgeBase) -> Iterator[Problem]:
    """No list of links names the same entry twice."""
    for entry in kb.entries.values():
        seen: set[tuple[DataPath, str]] = set()
        for marked in walk(entry):
            if isinstance(marked.marker, Link):
                index = next((i for i, part in enumerate(marked.path) if isinstance(part, int)), None)
                if index is None or "provisions" in marked.path[:1] or "amends" in marked.path[:1]:
                    continue
                where = (marked.path[:index], marked.value)
                if where in seen:
                    yield kb.problem(file_of(entry), marked.path, f"'{marked.value}' is named twice")
                seen.add(where)


@rule
def retired_ids(kb: KnowledgeBase) -> Iterator[Problem]:
    """An id that was once given is never given again."""
    owners: dict[str, str] = {}
    for entry in kb.entries.values():
        for index, old in enumerate(entry.formerly):
            if old in kb.entries or old in kb.tombstones:
                taken: Entry | Tombstone = kb.entries.get(old) or kb.tombstones[old]
                yield Problem(file_of(taken), 1, 1, "", f"the id '{old}' is retired: '{entry.id}' had it before")
            if old in owners:
                yield kb.problem(file_of(entry), ("formerly", index), f"'{owners[old]}' claims '{old}' too")
            owners[old] = entry.id


@rule
def provision_ids(kb: KnowledgeBase) -> Iterator[Problem]:
    """A provision's id is unique in its instrument, and amendments name provisions that exist."""
    for instrument in kb.instruments:
        seen: set[str] = set()
        for index, provision in enumerate(instrument.provisions):
            if provision.id in seen:
                yield kb.problem(file_of(instrument), ("provisions", index, "id"),
                                 f"two provisions have the id '{provision.id}'")
            seen.add(provision.id)
        for index, amendment in enumerate(instrument.amends):
            for place, id in enumerate(amendment.provisions):
                if amendment.instrument in kb.entries:
                    wrong = entry_problem(kb, f"{amendment.instrument}#{id}", "instrument")
                    if wrong:
                        near = wrong[1].partition("#")[2] if wrong[1] else None
                        yield kb.problem(file_of(instrument), ("amends", index, "provisions", place), wrong[0], near)


@rule
def dates(kb: KnowledgeBase) -> Iterator[Problem]:
    """Dates are in order, and what has happened is not in the future."""
    today = dt.date.today()

    def future(record: Entry | Tombstone, path: DataPath, date: str) -> Iterator[Problem]:
        if first_day(date) > today:
            yield kb.problem(file_of(record), path, f"{date} is in the future")

    for stone in kb.tombstones.values():
        yield from future(stone, ("withdrawn", "on"), stone.withdrawn.on)
    for entry in kb.entries.values():
        yield from future(entry, ("checked",), entry.checked)
    for event in kb.events:
        yield from future(event, ("date",), event.date)
    for proposal in kb.proposals:
        yield from future(proposal, ("published",), proposal.published)
    for model in kb.models:
        yield from future(model, ("released",), model.released)
    for instrument in kb.instruments:
        for index, (before, after) in enumerate(zip(instrument.events, instrument.events[1:], strict=False)):
            if last_day(after.date) < first_day(before.date):
                yield kb.problem(file_of(instrument), ("events", index + 1, "date"),
                                 f"{after.date} stands after {before.date}; earliest first")
        for index, provision in enumerate(instrument.provisions):
            if provision.from_ and provision.until and last_day(provision.until) < first_day(provision.from_):
                yield kb.problem(file_of(instrument), ("provisions", index, "until"),
                                 f"until {provision.until} lies before from {provision.from_}")


@rule
def ranges(kb: KnowledgeBase) -> Iterator[Problem]:
    """Best values lie in their ranges, and parts do not exceed the whole."""
    for model in kb.models:
        flop, size = model.training_flop, model.parameters
        if flop and not (flop.low or flop.value) <= flop.value <= (flop.high or flop.value):
            yield kb.problem(file_of(model), ("training_flop", "value"),
                             f"{flop.value:g} does not lie between low and high")
        if size and size.active and size.active > size.total:
            yield kb.problem(file_of(model), ("parameters", "active"), "more active parameters than there are")


@rule
def biosecurity_chain(kb: KnowledgeBase) -> Iterator[Problem]:
    """Risks and safeguards on biosecurity say at which link of the chain they stand, and no others do."""
    entries: list[RiskEntry | SafeguardEntry] = [*kb.risks, *kb.safeguards]
    for entry in entries:
        if entry.chain and "biosecurity" not in entry.topics:
            yield kb.problem(file_of(entry), ("chain",), "the topic 'biosecurity' is missing; only its entries have a link")
        elif not entry.chain and "biosecurity" in entry.topics:
            yield kb.problem(file_of(entry), ("topics", entry.topics.index("biosecurity")),
                             "an entry on biosecurity needs `chain`; see data/vocabularies/biosecurity-chain.yml")


@rule
def cycles(kb: KnowledgeBase) -> Iterator[Problem]:
    """No safeguard depends on itself, and no model is made from itself, by however many steps."""
    relations = {
        "depends_on": [(s.id, i, d.safeguard) for s in kb.safeguards for i, d in enumerate(s.depends_on)],
        "derived_from": [(m.id, i, d.model) for m in kb.models for i, d in enumerate(m.derived_from)],
    }
    for name, edges in relations.items():
        graph = nx.DiGraph((a, b) for a, _, b in edges if a != b)
        for component in nx.strongly_connected_components(graph):
            if len(component) > 1:
                cycle = [a for a, _ in nx.find_cycle(graph.subgraph(component))]
                start = cycle.index(min(cycle))
                cycle = cycle[start:] + cycle[: start + 1]
                index = next(i for a, i, b in edges if (a, b) == (cycle[0], cycle[1]))
                yield kb.problem(file_of(kb.entries[cycle[0]]), (name, index),
                                 f"a cycle: {' → '.join(cycle)}")


@rule
def unused_references(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every reference is cited."""
    cited = {target.partition("@")[0] for *_, name, target in chapter_roles(kb) if name == "cite"}
    for record in _everything(kb):
        for marked in walk(record):
            if isinstance(marked.marker, Cite):
                cited.add(marked.value)
            elif isinstance(marked.marker, Prose):
                cited.update(t.partition("@")[0] for name, t in roles(marked.value) if name == "cite")
    if not _unreadable(kb):
        for key, reference in kb.references.items():
            if key not in cited:
                yield Problem("data/references.bib", *reference.position, "", f"nothing cites '{key}'")


@rule
def repeated_references(kb: KnowledgeBase) -> Iterator[Problem]:
    """No source stands twice under two keys."""
    by_url: dict[str, str] = {}
    for key, reference in kb.references.items():
        url = re.sub(r"^https?://(www\.)?|/$", "", reference.url.lower())
        first = by_url.setdefault(f"{url} {reference.title.lower()}", key)
        if first != key:
            yield Problem("data/references.bib", *reference.position, "", f"'{key}' is the same as '{first}'", first)


@rule
def vocabularies(kb: KnowledgeBase) -> Iterator[Problem]:
    """Terms are unique, broader terms exist, mappings name ids of the edition, releases are the model's."""
    for name, vocabulary in kb.vocabularies.items():
        file = f"data/vocabularies/{name}.yml"
        ids = [term.id for term in vocabulary.terms]
        for index, term in enumerate(vocabulary.terms):
            if term.id in ids[:index]:
                yield kb.problem(file, ("terms", index, "id"), f"the term '{term.id}' stands twice")
            if term.broader and term.broader not in ids:
                yield kb.problem(file, ("terms", index, "broader"), f"no term '{term.broader}'",
                                 nearest(term.broader, ids))
        if name == "releases" and tuple(ids) != RELEASES:
            yield kb.problem(file, ("terms",), f"the releases are {', '.join(RELEASES)}, in this order")
    if "taxonomies" not in kb.vocabularies:
        return
    known = {term.id: term.ids for term in kb.vocabularies["taxonomies"].terms}
    for entry in kb.entries.values():
        for index, mapping in enumerate(entry.mappings):
            ids_known = known.get(mapping.taxonomy)
            for place, id in enumerate(mapping.ids):
                if ids_known is not None and id not in ids_known:
                    yield kb.problem(file_of(entry), ("mappings", index, "ids", place),
                                     f"{mapping.taxonomy} has no '{id}'", nearest(id, ids_known))
