"""Reading the data: files in, typed entries out, and every problem with its line.

Nothing else opens a data file.
"""

from __future__ import annotations

import difflib
import os
import types
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .references import Reference, read_references
from .schema import KINDS, Entry, Tombstone, Vocabulary
from .schema.condition import Case, CaseFile, Profile
from .schema.event import EventEntry
from .schema.instrument import InstrumentEntry
from .schema.model import ModelEntry
from .schema.proposal import ProposalEntry
from .schema.risk import RiskEntry
from .schema.safeguard import SafeguardEntry
from .yamlfile import Path as DataPath
from .yamlfile import YamlError, locate, parse, path_text

E = TypeVar("E", bound=Entry)
M = TypeVar("M", bound=BaseModel)
REFERENCE, VOCABULARY = "reference", "vocabulary"
LOADABLE = frozenset({*KINDS, REFERENCE, VOCABULARY})


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong, and where: `file` is relative to the root, line and column count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        what = f"{self.path}: {self.message}" if self.path else self.message
        return where + what + (f"; nearest: {self.nearest}" if self.nearest else "")


class DataError(Exception):
    """The data have problems; `problems` lists them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass
class KnowledgeBase:
    """The entries that were read, by id, in the order of their ids."""

    root: Path
    kinds: frozenset[str]
    entries: dict[str, Entry] = field(default_factory=dict)
    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    bibliography: dict[str, Reference] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict, repr=False)
    """The text of each data file that was read, by its path relative to the root."""

    def of(self, cls: type[E]) -> list[E]:
        """All entries of a kind. Raises LookupError where that kind was not loaded."""
        if cls.kind not in self.kinds:
            raise LookupError(f"load() was not asked for '{cls.kind}' entries")
        return [entry for entry in self.entries.values() if isinstance(entry, cls)]

    @property
    def risks(self) -> list[RiskEntry]:
        """All risks."""
        return self.of(RiskEntry)

    @property
    def safeguards(self) -> list[SafeguardEntry]:
        """All safeguards."""
        return self.of(SafeguardEntry)

    @property
    def instruments(self) -> list[InstrumentEntry]:
        """All instruments."""
        return self.of(InstrumentEntry)

    @property
    def proposals(self) -> list[ProposalEntry]:
        """All proposals."""
        return self.of(ProposalEntry)

    @property
    def events(self) -> list[EventEntry]:
        """All events."""
        return self.of(EventEntry)

    @property
    def models(self) -> list[ModelEntry]:
        """All AI models."""
        return self.of(ModelEntry)

    @property
    def references(self) -> dict[str, Reference]:
        """References by key. Raises LookupError where they were not loaded."""
        if REFERENCE not in self.kinds:
            raise LookupError("load() was not asked for 'reference'")
        return self.bibliography

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Former ids and the ids of today."""
        return {old: entry.id for entry in self.entries.values() for old in entry.formerly}

    def label(self, vocabulary: str, term: str) -> str:
        """The title of a vocabulary's term. Raises KeyError."""
        return self.vocabularies[vocabulary].term(term).title

    def problem(self, file: str, path: DataPath, message: str, nearest: str | None = None, *,
                key: bool = False, needle: str | None = None) -> Problem:
        """A problem at `path` in a data file that was read."""
        line, column = locate(self.texts[file], path, key=key, needle=needle)
        return Problem(file, line, column, path_text(path), message, nearest)


def file_of(entry: Entry | Tombstone) -> str:
    """The data file of an entry, relative to the root."""
    return f"data/{KINDS[entry.kind].folder}/{entry.id}.yml"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word most like `word`, if any is."""
    return next(iter(difflib.get_close_matches(word, list(words), 1, 0.6)), None)


def find_root(start: Path | None = None) -> Path:
    """The project's root: `POLICYKB_ROOT`, or the folder at or above `start` that holds the data.

    Raises FileNotFoundError where there is none.
    """
    if "POLICYKB_ROOT" in os.environ:
        return Path(os.environ["POLICYKB_ROOT"]).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / "data" / "vocabularies").is_dir():
            return folder
    raise FileNotFoundError(f"no data/vocabularies in {here} or above")


_NOUNS = {"string_type": "text", "list_type": "a list", "bool_type": "true or false", "float_type": "a number",
          "model_type": "a mapping", "dict_type": "a mapping", "model_attributes_type": "a mapping"}


def _noun(value: Any) -> str:
    if value is None:
        return "nothing"
    for cls, noun in ((bool, "true or false"), (str, "text"), (list, "a list"), (dict, "a mapping"),
                      ((int, float), "a number")):
        if isinstance(value, cls):
            return noun if isinstance(value, (list, dict)) or value == "" else f"{noun} ({value})"
    return type(value).__name__


def _model_at(annotation: Any, loc: DataPath) -> type[BaseModel] | None:
    """The model that validates what stands at `loc`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        found = (_model_at(option, loc) for option in get_args(annotation))
        return next((model for model in found if model), None)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            return annotation
        for name, info in annotation.model_fields.items():
            if loc[0] == (info.alias or name):
                return _model_at(info.annotation, loc[1:])
    elif get_origin(annotation) is list and loc:
        return _model_at(get_args(annotation)[0], loc[1:])
    return None


def _explain(cls: type[BaseModel], error: ErrorDetails) -> tuple[DataPath, str, str | None, bool]:
    """Path, message, nearest right value, and whether the key is meant and not the value."""
    loc, kind, value, context = error["loc"], error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        model = _model_at(cls, loc[:-1])
        known = [info.alias or name for name, info in model.model_fields.items()] if model else []
        return loc, f"unknown key '{loc[-1]}'", nearest(str(loc[-1]), known), True
    if kind == "missing":
        return loc[:-1], f"the required key '{loc[-1]}' is missing", None, True
    if kind == "literal_error":
        options = context["expected"].replace("' or '", "', '").strip("'").split("', '")
        return loc, f"'{value}' is not one of {', '.join(options)}", nearest(str(value), options), False
    if kind in _NOUNS:
        return loc, f"expected {_NOUNS[kind]}, found {_noun(value)}", None, False
    if kind == "string_too_long":
        return loc, f"{len(value)} characters, at most {context['max_length']}", None, False
    if kind == "too_short":
        return loc, f"at least {context['min_length']} needed, found {context['actual_length']}", None, False
    if kind == "string_too_short":
        return loc, "the text is empty", None, False
    if kind == "string_pattern_mismatch":
        return loc, f"'{value}' does not match {context['pattern']}", None, False
    if "at" in context:
        loc = (*loc, context["at"])
    return loc, error["msg"], None, False


@dataclass
class _Reader:
    root: Path
    kinds: frozenset[str]
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> KnowledgeBase:
        kb = KnowledgeBase(self.root, self.kinds)
        for path in sorted((self.root / "data" / "vocabularies").glob("*.yml")):
            vocabulary = self._validate(kb, path, Vocabulary)
            if vocabulary:
                kb.vocabularies[path.stem] = vocabulary
        if REFERENCE in self.kinds:
            kb.bibliography, errors = read_references(self.root / "data" / "references.bib")
            for error in errors:
                self.problems.append(Problem("data/references.bib", *error.position, "", error.message))
        cases = self.root / "data" / "cases.yml"
        if "instrument" in self.kinds and cases.exists():
            found = self._validate(kb, cases, CaseFile)
            kb.cases = found.cases if found else []
        for cls in KINDS.values():
            if cls.kind in self.kinds:
                for path in sorted((self.root / "data" / cls.folder).iterdir()):
                    self._entry(kb, path, cls)
        kb.entries = dict(sorted(kb.entries.items()))
        return kb

    def _entry(self, kb: KnowledgeBase, path: Path, cls: type[Entry]) -> None:
        file = path.relative_to(self.root).as_posix()
        if path.suffix != ".yml":
            self.problems.append(Problem(file, 1, 1, "", "not an entry: the file's name must end in .yml"))
            return
        if not all((part.isalnum() and part.islower()) or part.isdigit() for part in path.stem.split("-")):
            self.problems.append(
                Problem(file, 1, 1, "", "the file's name is the id: lower-case words joined by hyphens")
            )
        parsed = self._parse(kb, path)
        if parsed is None:
            return
        stone = isinstance(parsed, dict) and "withdrawn" in parsed
        entry = self._model(kb, file, parsed, Tombstone if stone else cls)
        taken = kb.entries.get(path.stem) or kb.tombstones.get(path.stem)
        if taken:
            self.problems.append(
                Problem(file, 1, 1, "", f"the id '{path.stem}' is taken by {file_of(taken)}")
            )
        elif isinstance(entry, Tombstone):
            entry._id, entry._kind = path.stem, cls.kind
            kb.tombstones[path.stem] = entry
        elif entry is not None:
            entry._id = path.stem
            kb.entries[path.stem] = entry

    def _parse(self, kb: KnowledgeBase, path: Path) -> Any:
        file = path.relative_to(self.root).as_posix()
        try:
            kb.texts[file], data = parse(path.read_bytes())
        except YamlError as error:
            self.problems.append(Problem(file, *error.position, "", error.message))
            return None
        if data is None:
            self.problems.append(Problem(file, 1, 1, "", "the file is empty"))
        return data

    def _validate(self, kb: KnowledgeBase, path: Path, cls: type[M]) -> M | None:
        data = self._parse(kb, path)
        return None if data is None else self._model(kb, path.relative_to(self.root).as_posix(), data, cls)

    def _model(self, kb: KnowledgeBase, file: str, data: Any, cls: Any) -> Any:
        try:
            return cls.model_validate(data)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                path, message, near, key = _explain(cls, error)
                self.problems.append(kb.problem(file, path, message, near, key=key))
            return None


def read(root: Path | None = None, *kinds: str) -> tuple[KnowledgeBase, list[Problem]]:
    """Everything that can be read, and a problem for each file or field that cannot.

    `kinds`: what to read (`risk`, `safeguard`, …, `reference`, `vocabulary`); everything where none is given.
    Vocabularies are always read.
    Raises ValueError for a kind that does not exist.
    """
    unknown = set(kinds) - LOADABLE
    if unknown:
        raise ValueError(f"no kind {', '.join(sorted(unknown))}; there are {', '.join(sorted(LOADABLE))}")
    reader = _Reader(root or find_root(), frozenset(kinds) or LOADABLE)
    kb = reader.read()
    return kb, sorted(reader.problems)


def read_profile(path: Path) -> Profile:
    """The profile in a YAML file. Raises DataError with file and line, and OSError where the file cannot be opened."""
    reader = _Reader(path.resolve().parent, frozenset())
    profile = reader._validate(KnowledgeBase(reader.root, reader.kinds), path.resolve(), Profile)
    if profile is None:
        raise DataError(reader.problems)
    return profile


def load(*kinds: str, root: Path | None = None) -> KnowledgeBase:
    """The knowledge base, or only the given kinds of entry (vocabularies always).

    Raises DataError where a file cannot be read; `policykb check` tests much more.
    """
    kb, problems = read(root, *kinds)
    if problems:
        raise DataError(problems)
    return kb
