"""Writing MyST: text from the data as Markdown that shows just that text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .schema import Source

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Myst(str):
    """Text that a notebook shows as MyST; its roles and citations resolve."""

    def _repr_markdown_(self) -> str:
        return str(self)


def escape(text: object) -> str:
    """Plain text as Markdown that shows just that text."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(text).split()))


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


def badge(text: str, *classes: str) -> str:
    """A short label. `classes` are CSS classes without the `kb-` prefix."""
    names = " ".join(f".kb-{name}" for name in ("badge", *classes))
    return f"[{escape(text)}]{{{names}}}"
