"""The data model for editors: JSON Schema, generated from the code and the vocabularies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import KINDS, Tombstone, Vocabulary
from .base import Record

FOLDER = Path("data") / "schema"


def _tidy(node: Any, terms: dict[str, list[str]]) -> Any:
    """Without generated titles and nulls (an empty key is refused), and with the vocabularies' terms."""
    if isinstance(node, list):
        return [_tidy(part, terms) for part in node]
    if not isinstance(node, dict):
        return node
    if "properties" in node:
        node = node | {"properties": {k: _tidy(v, terms) for k, v in node["properties"].items()}}
    tidy = {
        key: value if key == "properties" else _tidy(value, terms)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value in (None, []))
    }
    options = [o for o in tidy.get("anyOf", []) if o != {"type": "null"}]
    if "anyOf" in tidy:
        if len(options) == 1:
            del tidy["anyOf"]
            tidy = options[0] | tidy
        else:
            tidy["anyOf"] = options
    vocabulary = tidy.get("x-vocabulary")
    if vocabulary in terms:
        tidy["enum"] = terms[vocabulary]
    return tidy


def json_schema(record: type[Record], terms: Mapping[str, Vocabulary]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record, with the terms of the vocabularies."""
    ids = {name: [term.id for term in vocabulary.terms] for name, vocabulary in terms.items()}
    schema: dict[str, Any] = _tidy(record.model_json_schema(by_alias=True), ids)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schemas(terms: Mapping[str, Vocabulary]) -> dict[str, dict[str, Any]]:
    """The schema of each file in `data/`, by the name of its own file, with the terms of the vocabularies."""
    stone = json_schema(Tombstone, terms)
    found = {"vocabulary.json": json_schema(Vocabulary, terms)}
    for cls in KINDS.values():
        entry = json_schema(cls, terms)
        definitions = entry.pop("$defs", {}) | stone.get("$defs", {})
        dialect = entry.pop("$schema")
        found[f"{cls.kind}.json"] = {
            "$schema": dialect,
            "$defs": definitions,
            "if": {"required": ["withdrawn"]},
            "then": {k: v for k, v in stone.items() if k not in ("$schema", "$defs")},
            "else": entry,
        }
    return found


def _rendered(root: Path) -> dict[Path, str]:
    from ..load import VOCABULARY, read

    kb, _ = read(root, VOCABULARY)
    return {
        FOLDER / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas(kb.vocabularies).items()
    }


def stale(root: Path) -> list[str]:
    """Schema files in `root` that are not what the code says."""
    return [
        path.as_posix()
        for path, text in _rendered(root).items()
        if not (root / path).exists() or (root / path).read_text("utf-8") != text
    ]


def write(root: Path) -> list[str]:
    """Write the schema files; returns those that changed."""
    changed = stale(root)
    for path, text in _rendered(root).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return changed
