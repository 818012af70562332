"""Reading one YAML file safely, and finding the line of what is wrong in it."""

from __future__ import annotations

import re
from typing import Any

import ryaml
import yaml

Path = tuple[str | int, ...]
# libyaml's scanner where PyYAML has it; both give tokens with marks, and neither expands an alias.
_SCANNER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Position = tuple[int, int]
"""Line and column, both from 1."""

_AT = re.compile(r" at line (\d+) column (\d+)")
# An anchor, alias or tag can only stand where a value starts; most files have none and skip the scan.
_INDICATOR = re.compile(r"(?m)(?:^[ ]*|[:\-?,\[{][ ]+|[\[{,])[&*!][^\s]")


class YamlError(Exception):
    """A file that is no YAML, or YAML that is not used here."""

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


def parse(raw: bytes) -> tuple[str, Any]:
    """The text and the data of a YAML file: mappings, lists, text, numbers, booleans and None.

    Dates stay text and `no` is text (YAML 1.2). Raises YamlError on wrong encoding, broken syntax,
    duplicate keys, several documents, anchors, aliases and tags.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise YamlError((before.count(b"\n") + 1, column), "not UTF-8; save the file as UTF-8") from None
    if text.startswith("\ufeff"):
        raise YamlError((1, 1), "a byte order mark; save the file as UTF-8 without one")
    if _INDICATOR.search(text):
        _refuse_indirection(text)
    try:
        return text, ryaml.loads(text)
    except (ryaml.InvalidYamlError, ValueError, TypeError) as error:
        raise _syntax_error(text, str(error)) from None


def _refuse_indirection(text: str) -> None:
    names = {yaml.AnchorToken: "anchors", yaml.AliasToken: "aliases", yaml.TagToken: "tags"}
    try:
        for token in yaml.scan(text, Loader=_SCANNER):
            for kind, name in names.items():
                if isinstance(token, kind):
                    mark = token.start_mark
                    raise YamlError((mark.line + 1, mark.column + 1), f"YAML {name} are not used here")
    except yaml.YAMLError:
        return  # broken syntax, which the parser reports better


def _syntax_error(text: str, message: str) -> YamlError:
    at = _AT.search(message)
    if at:
        position = (int(at[1]), int(at[2]))
        message = message[: at.start()]
        if "mapping values are not allowed" in message:
            message += "; quote a text that contains ': '"
        return YamlError(position, f"YAML: {message}")
    if message.startswith("duplicate entry"):
        duplicate = _duplicate_key(compose(text))
        if duplicate:
            node, first = duplicate
            return YamlError(
                _start(node), f"YAML: the key '{node.value}' stands twice; first in line {first}"
            )
    if "unhashable" in message:
        odd = _odd_key(compose(text))
        if odd:
            return YamlError(_start(odd), "YAML: a key must be text")
    documents = [m.start() for m in re.finditer(r"(?m)^---", text)]
    if "more than one document" in message and documents:
        return YamlError((text.count("\n", 0, documents[-1]) + 1, 1), "YAML: more than one document in a file")
    return YamlError((1, 1), f"YAML: {message.removeprefix('TypeError: ')}")


def _duplicate_key(node: Any) -> tuple[Any, int] | None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if key.value in seen:
                return key, seen[key.value]
            seen[key.value] = key.start_mark.line + 1
            found = _duplicate_key(value)
            if found:
                return found
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found = _duplicate_key(item)
            if found:
                return found
    return None


def _odd_key(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
        odd = next((key for key, _ in node.value if not isinstance(key, yaml.ScalarNode)), None)
        return odd or next(filter(None, map(_odd_key, parts)), None)
    if isinstance(node, yaml.SequenceNode):
        return next(filter(None, map(_odd_key, node.value)), None)
    return None


def compose(text: str) -> Any:
    """The node tree of a file, with marks; None where it cannot be read."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None


def _start(node: Any) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def locate(text: str, path: Path, *, key: bool = False, needle: str | None = None) -> Position:
    """Where the value at `path` starts, or as far along it as the file goes.

    `key`: where its key starts instead. `needle`: where this text first stands inside the value.
    """
    node = compose(text)
    if node is None:
        return 1, 1
    position = _start(node)
    for depth, part in enumerate(path):
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            last = depth == len(path) - 1
            position, node = _start(pair[0] if key and last else pair[1]), pair[1]
            if not last and not isinstance(node, yaml.ScalarNode):
                position = _start(pair[0])
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            position = _start(node)
        else:
            break
    if needle:
        found = text.find(needle, node.start_mark.index, node.end_mark.index)
        if found >= 0:
            return text.count("\n", 0, found) + 1, found - (text.rfind("\n", 0, found) + 1) + 1
    return position


def path_text(path: Path) -> str:
    """A path as people write it: `mitigates[0].risk`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")
