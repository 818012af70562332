"""The built HTML of the real site."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from sphinx.util.inventory import InventoryFile

from policykb import KnowledgeBase, load
from policykb.schema import KINDS, InstrumentEntry

# Sphinx prints typographic quotes and dashes.
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


class Page(HTMLParser):
    """Ids, links and loaded resources of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        for name in ("src", "href", "data", "poster", "srcset"):
            if name in given and tag not in ("a",) and given.get("rel") not in ("next", "prev", "search", "index", "canonical"):
                self.loaded.append((tag, given[name]))


@cache
def pages(site: Path) -> dict[str, tuple[str, Page]]:
    found = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text("utf-8")
        found[path.relative_to(site).as_posix()] = (text, Page(text))
    return found


@pytest.fixture(scope="module")
def kb(site: Path) -> KnowledgeBase:
    """The data from which the site was built."""
    return load(root=site.parents[1])


def test_every_entry_has_its_page_and_index_row(site: Path, kb: KnowledgeBase) -> None:
    for entry in kb.entries.values():
        folder = KINDS[entry.kind].folder
        text, _ = pages(site)[f"catalogue/{folder}/{entry.id}.html"]
        assert "<h1>" in text
        assert f'href="{folder}/{entry.id}.html"' in pages(site)[f"catalogue/{folder}.html"][0]
        assert re.sub(r"\s+", " ", entry.summary).translate(STRAIGHT) in re.sub(r"\s+", " ", unescape(text)).translate(STRAIGHT)


def test_no_link_and_no_anchor_is_broken(site: Path) -> None:
    broken = []
    for name, (_, page) in pages(site).items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or name == "genindex.html":
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            if target == "tools/which-duties.html" and "=" in parts.fragment:
                continue  # a state of the form, which its script reads; the browser tests follow it
            if target in pages(site):
                if parts.fragment and unquote(parts.fragment) not in pages(site)[target][1].ids:
                    broken.append((name, link))
            elif not (site / target).is_file():
                broken.append((name, link))
    assert broken == []


def test_no_role_or_directive_is_left_as_text(site: Path) -> None:
    for name, (text, _) in pages(site).items():
        # Roles in code spans are shown as examples.
        plain = re.sub(r"<[^>]+>", "", re.sub(r"<(code|pre)\b.*?</\1>", "", text, flags=re.DOTALL))
        assert not re.search(r"\{(entry|cite|stat|kb-\w+)\}", plain), name
        assert 'class="problematic' not in text and 'class="system-message' not in text, name


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for name, (_, page) in pages(site).items():
        for tag, address in page.loaded:
            assert not urlsplit(address).netloc, (name, tag, address)
    for path in [*site.rglob("*.css"), *site.glob("_static/kb-*.js")]:
        assert not re.search(r"url\(['\"]?(https?:)?//|@import ['\"](https?:)?//", path.read_text("utf-8")), path


def assets(site: Path, name: str) -> Iterator[Path]:
    for _, address in pages(site)[name][1].loaded:
        if not address.startswith("data:"):
            yield site / posixpath.normpath(posixpath.join(posixpath.dirname(name), urlsplit(address).path))


def weight(site: Path, name: str) -> int:
    """Compressed bytes of a page and all that it loads, fonts and images of the styles included."""
    files = {site / name, *assets(site, name)}
    for style in [f for f in files if f.suffix == ".css"]:
        for address in re.findall(r"(?:url\(|@import )['\"]?([^'\")]+)", style.read_text("utf-8")):
            if not address.startswith(("data:", "#")):
                files.add((style.parent / urlsplit(address).path).resolve())
    return sum(len(gzip.compress(f.read_bytes(), 6)) for f in files if f.is_file() and f.suffix not in (".ttf", ".woff2"))


def test_pages_without_a_figure_are_light(site: Path) -> None:
    for name, (text, _) in pages(site).items():
        if 'class="kb-figure"' not in text and name.startswith(("index", "catalogue/safeguards", "catalogue/risks", "method")):
            assert weight(site, name) <= 150_000, (name, weight(site, name))


def test_plotly_comes_only_to_pages_with_figures_and_never_inline(site: Path) -> None:
    with_figures = set()
    for name, (text, page) in pages(site).items():
        assert "plotly.js v" not in text and not any("plotly" in address for _, address in page.loaded), name
        if 'class="kb-figure"' in text:
            with_figures.add(name)
        assert ("kb-figure.js" in text) == ('class="kb-figure"' in text), name
    assert with_figures == {"analyses/graph.html", "analyses/coverage.html", "argument/biosecurity.html", "argument/law.html", "tools/what-survives.html",
                            "argument/compute.html", "argument/gap.html", "argument/diversity.html", "argument/outlook.html"}
    assert (site / "_static/plotly-basic.min.js").is_file()


def test_roles_show_title_and_summary(site: Path, kb: KnowledgeBase) -> None:
    text, _ = pages(site)["index.html"]
    entry = kb.entries["irreversible-proliferation"]
    assert re.search(rf'<a class="[^"]*kb-ref[^"]*" href="catalogue/risks/{entry.id}.html" title="{entry.title}: ', text)
    assert f"holds {len(kb.risks)} risks, {len(kb.safeguards)} safeguards" in text


def test_chapters_that_mention_an_entry_are_its_backlinks(site: Path) -> None:
    text, _ = pages(site)["catalogue/instruments/eu-ai-act.html"]
    line = re.search(r"In chapters: (.*?)</p>", text, re.DOTALL)
    assert line and set(re.findall(r'href="([^"]+)"', line[1])) == {
        "../../argument/biosecurity.html", "../../argument/law.html", "../../analyses/open-questions.html", "../../analyses/unasked.html", "../../tools/worked-cases.html",
        "../../questions.html", "../../argument/compute.html", "../../argument/proposals-to-law.html"}


def test_provisions_can_be_linked_and_say_when_they_apply(site: Path, kb: KnowledgeBase) -> None:
    for instrument in kb.instruments:
        text, page = pages(site)[f"catalogue/instruments/{instrument.id}.html"]
        for provision in instrument.provisions:
            assert provision.id in page.ids
        assert "Applies if" in text or not any(p.applies_if for p in instrument.provisions)


def test_the_inventory_names_entries_provisions_and_references(site: Path, kb: KnowledgeBase) -> None:
    with (site / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", posixpath.join)
    assert set(inventory["kb:entry"]) == set(kb.entries)
    assert set(inventory["kb:reference"]) == set(kb.references)
    provisions = {f"{i.id}#{p.id}" for i in kb.entries.values() if isinstance(i, InstrumentEntry) for p in i.provisions}
    assert set(inventory["kb:provision"]) == provisions
    assert inventory["kb:entry"]["eu-ai-act"][2] == "catalogue/instruments/eu-ai-act.html"


def test_every_source_is_listed_with_its_address_and_the_entries_that_cite_it(site: Path, kb: KnowledgeBase) -> None:
    text, page = pages(site)["catalogue/references.html"]
    addresses = {unquote(link) for link in page.links}
    for key, reference in kb.references.items():
        assert f"ref-{key}" in page.ids
        assert unquote(reference.url) in addresses, key
    assert text.count("Cited by") == len(kb.references)


NOTEBOOKS = ["analyses/graph", "analyses/coverage", "analyses/crosswalk", "tools/what-survives", "argument/state-of-safety",
             "argument/power-security", "argument/resilience", "argument/biosecurity", "argument/decentralisation", "argument/diversity",
             "argument/compute", "argument/gap", "argument/debate", "argument/proposals-to-law", "argument/outlook", "questions"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_s_page_shows_results_and_no_code(site: Path, name: str) -> None:
    text, _ = pages(site)[f"{name}.html"]
    assert 'class="kb-table"' in text and "from policykb" not in text
    assert "figcaption" in text or 'class="kb-figure"' not in text


def test_the_matrix_shows_every_safeguard_with_its_verdicts(site: Path, kb: KnowledgeBase) -> None:
    text, _ = pages(site)["tools/what-survives.html"]
    rows = {m[1]: m[0] for m in re.finditer(r"<tr[^>]*>\s*<td><p><a [^>]*safeguards/([a-z0-9-]+)\.html.*?</tr>", text, re.DOTALL)}
    assert set(rows) == {s.id for s in kb.safeguards}
    for safeguard in kb.safeguards:
        shown = re.findall(r"kb-v-([a-z-]+)", rows[safeguard.id])
        assert shown == [v.verdict for v in safeguard.survival], safeguard.id


def test_checklists_lie_beside_the_pages_that_offer_them(site: Path) -> None:
    _, page = pages(site)["argument/safety-management.html"]
    assert {"../checklists/open-weights-developer.md", "../checklists/open-weights-developer.yml"} <= set(page.links)
    assert len(list((site / "checklists").iterdir())) == 40
    listed = yaml.safe_load((site / "checklists/open-weights-developer.yml").read_text("utf-8"))
    for item in (i for stage in listed["stages"] for i in stage["items"]):
        assert f"../catalogue/safeguards/{item['id']}.html" in page.links, item["id"]


def test_the_chain_stands_in_the_chapter_on_biosecurity(site: Path, kb: KnowledgeBase) -> None:
    _, page = pages(site)["argument/biosecurity.html"]
    for entry in (*kb.risks, *kb.safeguards):
        if entry.chain:
            assert f"../catalogue/{entry.folder}/{entry.id}.html" in page.links, entry.id
