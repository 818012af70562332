"""Types that all kinds of entry share.

A field that names something else carries a marker in its type: `Link` an entry, `Term` a
vocabulary's term, `Cite` a reference, `Prose` restricted MyST. `walk` finds every marked value, so
that checks, graph and site need no list of fields of their own.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from .prose import prose_problem

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Marker:
    """What a text value stands for; kept in the JSON Schema as `x-…` for editors and the reference."""

    def schema_extra(self) -> dict[str, Any]:
        """The keys that the marker adds to the value's JSON Schema."""
        raise NotImplementedError

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(core) | self.schema_extra()


@dataclass(frozen=True)
class Link(Marker):
    """The id of an entry of `kind` (of any kind where it is None)."""

    kind: str | None = None

    def schema_extra(self) -> dict[str, Any]:
        return {"x-entry": self.kind or "any"}


@dataclass(frozen=True)
class Term(Marker):
    """The id of a term in `data/vocabularies/<vocabulary>.yml`."""

    vocabulary: str

    def schema_extra(self) -> dict[str, Any]:
        return {"x-vocabulary": self.vocabulary}


@dataclass(frozen=True)
class Cite(Marker):
    """The key of a reference in `data/references.bib`."""

    def schema_extra(self) -> dict[str, Any]:
        return {"x-reference": True}


@dataclass(frozen=True)
class Prose(Marker):
    """Restricted MyST: inline only, or with paragraphs and lists where `blocks`."""

    blocks: bool = False

    def schema_extra(self) -> dict[str, Any]:
        return {"x-prose": "blocks" if self.blocks else "inline"}


def _prose(blocks: bool) -> AfterValidator:
    def validate(text: str) -> str:
        problem = prose_problem(text, blocks=blocks)
        if problem:
            raise PydanticCustomError("prose", "{problem}", {"problem": problem})
        return text.strip()

    return AfterValidator(validate)


_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@cache
def first_day(date: str) -> dt.date:
    """The first day that a full or partial date (YYYY, YYYY-MM, YYYY-MM-DD) can mean.

    Raises ValueError where the text is no such date.
    """
    match = _DATE.fullmatch(date)
    if not match:
        raise ValueError(date)
    year, month, day = match.groups()
    return dt.date(int(year), int(month or 1), int(day or 1))


@cache
def last_day(date: str) -> dt.date:
    """The last day that a full or partial date can mean. Raises ValueError as `first_day`."""
    first = first_day(date)
    if len(date) == 10:
        return first
    following = (
        dt.date(first.year + 1, 1, 1)
        if len(date) == 4 or first.month == 12
        else dt.date(first.year, first.month + 1, 1)
    )
    return following - dt.timedelta(days=1)


def _date(text: str) -> str:
    try:
        first_day(text)
    except ValueError:
        raise PydanticCustomError(
            "date", "'{text}' is no date; write YYYY-MM-DD, YYYY-MM or YYYY", {"text": text}
        ) from None
    return text


def _day(text: str) -> str:
    if len(_date(text)) != 10:
        raise PydanticCustomError("date", "'{text}' is no full date; write YYYY-MM-DD", {"text": text})
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Inline = Annotated[Text, _prose(blocks=False), Prose()]
Block = Annotated[Text, _prose(blocks=True), Prose(blocks=True)]
PartialDate = Annotated[str, AfterValidator(_date), Field(json_schema_extra={"format": "partial-date"})]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]

Pillar = Annotated[str, Term("pillars")]
Topic = Annotated[str, Term("topics")]
Actor = Annotated[str, Term("actors")]
Crux = Annotated[str, Term("cruxes")]
Jurisdiction = Annotated[str, Term("jurisdictions")]
Risk = Annotated[str, Link("risk")]
Safeguard = Annotated[str, Link("safeguard")]
Instrument = Annotated[str, Link("instrument")]
Proposal = Annotated[str, Link("proposal")]
Model = Annotated[str, Link("model")]

Release = Literal["hosted", "gated", "open-weights", "open-source"]
RELEASES: tuple[Release, ...] = get_args(Release)


class Record(BaseModel):
    """A mapping in a data file: unknown keys are errors, nothing is coerced, nothing changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_empty_keys(cls, data: Any) -> Any:
        empty = next((k for k, v in data.items() if v is None), None) if isinstance(data, dict) else None
        if empty is not None:
            raise PydanticCustomError(
                "empty", "the key '{at}' is empty; fill it or leave it out", {"at": empty}
            )
        return data


class Source(Record):
    """Where a fact was read."""

    cite: Annotated[str, Cite()] = Field(description="Key of the reference in `references.bib`.")
    at: Text | None = Field(None, description="Pinpoint: article, section, page, paragraph or table.")
    basis: Literal["primary", "secondary"] = Field(
        description="Whether the text itself was read (primary) or a report of it (secondary)."
    )


Sources = Annotated[list[Source], Field(min_length=1)]


class Mapping(Record):
    """The same thing in an external taxonomy."""

    taxonomy: Annotated[str, Term("taxonomies")] = Field(
        description="The taxonomy, with its edition, as listed in the vocabulary."
    )
    ids: list[str] = Field(min_length=1, description="Ids in that edition of the taxonomy.")


class Entry(Record):
    """What every entry has. The file's name is its id."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    _id: str = PrivateAttr("")

    title: Annotated[Text, StringConstraints(max_length=120)] = Field(
        description="Name of the entry, a short noun phrase."
    )
    summary: Annotated[Text, StringConstraints(max_length=240)] = Field(
        description="One plain sentence, at most 240 characters, shown wherever the entry is named."
    )
    description: Block = Field(
        description="What a reader must know, in paragraphs and lists, with `{entry}` and `{cite}` roles."
    )
    pillars: list[Pillar] = Field(min_length=1, description="Pillars of the argument it belongs to.")
    topics: list[Topic] = Field(min_length=1, description="What it is about.")
    aliases: list[Text] = Field(default=[], description="Other names under which readers look for it.")
    formerly: list[Id] = Field(
        default=[], description="Ids it had before; their addresses redirect to this one."
    )
    mappings: list[Mapping] = Field(default=[], description="The same thing in external taxonomies.")
    limits: Inline | None = Field(
        None, description="What was looked for and not found, and what is doubtful."
    )
    sources: Sources = Field(description="What the description and the unsourced fields rest on.")
    checked: Day = Field(description="The day its facts were last held against their sources.")

    @property
    def id(self) -> str:
        """The id, from the file's name."""
        return self._id


class Withdrawal(Record):
    """Why an entry is no longer kept."""

    on: Day = Field(description="The day it was withdrawn.")
    why: Inline = Field(description="Why, so that nobody adds it again unawares.")
    see: list[Annotated[str, Link()]] = Field(default=[], description="Entries to read in its place.")


class Tombstone(Record):
    """A withdrawn entry: its id stays taken and its page says why it is gone."""

    _id: str = PrivateAttr("")
    _kind: str = PrivateAttr("")

    title: Text = Field(description="The name it had.")
    withdrawn: Withdrawal = Field(description="When and why it was withdrawn, and what to read instead.")

    @property
    def id(self) -> str:
        """The id, from the file's name."""
        return self._id

    @property
    def kind(self) -> str:
        """The kind it had, from the file's folder."""
        return self._kind


@dataclass(frozen=True)
class Marked:
    """A marked value inside a record."""

    path: Path
    marker: Marker
    value: str


@cache
def _marked_fields(cls: type[BaseModel]) -> tuple[tuple[str, str, Any, tuple[Marker, ...]], ...]:
    return tuple(
        (name, field.alias or name, field.annotation, _markers(field.metadata))
        for name, field in cls.model_fields.items()
    )


def _markers(metadata: Any) -> tuple[Marker, ...]:
    return tuple(m for m in metadata if isinstance(m, Marker))


def walk(record: BaseModel, path: Path = ()) -> Iterator[Marked]:
    """Yield every marked value below `record`, with its path in the data file."""
    for name, key, annotation, markers in _marked_fields(type(record)):
        value = getattr(record, name)
        if value is not None and value != []:
            yield from _walk(value, annotation, markers, (*path, key))


def _walk(value: Any, annotation: Any, markers: tuple[Marker, ...], path: Path) -> Iterator[Marked]:
    while get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        markers = (*markers, *_markers(metadata))
    if isinstance(value, BaseModel):
        yield from walk(value, path)
    elif isinstance(value, str):
        for marker in markers:
            yield Marked(path, marker, value)
        if get_origin(annotation) in (Union, types.UnionType):
            for option in get_args(annotation):
                if option is not type(None):
                    yield from _walk(value, option, (), path)
    elif isinstance(value, list):
        if get_origin(annotation) in (Union, types.UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        while get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        item = get_args(annotation)[0] if get_args(annotation) else Any
        for index, part in enumerate(value):
            yield from _walk(part, item, (), (*path, index))
