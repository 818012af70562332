"""Events: incidents, findings, evaluations, releases and decisions."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from .base import Entry, Inline, Instrument, Model, PartialDate, Record, Risk, Safeguard, Text


class Conditions(Record):
    """Under which conditions a result was found; a figure means nothing without them."""

    subject: Text | None = Field(None, description="Models and versions that were tested.")
    size: Text | None = Field(None, description="Their size, or the size of the sample.")
    attack: Text | None = Field(None, description="What was done to them, at policy level.")
    budget: Text | None = Field(None, description="Time, money or compute that it took.")
    metric: Text | None = Field(None, description="What was measured.")
    result: Text | None = Field(None, description="What was found.")


class Showing(Record):
    """A risk that the event bears on."""

    risk: Risk = Field(description="The risk.")
    how: Inline = Field(description="What the event shows of it.")


class Trial(Record):
    """A safeguard that the event put to the test."""

    safeguard: Safeguard = Field(description="The safeguard.")
    outcome: Literal["held", "partly", "failed"] = Field(description="Whether it held.")
    how: Inline = Field(description="What happened.")


class EventEntry(Entry):
    """Something that happened or was found."""

    kind: ClassVar[str] = "event"
    folder: ClassVar[str] = "events"

    date: PartialDate = Field(description="When it happened or was published.")
    event_kind: Literal["incident", "finding", "evaluation", "release", "decision"] = Field(
        alias="kind", description="What kind of event it is."
    )
    method: Literal["observation", "experiment", "trial", "survey", "measurement", "modelling", "review"] | None = (
        Field(None, description="How it is known.")
    )
    conditions: Conditions | None = Field(None, description="Under which conditions a result was found.")
    shows: list[Showing] = Field(default=[], description="Risks that it bears on.")
    tests: list[Trial] = Field(default=[], description="Safeguards that it put to the test.")
    models: list[Model] = Field(default=[], description="Models that it concerns.")
    instruments: list[Instrument] = Field(default=[], description="Instruments that it concerns.")
