"""Events: incidents, findings, evaluations, releases and decisions."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .base import Crux, Entry, Inline, Instrument, Model, PartialDate, Record, Risk, Safeguard, Sources, Text


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


class Bearing(Record):
    """A question of the debate on which the event is evidence."""

    crux: Crux = Field(description="The question.")
    points: Literal["yes", "no", "both"] = Field(description="Towards which answer it points.")
    how: Inline = Field(description="Why, and how far.")


class Lag(Record):
    """An estimate of how far open models trail closed ones."""

    months: Annotated[float, Field(ge=0)] | None = Field(None, description="Central estimate, in months.")
    low: Annotated[float, Field(ge=0)] | None = Field(None, description="Low end, in months.")
    high: Annotated[float, Field(ge=0)] | None = Field(None, description="High end, in months.")
    of: Text = Field(description="Which open models, against which closed ones.")
    measure: Text = Field(description="On what, and how it was measured.")
    on: PartialDate = Field(description="The time for which it holds; the end of the window where it is one.")
    sources: Sources = Field(description="Where it was read.")

    @model_validator(mode="after")
    def _has_a_figure(self) -> Lag:
        if self.months is None and self.low is None and self.high is None:
            raise PydanticCustomError("lag", "give months, or low and high")
        return self


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
    bears_on: list[Bearing] = Field(default=[], description="Questions of the debate on which it is evidence.")
    lags: list[Lag] = Field(default=[], description="Estimates that it gives of the lag of open models.")
