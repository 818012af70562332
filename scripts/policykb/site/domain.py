"""The Sphinx domain `kb`: roles for entries, references and counts, and what pages show of others.

What a page shows of other pages (titles, summaries, who refers to it, its neighbours in the table of
contents) is reduced to a fingerprint; a page is written again when its fingerprint changes, so that an
incremental build equals a clean one.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import Inliner
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..analysis.stats import counts
from ..load import KnowledgeBase
from ..myst import labels_html
from ..schema import InstrumentEntry
from .pages import CATALOGUE, docname

logger = logging.getLogger(__name__)
REFERENCES = f"{CATALOGUE}/references"
FORM = "tools/which-duties"
_CITE = re.compile(r"([^@<>`]+?)\s*(?:@\s*(.+))?$", re.DOTALL)


class stat(nodes.Inline, nodes.TextElement):
    """A number from the data, filled in when the page is written."""


class mentions(nodes.General, nodes.Element):
    """The chapters that mention an entry, filled in when the page is written."""


class box(nodes.General, nodes.Element):
    """A block with classes and data attributes of our own, without docutils' `container` class."""


def _visit_box(self: Any, node: box) -> None:
    self.body.append(self.starttag(node, "div", CLASS=" ".join(node["classes"]), **node.get("data", {})))


def _depart_box(self: Any, node: box) -> None:
    self.body.append("</div>\n")


class BoxDirective(SphinxDirective):
    """`{kb-box} class …`: a block with these classes, each with the prefix `kb-`."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        node = box(classes=[f"kb-{name}" for name in self.arguments[0].split()])
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class TableDirective(SphinxDirective):
    """`{kb-table}`: a Markdown table that readers can sort, search and filter by the columns named in `:filters:`.

    Columns named in `:hidden:` only serve the filters; `:name:` says what the rows are.
    """

    has_content = True
    option_spec = {"filters": directives.unchanged, "hidden": directives.unchanged, "name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        node = box(classes=["kb-table"], data={
            "data-filters": self.options.get("filters", ""), "data-hidden": self.options.get("hidden", ""),
            "data-name": self.options.get("name", "entries")})
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class MentionsDirective(SphinxDirective):
    """`{kb-mentions} id`: the chapters that mention an entry."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [mentions(entry=self.arguments[0])]


def _knowledge_base(env: BuildEnvironment) -> KnowledgeBase:
    return cast(KnowledgeBase, env.app.policykb)  # type: ignore[attr-defined]


def _stats(env: BuildEnvironment) -> dict[str, int]:
    if not hasattr(env.app, "policykb_stats"):
        env.app.policykb_stats = counts(_knowledge_base(env))  # type: ignore[attr-defined]
    return env.app.policykb_stats  # type: ignore[attr-defined, no-any-return]


def _stat_role(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: Any = None,
               content: Any = None) -> tuple[list[nodes.Node], list[Any]]:
    return [stat(rawtext, "", key=text.strip())], []


def _labels_role(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: Any = None,
                 content: Any = None) -> tuple[list[nodes.Node], list[Any]]:
    return [nodes.raw(rawtext, labels_html(text), format="html")], []


def _form_role(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: Any = None,
               content: Any = None) -> tuple[list[nodes.Node], list[Any]]:
    """`` {kb-form}`words state` ``: a link to the duties form with a state, which is no target that Sphinx knows."""
    words, _, state = text.rpartition(" ")
    up = "../" * inliner.document.settings.env.docname.count("/")
    return [nodes.raw(rawtext, f'<a href="{up}{FORM}.html#{html.escape(state)}">{html.escape(words)}</a>', format="html")], []


class _CiteRole(XRefRole):
    """`` {cite}`key` `` or `` {cite}`key@Art. 53(2)` ``."""

    def run(self) -> tuple[list[nodes.Node], list[Any]]:
        match = _CITE.fullmatch(self.text.strip())
        key, at = (match[1], match[2] or "") if match else (self.text, "")
        node = pending_xref("", nodes.inline("", self.text), refdomain="kb", reftype="cite", reftarget=key,
                            refexplicit=False, refwarn=True, refdoc=self.env.docname, kb_at=" ".join(at.split()))
        self.set_source_info(node)
        return [node], []


class KnowledgeBaseDomain(Domain):
    """Entries, provisions and references as Sphinx objects. They come from the data, not from pages."""

    name = "kb"
    label = "Knowledge base"
    object_types = {"entry": ObjType("entry", "entry"), "provision": ObjType("provision", "entry"),
                    "reference": ObjType("reference", "cite")}
    roles = {"entry": XRefRole(warn_dangling=True), "cite": _CiteRole(), "stat": _stat_role}
    initial_data: dict[str, Any] = {"refers": {}, "fingerprints": {}}
    data_version = 1

    @property
    def refers(self) -> dict[str, list[str]]:
        """For each document, what it refers to: `entry:id`, `cite:key`, `stat:name`, in order."""
        return cast(dict[str, list[str]], self.data["refers"])

    def clear_doc(self, docname: str) -> None:
        self.refers.pop(docname, None)

    def merge_domaindata(self, docnames: Any, otherdata: dict[str, Any]) -> None:
        for name in docnames:
            if name in otherdata["refers"]:
                self.refers[name] = otherdata["refers"][name]

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        found: dict[str, None] = {}
        for node in document.findall(pending_xref):
            if node.get("refdomain") == "kb":
                found[f"{node['reftype']}:{node['reftarget']}"] = None
        for number in document.findall(stat):
            found[f"stat:{number['key']}"] = None
        if found:
            self.refers[docname] = list(found)

    def shown(self, target: str) -> tuple[str, str, str] | None:
        """(document, anchor, title) and what a page shows of an entry, a provision or a reference."""
        kb = _knowledge_base(self.env)
        id, _, provision = target.partition("#")
        entry = kb.entries.get(id) or kb.tombstones.get(id)
        if entry is None:
            return None
        if not provision:
            return docname(entry), "", entry.title
        if isinstance(entry, InstrumentEntry):
            for part in entry.provisions:
                if part.id == provision:
                    return docname(entry), provision, f"{entry.title}, {part.ref}"
        return None

    def _tip(self, target: str) -> str:
        kb = _knowledge_base(self.env)
        id, _, provision = target.partition("#")
        entry = kb.entries.get(id)
        if entry is None:
            return "Withdrawn"
        if provision and isinstance(entry, InstrumentEntry):
            part = next(p for p in entry.provisions if p.id == provision)
            return f"{entry.title}, {part.ref}: {part.title}. {part.summary}"
        return f"{entry.title}: {entry.summary}"

    def resolve_xref(self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str, target: str,
                     node: pending_xref, contnode: nodes.Element) -> nodes.reference | None:
        if typ == "cite":
            return self._resolve_cite(fromdocname, builder, target, node)
        found = self.shown(target)
        if not found:
            return None
        document, anchor, title = found
        uri = builder.get_relative_uri(fromdocname, document) + (f"#{anchor}" if anchor else "")
        reference = nodes.reference("", "", internal=True, refuri=uri, reftitle=self._tip(target),
                                    classes=["kb-ref"])
        reference += nodes.Text(contnode.astext() if node["refexplicit"] else title)
        return reference

    def _resolve_cite(self, fromdocname: str, builder: Builder, key: str, node: pending_xref) -> nodes.reference | None:
        source = _knowledge_base(self.env).references.get(key)
        if source is None:
            return None
        uri = f"{builder.get_relative_uri(fromdocname, REFERENCES)}#ref-{key}"
        tip = f"{', '.join(source.authors)}: {source.title} ({source.date})"
        reference = nodes.reference("", "", internal=True, refuri=uri, reftitle=tip, classes=["kb-cite"])
        at = node.get("kb_at", "")
        reference += nodes.Text(f"{source.label}, {at}" if at else source.label)
        return reference

    def resolve_any_xref(self, env: BuildEnvironment, fromdocname: str, builder: Builder, target: str,
                         node: pending_xref, contnode: nodes.Element) -> list[tuple[str, nodes.Element]]:
        found = self.resolve_xref(env, fromdocname, builder, "entry", target, node, contnode)
        return [("kb:entry", found)] if found else []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        kb = _knowledge_base(self.env)
        for entry in kb.entries.values():
            yield entry.id, entry.title, "entry", docname(entry), "", 1
            if isinstance(entry, InstrumentEntry):
                for part in entry.provisions:
                    yield f"{entry.id}#{part.id}", f"{entry.title}, {part.ref}", "provision", docname(entry), part.id, 1
        for key, reference in kb.references.items():
            yield key, reference.label, "reference", REFERENCES, f"ref-{key}", -1

    def mentioned_in(self, id: str) -> list[str]:
        """Chapters (documents outside the catalogue) that refer to an entry, in their order."""
        return sorted(
            document for document, targets in self.refers.items()
            if not document.startswith(f"{CATALOGUE}/")
            and any(t.startswith("entry:") and t[6:].partition("#")[0] == id for t in targets)
        )

    def _fingerprint(self, document: str, context: str) -> str:
        kb = _knowledge_base(self.env)
        parts = [context]
        numbers = _stats(self.env)
        for target in self.refers.get(document, []):
            kind, _, name = target.partition(":")
            if kind == "entry":
                parts.append(f"{target} {self.shown(name) and self._tip(name)}")
            elif kind == "cite" and name in kb.references:
                source = kb.references[name]
                parts.append(f"{target} {source.label} {source.title} {source.date} {source.authors}")
            else:
                parts.append(f"{target} {numbers.get(name)}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def plain_addresses(app: Sphinx, doctree: nodes.document) -> None:
    """Undo myst-parser's escaping of `&` in addresses, which the writer escapes once more."""
    for node in doctree.findall(nodes.reference):
        if "&amp;" in node.get("refuri", ""):
            node["refuri"] = html.unescape(node["refuri"])


def fill(app: Sphinx, doctree: nodes.document, document: str) -> None:
    """Fill in counts and mentions when a page is written."""
    domain = cast(KnowledgeBaseDomain, app.env.get_domain("kb"))
    numbers = _stats(app.env)
    found = list(doctree.findall(lambda node: isinstance(node, (stat, mentions))))
    for node in (n for n in found if isinstance(n, stat)):
        if node["key"] not in numbers:
            logger.warning("no count '%s'; there are %s", node["key"], ", ".join(numbers), location=node)
        node.replace_self(nodes.Text(f"{numbers.get(node['key'], '?'):,}" if node["key"] in numbers else "?"))
    for place in (n for n in found if isinstance(n, mentions)):
        chapters = domain.mentioned_in(place["entry"])
        if not chapters:
            place.replace_self([])
            continue
        line = nodes.paragraph("", "In chapters: ")
        for index, chapter in enumerate(chapters):
            line += nodes.Text("; " if index else "")
            uri = app.builder.get_relative_uri(document, chapter)
            line += nodes.reference("", app.env.titles[chapter].astext(), internal=True, refuri=uri)
        place.replace_self(line)


def changed_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The documents that show something of other documents which has changed since the last build."""
    domain = cast(KnowledgeBaseDomain, env.get_domain("kb"))
    relations = env.collect_relations()
    titles = {name: title.astext() for name, title in env.titles.items()}
    mentioned: dict[str, list[str]] = {}
    for document, targets in sorted(domain.refers.items()):
        if not document.startswith(f"{CATALOGUE}/"):
            for target in targets:
                if target.startswith("entry:"):
                    mentioned.setdefault(target[6:].partition("#")[0], []).append(f"{document} {titles[document]}")
    top = " ".join(f"{name} {titles[name]}" for name in sorted(titles) if not _is_entry_page(name)) + _assets(app)
    fingerprints = {}
    for document in env.found_docs:
        around = [f"{name} {titles.get(name)}" for name in relations.get(document, []) if name]
        own = mentioned.get(document.rpartition("/")[2], []) if _is_entry_page(document) else []
        fingerprints[document] = domain._fingerprint(document, "\n".join([top, *around, *own]))
    before: dict[str, str] = domain.data["fingerprints"]
    domain.data["fingerprints"] = fingerprints
    return [name for name, print in fingerprints.items() if before.get(name) != print]


def _assets(app: Sphinx) -> str:
    """A digest of our style and scripts: pages link them by their content, and without a changed page none is copied."""
    total = hashlib.sha256()
    for path in sorted((Path(app.srcdir) / "_assets").glob("*")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def _is_entry_page(document: str) -> bool:
    return document.startswith(f"{CATALOGUE}/") and document.count("/") == 2


def setup(app: Sphinx) -> None:
    """Register the domain, its roles under their short names, and its directives."""
    app.add_domain(KnowledgeBaseDomain)
    for name, role in KnowledgeBaseDomain.roles.items():
        if isinstance(role, XRefRole):
            short = type(role)(warn_dangling=True)
            short.reftype, short.refdomain = name, "kb"
            app.add_role(name, _named(short, name))
        else:
            app.add_role(name, role)
    app.add_role("kb-labels", _labels_role)
    app.add_role("kb-form", _form_role)
    app.add_directive("kb-box", BoxDirective)
    app.add_directive("kb-table", TableDirective)
    app.add_directive("kb-mentions", MentionsDirective)
    app.add_node(box, html=(_visit_box, _depart_box))
    app.add_node(stat)
    app.add_node(mentions)
    app.connect("doctree-read", plain_addresses)
    app.connect("doctree-resolved", fill)
    app.connect("env-updated", changed_pages)


def _named(role: XRefRole, name: str) -> Any:
    """A role that can be used as `{name}` and acts as `{kb:name}`."""

    def run(_: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: Any = None,
            content: Any = ()) -> tuple[list[nodes.Node], list[Any]]:
        return role(f"kb:{name}", rawtext, text, lineno, inliner, options or {}, list(content))

    return run
