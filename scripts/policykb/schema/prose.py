"""Restricted MyST: what text in a data file may contain.

Data may come from strangers, so text is held to a list of what is allowed (paragraphs, lists,
emphasis, code spans, links to the web, the roles `entry` and `cite`); whatever else the parser
recognises is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.field_list import fieldlist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

ROLES = ("entry", "cite")
ROLE = re.compile(r"\{([A-Za-z:+._-]+)\}`([^`]+)`")
TARGET = re.compile(r"(?:.*<)?([^<>]+?)>?", re.DOTALL)

_INLINE = {"inline", "text", "softbreak", "em_open", "em_close", "strong_open", "strong_close",
           "code_inline", "link_open", "link_close", "myst_role", "paragraph_open", "paragraph_close"}
_BLOCKS = _INLINE | {"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close",
                     "list_item_open", "list_item_close"}
_NAMES = {"html_block": "HTML", "html_inline": "HTML", "fence": "a fenced block or directive",
          "colon_fence": "a directive", "image": "an image", "heading_open": "a heading",
          "code_block": "an indented code block", "myst_target": "a target", "hr": "a rule",
          "bullet_list_open": "a list", "ordered_list_open": "a list", "blockquote_open": "a quotation",
          "myst_line_comment": "a comment", "myst_block_break": "a block break",
          "hardbreak": "a forced line break", "front_matter": "front matter"}
# Text without any of these is a plain paragraph in every flavour of Markdown, and needs no parser.
_SPECIAL = re.compile(r"[<>\[\]{}`|\\~#=%$!+]|:::|\n\s*\n|^\s*(?:[-*_:]|\d+[.)])(?:\s|$)|^\s*[-_*]{2}|^[ \t]{4}", re.M)
# Roles and links in their plainest form are known to be allowed; what is left of a text says whether it needs the parser.
_COMMON = re.compile(r"\{(?:entry|cite)\}`[^`\\\n]+`|(?<!!)\[[\w ,.'’-]+\]\(https?://[\w./?=&%~-]+\)|(?<![*\w\\])\*[\w ,-]+\*(?![*\w])")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for plugin in (myst_role_plugin, myst_block_plugin, colon_fence_plugin, deflist_plugin,
                   fieldlist_plugin, footnote_plugin, attrs_block_plugin):
        parser.use(plugin)
    return parser.use(attrs_plugin, spans=True)


def _tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def prose_problem(text: str, *, blocks: bool) -> str | None:
    """What in `text` is not allowed, in words; None where all of it is.

    `blocks` allows several paragraphs and lists; without it, one paragraph.
    """
    if not _SPECIAL.search(_COMMON.sub("x", text)):
        return None
    allowed = _BLOCKS if blocks else _INLINE
    paragraphs = 0
    for token in _tokens(_parser().parse(text.strip())):
        if token.type not in allowed or (token.attrs and token.type not in ("link_open", "ordered_list_open")):
            what = _NAMES.get(token.type, token.type.replace("_open", "").replace("_", " "))
            return f"{what} is not allowed in this text"
        if token.type == "link_open" and not str(token.attrs.get("href", "")).startswith(("https://", "http://")):
            return f"the link '{token.attrs.get('href')}' is not an http address; use {{entry}} for entries"
        if token.type == "myst_role" and token.meta["name"] not in ROLES:
            return f"the role '{token.meta['name']}' is not allowed; use {' or '.join(ROLES)}"
        paragraphs += token.type == "paragraph_open"
    if not blocks and paragraphs > 1:
        return "only one paragraph is allowed in this text"
    return None


def roles(text: str) -> Iterator[tuple[str, str]]:
    """Yield (role, target) for each role in `text`: `` {entry}`words <id>` `` has the target `id`."""
    for name, content in ROLE.findall(text):
        match = TARGET.fullmatch(content.strip())
        yield name, (match.group(1) if match else content).strip()
