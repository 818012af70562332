"""`policykb check`: each class of error gives one line with file, line, column and the nearest right name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import BIB, edit
from policykb.check import check
from policykb.cli import main

FILTER = "data/safeguards/output-filter.yml"
THEFT = "data/risks/weight-theft.yml"
ACT = "data/instruments/first-act.yml"


def lines(root: Path) -> list[str]:
    return [str(problem) for problem in check(root)]


def test_the_small_project_and_the_real_one_have_no_problems(tiny: Path) -> None:
    assert lines(tiny) == []
    assert lines(Path(__file__).parents[1]) == []


# Each: file, text, replacement, and the line that must be printed.
EDITS = {
    "unknown link target": (FILTER, "risk: weight-theft", "risk: weigth-theft",
        f"{FILTER}:16:11: mitigates[0].risk: no risk 'weigth-theft'; nearest: weight-theft"),
    "link to another kind": (FILTER, "risk: weight-theft", "risk: locked-room",
        f"{FILTER}:16:11: mitigates[0].risk: 'locked-room' is a safeguard, and a risk is meant"),
    "misspelt required key": (FILTER, "stage: deployment", "stag: deployment",
        f"{FILTER}:11:1: stag: unknown key 'stag'; nearest: stage"),
    "missing required key": (FILTER, "stage: deployment\n", "",
        f"{FILTER}:1:1: the required key 'stage' is missing"),
    "misspelt link field": (FILTER, "    strength: strong", "    strenght: strong",
        f"{FILTER}:18:5: mitigates[0].strenght: unknown key 'strenght'; nearest: strength"),
    "misspelt optional key": (FILTER, "depends_on:", "depend_on:",
        f"{FILTER}:26:1: depend_on: unknown key 'depend_on'; nearest: depends_on"),
    "misspelt key in a condition": (ACT, "training_flop:", "trainning_flop:",
        f"{ACT}:27:12: provisions[0].applies_if.all[1].trainning_flop: unknown key 'trainning_flop'; nearest: training_flop"),
    "link in text": (THEFT, "{entry}`output-filter`", "{entry}`output-fliter`",
        f"{THEFT}:4:35: description: no entry 'output-fliter'; nearest: output-filter"),
    "provision in text": (THEFT, "{entry}`output-filter`", "{entry}`first-act#art-2`",
        f"{THEFT}:4:35: description: 'first-act' has no provision 'art-2'; nearest: first-act#art-1"),
    "citation in text": (THEFT, "{cite}`doe-2024-weights@§2`", "{cite}`doe-2024-wieghts@§2`",
        f"{THEFT}:4:57: description: no reference 'doe-2024-wieghts'; nearest: doe-2024-weights"),
    "citation without reference": (THEFT, "{cite: doe-2024-weights", "{cite: doe-2025-weights",
        f"{THEFT}:8:12: sources[0].cite: no reference 'doe-2025-weights'; nearest: doe-2024-weights"),
    "vocabulary term": (THEFT, "topics: [access]", "topics: [acess]",
        f"{THEFT}:6:10: topics[0]: 'acess' is no term of topics; nearest: access"),
    "value outside a closed set": (FILTER, "effect: prevents", "effect: prevent",
        f"{FILTER}:17:13: mitigates[0].effect: 'prevent' is not one of prevents, limits, detects, responds; nearest: prevents"),
    "term in a condition": (ACT, "role: developer", "role: develper",
        f"{ACT}:26:18: provisions[0].applies_if.all[0].role[0]: 'develper' is no term of actors; nearest: developer"),
    "wrong type": (THEFT, "title: Weight theft", "title: [Weight theft]",
        f"{THEFT}:1:8: title: expected text, found a list"),
    "number for text": (THEFT, "title: Weight theft", "title: 5",
        f"{THEFT}:1:8: title: expected text, found a number (5)"),
    "text for a number": (ACT, "gt: 1.0e+25", "gt: lots",
        f"{ACT}:27:32: provisions[0].applies_if.all[1].training_flop.gt: expected a number, found text (lots)"),
    "empty key": (THEFT, "domain: misuse", "domain:",
        f"{THEFT}:10:8: domain: the key 'domain' is empty; fill it or leave it out"),
    "no date": (THEFT, 'checked: "2026-11-01"', 'checked: "2026-13-01"',
        f"{THEFT}:9:10: checked: '2026-13-01' is no date; write YYYY-MM-DD, YYYY-MM or YYYY"),
    "biosecurity without its link": (THEFT, "topics: [access]", "topics: [access, biosecurity]",
        f"{THEFT}:6:18: topics[1]: an entry on biosecurity needs `chain`; see data/vocabularies/biosecurity-chain.yml"),
    "link of the chain without biosecurity": (THEFT, "domain: misuse", "domain: misuse\nchain: model",
        f"{THEFT}:11:8: chain: the topic 'biosecurity' is missing; only its entries have a link"),
    "date in the future": (THEFT, 'checked: "2026-11-01"', 'checked: "2999-01-01"',
        f"{THEFT}:9:10: checked: 2999-01-01 is in the future"),
    "dates out of order": (ACT, 'date: "2025-06"', 'date: "2023"',
        f"{ACT}:15:12: events[1].date: 2023 stands after 2024-01-01; earliest first"),
    "until before from": (ACT, 'from: "2025-08-02"', 'from: "2025-08-02"\n    until: "2025-01-01"',
        f"{ACT}:31:12: provisions[0].until: until 2025-01-01 lies before from 2025-08-02"),
    "link without rationale": (FILTER, "    why: It keeps copies in.\n", "",
        f"{FILTER}:16:5: mitigates[0]: the required key 'why' is missing"),
    "link without source": (FILTER, '    sources: [{cite: doe-2024-weights, at: "§3", basis: primary}]\n', "",
        f"{FILTER}:16:5: mitigates[0]: the required key 'sources' is missing"),
    "link with an empty list of sources": (FILTER, '    sources: [{cite: doe-2024-weights, at: "§3", basis: primary}]', "    sources: []",
        f"{FILTER}:20:14: mitigates[0].sources: at least 1 needed, found 0"),
    "verdict that rests on nothing": (FILTER, "why: It runs there., basis: judgement", "why: It runs there.",
        f"{FILTER}:22:5: survival[0]: a verdict needs sources or `basis: judgement`"),
    "verdicts for fewer releases": (FILTER, "  - {release: hosted, verdict: holds, why: It runs there., basis: judgement}\n", "",
        f"{FILTER}:22:3: survival: survival needs one verdict for each release, in this order: hosted, gated, open-weights, open-source"),
    "summary too long": (THEFT, "in a sentence.", "in a sentence" + ", and so on" * 30 + ".",
        f"{THEFT}:2:10: summary: 366 characters, at most 240"),
    "tab": (THEFT, "domain: misuse", "domain: misuse\n\tother: x",
        f"{THEFT}:11:1: YAML: found a tab character that violates indentation"),
    "stray colon": (THEFT, "title: Weight theft", "title: Weight: theft",
        f"{THEFT}:1:14: YAML: mapping values are not allowed in this context; quote a text that contains ': '"),
    "duplicate key": (THEFT, "domain: misuse", "domain: misuse\ndomain: security",
        f"{THEFT}:11:1: YAML: the key 'domain' stands twice; first in line 10"),
    "anchor": (THEFT, "topics: [access]", "topics: &a [access]",
        f"{THEFT}:6:9: YAML anchors are not used here"),
    "tag": (THEFT, "title: Weight theft", "title: !!python/object/apply:os.system [x]",
        f"{THEFT}:1:8: YAML tags are not used here"),
    "two documents": (THEFT, "domain: misuse", "---\ndomain: misuse",
        f"{THEFT}:10:1: YAML: more than one document in a file"),
    "self-link": (FILTER, "safeguard: locked-room", "safeguard: output-filter",
        f"{FILTER}:27:17: depends_on[0].safeguard: 'output-filter' links to itself"),
    "HTML in text": (THEFT, "About Weight theft", "About <b>Weight</b> theft",
        f"{THEFT}:3:14: description: HTML is not allowed in this text"),
    "directive in text": (THEFT, "  About Weight theft, see", "  Before.\n\n\n  ```{raw} html\n  <script>x</script>\n  ```\n\n\n  About, see",
        f"{THEFT}:3:14: description: a fenced block or directive is not allowed in this text"),
    "relative link in text": (THEFT, "About Weight theft", "About [x](../up)",
        f"{THEFT}:3:14: description: the link '../up' is not an http address; use {{entry}} for entries"),
    "twice the same link": (FILTER, "depends_on:\n", "depends_on:\n  - {safeguard: locked-room, why: Once.}\n",
        f"{FILTER}:28:17: depends_on[1].safeguard: 'locked-room' is named twice"),
}


@pytest.mark.parametrize("name", EDITS)
def test_error_in_a_file(tiny: Path, name: str) -> None:
    file, old, new, expected = EDITS[name]
    if name == "directive in text":
        edit(tiny / file, "description: >-", "description: |")
    edit(tiny / file, old, new)
    assert expected in lines(tiny)


def test_the_five_errors_that_others_miss_are_reported_together(tiny: Path) -> None:
    edit(tiny / FILTER, "risk: weight-theft", "risk: weigth-theft")
    room = "data/safeguards/locked-room.yml"
    edit(tiny / room, "stage: deployment", "stag: deployment")
    edit(tiny / room, "strength: moderate", "strenght: moderate")
    edit(tiny / THEFT, "title: Weight theft", "title: Weight: theft")
    shutil.copy(tiny / "data/risks/lost-research.yml", tiny / "data/safeguards/lost-research.yml")
    found = lines(tiny)
    for part in (f"{FILTER}:16:11: mitigates[0].risk: no risk 'weigth-theft'", "stag: unknown key 'stag'; nearest: stage",
                 "mitigates[0].strenght: unknown key 'strenght'; nearest: strength", f"{THEFT}:1:14: YAML",
                 "data/safeguards/lost-research.yml:1:1: the id 'lost-research' is taken by data/risks/lost-research.yml"):
        assert any(part in line for line in found), (part, found)


def test_two_entries_with_one_id(tiny: Path) -> None:
    shutil.copy(tiny / THEFT, tiny / "data/risks/first-act.yml")
    assert f"{ACT}:1:1: the id 'first-act' is taken by data/risks/first-act.yml" in lines(tiny)


def test_retired_ids(tiny: Path) -> None:
    edit(tiny / THEFT, "checked:", "formerly: [lost-research, old-theft]\nchecked:")
    assert "data/risks/lost-research.yml:1:1: the id 'lost-research' is retired: 'weight-theft' had it before" in lines(tiny)
    edit(tiny / FILTER, "risk: weight-theft", "risk: old-theft")
    assert f"{FILTER}:16:11: mitigates[0].risk: 'old-theft' is now called 'weight-theft'; nearest: weight-theft" in lines(tiny)


def test_link_to_a_tombstone(tiny: Path) -> None:
    (tiny / "data/risks/lost-research.yml").write_text(
        'title: Lost research\nwithdrawn: {on: "2026-01-01", why: It was no risk., see: [weight-theft]}\n', "utf-8")
    assert lines(tiny) == []
    edit(tiny / FILTER, "risk: weight-theft", "risk: lost-research")
    assert f"{FILTER}:16:11: mitigates[0].risk: 'lost-research' was withdrawn; nearest: weight-theft" in lines(tiny)


def test_dependency_cycle(tiny: Path) -> None:
    with (tiny / "data/safeguards/locked-room.yml").open("a", encoding="utf-8") as file:
        file.write("depends_on:\n  - {safeguard: output-filter, why: Round and round.}\n")
    assert ("data/safeguards/locked-room.yml:27:5: depends_on[0]: a cycle: locked-room → output-filter → locked-room"
            in lines(tiny))


def test_reference_that_nothing_cites_and_broken_bibliography(tiny: Path) -> None:
    bib = tiny / "data/references.bib"
    bib.write_text(BIB + BIB.replace("doe-2024-weights", "doe-2023-other").replace("Weights", "Other"), "utf-8")
    assert "data/references.bib:7:7: nothing cites 'doe-2023-other'" in lines(tiny)
    bib.write_text(BIB + BIB, "utf-8")
    assert "data/references.bib:7:7: the reference 'doe-2024-weights' stands twice" in lines(tiny)
    bib.write_text(BIB.replace("url =", "link ="), "utf-8")
    assert "data/references.bib:1:7: the reference 'doe-2024-weights' has no url or doi" in lines(tiny)
    bib.write_text(BIB.replace("title = {Weights and {Measures}},", "title = {Weights and {Measures},"), "utf-8")
    assert any(line.startswith("data/references.bib:") and "BibTeX" in line for line in lines(tiny))


@pytest.mark.parametrize(("raw", "expected"), [
    (b"title: caf\xe9\n", "data/risks/bad.yml:1:11: not UTF-8; save the file as UTF-8"),
    ("title: x\n".encode("utf-16"), "data/risks/bad.yml:1:1: not UTF-8; save the file as UTF-8"),
    (b"\xef\xbb\xbftitle: x\n", "data/risks/bad.yml:1:1: a byte order mark; save the file as UTF-8 without one"),
    (b"", "data/risks/bad.yml:1:1: the file is empty"),
    (b"- a\n- b\n", "data/risks/bad.yml:1:1: expected a mapping, found a list"),
    (b"a: b\n? [a]\n: b\n", "data/risks/bad.yml:2:3: YAML: a key must be text"),
    (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "data/risks/bad.yml:1:4: YAML anchors are not used here"),
    (b"a: " + b"[" * 5000 + b"\n", "data/risks/bad.yml:1:131: YAML: recursion limit exceeded"),
])
def test_files_that_are_no_entries(tiny: Path, raw: bytes, expected: str) -> None:
    (tiny / "data/risks/bad.yml").write_bytes(raw)
    assert expected in lines(tiny)


def test_a_file_with_another_ending_is_not_passed_over(tiny: Path) -> None:
    shutil.copy(tiny / THEFT, tiny / "data/risks/second.yaml")
    assert "data/risks/second.yaml:1:1: not an entry: the file's name must end in .yml" in lines(tiny)


def test_roles_in_chapters(tiny: Path) -> None:
    (tiny / "book/chapter.md").write_text(
        "# A\n\nSee {entry}`weight-thef`, but not ``{entry}`nothing` ``.\n\n```python\n{entry}`code`\n```\n", "utf-8")
    assert lines(tiny) == ["book/chapter.md:3:5: no entry 'weight-thef'; nearest: weight-theft"]


def test_everything_at_once_and_the_rest_is_still_checked(tiny: Path) -> None:
    (tiny / THEFT).write_text("title: [", "utf-8")
    edit(tiny / FILTER, "safeguard: locked-room", "safeguard: loked-room")
    found = lines(tiny)
    assert any(line.startswith(f"{THEFT}:") and "YAML" in line for line in found)
    assert f"{FILTER}:27:17: depends_on[0].safeguard: no safeguard 'loked-room'; nearest: locked-room" in found
    # A link to a file that exists but cannot be read is reported at that file only.
    assert not any("'weight-theft'" in line for line in found)


def test_formats_and_exit_status(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tiny), "check"]) == 0
    edit(tiny / FILTER, "risk: weight-theft", "risk: weigth-theft")
    capsys.readouterr()
    assert main(["--root", str(tiny), "check", "--format", "json"]) == 1
    problem = json.loads(capsys.readouterr().out)[0]
    assert (problem["file"], problem["line"], problem["column"], problem["nearest"]) == (FILTER, 16, 11, "weight-theft")
    assert main(["--root", str(tiny), "check", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith(
        f"::error file={FILTER},line=16,col=11::mitigates[0].risk: no risk 'weigth-theft'; nearest: weight-theft")


def test_text_from_a_file_cannot_forge_an_annotation(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tiny / THEFT, "topics: [access]", 'topics: ["x\\n::error file=a::forged"]')
    main(["--root", str(tiny), "check", "--format", "github"])
    assert all(line.startswith(f"::error file={THEFT}") for line in capsys.readouterr().out.splitlines())
