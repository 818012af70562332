"""Checklists for open projects: what to do at each stage, for a kind of release and a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from ..analysis.coverage import unavailable
from ..analysis.status import status
from ..load import KnowledgeBase
from ..myst import escape
from ..schema import RELEASES, Release, SafeguardEntry

ROLES = ("developer", "modifier", "model-hub", "deployer", "maintainer")
"""The actors who have a project in hand and for whom there are checklists."""

Level = Literal["core", "consider", "gone"]
_ORDER = ("contested", "weak", "moderate", "strong")
_RULE_MAKERS = {"regulator", "legislator"}


@dataclass(frozen=True)
class Duty:
    """A provision that requires the safeguard, how it treats open models, and from when it applies."""

    instrument: str
    title: str
    ref: str
    treatment: str
    since: str | None
    status: str


@dataclass(frozen=True)
class Item:
    """A safeguard as a line of a checklist.

    `level` is `core` where it is available under the release and addresses some risk at least moderately
    where it is in place, `consider` where it does less, and `gone` where it is not available: nobody
    should rely on it. `why` is the reason for the verdict, or what it depends on and misses.
    """

    safeguard: SafeguardEntry
    level: Level
    verdict: str
    why: str
    risks: tuple[str, ...]
    duties: tuple[Duty, ...]


def items(kb: KnowledgeBase, release: Release, on: dt.date) -> list[Item]:
    """Every safeguard that one of `ROLES` can operate, by stage and title.

    What needs a regulator or a legislator as well is left out. `risks` of an item are those that it
    addresses, the best addressed first; `duties` leave out instruments that have ended by the day `on`.
    """
    gone = unavailable(kb, release)
    stages = [term.id for term in kb.vocabularies["stages"].terms]
    found = []
    for safeguard in kb.safeguards:
        if not _is_a_project_s(safeguard):
            continue
        survival = safeguard.survival_under(release)
        graded = {link.risk: link.strength for link in safeguard.mitigates}
        risks = sorted(graded, key=lambda r: (-_ORDER.index(graded[r]), r))
        level: Level = "core" if {"strong", "moderate"} & set(graded.values()) else "consider"
        reason = gone.get(safeguard.id, "")
        found.append(Item(safeguard, "gone" if reason else level, survival.verdict,
                          f"It {reason}." if reason.startswith("depends on") else survival.why, tuple(risks),
                          tuple(_duties(kb, safeguard.id, on))))
    return sorted(found, key=lambda i: (stages.index(i.safeguard.stage), i.level != "core", i.safeguard.title))


def _is_a_project_s(safeguard: SafeguardEntry) -> bool:
    actors = set(safeguard.operated_by.actors)
    needs_the_state = safeguard.operated_by.mode == "all" and actors & _RULE_MAKERS
    return bool(actors & set(ROLES)) and not needs_the_state


def _duties(kb: KnowledgeBase, safeguard: str, on: dt.date) -> Iterator[Duty]:
    for instrument in kb.instruments:
        now = status(instrument, on)
        if now.ended:
            continue
        for provision in instrument.provisions:
            if safeguard in provision.requires:
                yield Duty(instrument.id, instrument.title, provision.ref, provision.open_source.treatment,
                           provision.from_, now.label)


def checklist(kb: KnowledgeBase, release: Release, role: str, on: dt.date) -> dict[str, Any]:
    """The checklist for a role and a release as plain data, ready for YAML.

    Keys: `title`, `release`, `role`, `date`, `note`, `stages` (each with `stage` and `items`) and
    `not_to_rely_on`. Raises ValueError for a role that is none of `ROLES`.
    """
    if role not in ROLES:
        raise ValueError(f"no checklist for '{role}'; there are {', '.join(ROLES)}")
    mine = [item for item in items(kb, release, on) if role in item.safeguard.operated_by.actors]
    open_release = release != "hosted"
    stages: dict[str, list[dict[str, Any]]] = {}
    for item in mine:
        if item.level != "gone":
            stages.setdefault(item.safeguard.stage, []).append(_line(kb, item, open_release=open_release))
    return {
        "title": f"{kb.label('actors', role)}: {kb.label('releases', release).lower()}",
        "release": release, "role": role, "date": on.isoformat(),
        "note": "From Governing Open Models (CC BY 4.0). A reading aid, not legal advice. Core items address some risk at "
                "least moderately where they are in place, by the editors' grades; one that degrades does less under "
                "this release. Whether a duty applies depends on the conditions and dates in its instrument.",
        "stages": [{"stage": kb.label("stages", stage), "items": lines} for stage, lines in stages.items()],
        "not_to_rely_on": [{"id": i.safeguard.id, "title": i.safeguard.title, "verdict": i.verdict, "why": _plain(i.why)}
                           for i in mine if i.level == "gone"],
    }


def _line(kb: KnowledgeBase, item: Item, *, open_release: bool) -> dict[str, Any]:
    safeguard = item.safeguard
    line: dict[str, Any] = {
        "id": safeguard.id, "done": False, "level": item.level, "title": safeguard.title, "what": safeguard.summary,
        "verdict": item.verdict, "addresses": [kb.entries[risk].title for risk in item.risks],
    }
    if safeguard.depends_on:
        line["needs"] = [kb.entries[d.safeguard].title for d in safeguard.depends_on]
    for key, exempt in (("asked_for_by", False), ("asked_for_with_an_exemption_for_open_models", True)):
        duties = [d for d in item.duties if (open_release and d.treatment == "exempt") is exempt]
        if duties:
            line[key] = [f"{d.title}, {d.ref} ({duty_words(d)})" for d in duties]
    return line


def duty_words(duty: Duty) -> str:
    """Status of a duty's instrument, the duty's own first day, and how it treats open models."""
    since = f"this provision from {duty.since}; " if duty.since else ""
    return f"instrument {duty.status}; {since}open models: {duty.treatment}"


def _plain(text: str) -> str:
    """Prose without its roles, for files that nothing resolves them in."""
    from ..schema.prose import ROLE, roles

    def words(match: Any) -> str:
        (_, target), = roles(match[0])
        label: str = match[2].partition("<")[0].strip() if "<" in match[2] else target
        return label

    return " ".join(ROLE.sub(words, text).split())


def as_yaml(data: dict[str, Any]) -> str:
    """A checklist as YAML."""
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return text


def as_markdown(data: dict[str, Any]) -> str:
    """A checklist as Markdown with boxes to tick; text from the data is escaped."""
    lines = [f"# Checklist: {escape(data['title'])}", "", f"As of {data['date']}. {escape(data['note'])}", ""]
    for stage in data["stages"]:
        lines += [f"## {escape(stage['stage'])}", ""]
        for item in stage["items"]:
            lines.append(f"- [ ] **{escape(item['title'])}** ({item['level']}; {item['verdict'].replace('-', ' ')}): "
                         f"{escape(item['what'])}")
            for key, words in (("addresses", "Addresses"), ("needs", "Needs"), ("asked_for_by", "Asked for by"),
                               ("asked_for_with_an_exemption_for_open_models", "Asked for, with an exemption for open models")):
                if item.get(key):
                    lines.append(f"  - {words}: {escape('; '.join(item[key]))}.")
        lines.append("")
    if data["not_to_rely_on"]:
        lines += ["## Do not rely on", "", "These fail or do not apply under this release.", ""]
        lines += [f"- **{escape(x['title'])}** ({x['verdict'].replace('-', ' ')}): {escape(x['why'])}"
                  for x in data["not_to_rely_on"]]
        lines.append("")
    return "\n".join(lines)


def files(kb: KnowledgeBase, on: dt.date) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for each release and role, as Markdown and YAML: `open-weights-developer.md`."""
    for release in RELEASES:
        for role in ROLES:
            data = checklist(kb, release, role, on)
            yield f"{release}-{role}.md", as_markdown(data)
            yield f"{release}-{role}.yml", as_yaml(data)
