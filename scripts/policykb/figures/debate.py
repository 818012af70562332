"""The debate: positions on two axes, who answers whom, the questions on which they turn, and what law took up."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from ..analysis.debate import (
    OPENNESS,
    RESTRICTION,
    common_ground,
    demands,
    evidence,
    fates,
    positions,
    without_proposal,
)
from ..dates import build_date
from ..load import KnowledgeBase
from ..myst import Myst, badge, chip, cites, entries, escape, one_line, table
from ..schema import ProposalEntry
from ..words import RELATION_WORDS
from .checklist import PageHtml
from .network import ROW, Box, Line, network_page
from .survival import verdict_chip

STANCES = {"against-at-frontier": "against it at the frontier", "conditional": "on conditions", "neutral": "neutral", "for": "for it"}
RELIES = {"non-proliferation": "Non-proliferation", "both": "Both", "neither": "Neither", "resilience": "Resilience"}
_SAYS = {"yes": "q-yes", "no": "q-no", "depends": "q-depends"}
_READ = {"full": "its text", "abstract": "its abstract or a part", "report": "reports only"}
_COLUMN, _LEFT, _GAP = 262, 34, 26


def authors(proposal: ProposalEntry, most: int = 2) -> str:
    """The first authors of a proposal, as Markdown."""
    names = ", ".join(escape(name) for name in proposal.authors[:most])
    return names + (" and others" if len(proposal.authors) > most else "")


def debate_sentence(kb: KnowledgeBase) -> str:
    """How many proposals there are and where they stand, in one sentence."""
    stances: Counter[str] = Counter(p.stance.openness for p in kb.proposals)
    answers = [a for p in kb.proposals for a in p.answers]
    parts = ", ".join(f"{stances[key]} {words}" for key, words in STANCES.items())
    return (f"{len(kb.proposals)} proposals by their stance on public weights ({parts}) and by what they rely on; "
            f"{len(answers)} answers link them, {sum(a.relation == 'disputes' for a in answers)} of them disputes.")


def debate_page(kb: KnowledgeBase, *, root: str = "../") -> PageHtml:
    """Proposals in a plane: stance on openness from left to right, what they rely on from top to bottom, oldest first."""
    cells: dict[tuple[str, str], list[ProposalEntry]] = {}
    for proposal in sorted(kb.proposals, key=lambda p: (p.published, p.id)):
        cells.setdefault((proposal.stance.openness, proposal.stance.restriction), []).append(proposal)
    width = _LEFT + len(OPENNESS) * (_COLUMN + _GAP)
    back = [f'<text x="{_LEFT + n * (_COLUMN + _GAP)}" y="14" class="kb-net-head">{escape(STANCES[key][0].upper() + STANCES[key][1:])}</text>'
            for n, key in enumerate(OPENNESS)]
    boxes: list[Box] = []
    y = 34.0
    for relies in RESTRICTION:
        rows = max((len(cells.get((stance, relies), [])) for stance in OPENNESS), default=0)
        if not rows:
            continue
        height = rows * ROW
        back.append(f'<line x1="0" x2="{width}" y1="{y - 13:g}" y2="{y - 13:g}"/><text class="kb-net-head" text-anchor="middle" '
                    f'transform="translate(12 {y + height / 2 - 8:g}) rotate(-90)">{RELIES[relies] if rows > 4 else RELIES[relies][:12]}</text>')
        for column, stance in enumerate(OPENNESS):
            for row, p in enumerate(cells.get((stance, relies), [])):
                data = {p_.crux: p_.says for p_ in p.positions} | {"form": p.form, "year": p.published[:4]}
                boxes.append(Box(p.id, _LEFT + column * (_COLUMN + _GAP), y + row * ROW, _COLUMN, f"{p.published[:4]} {p.title}",
                                 p.title,
                                 f"{', '.join(p.authors[:3])}, {p.published}. {p.summary}", data))
        y += height + 26
    lines = [Line(p.id, a.proposal, a.relation, RELATION_WORDS[a.relation]) for p in kb.proposals for a in p.answers]
    forms = [(t.id, t.title) for t in kb.vocabularies["proposal-forms"].terms if any(p.form == t.id for p in kb.proposals)]
    years = [(year, year) for year in sorted({p.published[:4] for p in kb.proposals})]
    cruxes = [(t.id, t.title) for t in kb.vocabularies["cruxes"].terms if any(x.crux == t.id for p in kb.proposals for x in p.positions)]
    legend = (' <span class="kb-key kb-l-disputes">disputes</span> <span class="kb-key kb-l-qualifies">agrees on conditions</span> '
              '<span class="kb-key kb-l-builds-on">builds on</span> <span class="kb-key kb-l-supports">supports</span>')
    return network_page(kb, boxes, lines, size=(width, y), sentence=debate_sentence(kb), background="".join(back), legend=legend, root=root,
                        idle="Point at a proposal to see whom it answers and who answers it; click to open its page.",
                        filters=[("form", "Form", forms), ("year", "Year", years)], colours=[("crux", "What they say to", cruxes)])


def answers_table(kb: KnowledgeBase) -> Myst:
    """Who answers whom, and with what."""
    rows = [[entries([p.id]), authors(p), escape(RELATION_WORDS[a.relation]), entries([a.proposal]),
             one_line(a.how) + (f" ({cites(a.sources)})" if a.sources else "")]
            for p in sorted(kb.proposals, key=lambda p: (p.published, p.id), reverse=True) for a in p.answers]
    return table("answers", ["Who answers", "By", "How", "Whom", "What it says"], rows, filters=["How"])


def crux_list(kb: KnowledgeBase) -> Myst:
    """Each question of the debate: who says yes, no and it depends, which events point where, and what would settle it."""
    held = positions(kb)
    parts = []
    for term in kb.vocabularies["cruxes"].terms:
        here = held[held["crux"] == term.id]
        found = evidence(kb, term.id)
        if here.empty and not found:
            continue
        parts += [f"(crux-{term.id})=", f"### {escape(term.title)}", "", escape(term.summary), ""]
        for says, words in (("yes", "yes"), ("no", "no"), ("depends", "it depends")):
            group = here[here["says"] == says]
            if len(group):
                items = "; ".join(f"{{entry}}`{row.proposal}` ({one_line(str(row.how)).rstrip('.')})" for row in group.itertuples())
                parts += [f"- {chip(words, _SAYS[says])} {items}."]
        parts.append("")
        if found:
            parts += ["Evidence in these data:", ""]
            parts += [f"- {{entry}}`{event.id}` ({event.date}) {badge('both ways' if points == 'both' else 'towards ' + points)} {one_line(how)}"
                      for event, points, how in found]
            parts.append("")
        if term.settled_by:
            parts += [f"*What would change minds* [judgement]{{.kb-badge .kb-judgement}}: {escape(term.settled_by)}", ""]
    return Myst("\n".join(parts))


def crux_evidence(kb: KnowledgeBase, crux: str) -> Myst:
    """The events and positions on one question, as a list."""
    held = positions(kb)
    here = held[held["crux"] == crux]
    lines = [f"- {{entry}}`{event.id}` ({event.date}) {badge('both ways' if points == 'both' else 'towards ' + points)} {one_line(how)}"
             for event, points, how in evidence(kb, crux)]
    lines += [f"- {{entry}}`{row.proposal}` {chip('it depends' if row.says == 'depends' else str(row.says), _SAYS[str(row.says)])} {one_line(str(row.how))}"
              for row in here.itertuples()]
    return Myst("\n".join([f"*{escape(kb.label('cruxes', crux))}*", "", *lines]) if lines else f"*Nothing in these data on: {escape(kb.label('cruxes', crux))}*")


def proposals_on(kb: KnowledgeBase, *, topic: str) -> Myst:
    """The proposals on a topic, newest first."""
    rows = [[entries([p.id]), authors(p), p.published, STANCES[p.stance.openness], _READ[p.read], escape(p.summary)]
            for p in sorted(kb.proposals, key=lambda p: (p.published, p.id), reverse=True) if topic in p.topics]
    return table("proposals", ["Proposal", "By", "Published", "On openness", "Read", "What it argues"], rows, filters=["On openness", "Read"])


def crux_table(kb: KnowledgeBase) -> Myst:
    """How many proposals say yes, no and it depends to each question, by side, and how many events bear on it."""
    held = positions(kb)
    rows = []
    for term in kb.vocabularies["cruxes"].terms:
        here = held[held["crux"] == term.id]
        said = Counter(here["says"])
        sides = {side: Counter(here[here["openness"] == side]["says"]) for side in ("for", "against-at-frontier")}
        rows.append([f"[{escape(term.title)}](#crux-{term.id})" if len(here) or evidence(kb, term.id) else escape(term.title),
                     said["yes"], said["no"], said["depends"],
                     *(" / ".join(str(sides[side][says]) for says in ("yes", "no", "depends")) for side in sides),
                     len(evidence(kb, term.id))])
    return table("questions", ["Question", "Yes", "No", "It depends", "Of those for openness (yes / no / depends)", "Of those against it at the frontier (the same)",
                               "Events"], rows)


def common_sentence(kb: KnowledgeBase) -> Myst:
    """On how many safeguards both sides agree, in one sentence."""
    found = common_ground(kb)
    if not found:
        return Myst("No safeguard in these data is argued for from both sides.")
    holding = sum(c.safeguard.survival_under("open-weights").verdict == "holds" for c in found)
    return Myst(f"{len(found)} safeguards are argued for by proposals for openness and by proposals against it at the frontier alike; "
                f"{holding} of these hold under open weights.")


def common_table(kb: KnowledgeBase) -> Myst:
    """The safeguards that both sides argue for, with who does."""
    rows = [[entries([c.safeguard.id]), c.advocates, verdict_chip(c.safeguard.survival_under("open-weights").verdict),
             entries(c.pro), entries(c.contra)] for c in common_ground(kb)]
    return table("safeguards", ["Safeguard", "Proposals", "Under open weights", "For openness", "Against it at the frontier"], rows,
                 filters=["Under open weights"])


def read_sentence(kb: KnowledgeBase) -> Myst:
    """What was read of the proposals, in one sentence."""
    read = Counter(p.read for p in kb.proposals)
    sides: Counter[str] = Counter(p.stance.openness for p in kb.proposals)
    return Myst(f"Of {len(kb.proposals)} proposals {read['full']} were read in their own text, {read['abstract']} in their abstract or a part, "
                f"and {read['report']} only in reports by others, which their pages say. {sides['for']} are for public weights and "
                f"{sides['against-at-frontier']} against them at the frontier.")


def uptake_sentence(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """What became of the proposals by a day, in one sentence."""
    on = on or build_date()
    found = Counter(fates(kb, on).values())
    links = sum(len(p.taken_up_by) for p in kb.proposals)
    return Myst(f"Of {len(kb.proposals)} proposals {found['taken up']} were taken up by an instrument as a source shows ({links} links); of "
                f"{found['asked for by law in force']} more, a law that binds on {on.isoformat()} asks for something that they argue for, and of "
                f"{found['asked for by law to come']} a law that is made and not yet in force, or only proposed; for "
                f"{found['nothing found']} nothing was found.")


def uptake_table(kb: KnowledgeBase) -> Myst:
    """What instruments took up of proposals, with the source that shows it."""
    rows = [[entries([p.id]), authors(p), p.published, entries([u.instrument]), one_line(u.how), cites(u.sources)]
            for p in kb.proposals for u in p.taken_up_by]
    return table("links", ["Proposal", "By", "Published", "Instrument", "What was taken up", "Shown by"], rows)


def demands_table(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """Each safeguard that proposals argue for: by how many, from which sides, and the provisions that ask for it."""
    on = on or build_date()
    rows = []
    by_safeguard: dict[str, list[ProposalEntry]] = {}
    law: dict[str, tuple[list[str], list[str]]] = {}
    for demand in demands(kb, on):
        by_safeguard.setdefault(demand.safeguard, []).append(demand.proposal)
        law[demand.safeguard] = ([f"{i.id}#{p.id}" for i, p in demand.in_force], [f"{i.id}#{p.id}" for i, p in demand.to_come])
    for safeguard, proposals in sorted(by_safeguard.items(), key=lambda item: (-len(item[1]), item[0])):
        sides: Counter[str] = Counter(p.stance.openness for p in proposals)
        force, coming = law[safeguard]
        rows.append([entries([safeguard]), len(proposals), ", ".join(f"{sides[s]} {STANCES[s]}" for s in OPENNESS if sides[s]),
                     entries(force[:4]) + (f" and {len(force) - 4} more" if len(force) > 4 else ""),
                     entries(coming[:4]) + (f" and {len(coming) - 4} more" if len(coming) > 4 else ""),
                     "law in force" if force else "law to come" if coming else "no law"])
    return table("safeguards", ["Safeguard", "Proposals", "Their stance on openness", "Asked for by law in force", "By law to come or proposed",
                                "State"], rows, filters=["State"], hidden=["State"])


def unheeded_table(kb: KnowledgeBase, on: dt.date | None = None) -> Myst:
    """The proposals of which neither uptake nor a law that asks for the same was found."""
    state = fates(kb, on or build_date())
    rows = [[entries([p.id]), authors(p), p.published, STANCES[p.stance.openness], _READ[p.read],
             entries(a.safeguard for a in p.advocates)] for p in sorted(kb.proposals, key=lambda p: (p.published, p.id))
            if state[p.id] == "nothing found"]
    return table("proposals", ["Proposal", "By", "Published", "On openness", "Read", "What it argues for"], rows, filters=["On openness"])


def risks_table(kb: KnowledgeBase) -> Myst:
    """How many proposals are about each risk, by stance on openness."""
    rows = []
    for risk in kb.risks:
        about = [p for p in kb.proposals if any(c.risk == risk.id for c in p.addresses)]
        sides: Counter[str] = Counter(p.stance.openness for p in about)
        rows.append((len(about), [entries([risk.id]), escape(kb.label("domains", risk.domain)), len(about),
                                  *(sides[s] or "" for s in OPENNESS), entries(p.id for p in about)]))
    rows.sort(key=lambda row: -row[0])
    return table("risks", ["Risk", "Domain", "Proposals", "Against at the frontier", "On conditions", "Neutral", "For", "Which"],
                 [row for _, row in rows], filters=["Domain"])


def without_sentence(kb: KnowledgeBase) -> Myst:
    """The risks that no proposal is about, in one sentence."""
    ids = without_proposal(kb)
    return Myst(f"{len(ids)} of {len(kb.risks)} risks are the subject of no proposal in these data: {entries(ids)}." if ids else
                "Every risk is the subject of a proposal in these data.")
