"""Checks of proposals, models and estimates: arithmetic, order in time, and what can be said only once."""

from __future__ import annotations

from collections.abc import Iterator

from .load import KnowledgeBase, Problem, file_of
from .schema import Entry
from .schema.base import first_day, last_day
from .yamlfile import Path as DataPath

_TOLERANCE = 0.1
"""How far a figure by 6ND may lie from the product of its rounded inputs."""


def arithmetic(kb: KnowledgeBase) -> Iterator[Problem]:
    """Compute by six times active parameters times tokens is that product, where both are given."""
    for model in kb.models:
        flop, size, tokens = model.training_flop, model.parameters, model.tokens
        if flop and size and tokens and flop.method == "6ND" and not model.derived_from:
            product = 6 * (size.active or size.total) * tokens.value
            if abs(flop.value - product) > _TOLERANCE * product:
                yield kb.problem(file_of(model), ("training_flop", "value"),
                                 f"{flop.value:g} is not six times active parameters times tokens, which is {product:.3g}")


def releases(kb: KnowledgeBase) -> Iterator[Problem]:
    """A model that is only hosted has no licence for its weights, and one that can be downloaded has."""
    for model in kb.models:
        if (model.release == "hosted") != (model.licence.tier == "not-released"):
            yield kb.problem(file_of(model), ("licence", "tier"),
                             f"a release '{model.release}' does not go with the tier '{model.licence.tier}'")


def order(kb: KnowledgeBase) -> Iterator[Problem]:
    """Nothing is made from a model that came later, and nothing answers what had not been said."""
    dated = {m.id: m.released for m in kb.models} | {p.id: p.published for p in kb.proposals}
    steps: list[tuple[Entry, DataPath, str]] = [
        *((m, ("derived_from", n, "model"), x.model) for m in kb.models for n, x in enumerate(m.derived_from)),
        *((p, ("answers", n, "proposal"), x.proposal) for p in kb.proposals for n, x in enumerate(p.answers))]
    for later, path, earlier in steps:
        if earlier in dated and first_day(dated[earlier]) > last_day(dated[later.id]):
            yield kb.problem(file_of(later), path, f"'{earlier}' came on {dated[earlier]}, after this {later.kind}")


def one_answer(kb: KnowledgeBase) -> Iterator[Problem]:
    """A proposal answers each question of the debate once."""
    for proposal in kb.proposals:
        asked = [p.crux for p in proposal.positions]
        for index, crux in enumerate(asked):
            if crux in asked[:index]:
                yield kb.problem(file_of(proposal), ("positions", index, "crux"), f"'{crux}' is answered twice")


def lags(kb: KnowledgeBase) -> Iterator[Problem]:
    """The central estimate of a lag lies in its range."""
    for event in kb.events:
        for index, lag in enumerate(event.lags):
            figures = [x for x in (lag.low, lag.months, lag.high) if x is not None]
            if figures != sorted(figures):
                yield kb.problem(file_of(event), ("lags", index), "low, months and high are not in this order")


ARGUMENT_RULES = (arithmetic, releases, order, one_answer, lags)
