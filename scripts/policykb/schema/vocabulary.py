"""Vocabularies: lists of terms that entries use."""

from __future__ import annotations

from pydantic import Field

from .base import Id, PartialDate, Record, Text, Url


class VocabularyTerm(Record):
    """A term, and what it means here."""

    id: Id = Field(description="The word that entries write.")
    title: Text = Field(description="How the term is shown.")
    summary: Text = Field(description="What it means, in one sentence.")
    broader: Id | None = Field(None, description="A term of the same vocabulary that includes this one.")
    edition: Text | None = Field(None, description="Edition of an external taxonomy.")
    published: PartialDate | None = Field(None, description="When that edition was published.")
    url: Url | None = Field(None, description="Where that edition can be read.")
    settled_by: Text | None = Field(None, description="What evidence would settle a question of the debate.")
    ids: dict[str, str] | None = Field(
        None, description="Ids in an external taxonomy and their titles; mappings may use no others."
    )


class Vocabulary(Record):
    """A file in `data/vocabularies/`."""

    title: Text = Field(description="Name of the vocabulary.")
    summary: Text = Field(description="What its terms say of an entry.")
    terms: list[VocabularyTerm] = Field(min_length=1, description="The terms, in the order of display.")

    def term(self, id: str) -> VocabularyTerm:
        """The term with this id. Raises KeyError."""
        for term in self.terms:
            if term.id == id:
                return term
        raise KeyError(id)
