"""How well a risk is evidenced, derived from the events that show it."""

from __future__ import annotations

from typing import Literal

from ..load import KnowledgeBase

EvidenceLevel = Literal["argued", "modelled", "demonstrated", "observed"]
LEVELS: tuple[EvidenceLevel, ...] = ("argued", "modelled", "demonstrated", "observed")
MEANING: dict[EvidenceLevel, str] = {
    "argued": "argued for in the sources; no event in the data shows it",
    "modelled": "shown in a model, a survey or a review",
    "demonstrated": "shown in an experiment, a trial or a measurement",
    "observed": "seen in an incident",
}


def evidence_level(kb: KnowledgeBase, risk: str) -> EvidenceLevel:
    """The highest level that any event gives the risk; `argued` where no event shows it."""
    best: EvidenceLevel = "argued"
    for event in kb.events:
        if any(s.risk == risk for s in event.shows):
            level: EvidenceLevel = "argued"
            if event.event_kind == "incident":
                level = "observed"
            elif event.event_kind in ("finding", "evaluation"):
                tried = event.method in ("experiment", "trial", "measurement", "observation")
                level = "demonstrated" if tried else "modelled"
            best = max(best, level, key=LEVELS.index)
    return best
