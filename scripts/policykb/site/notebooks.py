"""Execution that tells the truth: a notebook is run again when what it reads has changed.

jupyter-cache keys a notebook on its code cells and its kernel's metadata, and so never sees that a data
file has changed. A digest of what a notebook depends on is therefore put into that metadata: the kinds
of entry that its `load(...)` calls name, the vocabularies, the modules of `policykb` that its imports
reach, the pinned requirements, and the day where it asks for one. `load` reads no other kinds, so a dependency cannot be forgotten.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

from ..dates import build_date
from ..schema import KINDS

_CELL = re.compile(r"(?ms)^(`{3,})\{code-cell\}[^\n]*\n(.*?)^\1[ ]*$")
_OPTION = re.compile(r"(?m)^(?::\S+:.*|---\n.*?\n---)\n")
_PACKAGE = Path(__file__).resolve().parents[1]


def is_notebook(text: str) -> bool:
    """Whether a Markdown text is a notebook: it has a front matter that names a kernel."""
    return text.startswith("---\n") and "\nkernelspec:" in text.partition("\n---\n")[0]


def _code(text: str) -> str:
    return "\n".join(_OPTION.sub("", match[2]) for match in _CELL.finditer(text))


def loaded_kinds(text: str) -> set[str]:
    """The kinds that a notebook's `load(...)` calls name; all where a call names none.

    Raises ValueError where a call's arguments are not written out, or a cell is no Python.
    """
    kinds: set[str] = set()
    try:
        tree = ast.parse(_code(text))
    except SyntaxError as error:
        raise ValueError(f"a code cell is no Python: {error.msg}: {error.text or ''}".strip()) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "load":
            names = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if len(names) != len(node.args):
                raise ValueError("load() in a notebook takes its kinds as plain texts")
            kinds |= set(names) or {*KINDS, "reference"}
    return kinds


def _module_file(name: str) -> Path | None:
    if name.split(".")[0] != "policykb":
        return None
    path = _PACKAGE.joinpath(*name.split(".")[1:])
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


@cache
def _imports(path: Path) -> frozenset[str]:
    """Names of the modules of the package that a module imports."""
    parts = ("policykb", *path.relative_to(_PACKAGE).with_suffix("").parts)
    package = parts[:-1]
    return frozenset(_imported(ast.parse(path.read_text("utf-8")), package))


def _imported(tree: ast.AST, package: tuple[str, ...] = ()) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1]]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] == "policykb"}


def reached_modules(text: str) -> list[Path]:
    """Files of the package that a notebook's imports reach, packages on the way included."""
    queue = list(_imported(ast.parse(_code(text))))
    found: set[Path] = set()
    while queue:
        name = queue.pop()
        names = [".".join(name.split(".")[:n]) for n in range(1, name.count(".") + 2)]
        for part in names:
            path = _module_file(part)
            if path and path not in found:
                found.add(path)
                queue.extend(_imports(path))
    return sorted(found)


def inputs(text: str, root: Path) -> list[Path]:
    """Every file on which the outputs of a notebook depend. Raises ValueError as `loaded_kinds`."""
    kinds = loaded_kinds(text)
    files = [*reached_modules(text), root / "requirements.txt"]
    if kinds:
        files += sorted((root / "data" / "vocabularies").glob("*.yml"))
    for kind in sorted(kinds & set(KINDS)):
        files += sorted((root / "data" / KINDS[kind].folder).glob("*.yml"))
    if "instrument" in kinds:
        files.append(root / "data" / "cases.yml")
    if "reference" in kinds:
        files.append(root / "data" / "references.bib")
    return files


@cache
def _file_digest(path: Path, changed: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def digest(text: str, root: Path) -> str:
    """A digest of a notebook's inputs, their names included, and of the build's day where it asks for it.

    Raises ValueError as `loaded_kinds`.
    """
    files = inputs(text, root)
    total = hashlib.sha256(build_date().isoformat().encode() if _PACKAGE / "dates.py" in files else b"")
    for path in files:
        if path.exists():
            base = _PACKAGE if path.is_relative_to(_PACKAGE) else root
            total.update(path.relative_to(base).as_posix().encode() + b"\0")
            total.update(_file_digest(path, path.stat().st_mtime_ns))
    return total.hexdigest()


def with_digest(text: str, value: str) -> str:
    """The notebook's text with the digest in its kernel's metadata."""
    return text.replace("\nkernelspec:\n", f"\nkernelspec:\n  policykb: {value}\n", 1)
