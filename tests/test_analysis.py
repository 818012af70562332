"""Coverage, availability, status and evidence."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import edit
from policykb import KnowledgeBase, load
from policykb.analysis.coverage import (
    GRADES,
    Failures,
    coverage,
    falls_away,
    links,
    unavailable,
)
from policykb.analysis.evidence import evidence_level
from policykb.analysis.status import status
from policykb.figures.layout import barycentre_order
from policykb.graph import edges, graph
from policykb.schema import RELEASES

ORDER = ["none", "weak", "moderate", "strong"]


@cache
def kb() -> KnowledgeBase:
    return load()


def failures() -> st.SearchStrategy[Failures]:
    return st.builds(
        Failures,
        st.frozensets(st.sampled_from(sorted(s.id for s in kb().safeguards)), max_size=6),
        st.frozensets(st.sampled_from(sorted(t.id for t in kb().vocabularies["actors"].terms)), max_size=4),
    )


@settings(max_examples=40, deadline=None)
@given(failures(), failures(), st.sampled_from(RELEASES))
def test_more_failures_never_leave_more(a: Failures, b: Failures, release: str) -> None:
    both = Failures(a.safeguards | b.safeguards, a.actors | b.actors)
    assert set(unavailable(kb(), release, a)) <= set(unavailable(kb(), release, both))  # type: ignore[arg-type]
    fewer, more = coverage(kb(), release, both), coverage(kb(), release, a)  # type: ignore[arg-type]
    for risk in more.index:
        assert GRADES.index(fewer.loc[risk, "coverage"]) <= GRADES.index(more.loc[risk, "coverage"])
        assert GRADES.index(more.loc[risk, "sourced"]) <= GRADES.index(more.loc[risk, "coverage"])


@settings(max_examples=40, deadline=None)
@given(failures(), st.sampled_from(RELEASES))
def test_what_is_available_has_all_that_it_depends_on(failed: Failures, release: str) -> None:
    gone = unavailable(kb(), release, failed)  # type: ignore[arg-type]
    for safeguard in kb().safeguards:
        if safeguard.id not in gone:
            assert safeguard.survival_under(release).verdict in ("holds", "degrades")  # type: ignore[arg-type]
            assert not {d.safeguard for d in safeguard.depends_on} & set(gone)


@pytest.mark.parametrize("release", RELEASES)
def test_a_link_is_never_stronger_than_its_editors_graded_it(release: str) -> None:
    graded = [link.strength for s in kb().safeguards for link in s.mitigates]
    for state, given_strength in zip(links(kb(), release), graded, strict=True):  # type: ignore[arg-type]
        if given_strength == "contested":
            assert state.strength in ("contested", "none")
        else:
            assert ORDER.index(state.strength) <= ORDER.index(given_strength)


def test_coverage_of_the_small_project(tiny: Path) -> None:
    small = load(root=tiny)
    hosted, gated, public = (coverage(small, r) for r in ("hosted", "gated", "open-weights"))  # type: ignore[arg-type]
    # A strong and a moderate link by operators that differ; then one grade lower each; then one safeguard fails.
    assert hosted.loc["weight-theft", ["coverage", "strong", "moderate"]].tolist() == ["layered", 1, 1]
    assert gated.loc["weight-theft", ["coverage", "moderate", "weak"]].tolist() == ["thin", 1, 1]
    assert public.loc["weight-theft", ["coverage", "moderate", "none"]].tolist() == ["thin", 1, 1]
    assert (hosted["sourced"] == "uncovered").all()
    assert hosted.loc["lost-research", "coverage"] == "uncovered"
    lost = falls_away(small, "gated", "open-weights")
    assert lost[["safeguard", "before", "after", "why"]].values.tolist() == [
        ["output-filter", "moderate", "none", "It is removed."]]


def test_operators_and_dependencies_decide_availability(tiny: Path) -> None:
    small = load(root=tiny)
    # The filter stands in the locked room, which only its developer runs.
    gone = unavailable(small, "hosted", Failures(actors=frozenset({"developer"})))
    assert gone == {"locked-room": "too few of its operators remain",
                    "output-filter": "depends on Locked room, which is not available"}
    path = tiny / "data/safeguards/locked-room.yml"
    edit(path, "actors: [developer], mode: any", "actors: [developer, deployer], mode: any")
    assert not unavailable(load(root=tiny), "hosted", Failures(actors=frozenset({"developer"})))
    edit(path, "mode: any", "mode: all")
    assert "locked-room" in unavailable(load(root=tiny), "hosted", Failures(actors=frozenset({"developer"})))


def test_shared_operators_make_thin(tiny: Path) -> None:
    edit(tiny / "data/safeguards/output-filter.yml", "actors: [deployer]", "actors: [deployer, developer]")
    assert coverage(load(root=tiny), "hosted").loc["weight-theft", "coverage"] == "thin"


@pytest.mark.parametrize(("on", "label", "coming"), [
    ("2023-12-31", "not yet proposed", "2024-01-01"), ("2024-01-01", "proposed", "2025-06"),
    ("2025-06-29", "proposed", "2099-01-01"), ("2025-06-30", "in force", "2099-01-01"), ("2099-01-01", "applies", None),
])
def test_status_on_a_date(tiny: Path, on: str, label: str, coming: str | None) -> None:
    found = status(load(root=tiny).instruments[0], dt.date.fromisoformat(on))
    assert found.label == label
    assert (found.next.date if found.next else None) == coming


def test_status_of_known_instruments() -> None:
    by_id = {i.id: status(i, dt.date(2026, 11, 23)).label for i in kb().instruments}
    assert by_id["us-ca-sb-1047"] == "vetoed"
    assert by_id["us-eo-14110"] == "revoked"
    assert by_id["eu-ai-act"] == "applies"


def test_evidence_level_follows_the_events(tiny: Path) -> None:
    assert evidence_level(load(root=tiny), "weight-theft") == "argued"
    base = (tiny / "data/risks/lost-research.yml").read_text("utf-8").partition("domain:")[0]
    show = "shows: [{risk: weight-theft, how: So.}]\n"
    event = tiny / "data/events/first-event.yml"
    for kind, method, level in (("finding", "survey", "modelled"), ("finding", "experiment", "demonstrated"),
                                ("incident", "observation", "observed"), ("decision", "review", "argued")):
        event.write_text(f'{base}date: "2024-05"\nkind: {kind}\nmethod: {method}\n{show}', "utf-8")
        assert evidence_level(load(root=tiny), "weight-theft") == level


def test_the_graph_has_every_link_once_and_names_its_field(tiny: Path) -> None:
    small = load(root=tiny)
    found = {(e.source, e.relation, e.target) for e in edges(small)}
    assert ("output-filter", "mitigates", "weight-theft") in found
    assert ("first-act", "requires", "output-filter") in found
    assert ("first-act", "addresses", "weight-theft") in found
    assert ("lost-research", "mentions", "weight-theft") in found
    assert graph(small).nodes["first-act"]["kind"] == "instrument"
    assert len(edges(small)) == graph(small).number_of_edges() == len(found)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), max_size=20))
def test_the_layout_loses_no_node_and_does_not_depend_on_order(pairs: list[tuple[str, str]]) -> None:
    left, right = barycentre_order("abcdef", "uvwxyz", pairs)
    assert sorted(left) == list("abcdef") and sorted(right) == list("uvwxyz")
    assert (left, right) == barycentre_order("fedcba", "zyxwvu", list(reversed(pairs)))


def test_only_what_was_asked_for_is_loaded(tiny: Path) -> None:
    small = load("risk", root=tiny)
    assert len(small.risks) == 2
    with pytest.raises(LookupError, match="safeguard"):
        _ = small.safeguards
    with pytest.raises(ValueError, match="no kind risks"):
        load("risks", root=tiny)
