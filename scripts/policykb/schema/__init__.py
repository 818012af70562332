"""The data model: one module a kind of entry."""

from .base import RELEASES, Entry, Release, Source, Tombstone, walk
from .condition import Condition, Profile, depends_on, evaluate
from .event import EventEntry
from .instrument import InstrumentEntry, Provision
from .model import ModelEntry
from .proposal import ProposalEntry
from .risk import RiskEntry
from .safeguard import SafeguardEntry, Survival
from .vocabulary import Vocabulary, VocabularyTerm

KINDS: dict[str, type[Entry]] = {
    cls.kind: cls
    for cls in (RiskEntry, SafeguardEntry, InstrumentEntry, ProposalEntry, EventEntry, ModelEntry)
}

__all__ = [
    "KINDS", "RELEASES", "Condition", "Entry", "EventEntry", "InstrumentEntry", "ModelEntry", "Profile",
    "ProposalEntry", "Provision", "Release", "RiskEntry", "SafeguardEntry", "Source", "Survival",
    "Tombstone", "Vocabulary", "VocabularyTerm", "depends_on", "evaluate", "walk",
]
