"""Instruments: statutes, rules, codes, licences, and their provisions."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import (
    Actor,
    Entry,
    Id,
    Inline,
    Instrument,
    Jurisdiction,
    PartialDate,
    Record,
    Risk,
    Safeguard,
    Source,
    Sources,
    Term,
    Text,
    Url,
)
from .condition import Condition

EventKind = Literal["proposed", "advanced", "agreed", "adopted", "signed", "vetoed", "published", "in-force", "applies",
                    "amended", "delayed", "suspended", "revoked", "withdrawn", "lapsed", "superseded", "guidance",
                    "consultation", "ruling"]
Question = Annotated[str, Term("questions")]
Treatment = Literal["exempt", "reduced", "same", "stricter", "silent"]


class InstrumentEvent(Record):
    """Something that happened, or is set to happen, to the instrument."""

    date: PartialDate = Field(description="When.")
    kind: EventKind = Field(description="What happened; the status on a date is derived from it.")
    note: Inline | None = Field(None, description="What exactly.")
    sources: Sources = Field(description="Where it was read.")


class Amendment(Record):
    """What this instrument changes in another."""

    instrument: Instrument = Field(description="The instrument that is changed.")
    provisions: list[Id] = Field(default=[], description="Ids of the provisions that are changed.")
    what: Inline = Field(description="What is changed.")
    sources: list[Source] = Field(default=[], description="Where it was read.")


class InstrumentRelation(Record):
    """How this instrument stands to another, amendments apart."""

    instrument: Instrument = Field(description="The other instrument.")
    kind: Literal["implements", "interprets", "supersedes", "replaces-part", "parallels"] = Field(
        description="How this one stands to it."
    )
    why: Inline = Field(description="In which respect.")


class OpenSourceTreatment(Record):
    """How a provision treats open models."""

    treatment: Treatment = Field(
        description="`silent` where the text says nothing of open models, and so applies to them as to others."
    )
    condition: Inline | None = Field(None, description="On what condition.")


Element = Literal["who", "where", "what", "act", "knowledge", "amount", "time", "exception", "unread"]


class Unasked(Record):
    """An element of a rule that its condition does not ask for as the text has it."""

    element: Element = Field(
        description="`who` is bound; the link to a place (`where`); `what` it is about; the `act` that triggers it; "
                    "`knowledge` or intent; an `amount`; a `time`; an `exception`; or a part of the text that was not read (`unread`)."
    )
    what: Inline = Field(description="What the text asks, and what the condition takes in its place.")


class Provision(Record):
    """A duty or rule in an instrument."""

    id: Id = Field(description="Id within the instrument, permanent.")
    ref: Text = Field(description="Article, section or paragraph.")
    title: Text = Field(description="What it is about, a short noun phrase.")
    summary: Annotated[Text, Field(max_length=400)] = Field(description="What it asks, in one or two sentences.")
    questions: list[Question] = Field(default=[], description="The questions of the comparison that it answers.")
    duty_of: list[Actor] = Field(default=[], description="Who must act.")
    open_source: OpenSourceTreatment = Field(description="How it treats open models.")
    applies_if: Condition | None = Field(None, description="When it applies, as a condition over a profile.")
    from_: PartialDate | None = Field(None, alias="from", description="First day of application.")
    until: PartialDate | None = Field(None, description="Last day of application.")
    deadline: Inline | None = Field(None, description="The time limit that it sets, and what starts it.")
    requires: list[Safeguard] = Field(default=[], description="Safeguards that it requires.")
    addresses: list[Risk] = Field(default=[], description="Risks that it addresses.")
    penalty: Inline | None = Field(None, description="What follows from a breach.")
    unasked: list[Unasked] | None = Field(
        None, description="What the rule turns on beyond `applies_if`; an empty list where the condition asks for all of it."
    )
    open_questions: list[Inline] = Field(default=[], description="What is disputed or unsettled.")
    sources: Sources = Field(description="Where it was read.")


class InstrumentEntry(Entry):
    """A legal or policy instrument."""

    kind: ClassVar[str] = "instrument"
    folder: ClassVar[str] = "instruments"

    jurisdiction: Jurisdiction = Field(description="Where it applies.")
    instrument_kind: Literal[
        "statute", "regulation", "order", "directive", "judgment", "bill", "treaty", "declaration", "standard", "code",
        "guidance", "agreement", "licence",
    ] = Field(alias="kind", description="What kind of instrument it is.")
    citation: Text = Field(description="How it is cited.")
    official_url: Url | None = Field(None, description="Address of the official text.")
    authority: list[Actor] = Field(default=[], description="Who supervises or enforces it.")
    text_read: Literal["whole", "part", "reports"] = Field(
        description="How much of its text was read: without a provision on a question, only `whole` means silent."
    )
    events: list[InstrumentEvent] = Field(
        min_length=1, description="Its history, earliest first, what is scheduled included."
    )
    amends: list[Amendment] = Field(default=[], description="What it changes in other instruments.")
    relates_to: list[InstrumentRelation] = Field(default=[], description="How it stands to other instruments.")
    provisions: list[Provision] = Field(default=[], description="Its rules that matter for open models.")
