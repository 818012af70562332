"""Safeguards: what is done about risks, and what of it survives release."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .base import RELEASES, Actor, Entry, Inline, Record, Release, Risk, Safeguard, Source, Sources, Term

Strength = Literal["strong", "moderate", "weak", "contested"]
Verdict = Literal["holds", "degrades", "fails", "not-applicable"]


class Operators(Record):
    """Who operates a safeguard."""

    actors: list[Actor] = Field(min_length=1, description="Those who operate it.")
    mode: Literal["any", "all"] = Field(
        description="`any` where one of them suffices, `all` where each is needed."
    )


class Chokepoint(Record):
    """Whether everyone who could cause harm must pass someone."""

    value: bool = Field(description="Whether it needs someone whom every user must pass.")
    why: Inline = Field(description="Who that is, or why nobody is needed.")


class Mitigation(Record):
    """A risk that the safeguard addresses."""

    risk: Risk = Field(description="The risk.")
    effect: Literal["prevents", "limits", "detects", "responds"] = Field(
        description="Whether it prevents harm, limits it, detects it or responds to it."
    )
    strength: Strength = Field(
        description="How much it does where it is in place; `contested` where studies disagree."
    )
    basis: Literal["judgement"] | None = Field(
        None, description="`judgement` where the strength is the editors' and not the sources' finding."
    )
    why: Inline = Field(description="How it addresses the risk, and why with this strength.")
    sources: Sources = Field(description="What the link rests on.")


class Dependency(Record):
    """A safeguard without which this one cannot work."""

    safeguard: Safeguard = Field(description="The safeguard that it needs.")
    why: Inline = Field(description="What it needs it for.")


class Survival(Record):
    """Whether the safeguard still works under a release."""

    release: Release = Field(description="The release.")
    verdict: Verdict = Field(description="What becomes of the safeguard under that release.")
    defeated_by: list[Annotated[str, Term("defeaters")]] = Field(
        default=[], description="What undoes or bypasses it."
    )
    still_able: list[Actor] = Field(default=[], description="Those who can still act with it.")
    why: Inline = Field(description="The reason for the verdict.")
    basis: Literal["judgement"] | None = Field(
        None, description="`judgement` where no study exists; it is shown as one."
    )
    sources: list[Source] = Field(default=[], description="What the verdict rests on.")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Survival:
        if not self.sources and not self.basis:
            raise PydanticCustomError("unsourced", "a verdict needs sources or `basis: judgement`")
        if self.verdict in ("degrades", "fails") and not self.defeated_by:
            raise PydanticCustomError(
                "undefeated", "a verdict '{verdict}' needs defeated_by", {"verdict": self.verdict}
            )
        return self


class Tension(Record):
    """What the safeguard costs."""

    with_: Annotated[str, Term("values")] = Field(alias="with", description="What it is in tension with.")
    why: Inline = Field(description="How.")


class SafeguardEntry(Entry):
    """Something done about risks."""

    kind: ClassVar[str] = "safeguard"
    folder: ClassVar[str] = "safeguards"

    type: Annotated[str, Term("safeguard-types")] = Field(description="By what means it works.")
    stage: Annotated[str, Term("stages")] = Field(description="Where in the life of a model it acts.")
    maturity: Annotated[str, Term("maturity")] = Field(description="How far it has come in practice.")
    operated_by: Operators = Field(description="Who operates it.")
    needs_chokepoint: Chokepoint = Field(description="Whether it needs someone whom every user must pass.")
    chain: Annotated[str, Term("biosecurity-chain")] | None = Field(
        None, description="The link of the biosecurity chain at which it acts, for entries on biosecurity."
    )
    mitigates: list[Mitigation] = Field(min_length=1, description="The risks that it addresses.")
    depends_on: list[Dependency] = Field(default=[], description="Safeguards without which it cannot work.")
    survival: list[Survival] = Field(description="A verdict for each of the four releases, in their order.")
    tensions: list[Tension] = Field(default=[], description="What it costs.")

    @model_validator(mode="after")
    def _all_releases(self) -> SafeguardEntry:
        if tuple(s.release for s in self.survival) != RELEASES:
            raise PydanticCustomError(
                "releases",
                "survival needs one verdict for each release, in this order: {releases}",
                {"releases": ", ".join(RELEASES), "at": "survival"},
            )
        return self

    def survival_under(self, release: Release) -> Survival:
        """The verdict under a release."""
        return self.survival[RELEASES.index(release)]
