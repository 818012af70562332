"""Building a small site: execution that tells the truth, incremental builds that equal clean ones."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import NOTEBOOK, ROOT, build, edit, write_tiny_book, write_tiny_data
from policykb import load
from policykb.build import write_sphinx_config
from policykb.site import notebooks
from policykb.site.pages import Catalogue

THEFT = "data/risks/weight-theft.yml"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    write_tiny_data(root)
    (root / "book").mkdir()
    write_tiny_book(root)
    done = build(root, "--date", "2026-11-01")
    assert done.returncode == 0, done.stdout[-5000:]
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of the built project; its build remembers nothing of the other's folder but what is relative."""
    root = tmp_path / "project"
    shutil.copytree(built, root, ignore=shutil.ignore_patterns("_build"))
    return root


def again(root: Path) -> str:
    done = build(root, "--date", "2026-11-01")
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def executed(output: str) -> set[str]:
    return set(re.findall(r"(count-\w+)\.md: Executing notebook", output))


def html(root: Path) -> dict[str, bytes]:
    folder = root / "_build" / "html"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*")
            if p.suffix in (".html", ".js", ".inv") and p.is_file()}


def test_notebooks_run_exactly_when_their_inputs_change(project: Path) -> None:
    assert executed(again(project)) == {"count-risk", "count-safeguard"}
    (project / "_build" / "state").unlink()
    assert executed(again(project)) == set()
    edit(project / THEFT, "Copies spread.", "Copies travel.")
    assert executed(again(project)) == {"count-risk"}
    edit(project / "data/safeguards/output-filter.yml", "All pass it.", "All go through.")
    assert executed(again(project)) == {"count-safeguard"}
    edit(project / "data/instruments/first-act.yml", "It is free.", "It is open.")
    assert executed(again(project)) == set()
    edit(project / "data/vocabularies/topics.yml", "Access and release", "Access")
    assert executed(again(project)) == {"count-risk", "count-safeguard"}


def test_an_unchanged_tree_is_left_alone_and_a_damaged_site_is_not(project: Path) -> None:
    again(project)
    assert "nothing has changed" in again(project)
    assert "nothing has changed" not in build(project, "--date", "2026-11-02").stdout
    page = project / "_build/html/index.html"
    page.unlink()
    assert "nothing has changed" not in again(project)
    assert page.exists()


EDITS = {
    "title and summary": [(THEFT, "title: Weight theft", "title: Stolen weights"),
                          (THEFT, "summary: What", "summary: Just what")],
    "link": [("data/safeguards/output-filter.yml", "risk: weight-theft", "risk: lost-research")],
    "reference": [("data/references.bib", "title = {Weights", "title = {Masses")],
    "chapter": [("book/contribute.md", "How.", "How, with {entry}`lost-research`.")],
    "style": [("book/_assets/kb.css", ".kb-cite {", ".kb-cite, .kb-cited {")],
    "chapter's title": [("book/index.md", "# Home", "# Start")],
    "rename": [(THEFT, "checked:", "formerly: [old-theft]\nchecked:")],
}


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_site_equals_a_clean_build(project: Path, name: str) -> None:
    again(project)
    for file, old, new in EDITS[name]:
        edit(project / file, old, new)
    again(project)
    incremental = html(project)
    shutil.rmtree(project / "_build" / "html")
    shutil.rmtree(project / "_build" / ".doctrees")
    again(project)
    clean = html(project)
    assert set(incremental) == set(clean)
    assert [name for name in clean if clean[name] != incremental[name]] == []


def test_entries_come_go_and_move(project: Path) -> None:
    again(project)
    risks = project / "data/risks"
    (risks / "third-risk.yml").write_text((risks / "lost-research.yml").read_text("utf-8"), "utf-8")
    again(project)
    assert "catalogue/risks/third-risk.html" in html(project)
    (risks / "third-risk.yml").unlink()
    # Renamed, with a redirect; withdrawn, with a tombstone.
    (risks / "lost-research.yml").rename(risks / "research-loss.yml")
    edit(risks / "research-loss.yml", "checked:", "formerly: [lost-research]\nchecked:")
    (project / "data/instruments/first-act.yml").write_text(
        'title: First Act\nwithdrawn: {on: "2026-01-01", why: It was a draft., see: [weight-theft]}\n', "utf-8")
    edit(project / "book/index.md", ", {entry}`first-act#art-1`", "")
    again(project)
    incremental = html(project)
    assert "catalogue/risks/third-risk.html" not in incremental
    redirect = incremental["catalogue/risks/lost-research.html"].decode()
    assert 'content="0; url=research-loss.html"' in redirect
    stone = incremental["catalogue/instruments/first-act.html"].decode()
    assert "withdrawn on 2026-01-01" in stone and 'href="../risks/weight-theft.html"' in stone
    shutil.rmtree(project / "_build" / "html")
    shutil.rmtree(project / "_build" / ".doctrees")
    again(project)
    assert html(project) == incremental


def test_a_failing_notebook_fails_the_build_with_name_cell_and_error(project: Path) -> None:
    (project / "book/count-risk.md").write_text(NOTEBOOK.replace("KIND", "risk").replace(
        "Myst(f", "boom = kb.safeguards\nMyst(f"), "utf-8")
    done = build(project)
    assert done.returncode != 0
    assert "count-risk.md" in done.stdout and "boom = kb.safeguards" in done.stdout
    assert "LookupError: load() was not asked for 'safeguard' entries" in done.stdout
    # It is not forgotten: the next build runs it again, and fails again.
    assert "boom = kb.safeguards" in build(project).stdout
    edit(project / "book/count-risk.md", "boom = kb.safeguards\n", "")
    again(project)


def test_a_bad_file_stops_the_build_with_its_line_and_no_traceback(project: Path) -> None:
    edit(project / THEFT, "domain: misuse", "domian: misuse")
    done = build(project)
    assert done.returncode == 1
    assert f"{THEFT}:10:1: domian: unknown key 'domian'; nearest: domain" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_warning_is_an_error(project: Path) -> None:
    with (project / "book/contribute.md").open("a", encoding="utf-8") as file:
        file.write("\nSee [nothing](nowhere.md).\n")
    done = build(project)
    assert done.returncode != 0 and "nowhere.md" in done.stdout


def test_statuses_are_those_of_the_build_s_date(built: Path) -> None:
    page = (built / "_build/html/catalogue/instruments/first-act.html").read_text("utf-8")
    assert "On 2026-11-01: in force since 2025-06; next: applies on 2099-01-01" in page


def test_a_provision_says_what_its_condition_leaves_unasked(built: Path) -> None:
    page = (built / "_build/html/catalogue/instruments/first-act.html").read_text("utf-8")
    assert re.search(r"<dt>Turns also on</dt><dd>(<p>)?<em>Who is bound</em>: Only firms\.(</p>)?</dd><dd>(<p>)?<em>Knowledge or intent</em>: Only who <em>knows</em> of it must sign\.", re.sub(r">\s+<", "><", page))


def test_roles_and_citations_in_a_notebook_s_output_resolve(built: Path) -> None:
    page = (built / "_build/html/count-risk.html").read_text("utf-8")
    assert re.search(r'2 entries, as <a class="kb-ref[^"]*" href="catalogue/risks/weight-theft.html"', page)
    assert 'href="catalogue/references.html#ref-doe-2024-weights"' in page and "Doe and Roe 2024" in page


def test_text_from_data_reaches_the_page_escaped(project: Path) -> None:
    edit(project / THEFT, "title: Weight theft", "title: '<script>x</script> {entry}`a` *b*'")
    again(project)
    for name, text in html(project).items():
        assert not name.endswith(".html") or b"<script>x" not in text, name
    page = (project / "_build/html/catalogue/risks/weight-theft.html").read_text("utf-8")
    assert "&lt;script&gt;x&lt;/script&gt; {entry}`a` *b*" in page


def test_plain_sphinx_builds_the_same_book(project: Path) -> None:
    folder = write_sphinx_config(project)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-c", str(folder), "book", "_build/plain"], cwd=project,
        env={"PYTHONPATH": str(ROOT / "scripts"), "POLICYKB_ROOT": str(project), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (project / "_build/plain/catalogue/risks/weight-theft.html").exists()


def test_the_inputs_of_a_notebook_are_what_it_loads_and_imports() -> None:
    text = (ROOT / "book/analyses/graph.md").read_text("utf-8")
    names = {p.as_posix().rpartition("policykb/")[2] for p in notebooks.reached_modules(text)}
    assert {"figures/dependency.py", "figures/layout.py", "analysis/coverage.py", "schema/base.py", "load.py"} <= names
    assert not {n for n in names if n.startswith("site/")} and "figures/coverage.py" not in names
    assert notebooks.loaded_kinds(text) == {"risk", "safeguard"}
    assert "reference" in notebooks.loaded_kinds(NOTEBOOK.replace('load("KIND")', "load()"))
    with pytest.raises(ValueError, match="plain texts"):
        notebooks.loaded_kinds(NOTEBOOK.replace('load("KIND")', "load(*kinds)"))


def test_an_entry_is_stale_when_what_it_rests_on_was_amended(tiny: Path) -> None:
    import datetime as dt

    edit(tiny / "data/instruments/first-act.yml", "kind: in-force", "kind: amended")
    edit(tiny / "data/instruments/first-act.yml", '"2025-06"', '"2026-11-05"')
    entry = tiny / "data/proposals/one.yml"
    base = (tiny / "data/risks/lost-research.yml").read_text("utf-8").partition("domain:")[0]
    entry.write_text(base + 'form: essay\nauthors: [A]\npublished: "2024"\nvenue: V\nread: full\n'
                     "stance: {openness: for, restriction: neither, why: So.}\n"
                     "taken_up_by: [{instrument: first-act, how: So, "
                     "sources: [{cite: doe-2024-weights, basis: primary}]}]\n", "utf-8")
    kb = load(root=tiny)
    assert not Catalogue(kb, dt.date(2026, 11, 4)).stale(kb.entries["one"])
    assert Catalogue(kb, dt.date(2026, 11, 5)).stale(kb.entries["one"])
    assert not Catalogue(kb, dt.date(2027, 4, 1)).stale(kb.entries["weight-theft"])
    assert Catalogue(kb, dt.date(2027, 6, 1)).stale(kb.entries["weight-theft"])
