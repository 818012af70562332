"""What the data can say to the claim that openness may prove safer, through transparency and distributed oversight."""

from __future__ import annotations

from ..analysis.coverage import GRADES, coverage
from ..analysis.criticality import actor_criticality, gained_and_lost
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, table
from ..schema import Release

_CLOSED: Release = "hosted"
_OPEN: Release = "open-weights"


def balance_sentence(kb: KnowledgeBase) -> Myst:
    """Which safeguards openness takes and which it gives, in one sentence."""
    gained, lost = gained_and_lost(kb, _CLOSED, _OPEN)
    return Myst(f"Of {len(kb.safeguards)} safeguards, {len(lost)} that are available for a hosted model are not available once its weights are "
                f"public, and {len(gained)} become available only then ({entries(gained, 'none')}).")


def coverage_sentence(kb: KnowledgeBase) -> Myst:
    """How many risks are uncovered, thin and layered when hosted and under open weights, in one sentence."""
    parts = []
    for release in (_CLOSED, _OPEN):
        found = coverage(kb, release)["coverage"]
        counts = ", ".join(f"{int((found == grade).sum())} {grade}" for grade in GRADES)
        parts.append(f"{kb.label('releases', release).lower()}: {counts}")
    return Myst("Coverage of the risks, " + "; ".join(parts) + ".")


def dependence_sentence(kb: KnowledgeBase) -> Myst:
    """On which kind of actor most depends, hosted and under open weights, in one sentence."""
    parts = []
    for release, words in ((_CLOSED, "for a hosted model"), (_OPEN, "once its weights are public")):
        worst = actor_criticality(kb, release).iloc[0]
        parts.append(f"{words} most rests on “{escape(kb.label('actors', str(worst['actor'])))}”: without it "
                     f"{worst['risks']} of {len(kb.risks)} risks lose a grade and {worst['safeguards']} safeguards are gone")
    text = "; ".join(parts) + "."
    return Myst(text[0].upper() + text[1:])


def dependence_table(kb: KnowledgeBase) -> Myst:
    """For each kind of actor what is lost without it, hosted and under open weights."""
    closed, opened = (actor_criticality(kb, release).set_index("actor") for release in (_CLOSED, _OPEN))
    both = closed.join(opened, lsuffix="_closed", rsuffix="_open")
    both = both[(both["safeguards_closed"] > 0) | (both["safeguards_open"] > 0)]
    both = both.assign(total=both["risks_closed"] + both["risks_open"]).sort_values(["total", "safeguards_closed"], ascending=False)
    columns = ["risks_closed", "risks_open", "uncovered_closed", "uncovered_open", "safeguards_closed", "safeguards_open"]
    rows = [[escape(kb.label("actors", str(actor))), *row] for actor, row in zip(both.index, both[columns].to_numpy().tolist(), strict=True)]
    return table("actors", ["Without", "Risks that lose a grade, hosted", "… open weights", "Of these uncovered, hosted", "… open weights ",
                            "Safeguards gone, hosted", "… open weights  "], rows)
