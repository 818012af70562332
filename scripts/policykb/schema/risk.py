"""Risks: what can go wrong because weights are public, or because they are not."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Entry, Inline, Record, Risk, Sources, Term


class OpennessEffect(Record):
    """The marginal effect of public weights against closed models and existing tools."""

    direction: Literal["raises", "lowers", "mixed", "unclear"] = Field(
        description="Whether public weights raise or lower the risk, both, or nobody can tell yet."
    )
    why: Inline = Field(description="The reasoning and the evidence for that direction.")
    contrary: Inline | None = Field(None, description="Evidence and argument on the other side.")
    sources: Sources = Field(description="What both sides rest on.")


class Consequence(Record):
    """A risk that follows from this one."""

    risk: Risk = Field(description="The risk that follows.")
    why: Inline = Field(description="How the one leads to the other.")
    sources: Sources = Field(description="What the link rests on.")


class RiskEntry(Entry):
    """Something that can go wrong."""

    kind: ClassVar[str] = "risk"
    folder: ClassVar[str] = "risks"

    domain: Annotated[str, Term("domains")] = Field(description="The way in which it does harm.")
    openness_effect: OpennessEffect = Field(description="What public weights change about it.")
    security: list[Annotated[str, Term("securities")]] = Field(
        default=[], description="The fields of power security that it attacks; none where it attacks none of them."
    )
    chain: Annotated[str, Term("biosecurity-chain")] | None = Field(
        None, description="The link of the biosecurity chain where it arises, for entries on biosecurity."
    )
    leads_to: list[Consequence] = Field(default=[], description="Risks that follow from it.")
