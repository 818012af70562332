"""Duties of a profile, standing on a day, comparison, places, and the checks of the law data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from conftest import SOURCES, edit
from policykb import Profile, load
from policykb.analysis.comparison import by_place, comparison
from policykb.analysis.duties import answers, duties, expand, standing, steps
from policykb.check import check
from policykb.cli import main
from policykb.figures.duties import in_market, state
from policykb.law_rules import congress_ends
from policykb.schema import InstrumentEntry
from policykb.schema.condition import Case
from policykb.words import plain

ACT = "data/instruments/first-act.yml"
KB = load()


def test_a_provision_stands_by_its_own_date_and_by_its_instrument(tiny: Path) -> None:
    def on(day: str) -> str:
        kb = load(root=tiny)
        act = kb.instruments[0]
        return standing(act, act.provisions[0], dt.date.fromisoformat(day))

    # The Act is proposed on 2024-01-01 and in force since some day of June 2025; its provision applies from 2025-08-02.
    assert [on(d) for d in ("2023-12-31", "2024-06-01", "2025-07-01", "2025-08-01", "2025-08-02")] == [
        "none", "proposed", "scheduled", "scheduled", "binding"]
    edit(tiny / ACT, 'from: "2025-08-02"', 'from: "2025-08-02"\n    until: "2026-08"')
    assert (on("2026-08-31"), on("2026-09-01")) == ("binding", "ended")
    edit(tiny / ACT, '{date: "2099-01-01", kind: applies', '{date: "2026-01-05", kind: suspended')
    assert (on("2026-01-04"), on("2026-01-05")) == ("binding", "suspended")
    edit(tiny / ACT, "kind: suspended", "kind: revoked")
    assert on("2026-02-01") == "ended"
    edit(tiny / ACT, "kind: regulation", "kind: guidance")
    assert on("2025-08-02") == "voluntary"
    edit(tiny / ACT, "kind: guidance", "kind: bill")
    assert on("2025-08-02") == "proposed"


@pytest.mark.parametrize("instrument", KB.instruments, ids=lambda i: i.id)
def test_steps_say_the_same_as_standing_on_every_day_around_them(instrument: InstrumentEntry) -> None:
    for provision in instrument.provisions:
        turns = steps(instrument, provision)
        for day in {turn + dt.timedelta(days=n) for turn, _ in turns for n in (-1, 0, 1)} | {dt.date(2000, 1, 1), dt.date(2040, 1, 1)}:
            here = [kind for turn, kind in turns if turn <= day]
            assert standing(instrument, provision, day) == (here[-1] if here else "none")


def test_places_imply_their_whole_and_a_market_its_parts() -> None:
    wide = expand(Profile.model_validate({"market": ["us-ca", "eu"], "established_in": ["us"]}), KB)
    assert wide.market and wide.established_in
    assert {"us-ca", "us", "eu", "fr"} <= wide.market and "us-ny" not in wide.market
    assert wide.established_in == {"us"}
    assert expand(Profile(), KB).market is None


def test_duties_of_a_mapping_and_of_the_command_line(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kb = load(root=tiny)
    (one,) = duties({"role": ["developer"], "training_flop": 2e25}, "2026-01-01", kb)
    assert (one.key, one.answer, one.open, one.standing) == ("first-act#art-1", None, ("licence_free_and_open",), "binding")
    (one,) = duties({"role": ["developer"], "training_flop": 1e24}, "2026-01-01", kb)
    assert one.answer is False and one.open == ()
    with pytest.raises(ValidationError):
        duties({"rolle": ["developer"]}, "2026-01-01", kb)
    profile = tiny / "me.yml"
    profile.write_text("role: [developer]\ntraining_flop: 4e25\nlicence_free_and_open: false\n", "utf-8")
    assert main(["--root", str(tiny), "duties", str(profile), "--date", "2026-01-01"]) == 0
    assert capsys.readouterr().out == "first-act#art-1  applies  binding  not asked: who is bound, knowledge or intent\n"
    for text, said in (("role: [developer\n", "me.yml:2:1: YAML"), ("rolle: [developer]\n", "me.yml:1:1: rolle: unknown key 'rolle'; nearest: role"),
                       ("market: [ue]\n", "market: 'ue' is not known here"), ("role: [develper]\n", "nearest: developer")):
        profile.write_text(text, "utf-8")
        assert main(["--root", str(tiny), "duties", str(profile)]) == 1
        assert said in capsys.readouterr().err
    assert main(["--root", str(tiny), "duties", str(tiny / "none.yml")]) == 1
    assert "none.yml: No such file" in capsys.readouterr().err


def test_every_cell_of_the_comparison_is_answered() -> None:
    rows = comparison(KB, dt.date(2026, 11, 24))
    assert len(rows) == len(KB.instruments)
    for row in rows:
        for question, cell in row.cells.items():
            assert cell.text, (row.instrument.id, question)
            # Only a text that was read whole can be called silent.
            assert (cell.text == "silent") == (not cell.provisions and row.instrument.text_read == "whole")
    questions = {q for row in rows for q, cell in row.cells.items() if cell.provisions}
    assert questions == {term.id for term in KB.vocabularies["questions"].terms}


def test_a_place_shows_each_of_its_instruments_once() -> None:
    for day in (dt.date(2024, 1, 1), dt.date(2026, 11, 24), dt.date(2029, 1, 1)):
        for place in {i.jurisdiction for i in KB.instruments}:
            found = [i.id for group in by_place(KB, place, day).values() for i in group]
            assert sorted(found) == sorted(i.id for i in KB.instruments if i.jurisdiction == place)
    assert [i.id for i in by_place(KB, "us-ca", dt.date(2026, 11, 24))["dropped"]].count("us-ca-sb-1047") == 1


def test_prose_without_markup() -> None:
    assert plain("See {entry}`the Act <eu-ai-act>` and {entry}`eu-ai-act#art-51-2` ({cite}`x@y`), *now*.", KB) == (
        "See the Act and EU Artificial Intelligence Act, Art. 51(2) and (3), now.")


# What the worked examples must say, whatever else is added to the data: (case, market, day) and provisions that
# apply, that come later, and that do not apply.
EXPECTED = {
    ("small-lab-fine-tune", "eu", "2026-12-01"): ([], [], [f"eu-ai-act#art-{a}" for a in ("53-1-a", "53-1-c", "53-1-d", "55-1-a", "50-2")]),
    ("small-lab-fine-tune", "us-ca", "2026-12-01"): (["us-ca-ab-2013#s-3111-a"], [], ["us-ca-sb-53#s-22757-12-a"]),
    ("first-publisher-4e25", "eu", "2026-12-01"): (
        [f"eu-ai-act#art-{a}" for a in ("52-1", "53-1-a", "53-1-b", "53-1-c", "53-1-d", "55-1-a", "55-1-d")], [], ["eu-ai-act#art-16"]),
    ("first-publisher-4e25", "us-ca", "2028-09-01"): (["us-ca-ab-2013#s-3111-a"], [], ["us-ca-sb-53#s-22757-12-a"]),
    ("hosting-hub", "eu", "2026-12-01"): (["llama-3-1-licence#s-1-b-i", "eu-digital-services-act#art-16"], [], ["eu-ai-act#art-53-1-c", "llama-4-licence#s-1-b-i"]),
    ("hosting-hub", "us-ca", "2026-12-01"): ([], ["us-ca-sb-942#s-22757-3-2"], []),
    ("hosting-hub", "us-ca", "2028-09-01"): (["us-ca-sb-942#s-22757-3-2"], [], []),
    ("hospital-deployer", "eu", "2026-12-01"): (
        ["eu-ai-act#art-4", "eu-ai-act#art-50-1"], ["eu-ai-act#art-26", "eu-ai-act#art-27", "eu-ai-act#art-16"], ["eu-ai-act#art-53-1-a"]),
    ("hospital-deployer", "eu", "2028-09-01"): (["eu-ai-act#art-26", "eu-ai-act#art-27", "eu-ai-act#art-73"], [], []),
    ("hospital-deployer", "us-tx", "2026-12-01"): ([], [], ["eu-ai-act#art-26"]),
    ("hospital-deployer", "kr", "2026-12-01"): (["kr-ai-basic-act#art-31", "kr-ai-basic-act#art-34"], [], ["kr-ai-basic-act#art-32"]),
    ("small-lab-fine-tune", "kr", "2026-12-01"): ([], [], ["kr-ai-basic-act#art-32", "kr-ai-basic-act#art-31", "eu-ai-act#art-87"]),
    ("first-publisher-4e25", "cn", "2026-12-01"): ([], [], [f"cn-genai-interim-measures#{p.id}" for i in KB.instruments
                                                           if i.id == "cn-genai-interim-measures" for p in i.provisions if "developer" in p.duty_of]),
    ("hosting-hub", "uk", "2026-12-01"): (["uk-online-safety-act#s-9-10"], [], ["eu-digital-services-act#art-16"]),
    ("bio-tool-maintainer", "eu", "2026-12-01"): ([], [], ["eu-ai-act#art-53-1-a", "eu-ai-act#art-55-1-a"]),
    ("bio-tool-maintainer", "us", "2026-12-01"): ([], [], ["us-ca-sb-53#s-22757-12-a", "us-ca-ab-2013#s-3111-a", "eu-ai-act#art-87"]),
    ("bio-tool-maintainer", "uk", "2026-12-01"): ([], [], ["uk-online-safety-act#s-9-10"]),
}


@pytest.mark.parametrize("case", KB.cases, ids=lambda c: c.id)
def test_worked_examples(case: Case) -> None:
    assert len(case.markets) == 3 and len(case.dates) == 2
    for market in case.markets:
        for day in case.dates:
            found = {d.key: d for d in duties(in_market(case, market), day, KB)}
            applies, later, never = EXPECTED.get((case.id, market, day), ([], [], []))
            assert [k for k in applies if not (found[k].answer and found[k].standing in ("binding", "contract"))] == []
            assert [k for k in later if not (found[k].answer and found[k].standing == "scheduled")] == []
            assert [k for k in never if found[k].answer is not False] == []
            assert f"market={market}" in state(in_market(case, market), day)


def test_no_status_is_contradicted(tiny: Path) -> None:
    second = (tiny / ACT).read_text("utf-8").replace("First Act", "Second Act")
    (tiny / "data/instruments/second-act.yml").write_text(
        second + "amends:\n  - {instrument: first-act, provisions: [art-1], what: Its date.}\n"
                 "relates_to:\n  - {instrument: first-act, kind: supersedes, why: In all.}\n", "utf-8")
    found = "\n".join(map(str, check(tiny)))
    assert "amends[0].instrument: 'first-act' has no event that says that it was changed" in found
    assert "relates_to[0].instrument: 'first-act' is superseded and has no event that ends it" in found
    edit(tiny / ACT, '{date: "2099-01-01", kind: applies', '{date: "2026-01-05", kind: superseded')
    assert check(tiny) == []


def test_a_bill_does_not_outlive_its_congress(tiny: Path) -> None:
    edit(tiny / ACT, "kind: regulation", "kind: bill")
    edit(tiny / ACT, "jurisdiction: eu", "jurisdiction: us")
    edit(tiny / ACT, f'  - {{date: "2025-06", kind: in-force, sources: {SOURCES}}}\n', "")
    edit(tiny / ACT, f'  - {{date: "2099-01-01", kind: applies, sources: {SOURCES}}}\n', "")
    assert "introduced on 2024-01-01, and its Congress ended on 2025-01-03: it has lapsed" in str(check(tiny)[0])
    assert congress_ends(dt.date(2025, 1, 2)) == dt.date(2025, 1, 3) and congress_ends(dt.date(2025, 1, 3)) == dt.date(2027, 1, 3)
    assert congress_ends(dt.date(2026, 5, 1)) == dt.date(2027, 1, 3)


def test_an_instrument_without_primary_source_says_why(tiny: Path) -> None:
    path = tiny / ACT
    path.write_text(path.read_text("utf-8").replace("basis: primary", "basis: secondary"), "utf-8")
    assert "no primary source; say why in `limits`" in str(check(tiny)[0])
    edit(path, "jurisdiction: eu", "limits: No primary source could be read; the gazette is closed.\njurisdiction: eu")
    assert check(tiny) == []


def test_a_duty_has_a_condition_and_cases_name_what_exists(tiny: Path) -> None:
    edit(tiny / ACT, "    applies_if:\n      all:\n        - {role: developer}\n        - {training_flop: {gt: 1.0e+25}}\n"
                     "        - not: {licence_free_and_open: true}\n", "")
    found = "\n".join(map(str, check(tiny)))
    assert "a duty needs `applies_if`" in found and "there is no `applies_if` that leaves it unasked" in found
    (tiny / "data/cases.yml").write_text(
        'cases:\n  - {id: a, title: A, summary: A., profile: {role: [developr]}, markets: [ue], dates: ["2026-01-01"]}\n', "utf-8")
    found = "\n".join(map(str, check(tiny)))
    assert "'developr' is not known here; nearest: developer" in found and "'ue' is no jurisdiction" in found


def test_every_condition_says_what_it_leaves_unasked(tiny: Path) -> None:
    line = "    unasked: [{element: knowledge, what: Only who *knows* of it must sign.}, {element: who, what: Only firms.}]\n"
    edit(tiny / ACT, line, "")
    assert [str(p).split(": ", 1)[1] for p in check(tiny)] == [
        "provisions[0].applies_if: what does the text ask beyond this condition? `unasked` says it, and is [] where that is nothing"]
    edit(tiny / ACT, "    from: ", "    unasked: []\n    from: ")
    assert check(tiny) == []
    (one,) = answers(load(root=tiny), Profile(), dt.date(2026, 1, 1))
    assert one.provision.unasked == []


def test_an_empty_profile_decides_nothing() -> None:
    assert {a.key for a in answers(KB, Profile(), dt.date(2026, 1, 1)) if a.answer is not None} == set()
