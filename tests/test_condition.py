"""The condition language: three-valued logic over a profile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from policykb import load
from policykb.schema.condition import Condition, Profile, depends_on, evaluate, fields
from policykb.words import condition_words

ROLES, MARKETS = ["developer", "modifier", "deployer"], ["eu", "us", "cn"]
LEAVES = st.one_of(
    st.fixed_dictionaries({"role": st.sampled_from(ROLES)}),
    st.fixed_dictionaries({"market": st.fixed_dictionaries({"in": st.lists(st.sampled_from(MARKETS), min_size=1)})}),
    st.fixed_dictionaries({"monetised": st.booleans()}),
    st.fixed_dictionaries({"training_flop": st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]),
                                                            st.sampled_from([1e23, 1e25, 1e26]), min_size=1)}),
    st.fixed_dictionaries({"placed_on_market": st.fixed_dictionaries({"lt": st.sampled_from(["2025-08-02", "2026"])})}),
)
CONDITIONS = st.recursive(LEAVES, lambda inner: st.one_of(
    st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"not": inner}),
), max_leaves=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "role": st.frozensets(st.sampled_from(ROLES)), "market": st.frozensets(st.sampled_from(MARKETS)),
    "monetised": st.booleans(), "training_flop": st.sampled_from([1e22, 1e23, 2e25, 1e26, 3e26]),
    "placed_on_market": st.sampled_from([dt.date(2025, 8, 1), dt.date(2025, 8, 2), dt.date(2026, 5, 1)]),
}
FULL = st.fixed_dictionaries(VALUES)


def parse(tree: dict[str, Any]) -> Any:
    return Condition.model_validate(tree)


@given(CONDITIONS, FULL)
def test_a_full_profile_gives_a_definite_answer(tree: dict[str, Any], values: dict[str, Any]) -> None:
    profile = Profile(**values)
    assert evaluate(parse(tree), profile) in (True, False)
    assert depends_on(parse(tree), profile) == []


@given(CONDITIONS, FULL, st.frozensets(st.sampled_from(sorted(VALUES))))
def test_an_answer_given_early_never_changes_when_more_is_known(
    tree: dict[str, Any], values: dict[str, Any], known: frozenset[str]
) -> None:
    condition, partial = parse(tree), Profile(**{k: values[k] for k in known})
    early = evaluate(condition, partial)
    if early is not None:
        assert early == evaluate(condition, Profile(**values))
    else:
        open_fields = depends_on(condition, partial)
        assert open_fields and not set(open_fields) & known and set(open_fields) <= set(fields(condition))


@given(CONDITIONS, CONDITIONS, FULL, st.frozensets(st.sampled_from(sorted(VALUES))))
def test_the_laws_of_logic_hold_in_three_values(
    a: dict[str, Any], b: dict[str, Any], values: dict[str, Any], known: frozenset[str]
) -> None:
    profile = Profile(**{k: values[k] for k in known})

    def truth(tree: dict[str, Any]) -> bool | None:
        return evaluate(parse(tree), profile)

    assert truth({"not": {"all": [a, b]}}) == truth({"any": [{"not": a}, {"not": b}]})
    assert truth({"all": [a, b]}) == truth({"all": [b, a]})
    assert truth({"not": {"not": a}}) == truth(a)
    assert truth({"any": [a, {"all": [a, b]}]}) == truth(a)


@pytest.mark.parametrize(("test", "value", "expected"), [
    ({"gt": 1e25}, 1e25, False), ({"gte": 1e25}, 1e25, True), ({"lt": 1e25}, 1e25, False), ({"lte": 1e25}, 1e25, True),
    ({"gt": 1e23, "lt": 1e25}, 1e24, True), ({"gt": 1e23, "lt": 1e25}, 1e26, False),
])
def test_bounds(test: dict[str, float], value: float, expected: bool) -> None:
    assert evaluate(parse({"training_flop": test}), Profile(training_flop=value)) is expected


def test_a_set_of_roles_is_complete_and_one_of_them_suffices() -> None:
    condition = parse({"role": {"in": ["developer", "modifier"]}})
    assert evaluate(condition, Profile(role=frozenset({"modifier", "deployer"}))) is True
    assert evaluate(condition, Profile(role=frozenset({"deployer"}))) is False
    assert evaluate(condition, Profile()) is None


@pytest.mark.parametrize("tree", [
    {}, {"role": "developer", "market": "eu"}, {"all": []}, {"rol": "developer"}, {"monetised": "yes"},
    {"training_flop": 1e25}, {"training_flop": {"above": 1e25}}, {"placed_on_market": {"lt": "soon"}}, {"role": []},
])
def test_what_is_no_condition_is_refused(tree: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse(tree)


def test_every_condition_in_the_data_reads_as_words() -> None:
    kb = load()
    for instrument in kb.instruments:
        for provision in instrument.provisions:
            if provision.applies_if:
                words = condition_words(provision.applies_if, kb)
                assert "None" not in words and "{" not in words and words.lstrip("(")[0].islower()
    assert condition_words(parse({"all": [{"role": "developer"}, {"training_flop": {"gt": 1e26}},
                                          {"not": {"monetised": True}}]}), kb) == (
        "you are model developer and training compute is more than 10²⁶ FLOP and not (it is provided against money or data)")
