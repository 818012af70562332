"""The field reference: the data model as tables, from the schema that CI enforces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..load import KnowledgeBase
from ..schema import KINDS
from ..schema.publish import schemas


@dataclass(frozen=True)
class FieldRow:
    """A field: its name, type in words, whether it is required, and what it means."""

    name: str
    type: str
    required: bool
    description: str
    common: bool = False


@dataclass(frozen=True)
class FieldTable:
    """A record and its fields. `kind` is set for kinds of entry."""

    name: str
    description: str
    rows: list[FieldRow]
    kind: str = ""


def _title(name: str) -> str:
    """The name of a record as words: `OpenSourceTreatment` is an open source treatment."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _title(str(schema["$ref"]).rpartition("/")[2]).lower()
    if "x-entry" in schema:
        return f"id of {'an entry' if schema['x-entry'] == 'any' else 'a ' + schema['x-entry']}"
    if "x-vocabulary" in schema:
        return f"term of {schema['x-vocabulary']}"
    if "x-reference" in schema:
        return "key of a reference"
    if "x-prose" in schema:
        return "text with roles" if schema["x-prose"] == "inline" else "paragraphs with roles"
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        options = [_type(option) for option in schema["anyOf"]]
        return options[0] + ", or a list `in` of them" if "in" in schema["anyOf"][-1].get("properties", {}) else " or ".join(options)
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if schema.get("format") in ("date", "partial-date"):
        return "date" if schema["format"] == "date" else "date, YYYY-MM or YYYY"
    names = {"string": "text", "number": "number", "boolean": "true or false", "object": "mapping of texts"}
    return names.get(schema.get("type", ""), "text")


def _rows(schema: dict[str, Any], common: set[str]) -> list[FieldRow]:
    required = set(schema.get("required", []))
    return [
        FieldRow(name, _type(field), name in required, field.get("description", ""), name in common)
        for name, field in schema.get("properties", {}).items()
    ]


def field_reference(kb: KnowledgeBase) -> list[FieldTable]:
    """A table for each kind, then for each record inside them, as in `data/schema/`."""
    published = schemas(kb.vocabularies)
    shared = set.intersection(*(set(published[f"{kind}.json"]["else"]["properties"]) for kind in KINDS))
    tables: list[FieldTable] = []
    records: dict[str, FieldTable] = {}
    for kind in KINDS:
        schema = published[f"{kind}.json"]
        tables.append(FieldTable(kind.capitalize(), schema["else"].get("description", ""),
                                 _rows(schema["else"], shared), kind))
        for name, definition in schema["$defs"].items():
            if "properties" in definition:
                records.setdefault(name, FieldTable(_title(name), definition.get("description", ""), _rows(definition, set())))
    tables.append(FieldTable("Tombstone", published["risk.json"]["then"].get("description", ""),
                             _rows(published["risk.json"]["then"], set())))
    return [*tables, *(records[name] for name in sorted(records))]
