"""Power security, and what holds whatever the release."""

from __future__ import annotations

from ..analysis.coverage import GRADES, Failures, coverage
from ..load import KnowledgeBase
from ..myst import Myst, entries, escape, table
from ..schema import Release, RiskEntry, SafeguardEntry
from .coverage import grade_chip
from .dependency import strength_chip

VOCABULARY = "securities"


def risks_of(kb: KnowledgeBase, security: str) -> list[RiskEntry]:
    """The risks that attack a field of power security."""
    return [r for r in kb.risks if security in r.security]


def safeguards_of(kb: KnowledgeBase, security: str) -> list[SafeguardEntry]:
    """The safeguards that address a risk which attacks the field."""
    risks = {r.id for r in risks_of(kb, security)}
    return [s for s in kb.safeguards if any(link.risk in risks for link in s.mitigates)]


def indifferent(kb: KnowledgeBase) -> list[SafeguardEntry]:
    """The safeguards that hold under all four releases: whether weights are public makes no difference to them."""
    return [s for s in kb.safeguards if all(v.verdict == "holds" for v in s.survival)]


def security_table(kb: KnowledgeBase, release: Release = "open-weights") -> Myst:
    """For each field: its risks, its safeguards by verdict, and what is left uncovered under a release."""
    frame = coverage(kb, release)
    holds_always = {s.id for s in indifferent(kb)}
    rows = []
    for term in kb.vocabularies[VOCABULARY].terms:
        risks, safeguards = risks_of(kb, term.id), safeguards_of(kb, term.id)
        verdicts = [s.survival_under(release).verdict for s in safeguards]
        bare = [r.id for r in risks if frame.loc[r.id, "coverage"] == GRADES[0]]
        rows.append([f"**{escape(term.title)}.** {escape(term.summary)}", len(risks), len(safeguards),
                     sum(s.id in holds_always for s in safeguards), verdicts.count("holds"), verdicts.count("degrades"),
                     verdicts.count("fails") + verdicts.count("not-applicable"), entries(bare, "none")])
    return table("fields", ["Field", "Risks", "Safeguards", "Hold whatever the release", "Hold under open weights",
                            "Degrade", "Fail or do not apply", "Risks uncovered under open weights"], rows)


def field_table(kb: KnowledgeBase, security: str) -> Myst:
    """The safeguards of a field that hold whatever the release."""
    risks = {r.id for r in risks_of(kb, security)}
    rows = []
    for s in sorted(indifferent(kb), key=lambda s: s.title):
        against = [link for link in s.mitigates if link.risk in risks]
        if against:
            rows.append([entries([s.id]), escape(kb.label("stages", s.stage)), escape(kb.label("maturity", s.maturity)),
                         ", ".join(escape(kb.label("actors", a)) for a in s.operated_by.actors),
                         ", ".join(f"{entries([link.risk])} {strength_chip(link.strength)}" for link in against)])
    return table("safeguards", ["Safeguard", "Stage", "Maturity", "Operated by", "Against, and how strongly"], rows,
                 filters=["Stage", "Maturity", "Operated by"])


def only_indifferent(kb: KnowledgeBase) -> Failures:
    """The assumption that every safeguard fails which does not hold under all four releases."""
    kept = {s.id for s in indifferent(kb)}
    return Failures(safeguards=frozenset(s.id for s in kb.safeguards if s.id not in kept))


def resilience_sentence(kb: KnowledgeBase) -> Myst:
    """How far the risks are covered by what holds whatever the release, in one paragraph."""
    kept = indifferent(kb)
    everything, alone = coverage(kb, "open-weights"), coverage(kb, "open-weights", only_indifferent(kb))
    numbers = {grade: (int((everything["coverage"] == grade).sum()), int((alone["coverage"] == grade).sum())) for grade in GRADES}
    return Myst(f"{len(kept)} of {len(kb.safeguards)} safeguards hold under all four releases. With every safeguard in place, "
                f"{numbers['layered'][0]} of {len(kb.risks)} risks are layered under open weights, {numbers['thin'][0]} thin and "
                f"{numbers['uncovered'][0]} uncovered; with these alone, {numbers['layered'][1]} are layered, "
                f"{numbers['thin'][1]} thin and {numbers['uncovered'][1]} uncovered.")


def resilience_table(kb: KnowledgeBase) -> Myst:
    """Coverage of each risk under open weights: with everything, and with what holds whatever the release."""
    everything, alone = coverage(kb, "open-weights"), coverage(kb, "open-weights", only_indifferent(kb))
    rows = [[entries([risk.id]), escape(kb.label("domains", risk.domain)),
             *(grade_chip(str(frame.loc[risk.id, "coverage"])) for frame in (everything, alone))]
            for risk in sorted(kb.risks, key=lambda r: r.title)]
    columns = ["Risk", "Domain", "With everything", "With these alone"]
    return table("risks", columns, rows, filters=columns[1:])


def indifferent_table(kb: KnowledgeBase) -> Myst:
    """The safeguards that hold whatever the release, with who operates them and what they cost."""
    rows = [[entries([s.id]), escape(kb.label("stages", s.stage)), escape(kb.label("maturity", s.maturity)),
             ", ".join(escape(kb.label("actors", a)) for a in s.operated_by.actors),
             entries(link.risk for link in s.mitigates), ", ".join(escape(kb.label("values", t.with_)) for t in s.tensions)]
            for s in sorted(indifferent(kb), key=lambda s: s.title)]
    return table("safeguards", ["Safeguard", "Stage", "Maturity", "Operated by", "Against", "Costs"], rows,
                 filters=["Stage", "Operated by", "Maturity", "Costs"])
