"""Measures with their floors, the crosswalk, smallest portfolios and checklists."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from conftest import ROOT, edit
from policykb import KnowledgeBase, load
from policykb.analysis.coverage import NO_FAILURES, Failures, grade, links, unavailable
from policykb.analysis.crosswalk import crossings, external_ids, unmapped
from policykb.analysis.portfolio import smallest_portfolio
from policykb.analysis.stats import claims, measures
from policykb.cli import main
from policykb.export.checklist import ROLES, as_markdown, as_yaml, checklist, files, items
from policykb.figures.biosecurity import chain_risks, failed_links
from policykb.figures.crosswalk import neither
from policykb.figures.survival import counts_under, defeaters
from policykb.schema import RELEASES


@cache
def kb() -> KnowledgeBase:
    return load()


def by_name(base: KnowledgeBase) -> dict[str, float]:
    return {m.name: m.value for m in measures(base)}


def test_the_corpus_stands_above_its_floors() -> None:
    assert [m.name for m in measures(kb()) if not m.met] == []


def test_measures_see_what_is_missing(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = by_name(load(root=tiny))
    assert before["risks"] == 2 and before["links per risk, on average"] == 1
    assert before["risks without a safeguard"] == 1
    assert before["sources with a pinpoint"] == before["sourced claims with a primary source"] == 1
    path = tiny / "data/safeguards/locked-room.yml"
    edit(path, 'sources: [{cite: doe-2024-weights, at: "§3", basis: primary}]',
         "sources: [{cite: doe-2024-weights, basis: secondary}]")
    after = by_name(load(root=tiny))
    assert after["sources with a pinpoint"] < 1 and after["sourced claims with a primary source"] < 1
    assert main(["--root", str(tiny), "stats"]) == 0
    out = capsys.readouterr().out
    assert "MISSED" in next(line for line in out.splitlines() if line.startswith("risks  "))


def test_a_claim_is_found_at_every_depth() -> None:
    paths = {(c.entry.id, c.path) for c in claims(kb())}
    act = next(i for i in kb().instruments if i.id == "eu-ai-act")
    assert ("eu-ai-act", ("provisions", len(act.provisions) - 1)) in paths
    assert ("biological-misuse-uplift", ("openness_effect",)) in paths
    assert ("weight-security", ("survival", 2)) in paths


def test_a_mapping_covers_its_group_and_its_members(tiny: Path) -> None:
    path = tiny / "data/risks/weight-theft.yml"
    edit(path, "domain:", "mappings:\n  - {taxonomy: mit-ai-risk-domains, ids: ['4.2']}\n"
         "  - {taxonomy: mitre-atlas, ids: [AML.T0024]}\ndomain:")
    base = load(root=tiny)
    found = {(x.taxonomy, x.id): x for x in external_ids(base)}
    assert found["mit-ai-risk-domains", "4.2"].entries == ("weight-theft",)
    assert found["mit-ai-risk-domains", "4"].covered and not found["mit-ai-risk-domains", "4.1"].covered
    assert found["mitre-atlas", "AML.T0024.002"].covered and not found["mitre-atlas", "AML.T0025"].covered
    row = next(c for c in crossings(base) if c.taxonomy == "mit-ai-risk-domains")
    assert (row.risks, row.safeguards) == (1, 0)
    assert "weight-theft" not in {e.id for e in unmapped(base)}
    missing = neither(base).replace("\\", "")
    assert "Disinformation, surveillance" in missing and "Cyberattacks, weapon development" not in missing


def test_every_taxonomy_of_the_issue_has_its_edition_and_is_used() -> None:
    used = {m.taxonomy for e in kb().entries.values() for m in e.mappings}
    for term in kb().vocabularies["taxonomies"].terms:
        assert term.edition and term.ids and term.url, term.id
        assert term.id in used, term.id
    assert {"nist-ai-600-1", "mit-ai-risk-domains", "mit-ai-risk-mitigations", "owasp-llm-2025", "mitre-atlas",
            "cosai-risk-map", "eu-gpai-code-risks", "ai-safety-report-2026"} <= used


def brute_force(base: KnowledgeBase, risks: list[str], release: str, goal: str, failures: Failures) -> int | None:
    """The size of the smallest closed set that reaches the goal, by trying them all."""
    gone = unavailable(base, release, failures)  # type: ignore[arg-type]
    states = [s for s in links(base, release, failures) if s.risk in risks]  # type: ignore[arg-type]
    needs = {s.id: {d.safeguard for d in s.depends_on} for s in base.safeguards}
    pool = [s.id for s in base.safeguards if s.id not in gone and (s.id in {x.safeguard for x in states} or any(
        s.id in n for n in needs.values()))]
    for size in range(len(pool) + 1):
        for chosen in map(set, combinations(pool, size)):
            if all(needs[s] <= chosen for s in chosen) and all(
                    grade(base, [x for x in states if x.risk == r and x.safeguard in chosen]) in (goal, "layered")
                    for r in risks):
                return size
    return None


@pytest.mark.parametrize("release", ["hosted", "gated"])
@pytest.mark.parametrize("goal", ["thin", "layered"])
def test_a_portfolio_is_as_small_as_can_be(tiny: Path, release: str, goal: str) -> None:
    base = load(root=tiny)
    found = smallest_portfolio(base, ["weight-theft"], release, goal=goal)  # type: ignore[arg-type]
    size = brute_force(base, ["weight-theft"], release, goal, NO_FAILURES)
    assert (found.size if found.choices else None) == size
    for choice in found.choices:
        assert "output-filter" not in choice or "locked-room" in choice, "it depends on the room"


def test_portfolios_of_the_corpus_reach_their_goal_and_are_minimal() -> None:
    risks = [r.id for r in chain_risks(kb())][:5]
    failures = failed_links(kb(), ["model"])
    found = smallest_portfolio(kb(), risks, "open-weights", failures=failures, most=5)
    states = links(kb(), "open-weights", failures)
    reached = [r for r in risks if r not in found.out_of_reach]
    for choice in found.choices:
        for risk in reached:
            assert grade(kb(), [s for s in states if s.risk == risk and s.safeguard in choice]) != "uncovered"
        for left_out in choice:
            rest = choice - {left_out}
            closed = all(d.safeguard in rest for s in kb().safeguards if s.id in rest for d in s.depends_on)
            assert not closed or any(grade(kb(), [s for s in states if s.risk == r and s.safeguard in rest]) == "uncovered"
                                     for r in reached)
    for risk in found.out_of_reach:
        assert grade(kb(), [s for s in states if s.risk == risk]) == "uncovered"
    with pytest.raises(KeyError):
        smallest_portfolio(kb(), ["no-such-risk"], "hosted")


def test_what_is_on_the_chain_says_where() -> None:
    # The rule in `check` is the other half: a topic without a link is an error.
    assert {r.chain for r in kb().risks if r.chain} >= {"model", "biological-tool", "data", "synthesis", "laboratory"}


@pytest.mark.parametrize("release", RELEASES)
def test_a_checklist_asks_for_nothing_that_does_not_hold(release: str) -> None:
    gone = unavailable(kb(), release)  # type: ignore[arg-type]
    for role in ROLES:
        data = checklist(kb(), release, role, dt.date(2026, 11, 24))  # type: ignore[arg-type]
        asked = {item["id"] for stage in data["stages"] for item in stage["items"]}
        assert asked and not asked & set(gone)
        assert {x["id"] for x in data["not_to_rely_on"]} <= set(gone)
        listed = asked | {x["id"] for x in data["not_to_rely_on"]}
        for safeguard in kb().safeguards:
            needs_the_state = safeguard.operated_by.mode == "all" and {"regulator", "legislator"} & set(safeguard.operated_by.actors)
            assert (safeguard.id in listed) == (role in safeguard.operated_by.actors and not needs_the_state), safeguard.id


def test_checklists_name_no_instrument_that_has_ended() -> None:
    names = {d.instrument for i in items(kb(), "open-weights", dt.date(2026, 11, 24)) for d in i.duties}
    assert "eu-ai-act" in names and not {"us-ca-sb-1047", "us-eo-14110"} & names
    before = {d.instrument for i in items(kb(), "open-weights", dt.date(2024, 6, 1)) for d in i.duties}
    assert "us-ca-sb-1047" in before, "still a bill then"


def test_a_provision_that_exempts_open_models_stands_apart_and_says_from_when() -> None:
    def lines(release: str, key: str) -> str:
        data = checklist(kb(), release, "developer", dt.date(2026, 11, 24))  # type: ignore[arg-type]
        return "\n".join(x for stage in data["stages"] for item in stage["items"] for x in item.get(key, []))

    assert "Art. 53(1)(a)" in lines("hosted", "asked_for_by")
    assert "Art. 53(1)(a)" not in lines("open-weights", "asked_for_by")
    assert "Art. 53(1)(a)" in lines("open-weights", "asked_for_with_an_exemption_for_open_models")
    assert "Art. 111(3) (instrument applies; this provision from 2027-08-02; open models: same)" in lines("open-weights", "asked_for_by")


def test_checklists_survive_hostile_text(tiny: Path) -> None:
    edit(tiny / "data/safeguards/locked-room.yml", "title: Locked room", 'title: "<b>- [x] *Locked* `room`"')
    data = checklist(load(root=tiny), "hosted", "developer", dt.date(2026, 11, 24))
    html = MarkdownIt().render(as_markdown(data))
    assert "<b>" not in html and "&lt;b&gt;- [x] *Locked* `room`" in html
    assert yaml.safe_load(as_yaml(data)) == data
    with pytest.raises(ValueError, match="no checklist for 'end-user'"):
        checklist(kb(), "hosted", "end-user", dt.date(2026, 11, 24))


def test_the_command_prints_the_file_of_the_site(capsys: pytest.CaptureFixture[str]) -> None:
    on = "2026-08-02"
    assert main(["--root", str(ROOT), "checklist", "--release", "gated", "--role", "model-hub", "--format", "yaml", "--date", on]) == 0
    assert capsys.readouterr().out == dict(files(kb(), dt.date.fromisoformat(on)))["gated-model-hub.yml"]


def test_verdicts_and_what_defeats_them_are_all_counted() -> None:
    for release in RELEASES:
        assert counts_under(kb(), release).total() == len(kb().safeguards)
    named = {(d, s.id) for d, found in defeaters(kb(), "open-weights").items() for v in found.values() for s in v}
    for safeguard in kb().safeguards:
        verdict = safeguard.survival_under("open-weights")
        if verdict.verdict in ("fails", "degrades"):
            assert all((d, safeguard.id) in named for d in verdict.defeated_by)


def test_a_reader_who_leaves_early_sees_no_traceback() -> None:
    command = f"{sys.executable} -m policykb --root {ROOT} checklist | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")})
    assert done.stdout.startswith("# Checklist") and done.stderr == ""
