"""Proposals and positions: what authors argue for."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from .base import Entry, Inline, Instrument, PartialDate, Proposal, Record, Risk, Safeguard, Sources, Text, Url


class Stance(Record):
    """Where a proposal stands on two separate questions."""

    openness: Literal["for", "conditional", "against-at-frontier", "neutral"] = Field(
        description="On releasing weights: for it, on conditions, against it for frontier models, or neutral."
    )
    restriction: Literal["resilience", "non-proliferation", "both", "neither"] = Field(
        description="Whether it relies on resilience to what spreads, or on keeping it from spreading."
    )
    why: Inline = Field(description="What in the text shows it.")


class Advocacy(Record):
    """A safeguard that the proposal argues for."""

    safeguard: Safeguard = Field(description="The safeguard.")
    how: Inline | None = Field(None, description="In what form.")


class Concern(Record):
    """A risk that the proposal is about."""

    risk: Risk = Field(description="The risk.")
    how: Inline | None = Field(None, description="What it says of it.")


class Answer(Record):
    """Another proposal that this one answers."""

    proposal: Proposal = Field(description="The other proposal.")
    how: Inline = Field(description="What it says to it.")


class Uptake(Record):
    """An instrument that took something up."""

    instrument: Instrument = Field(description="The instrument.")
    how: Inline = Field(description="What was taken up.")
    sources: Sources = Field(description="What shows it.")


class ProposalEntry(Entry):
    """A proposal, position or study that argues for something."""

    kind: ClassVar[str] = "proposal"
    folder: ClassVar[str] = "proposals"

    authors: list[Text] = Field(min_length=1, description="Those who signed it, people or organisations.")
    published: PartialDate = Field(description="When it first appeared.")
    venue: Text = Field(description="Where it appeared.")
    identifier: Text | None = Field(None, description="arXiv id, DOI or report number.")
    url: Url | None = Field(None, description="Where it can be read.")
    read: Literal["full", "abstract", "report"] = Field(
        description="What was read of it: its text, its abstract, or a report of it."
    )
    stance: Stance = Field(description="Where it stands on openness and on restriction.")
    advocates: list[Advocacy] = Field(default=[], description="Safeguards that it argues for.")
    addresses: list[Concern] = Field(default=[], description="Risks that it is about.")
    answers: list[Answer] = Field(default=[], description="Proposals that it answers.")
    taken_up_by: list[Uptake] = Field(default=[], description="Instruments that took it up.")
