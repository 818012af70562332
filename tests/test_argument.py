"""Lineage, concentration, compute against the law's lines, the debate, uptake, and that chapters show what the data say."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from conftest import COMMON, ROOT, SOURCES, edit
from policykb import KnowledgeBase, load
from policykb.analysis.coverage import Failures, coverage
from policykb.analysis.criticality import actor_criticality, gained_and_lost
from policykb.analysis.debate import common_ground, evidence, fates, positions, without_proposal
from policykb.analysis.models import against, concentration, frame, herfindahl, lineage, roots, shares, thresholds
from policykb.analysis.resilience import Governance, robustness
from policykb.check import check
from policykb.figures import debate, models, outlook, questions
from policykb.schema import Release

MODEL = """\
developer: {developer}
developer_type: ai-company
jurisdiction: us
released: "{released}"
release: open-weights
licence: {{name: MIT License, tier: open-weights}}
modality: [text]
parameters:
  total: 2.0e+12
  active: 1.0e+12
  sources: {sources}
tokens: {{value: 2.0e+12, sources: {sources}}}
training_flop: {{value: 1.2e+25, low: 0.9e+25, method: 6ND, sources: {sources}}}
"""
PROPOSAL = """\
form: essay
authors: [Jane Doe]
published: "2024-05"
venue: A journal
read: full
stance: {{openness: {openness}, restriction: both, why: It says so.}}
positions:
  - {{crux: restraint-contains, says: "{says}", how: It says so.}}
advocates:
  - {{safeguard: output-filter}}
addresses:
  - {{risk: weight-theft}}
"""


def write(tiny: Path) -> None:
    """Three models in a line, and two proposals on opposite sides."""
    def add(folder: str, name: str, text: str) -> None:
        (tiny / "data" / folder / f"{name}.yml").write_text(COMMON.format(title=name.title(), see="weight-theft") + text, "utf-8")

    add("models", "base", MODEL.format(developer="One", released="2024-01-01", sources=SOURCES))
    add("models", "middle", MODEL.format(developer="Two", released="2024-06", sources=SOURCES)
        + "derived_from: [{model: base, by: further-training, how: Tuned.}]\n")
    add("models", "leaf", MODEL.format(developer="Two", released="2025-02-01", sources=SOURCES)
        + "derived_from: [{model: middle, by: distillation, how: Taught.}]\n")
    add("proposals", "let-go", PROPOSAL.format(openness="for", says="no"))
    add("proposals", "hold-back", PROPOSAL.format(openness="against-at-frontier", says="yes"))


def test_lineage_and_roots(tiny: Path) -> None:
    write(tiny)
    kb = load(root=tiny)
    assert list(lineage(kb).edges) == [("base", "middle"), ("middle", "leaf")]
    assert roots(kb) == {"base": ("base",), "middle": ("base",), "leaf": ("base",)}
    assert models.lineage_sentence(kb) == "2 of 3 models here were made from 2 others in these data; most go back to Base (2)."


def test_shares_and_concentration(tiny: Path) -> None:
    assert herfindahl("aabb") == 0.5 and herfindahl("a") == 1 and math.isnan(herfindahl(""))
    assert shares("abb").to_numpy().tolist() == [["b", 2, 2 / 3], ["a", 1, 1 / 3]]
    write(tiny)
    by_year = concentration(frame(load(root=tiny)), "developer")
    assert by_year.to_numpy().tolist() == [[2024, 2, "One", 0.5, 0.5], [2025, 1, "Two", 1.0, 1.0]]


def test_compute_against_the_lines_of_the_law(tiny: Path) -> None:
    write(tiny)
    kb = load(root=tiny)
    assert [(t.flop, t.provision.id, t.inclusive) for t in thresholds(kb)] == [(1e25, "art-1", False)]
    model = next(m for m in kb.models if m.id == "base")
    assert [against(model, line) for line in (1e24, 1e25, 1.2e25, 2e25)] == ["above", "straddles", "below", "below"]
    assert against(model, 1.2e25, inclusive=True) == "straddles"
    edit(tiny / "data/models/base.yml", "training_flop: {value: 1.2e+25, low: 0.9e+25, method: 6ND, sources: " + SOURCES + "}\n", "")
    assert against(next(m for m in load(root=tiny).models if m.id == "base"), 1e25) == "unknown"


def test_every_lower_bound_of_the_real_law_is_a_line() -> None:
    lines = {t.flop for t in thresholds(kb())}
    assert {1e23, 1e25, 1e26} <= lines


def test_the_debate(tiny: Path) -> None:
    write(tiny)
    kb = load(root=tiny)
    assert positions(kb)[["proposal", "says"]].to_numpy().tolist() == [["hold-back", "yes"], ["let-go", "no"]]
    (common,) = common_ground(kb)
    assert (common.safeguard.id, common.advocates, common.pro, common.contra) == ("output-filter", 2, ("let-go",), ("hold-back",))
    assert without_proposal(kb) == ["lost-research"]
    # The Act asks for the filter, from August 2025; uptake that a source shows counts for more.
    assert set(fates(kb, dt.date(2025, 1, 1)).values()) == {"asked for by law to come"}
    assert set(fates(kb, dt.date(2026, 1, 1)).values()) == {"asked for by law in force"}
    (tiny / "data/proposals/let-go.yml").open("a").write(f"taken_up_by: [{{instrument: first-act, how: Named., sources: {SOURCES}}}]\n")
    assert fates(load(root=tiny), dt.date(2026, 1, 1)) == {"let-go": "taken up", "hold-back": "asked for by law in force"}


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("models/base", "value: 1.2e+25", "value: 2.4e+25", "2.4e+25 is not six times active parameters times tokens, which is 1.2e+25"),
    ("models/base", "release: open-weights", "release: hosted", "a release 'hosted' does not go with the tier 'open-weights'"),
    ("models/base", '"2024-01-01"', '"2024-07-01"', "'base' came on 2024-07-01, after this model"),
    ("proposals/let-go", "advocates:", "answers: [{proposal: hold-back, relation: disputes, how: No.}]\nadvocates:", "after this proposal"),
    ("proposals/let-go", "advocates:", "  - {crux: restraint-contains, says: depends, how: Or so.}\nadvocates:", "'restraint-contains' is answered twice"),
])
def test_checks_of_models_and_proposals(tiny: Path, file: str, old: str, new: str, said: str) -> None:
    write(tiny)
    edit(tiny / "data/proposals/hold-back.yml", '"2024-05"', '"2024-06"')
    assert check(tiny) == []
    edit(tiny / f"data/{file}.yml", old, new)
    assert [p for p in check(tiny) if said in str(p)]


def test_a_lag_lies_in_its_range(tiny: Path) -> None:
    path = tiny / "data/events/gap.yml"
    lag = "lags:\n  - {months: 5, low: 3, high: 7, of: Best, measure: An index, on: '2025', sources: " + SOURCES + "}\n"
    path.write_text(COMMON.format(title="Gap", see="weight-theft") + "date: '2025'\nkind: finding\n" + lag, "utf-8")
    assert check(tiny) == []
    assert models.lag_sentence(load(root=tiny)).startswith("1 estimates in 1 publications put open models from 3 to 7 months behind")
    edit(path, "low: 3", "low: 6")
    assert "low, months and high are not in this order" in str(check(tiny)[0])
    edit(path, "months: 5, low: 6, high: 7, ", "")
    assert "give months, or low and high" in str(check(tiny)[0])


def test_without_its_only_operator_a_risk_loses_its_cover(tiny: Path) -> None:
    found = actor_criticality(load(root=tiny), "hosted").set_index("actor")
    # The filter needs the room, so that without the developer both are gone.
    assert found.loc["developer"].tolist() == [2, 1, 1]
    assert found.loc["deployer"].tolist() == [1, 1, 0]
    assert gained_and_lost(load(root=tiny), "hosted", "open-weights") == ([], ["output-filter"])


@cache
def kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The real data with one entry of each kind taken away or altered."""
    root = tmp_path_factory.mktemp("changed")
    shutil.copytree(ROOT / "data", root / "data")
    (root / "book").mkdir()
    for kind, name in (("models", "deepseek-r1"), ("proposals", "asi-safety-solution"), ("events", "open-closed-lag-estimate")):
        (root / "data" / kind / f"{name}.yml").unlink()
    edit(root / "data/safeguards/withholding-weights.yml", "    verdict: holds\n", "    verdict: fails\n    defeated_by: [redistribution]\n")
    edit(root / "data/risks/weight-theft.yml", "direction:", "direction: unclear #")
    edit(root / "data/instruments/eu-ai-act.yml", 'checked: "', 'checked: "2020-01-01" #')
    return load(root=root)


CHAPTERS: dict[str, Callable[[KnowledgeBase], object]] = {
    "argument/debate": debate.read_sentence,
    "argument/proposals-to-law": debate.uptake_sentence,
    "argument/diversity": models.roster_sentence,
    "argument/decentralisation": models.concentration_sentence,
    "argument/compute": models.compute_sentence,
    "argument/gap": models.lag_sentence,
    "argument/outlook": outlook.balance_sentence,
    "questions": lambda base: questions.rests_on(base, ["eu-ai-act#art-53-2"]),
}


def numbers(text: object) -> list[str]:
    return re.findall(r"\d[\d,.-]*\d|\d", re.sub(r"\{entry\}`[^`]*`", "", str(text)))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_changed_entry_changes_the_chapter(chapter: str, changed: KnowledgeBase, site: Path) -> None:
    say = CHAPTERS[chapter]
    before, after = say(kb()), say(changed)
    assert numbers(before) != numbers(after)
    text = html.unescape(re.sub(r"<[^>]+>", "", (site / f"{chapter}.html").read_text("utf-8")))
    words = re.split(r"\{entry\}`[^`]*`|\*", str(before))
    assert all(" ".join(part.split()) in " ".join(text.split()) for part in words if len(part) > 12 and chapter != "questions")
    if chapter == "questions":
        assert "2026-11-2" in text and "2020-01-01" in str(after)


def test_what_was_not_read_is_said(site: Path) -> None:
    words = {"full": "Its text", "abstract": "Its abstract or a part of it, not the whole text", "report": "Only reports of it"}
    for proposal in kb().proposals:
        page = (site / f"catalogue/proposals/{proposal.id}.html").read_text("utf-8")
        assert words[proposal.read] in page, proposal.id


def test_every_question_of_the_debate_is_answered_or_evidenced_and_says_what_would_settle_it() -> None:
    for term in kb().vocabularies["cruxes"].terms:
        assert term.settled_by, term.id
        held = positions(kb())
        assert len(held[held["crux"] == term.id]) or evidence(kb(), term.id), term.id


def test_how_coverage_breaks(tiny: Path) -> None:
    base = load(root=tiny)
    as_it_is = Governance(base, "hosted")
    # The filter (deployer) stands in the room (developer), so that the developer's failure takes both.
    assert (as_it_is.decline(["deployer", "developer"]), as_it_is.decline(["developer", "deployer"])) == ([1, 1, 0], [1, 0, 0])
    assert as_it_is.worst_order()[0] == "developer"
    assert robustness([4, 2, 0]) == 0.25 and robustness([0, 0]) == 0
    # What stands on something that stands on something lost is lost as well.
    gate = (tiny / "data/safeguards/output-filter.yml").read_text("utf-8").replace("safeguard: locked-room", "safeguard: output-filter")
    (tiny / "data/safeguards/a-gate.yml").write_text(gate, "utf-8")
    assert Governance(load(root=tiny), "hosted").covered(frozenset({"developer"})) == 0
    (tiny / "data/safeguards/a-gate.yml").unlink()
    shared = tiny / "data/safeguards/locked-room.yml"
    edit(shared, "actors: [developer], mode: any", "actors: [developer, deployer], mode: all")
    base = load(root=tiny)
    one, any_one = frozenset({"developer"}), frozenset({"deployer"})
    assert [Governance(base, "hosted").covered(f) for f in (one, any_one)] == [0, 0]
    assert [Governance(base, "hosted", "distributed").covered(f) for f in (one, any_one)] == [1, 1]
    # The deployer runs most, and so runs both alone.
    assert [Governance(base, "hosted", "centralised").covered(f) for f in (one, any_one)] == [1, 0]
    assert Governance(base, "hosted", "centralised").actors == Governance(base, "hosted").actors == ["deployer", "developer"]
    assert Governance(base, "open-weights").covered(frozenset()) == 1
    assert Governance(base, "hosted", variant="without judgement").covered(frozenset()) == 0
    assert as_it_is.random_orders(3, 7) == as_it_is.random_orders(3, 7) != as_it_is.random_orders(3, 8)


@pytest.mark.parametrize("release", ["hosted", "open-weights"])
def test_the_fast_count_of_covered_risks_is_that_of_coverage(release: Release) -> None:
    governance = Governance(kb(), release)
    for order in governance.random_orders(4, 3):
        failed = frozenset(order[: len(order) // 3])
        grades = coverage(kb(), release, Failures(actors=failed))["coverage"]
        assert governance.covered(failed) == int((grades != "uncovered").sum())
