"""Models: releases of AI models, open and closed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Entry, Inline, Jurisdiction, Model, PartialDate, Record, Release, Source, Sources, Term, Text, Url

Amount = Annotated[float, Field(gt=0)]


class Licence(Record):
    """The terms of the release."""

    name: Text = Field(description="Name of the licence or terms.")
    tier: Annotated[str, Term("licence-tiers")] = Field(description="What the terms leave open.")
    url: Url | None = Field(None, description="Where the terms can be read.")


class Derivation(Record):
    """A model that this one was made from."""

    model: Model = Field(description="The other model.")
    by: Annotated[str, Term("derivations")] = Field(description="By which means.")
    how: Inline = Field(description="What was done, and with what.")


class Parameters(Record):
    """Numbers of parameters."""

    total: Amount = Field(description="All parameters.")
    active: Amount | None = Field(None, description="Parameters active for each token, where fewer.")
    sources: Sources = Field(description="Where it was read.")


class Tokens(Record):
    """Amount of training data."""

    value: Amount = Field(description="Tokens seen in training.")
    sources: Sources = Field(description="Where it was read.")


class TrainingFlop(Record):
    """Training compute, in floating-point operations."""

    value: Amount = Field(description="Best value.")
    low: Amount | None = Field(None, description="Low end of the range.")
    high: Amount | None = Field(None, description="High end of the range.")
    method: Literal["reported", "6ND", "hardware-hours", "third-party-estimate"] = Field(
        description="How it is known; 6ND is six times active parameters times tokens."
    )
    note: Inline | None = Field(None, description="Inputs and doubts.")
    sources: list[Source] = Field(min_length=1, description="Where it, or its inputs, were read.")


class Distribution(Record):
    """Where the weights can be downloaded."""

    hosts: list[Annotated[str, Term("hosts")]] = Field(min_length=1, description="Who serves the files.")
    sources: Sources = Field(description="Where it was read.")


class Hardware(Record):
    """The chips on which it was trained."""

    vendor: list[Literal["NVIDIA", "Google", "AMD", "Huawei", "AWS", "Intel", "Graphcore", "Cerebras", "other"]] = Field(
        min_length=1, description="Who designed the chips."
    )
    chips: Text = Field(description="Which chips and how many, as reported.")
    sources: Sources = Field(description="Where it was read.")


class ModelEntry(Entry):
    """A release of an AI model."""

    kind: ClassVar[str] = "model"
    folder: ClassVar[str] = "models"

    developer: Text = Field(description="Who made it.")
    developer_type: Annotated[str, Term("developer-types")] = Field(description="What kind of body its developer is.")
    jurisdiction: Jurisdiction = Field(description="Where its developer is established.")
    released: PartialDate = Field(description="When it was released.")
    release: Release = Field(description="How it was released.")
    licence: Licence = Field(description="On which terms.")
    modality: list[Literal["text", "image", "audio", "video", "code", "protein", "genome"]] = Field(
        min_length=1, description="What it takes and gives."
    )
    distribution: Distribution | None = Field(None, description="Where its weights can be had.")
    derived_from: list[Derivation] = Field(default=[], description="Models that it was made from.")
    parameters: Parameters | None = Field(None, description="Its size.")
    tokens: Tokens | None = Field(None, description="Its training data.")
    training_flop: TrainingFlop | None = Field(None, description="Its training compute.")
    hardware: Hardware | None = Field(None, description="On which chips it was trained.")
