"""The condition language of provisions.

A condition is a tree of `all`, `any`, `not` and comparisons over a declared profile. It is evaluated
in Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64): a
field that the reader left open is unknown, and the answer is yes, no, or depends on what is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from .base import (
    Actor,
    Day,
    Id,
    Instrument,
    Jurisdiction,
    Marker,
    PartialDate,
    Record,
    Release,
    Text,
    first_day,
)

Truth: TypeAlias = bool | None
"""True, False, or None where it depends on what is open."""

Capability = Literal["biological-design", "nucleic-acid-synthesis", "cyber-offence", "synthetic-media", "agentic",
                     "companionship", "replicas", "biometrics"]
Offering = Literal["model", "system", "data-set"]


class Profile(BaseModel):
    """What a reader says of their case; None leaves a field open.

    A set is complete: an actor that is not in `role` is a role that the reader does not have.
    """

    model_config = {"frozen": True, "extra": "forbid"}

    role: frozenset[Actor] | None = Field(None, description="What you do with the model.")
    market: frozenset[Jurisdiction] | None = Field(
        None, description="Where the model or a system built on it is offered or used."
    )
    established_in: frozenset[Jurisdiction] | None = Field(None, description="Where you are established.")
    offering: frozenset[Offering] | None = Field(
        None, description="What you provide or run: a model alone, a system with a model in it, a data set."
    )
    release: frozenset[Release] | None = Field(None, description="How the model is released.")
    under_licence: frozenset[Instrument] | None = Field(
        None, description="The licence under which you received the model; its own publisher is not under it."
    )
    capability: frozenset[Capability] | None = Field(None, description="Special capabilities of the model.")
    general_purpose: bool | None = Field(None, description="Whether it is a general-purpose model.")
    designated_systemic_risk: bool | None = Field(
        None, description="Whether an authority has designated it as a model with systemic risk."
    )
    licence_free_and_open: bool | None = Field(
        None, description="Whether the licence lets anyone access, use, modify and distribute it."
    )
    weights_and_information_public: bool | None = Field(
        None, description="Whether weights, architecture and usage information are public."
    )
    monetised: bool | None = Field(None, description="Whether the model is provided against money or data.")
    commercial_activity: bool | None = Field(
        None, description="Whether it is supplied in the course of a commercial activity, paid or free."
    )
    research_only: bool | None = Field(None, description="Whether it serves scientific research only.")
    defence_only: bool | None = Field(
        None, description="Whether it serves military, defence or national security purposes only."
    )
    accredited_university: bool | None = Field(
        None, description="Whether the developer is an accredited college or university."
    )
    offered_to_public: bool | None = Field(None, description="Whether a service on it is offered to the public.")
    interacts_with_people: bool | None = Field(None, description="Whether it converses with natural persons.")
    used_by_minors: bool | None = Field(None, description="Whether minors use it or are likely to.")
    high_risk_use: bool | None = Field(
        None, description="Whether it is used for a purpose listed as high-risk, high-impact or consequential."
    )
    regulated_product: bool | None = Field(
        None, description="Whether it is a regulated product, or part of its safety, such as a medical device."
    )
    own_system: bool | None = Field(
        None, description="Whether you developed the system, had it developed, or offer it under your own name."
    )
    substantial_change: bool | None = Field(
        None, description="Whether you rebrand, substantially modify or repurpose another's system."
    )
    public_service: bool | None = Field(
        None, description="Whether you are a public body, provide public services, or decide on credit or life and health insurance."
    )
    generates_synthetic_content: bool | None = Field(
        None, description="Whether it generates text, images, audio or video."
    )
    personal_data: bool | None = Field(
        None, description="Whether personal data are used to train it or are processed with it."
    )
    protected_works: bool | None = Field(
        None, description="Whether works protected by copyright are among its training data."
    )
    federally_funded: bool | None = Field(None, description="Whether United States federal funds pay for the work.")
    government_customer: bool | None = Field(None, description="Whether a public authority buys or uses it.")
    small_enterprise: bool | None = Field(
        None, description="Whether you are a small or medium-sized enterprise under the law in question."
    )
    training_flop: float | None = Field(None, description="Cumulative training compute, in FLOP.")
    modification_flop: float | None = Field(None, description="Compute added by the modifier, in FLOP.")
    modification_flop_share: float | None = Field(
        None, description="Compute added by the modifier as a share of the original's, 0 to 1."
    )
    cluster_flop_per_second: float | None = Field(
        None, description="Theoretical peak of one computing cluster, in FLOP per second."
    )
    training_cost_usd: float | None = Field(None, description="Cost of the training compute, in US dollars.")
    revenue_usd: float | None = Field(None, description="Revenue of the year before, affiliates included, in US dollars.")
    revenue_krw: float | None = Field(None, description="Revenue of the year before, in South Korean won.")
    users_monthly: float | None = Field(None, description="Monthly active users.")
    domestic_users_daily: float | None = Field(None, description="Daily users in the jurisdiction.")
    placed_on_market: dt.date | None = Field(None, description="Day on which the model was first placed on the market.")


class Case(Record):
    """A worked example: a profile, asked for each of its markets and dates."""

    id: Id = Field(description="Id of the example, permanent.")
    title: Text = Field(description="Who asks.")
    summary: Text = Field(description="What the profile takes for granted, in a sentence or two.")
    profile: Profile = Field(description="What is known of the case; the market comes from `markets`.")
    markets: list[Jurisdiction] = Field(min_length=1, description="Markets for which it is asked.")
    local: bool = Field(False, description="Whether they are established in the market for which it is asked.")
    dates: list[Day] = Field(min_length=1, description="Days on which it is asked.")


class CaseFile(Record):
    """The file `data/cases.yml`."""

    cases: list[Case] = Field(description="The worked examples, in the order of display.")


class NumberTest(Record):
    """Bounds on a number; all that are given must hold."""

    gt: float | None = Field(None, description="Greater than.")
    gte: float | None = Field(None, description="Greater than or equal to.")
    lt: float | None = Field(None, description="Less than.")
    lte: float | None = Field(None, description="Less than or equal to.")


class DateTest(Record):
    """Bounds on a date; all that are given must hold."""

    gt: PartialDate | None = Field(None, description="After.")
    gte: PartialDate | None = Field(None, description="On or after.")
    lt: PartialDate | None = Field(None, description="Before.")
    lte: PartialDate | None = Field(None, description="On or before.")


def _one_or_more(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"in"}:
        return value["in"]
    return [value] if isinstance(value, str) else value


def _choice(item: Any) -> Any:
    one: dict[str, Any] = {"type": "string"}
    for part in get_args(item):
        if isinstance(part, Marker):
            one |= part.schema_extra()
    if isinstance(get_args(item)[0], str):
        one["enum"] = list(get_args(item))
    many = {"type": "array", "items": one, "minItems": 1}
    schema = {"anyOf": [one, {"type": "object", "properties": {"in": many}, "required": ["in"],
                              "additionalProperties": False}]}

    def publish(published: dict[str, Any]) -> None:
        published.clear()
        published.update(schema)

    return Annotated[list[item], Field(min_length=1, json_schema_extra=publish), BeforeValidator(_one_or_more)]


class _ConditionBase(Record):
    @model_validator(mode="after")
    def _exactly_one(self) -> _ConditionBase:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError(
                "condition", "a condition has one key, and this one has {n}; join several with all or any",
                {"n": len(given)},
            )
        return self

    @property
    def operator(self) -> str:
        """The one key that is given, as in Python (`not_` for `not`)."""
        return next(iter(self.model_fields_set))


def _tests() -> dict[str, Any]:
    """The comparison that each field of the profile admits, from the field's own type."""
    tests: dict[str, Any] = {}
    for name, field in Profile.model_fields.items():
        kind = get_args(field.annotation)[0]
        if kind is bool:
            test: Any = bool
        elif kind is float:
            test = NumberTest
        elif kind is dt.date:
            test = DateTest
        else:
            test = _choice(get_args(kind)[0])
        tests[name] = (test | None, Field(None, description=field.description))
    return tests


_JOINS: dict[str, Any] = {
    "all": (list["Condition"] | None, Field(None, description="Every one of these holds.", min_length=1)),
    "any": (list["Condition"] | None, Field(None, description="At least one of these holds.", min_length=1)),
    "not_": ("Condition | None", Field(None, alias="not", description="This does not hold.")),
}

if TYPE_CHECKING:

    class Condition(_ConditionBase):
        """A condition: one key, which joins conditions or compares a field of the profile."""

else:
    Condition = create_model(
        "Condition",
        __base__=_ConditionBase,
        __module__=__name__,
        __doc__="A condition: one key, which joins conditions or compares a field of the profile.",
        **_JOINS,
        **_tests(),
    )


def _every(truths: Iterable[Truth]) -> Truth:
    truths = list(truths)
    return False if False in truths else None if None in truths else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _within(value: Any, test: NumberTest | DateTest, convert: Callable[[Any], Any]) -> bool:
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
        "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    }
    return all(
        holds(value, convert(getattr(test, name)))
        for name, holds in compare.items()
        if getattr(test, name) is not None
    )


def evaluate(condition: Condition, profile: Profile) -> Truth:
    """Whether `condition` holds of `profile`: True, False, or None where that depends on open fields."""
    operator = condition.operator
    operand = getattr(condition, operator)
    if operator == "all":
        return _every(evaluate(part, profile) for part in operand)
    if operator == "any":
        return _not(_every(_not(evaluate(part, profile)) for part in operand))
    if operator == "not_":
        return _not(evaluate(operand, profile))
    value = getattr(profile, operator)
    if value is None:
        return None
    if isinstance(operand, bool):
        return bool(value == operand)
    if isinstance(operand, NumberTest):
        return _within(value, operand, float)
    if isinstance(operand, DateTest):
        return _within(value, operand, first_day)
    return not value.isdisjoint(operand)


def leaves(condition: Condition, negated: bool = False) -> Iterator[tuple[Condition, bool]]:
    """Yield each comparison in `condition`, in its order, and whether it stands under an odd number of `not`."""
    operator = condition.operator
    operand = getattr(condition, operator)
    if operator in ("all", "any"):
        for part in operand:
            yield from leaves(part, negated)
    elif operator == "not_":
        yield from leaves(operand, not negated)
    else:
        yield condition, negated


def fields(condition: Condition) -> Iterator[str]:
    """Yield the fields of the profile that `condition` looks at, in its order, repeats included."""
    return (leaf.operator for leaf, _ in leaves(condition))


def depends_on(condition: Condition, profile: Profile) -> list[str]:
    """The open fields on which the answer for `profile` may depend; empty where it is definite.

    Parts whose answer is definite already contribute none.
    """
    if evaluate(condition, profile) is not None:
        return []
    operator = condition.operator
    operand = getattr(condition, operator)
    if operator == "not_":
        return depends_on(operand, profile)
    if operator not in ("all", "any"):
        return [operator]
    return list(dict.fromkeys(name for part in operand for name in depends_on(part, profile)))
