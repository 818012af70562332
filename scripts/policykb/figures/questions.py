"""What an answer rests on: the entries behind it, when they were last checked, and how their sources were read."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.stats import claims
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, one_line, table
from ..schema import Release
from .survival import verdict_chip


def rests_on(kb: KnowledgeBase, ids: Sequence[str]) -> Myst:
    """The entries on which an answer rests, the days on which they were checked, and the references that they cite.

    An id may name a provision (`instrument#provision`). Raises KeyError for an id that does not exist.
    """
    found = [kb.entries[id.partition("#")[0]] for id in ids]
    names = {entry.id for entry in found}
    sources = [source for claim in claims(kb) if claim.entry.id in names for source in claim.sources]
    primary = {s.cite for s in sources if s.basis == "primary"}
    first, last = min(e.checked for e in found), max(e.checked for e in found)
    days = f"on {first}" if first == last else f"from {first} to {last}"
    return Myst(f"*Rests on* {entries(ids)}. *Checked* {days}; {len({s.cite for s in sources})} sources, of which {len(primary)} were read themselves.")


def verdict_counts(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """How many safeguards hold, degrade, fail and do not apply under a release, in one sentence."""
    verdicts = [s.survival_under(release) for s in kb.safeguards]
    parts = [f"{sum(v.verdict == verdict for v in verdicts)} {verdict_chip(verdict)}" for verdict in ("holds", "degrades", "fails", "not-applicable")]
    return Myst(f"Of {len(verdicts)} safeguards under {kb.label('releases', release).lower()}: {', '.join(parts)}; "
                f"{sum(v.basis == 'judgement' for v in verdicts)} of these verdicts rest on judgement.")


def trade_offs(kb: KnowledgeBase) -> Myst:
    """The safeguards against misuse that hold under open weights, what each trades away, and which proposals argue for it.

    Only safeguards with a link of at least moderate strength to a risk of the domain `misuse`.
    """
    misuse = {r.id for r in kb.risks if r.domain == "misuse"}
    rows = []
    for s in kb.safeguards:
        against = [link.risk for link in s.mitigates if link.risk in misuse and link.strength in ("strong", "moderate")]
        if against and s.survival_under("open-weights").verdict == "holds":
            rows.append([entries([s.id]), escape(kb.label("maturity", s.maturity)), entries(against),
                         "named as a cost" if any(t.with_ == "dispersed-power" for t in s.tensions) else "not named",
                         "; ".join(f"{escape(kb.label('values', t.with_).lower())}: {one_line(t.why)}" for t in s.tensions) or "—",
                         entries(p.id for p in kb.proposals if any(a.safeguard == s.id for a in p.advocates))])
    return table("safeguards", ["Safeguard", "Maturity", "Against", "Concentrates power", "What it trades away", "Proposals for it"], rows,
                 filters=["Maturity", "Concentrates power"])
