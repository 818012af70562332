"""What the site publishes is what CI enforces: JSON Schema and code agree; text from data stays text."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import ryaml
from jsonschema import Draft202012Validator

from conftest import ROOT, edit
from policykb import load, read
from policykb.cli import main
from policykb.figures.dependency import dependency_figure
from policykb.myst import escape
from policykb.schema import KINDS
from policykb.schema.prose import prose_problem
from policykb.schema.publish import schemas, stale
from policykb.site.reference import field_reference

VALIDATORS = {name: Draft202012Validator(schema) for name, schema in schemas(load("vocabulary", root=ROOT).vocabularies).items()}


def entries() -> list[Path]:
    return [path for cls in KINDS.values() for path in sorted((ROOT / "data" / cls.folder).glob("*.yml"))]


def kind_of(path: Path) -> str:
    return next(kind for kind, cls in KINDS.items() if cls.folder == path.parent.name)


def test_the_published_schema_is_the_code_s(tiny: Path) -> None:
    assert stale(ROOT) == []
    assert main(["--root", str(ROOT), "schema", "--check"]) == 0
    shutil.copytree(ROOT / "data/schema", tiny / "data/schema")
    edit(tiny / "data/schema/risk.json", "Name of the entry", "Its name")
    assert main(["--root", str(tiny), "schema", "--check"]) == 1


def test_every_data_file_fits_the_published_schema() -> None:
    for path in entries():
        VALIDATORS[f"{kind_of(path)}.json"].validate(ryaml.loads(path.read_text("utf-8")))
    for path in (ROOT / "data/vocabularies").glob("*.yml"):
        VALIDATORS["vocabulary.json"].validate(ryaml.loads(path.read_text("utf-8")))


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [p for key, value in node.items() for p in [(*at, key), *paths(value, (*at, key))]]
    if isinstance(node, list):
        return [p for index, value in enumerate(node) for p in paths(value, (*at, index))]
    return []


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_code_refuse_the_same_keys(tiny: Path, kind: str) -> None:
    """Drop, misspell or empty each key of an entry in turn: both refuse it, or neither does."""
    shutil.copytree(ROOT / "data", tiny / "data", dirs_exist_ok=True)
    source = max((p for p in entries() if kind_of(p) == kind), key=lambda p: len(p.read_text("utf-8")))
    text, target = source.read_text("utf-8"), tiny / source.relative_to(ROOT)
    for other in target.parent.glob("*.yml"):  # only this file is asked about, some hundred times
        if other != target:
            other.unlink()
    seen: set[tuple[Any, ...]] = set()
    for path in paths(ryaml.loads(text)):
        shape = tuple("*" if isinstance(part, int) else part for part in path)
        if shape in seen:
            continue
        seen.add(shape)
        for change in ("drop", "misspell", "empty"):
            data = ryaml.loads(text)
            parent = data
            for part in path[:-1]:
                parent = parent[part]
            value = parent.pop(path[-1])
            if change != "drop":
                parent[f"{path[-1]}x" if change == "misspell" else path[-1]] = value if change == "misspell" else None
            target.write_text(ryaml.dumps(data), "utf-8")
            refused = any(p.file == source.relative_to(ROOT).as_posix() for p in read(tiny, kind)[1])
            by_schema = not VALIDATORS[f"{kind}.json"].is_valid(data)
            if "survival" not in shape and not (kind == "instrument" and "applies_if" in shape):
                assert refused == by_schema, (change, path)
            else:
                # A rule over several keys (what a verdict or a condition needs) is the code's alone.
                assert refused or not by_schema, (change, path)
    target.write_text(text, "utf-8")


def test_the_field_reference_has_every_field_with_its_meaning() -> None:
    tables = {table.kind: table for table in field_reference(load()) if table.kind}
    for kind, cls in KINDS.items():
        assert {row.name for row in tables[kind].rows} == {f.alias or n for n, f in cls.model_fields.items()}
    for table in field_reference(load()):
        assert all(row.description and row.type for row in table.rows), table.name


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<!-- x -->", "```{raw} html\n<b>\n```", ":::{raw} html\n:::", "![x](http://e.org/x.png)",
    "# Heading", "{eval}`1`", "{raw}`x`", "{download}`../x`", "(target)=\n", "[x](relative.md)", "[x]: http://e.org\n\n[x](#y)",
    "% comment", "+++", "a\n\n    indented", "Title\n---", "***", "a[^1]\n\n[^1]: note", "| a |\n|---|\n| b |", "> quoted", "[a]{.class}",
    "term\n: definition", "{.class}\ntext", "---",
])
def test_text_that_could_do_more_than_say_something_is_refused(text: str) -> None:
    assert prose_problem(text, blocks=True)


@pytest.mark.parametrize("text", [
    "Plain, with 5 < 6 & 7 > 3, 100 % and $5.", "*Emphasis*, **strong**, `code`", "[site](https://example.org/a_b)",
    "See {entry}`weight-theft`, {entry}`theft <weight-theft>` and {cite}`doe-2024-weights@Art. 53(2)`.",
    "One.\n\nTwo:\n\n- a\n- b\n\n1. c\n2. d",
])
def test_text_that_only_says_something_is_allowed(text: str) -> None:
    assert prose_problem(text, blocks=True) is None


def test_one_line_of_text_is_one_paragraph() -> None:
    assert prose_problem("One.\n\nTwo.", blocks=False) == "only one paragraph is allowed in this text"
    assert prose_problem("- a\n- b", blocks=False) == "a list is not allowed in this text"


def test_plain_text_is_escaped_for_markdown_and_figures(tiny: Path) -> None:
    assert escape("a *b* <c> {d}`e` |f| [g](h)\n# i") == (
        r"a \*b\* \<c\> \{d\}\`e\` \|f\| \[g\](h) \# i")
    assert [escape(t) for t in ("1. a", "- a", "+ a", "% a", ": a", "=", "a - b. c")] == [
        r"1\. a", r"\- a", r"\+ a", r"\% a", r"\: a", r"\=", "a - b. c"]
    edit(tiny / "data/risks/weight-theft.yml", "title: Weight theft", "title: \"</script><b>T</b>\"")
    html = dependency_figure(load("risk", "safeguard", root=tiny)).to_html()
    assert "<b>" not in html and html.count("</script>") == 1
