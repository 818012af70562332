"""Writing MyST: text from the data as Markdown that shows just that text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

from .schema import Source

_ANYWHERE = re.compile(r"([\\`*_{}\[\]<>#|~$&!^])")
_AT_START = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=:%])")


class Myst(str):
    """Text that a notebook shows as MyST; its roles and citations resolve."""

    def _repr_markdown_(self) -> str:
        return str(self)


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, filters: Sequence[str] = (),
          hidden: Sequence[str] = ()) -> Myst:
    """A table that readers can sort and search, and filter by the columns in `filters`.

    `name` says what the rows are. Cells are Markdown already; columns in `hidden` only serve the filters.
    """
    rows = list(rows)
    if not rows:
        return Myst(f"*No {name} in these data.*")
    options = [f":{key}: {', '.join(value)}" for key, value in (("filters", filters), ("hidden", hidden)) if value]
    lines = ["```{kb-table}", f":name: {name}", *options, "", f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    return Myst("\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), "```"]))


def entries(ids: Iterable[str], otherwise: str = "—") -> str:
    """Entries by id, as roles in a row."""
    return ", ".join(f"{{entry}}`{id}`" for id in ids) or otherwise


def escape(text: object) -> str:
    """Plain text as Markdown that shows just that text."""
    return _AT_START.sub(r"\1\\", _ANYWHERE.sub(r"\\\1", " ".join(str(text).split())))


def one_line(text: str) -> str:
    """Inline MyST on one line, so that it can stand in a list or a table."""
    return " ".join(text.split()).replace("|", "\\|")


def cites(sources: Iterable[Source]) -> str:
    """Sources as `cite` roles; what was read only in a report says so."""
    shown = []
    for source in sources:
        at = " ".join((source.at or "").replace("`", "'").replace("|", "/").split())
        role = f"{{cite}}`{source.cite}@{at}`" if at else f"{{cite}}`{source.cite}`"
        shown.append(role + (" [report]{.kb-report}" if source.basis == "secondary" else ""))
    return "; ".join(shown)


def labels(*parts: tuple[str, ...]) -> str:
    """Short labels, each given as its text and its CSS classes without the `kb-` prefix.

    One role makes them all, and one node: a page has dozens of them.
    """
    return "{kb-labels}`" + "|".join(f"{quote(text)}:{' '.join(classes)}" for text, *classes in parts) + "`"


def labels_html(content: str) -> str:
    """The HTML of what `labels` has written into its role. Text in it is escaped."""
    spans = []
    for part in content.split("|"):
        text, _, classes = part.partition(":")
        names = " ".join(f"kb-{name}" for name in re.findall(r"[a-z0-9-]+", classes))
        spans.append(f'<span class="{names}">{html.escape(unquote(text), quote=False)}</span>')
    return " ".join(spans)


def badge(text: str, *classes: str) -> str:
    """A label of a property."""
    return labels((text, "badge", *classes))


def chip(text: str, name: str) -> str:
    """A label of a grade, coloured by its class."""
    return labels((text, "chip", name))
