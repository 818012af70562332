"""Proposals and positions: what authors argue for."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import (
    Crux,
    Entry,
    Inline,
    Instrument,
    PartialDate,
    Proposal,
    Record,
    Risk,
    Safeguard,
    Source,
    Sources,
    Term,
    Text,
    Url,
)


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
    relation: Literal["disputes", "qualifies", "builds-on", "supports"] = Field(
        description="Whether it disputes the other, agrees on conditions, builds on it, or supports it."
    )
    how: Inline = Field(description="What it says to it.")
    sources: list[Source] = Field(default=[], description="Where it says so, if not where the entry's sources say.")


class Position(Record):
    """What the proposal holds on a question on which the debate turns."""

    crux: Crux = Field(description="The question.")
    says: Literal["yes", "no", "depends"] = Field(description="Its answer to the question as it is put.")
    how: Inline = Field(description="In which form, and on which grounds.")


class Uptake(Record):
    """An instrument that took something up."""

    instrument: Instrument = Field(description="The instrument.")
    how: Inline = Field(description="What was taken up.")
    sources: Sources = Field(description="What shows it.")


class ProposalEntry(Entry):
    """A proposal, position or study that argues for something."""

    kind: ClassVar[str] = "proposal"
    folder: ClassVar[str] = "proposals"

    form: Annotated[str, Term("proposal-forms")] = Field(description="What kind of text it is.")
    authors: list[Text] = Field(min_length=1, description="Those who signed it, people or organisations.")
    published: PartialDate = Field(description="When it first appeared.")
    venue: Text = Field(description="Where it appeared.")
    language: Text | None = Field(None, description="Language in which it was written, where it is not English.")
    identifier: Text | None = Field(None, description="arXiv id, DOI or report number.")
    url: Url | None = Field(None, description="Where it can be read.")
    read: Literal["full", "abstract", "report"] = Field(
        description="What was read of it: its text, its abstract, or a report of it."
    )
    stance: Stance = Field(description="Where it stands on openness and on restriction.")
    positions: list[Position] = Field(default=[], description="What it holds on the questions of the debate.")
    advocates: list[Advocacy] = Field(default=[], description="Safeguards that it argues for.")
    addresses: list[Concern] = Field(default=[], description="Risks that it is about.")
    answers: list[Answer] = Field(default=[], description="Proposals that it answers.")
    taken_up_by: list[Uptake] = Field(default=[], description="Instruments that took it up.")
