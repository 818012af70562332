"""The checklist for open projects as a page that can be filtered, ticked and printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any

from ..dates import build_date
from ..export.checklist import ROLES, Item, duty_words, items
from ..load import KnowledgeBase
from ..schema import KINDS, RELEASES


class PageHtml:
    """HTML that a notebook shows as it stands; text in it has been escaped."""

    def __init__(self, html: str, plain: str) -> None:
        """`plain` says in words what is shown, for readers without HTML."""
        self.html, self.plain = html, plain

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}


def _options(pairs: Sequence[tuple[str, str]], chosen: str) -> str:
    return "".join(f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
                   for value, title in pairs)


def _item(kb: KnowledgeBase, by_release: dict[str, Item], root: str) -> str:
    """One line of the list; its data attributes hold its level under each release and its roles."""
    safeguard = by_release["open-weights"].safeguard
    attributes = "".join(f' data-{release}="{item.level} {item.verdict}"' for release, item in by_release.items())
    href = f"{root}catalogue/{KINDS['safeguard'].folder}/{safeguard.id}.html"
    roles = " ".join(actor for actor in safeguard.operated_by.actors if actor in ROLES)
    duties = ""
    for words, exempt in (("Asked for by", False), ("Asked for, with an exemption for open models", True)):
        asked = "".join(
            f'<li><a href="{root}catalogue/instruments/{escape(d.instrument)}.html">{escape(d.title)}</a>, {escape(d.ref)} '
            f"({escape(duty_words(d))})</li>" for d in by_release["open-weights"].duties if (d.treatment == "exempt") is exempt)
        duties += f"<details><summary>{words}</summary><ul>{asked}</ul></details>" if asked else ""
    return (f'<li data-stage="{safeguard.stage}" data-roles="{roles}"{attributes}><label><input type="checkbox"> '
            f'<strong>{escape(safeguard.title)}</strong></label> <span class="kb-level"></span> '
            f'<span>{escape(safeguard.summary)}</span> <a href="{href}">What it is, and its sources</a>{duties}</li>')


def checklist_page(kb: KnowledgeBase, *, root: str = "../", on: dt.date | None = None) -> PageHtml:
    """The whole list by stage, with choices of release and role; scripts narrow it, and without them all is shown.

    `root` leads from the page to the top of the site; `on` is the day as of which instruments are asked whether they still stand (default: the build's).
    """
    on = on or build_date()
    lists = {release: {i.safeguard.id: i for i in items(kb, release, on)} for release in RELEASES}
    stages = []
    for term in kb.vocabularies["stages"].terms:
        here = [id for id, item in lists["open-weights"].items() if item.safeguard.stage == term.id]
        if here:
            rows = "".join(_item(kb, {release: found[id] for release, found in lists.items()}, root) for id in here)
            stages.append(f'<section><h3>{escape(term.title)}</h3><p class="kb-muted">{escape(term.summary)}</p>'
                          f"<ul>{rows}</ul></section>")
    releases = [(release, kb.label("releases", release)) for release in RELEASES]
    roles = [(role, kb.label("actors", role)) for role in ROLES]
    tools = (f'<div class="kb-table-tools"><label>Your release<select name="release">{_options(releases, "open-weights")}'
             f'</select></label><label>Your role<select name="role">{_options(roles, "developer")}</select></label>'
             '<button type="button" name="print">Print</button>'
             f'<a data-file="md" href="{root}checklists/open-weights-developer.md" download>Markdown</a>'
             f'<a data-file="yml" href="{root}checklists/open-weights-developer.yml" download>YAML</a></div>')
    html = (f'<div class="kb-checklist">{tools}<p class="kb-table-count" aria-live="polite">As of {on.isoformat()}.</p>'
            f'{"".join(stages)}<section class="kb-gone"><h3>Do not rely on</h3><p class="kb-muted">What you might do '
            "under another release and what fails or does not apply under this one.</p><ul></ul></section></div>")
    number = len(lists["open-weights"])
    return PageHtml(html, f"A checklist of {number} safeguards by stage, for {len(RELEASES)} releases and {len(ROLES)} roles.")
