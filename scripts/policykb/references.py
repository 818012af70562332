"""References: `data/references.bib`, every source once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import Parser
from pybtex.errors import set_strict_mode
from pybtex.exceptions import PybtexError

from .yamlfile import Position

_START = re.compile(r"(?m)^\s*@(\w+)\s*\{\s*([^,\s]+)\s*,")


@dataclass(frozen=True)
class Reference:
    """A source. `short` stands for its authors in text; `short_title`, where given, is its label there."""

    key: str
    authors: tuple[str, ...]
    short: str
    short_title: str
    title: str
    date: str
    container: str
    url: str
    note: str
    position: Position
    letter: str = ""
    """Set where several references would have the same label."""

    @property
    def label(self) -> str:
        """Short form for citations in text."""
        return (self.short_title or f"{self.short} {self.date[:4]}".strip()) + self.letter


class BibError(Exception):
    """Something wrong in the bibliography."""

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


def _plain(text: str) -> str:
    return " ".join(text.replace("{", "").replace("}", "").replace("\\&", "&").split())


def _name(person: Person) -> str:
    parts = [*person.first_names, *person.middle_names, *person.prelast_names, *person.last_names]
    return _plain(" ".join(parts))


def _label_author(people: list[Person]) -> str:
    names = [_plain(" ".join([*p.prelast_names, *p.last_names])) for p in people]
    others = "others" in names
    names = [n for n in names if n != "others"]
    if len(names) > 2 or (others and names):
        return f"{names[0]} et al."
    return " and ".join(names)


def _letter(number: int) -> str:
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def _reference(key: str, entry: Entry, position: Position) -> Reference:
    field = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    publisher = field.get("publisher") or field.get("institution") or field.get("organization") or ""
    doi = field.get("doi", "")
    return Reference(
        key=key,
        authors=tuple("others" if _name(p) == "others" else _name(p) for p in people) or (publisher,),
        short=_label_author(people) or publisher,
        short_title=field.get("shorttitle", ""),
        title=field.get("title", ""),
        date=field.get("date") or field.get("year", ""),
        container=field.get("journal") or field.get("booktitle") or field.get("howpublished") or publisher,
        url=field.get("url") or (f"https://doi.org/{doi}" if doi else ""),
        note=field.get("note", ""),
        position=position,
    )


def read_references(path: Path) -> tuple[dict[str, Reference], list[BibError]]:
    """References by key, in the file's order, and what is wrong in the file."""
    if not path.exists():
        return {}, []
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return {}, [BibError((line, 1), "not UTF-8; save the file as UTF-8")]
    positions: dict[str, Position] = {}
    errors: list[BibError] = []
    lines = Counter[str]()
    for match in _START.finditer(text):
        key = match[2]
        at = (text.count("\n", 0, match.start(2)) + 1, match.start(2) - text.rfind("\n", 0, match.start(2)))
        lines[key.lower()] += 1
        if lines[key.lower()] > 1:
            errors.append(BibError(at, f"the reference '{key}' stands twice"))
        positions.setdefault(key, at)
    if errors:
        return {}, errors
    set_strict_mode(True)
    try:
        data: BibliographyData = Parser().parse_string(text)
    except PybtexError as error:
        at_line = getattr(error, "lineno", None) or 1
        message = str(error).partition(": ")[2] or str(error)
        return {}, [BibError((at_line, 1), f"BibTeX: {' '.join(message.split())}")]
    references = {}
    for key, entry in data.entries.items():
        reference = references[key] = _reference(key, entry, positions.get(key, (1, 1)))
        for name, value in (("author or publisher", reference.short), ("title", reference.title),
                            ("date or year", reference.date), ("url or doi", reference.url)):
            if not value:
                errors.append(BibError(reference.position, f"the reference '{key}' has no {name}"))
        if reference.url and not re.match(r"https?://[^\s<>\"]+$", reference.url):
            errors.append(BibError(reference.position, f"the reference '{key}' has no http address as url"))
    alike: dict[str, list[str]] = {}
    for key, reference in references.items():
        alike.setdefault(reference.label, []).append(key)
    for keys in alike.values():
        if len(keys) > 1:
            for number, key in enumerate(sorted(keys)):
                references[key] = replace(references[key], letter=_letter(number))
    return references, errors
