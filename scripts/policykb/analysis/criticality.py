"""What is lost when one actor, or one release, is not what it was: a reading aid, as coverage is."""

from __future__ import annotations

import pandas as pd

from ..load import KnowledgeBase
from ..schema import Release
from .coverage import GRADES, Failures, coverage, unavailable


def actor_criticality(kb: KnowledgeBase, release: Release) -> pd.DataFrame:
    """How many risks lose a grade of coverage under `release` if one kind of actor does nothing.

    Returns a frame with columns `actor` (id), `safeguards` (how many are no longer available), `risks` (how many have a
    lower grade) and `uncovered` (how many of these become uncovered), the most critical actor first. An actor is a kind
    of body, such as all developers: this asks on whom safety rests, not what one failing firm would do.
    """
    before = coverage(kb, release)["coverage"]
    here = set(unavailable(kb, release))
    rows = []
    for actor in sorted({a for s in kb.safeguards for a in s.operated_by.actors}):
        failures = Failures(actors=frozenset({actor}))
        after = coverage(kb, release, failures)["coverage"]
        lower = [r for r in before.index if GRADES.index(after[r]) < GRADES.index(before[r])]
        rows.append((actor, len(set(unavailable(kb, release, failures)) - here), len(lower), sum(after[r] == "uncovered" for r in lower)))
    found = pd.DataFrame(rows, columns=["actor", "safeguards", "risks", "uncovered"])
    return found.sort_values(["risks", "safeguards", "actor"], ascending=[False, False, True], ignore_index=True)


def gained_and_lost(kb: KnowledgeBase, before: Release, after: Release) -> tuple[list[str], list[str]]:
    """The safeguards that are available under `after` and not under `before`, and the reverse, by id."""
    old, new = unavailable(kb, before), unavailable(kb, after)
    ids = [s.id for s in kb.safeguards]
    return [i for i in ids if i in old and i not in new], [i for i in ids if i in new and i not in old]
