"""A plotly figure on a page: its data as JSON, drawn by one shared script when it comes into view.

myst-nb drops plotly's own output, and plotly's connected renderer asks other hosts; so the figure
brings HTML of its own, and no page carries the library.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

import plotly.graph_objects as go


def script_json(data: Any) -> str:
    """JSON that can stand in a script element whatever text is in it."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class PageFigure:
    """A figure and the sentence that says what is seen in it."""

    def __init__(self, figure: go.Figure, sentence: str, *, kind: str = "plain", height: int = 420) -> None:
        """`kind` names what the page's script adds: `plain` or `graph`; `height` in pixels."""
        self.figure, self.sentence, self.kind, self.height = figure, sentence, kind, height

    def to_html(self) -> str:
        """HTML without scripts of its own; text in it is escaped."""
        spec: dict[str, Any] = json.loads(self.figure.to_json())
        spec["layout"].pop("template", None)
        return (f'<figure class="kb-figure" data-kind="{self.kind}"><div class="kb-plot" role="img" '
                f'style="height:{self.height}px" aria-label="{escape(self.sentence)}"></div>'
                f"<figcaption>{escape(self.sentence)}</figcaption>"
                f'<script type="application/json">{script_json(spec)}</script></figure>')

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": self.sentence}
