"""Values in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, get_args

from .load import KnowledgeBase
from .schema.condition import DateTest, NumberTest, Profile
from .schema.instrument import Element, Provision
from .schema.prose import ROLE, roles

_BOUNDS = {"gt": "more than", "gte": "at least", "lt": "less than", "lte": "at most"}
_DATE_BOUNDS = {"gt": "after", "gte": "on or after", "lt": "before", "lte": "on or before"}
FLAGS = {
    "general_purpose": "it is a general-purpose model",
    "designated_systemic_risk": "an authority has designated it as having systemic risk",
    "licence_free_and_open": "its licence is free and open",
    "weights_and_information_public": "weights, architecture and usage information are public",
    "monetised": "it is provided against money or data",
    "commercial_activity": "it is supplied in the course of a commercial activity",
    "research_only": "it serves research only",
    "defence_only": "it serves military, defence or national security only",
    "accredited_university": "the developer is an accredited university",
    "offered_to_public": "a service on it is offered to the public",
    "interacts_with_people": "it converses with people",
    "used_by_minors": "minors use it or are likely to",
    "high_risk_use": "it is used for a purpose listed as high-risk or consequential",
    "regulated_product": "it is, or is a safety part of, a regulated product such as a medical device",
    "own_system": "you developed the system, had it developed, or offer it under your own name",
    "substantial_change": "you rebrand, substantially modify or repurpose another's system",
    "public_service": "you are a public body, provide public services, or decide on credit or life and health insurance",
    "generates_synthetic_content": "it generates text, images, audio or video",
    "personal_data": "personal data are used to train it or processed with it",
    "protected_works": "protected works are among its training data",
    "federally_funded": "federal funds of the United States pay for the work",
    "government_customer": "a public authority buys or uses it",
    "small_enterprise": "you are a small or medium-sized enterprise",
}
"""Yes-or-no fields of the profile, each as a statement."""

CHOICES = {"role": "you are", "market": "the market is", "established_in": "you are established in",
           "offering": "you provide or run", "release": "the release is", "under_licence": "you received the model under",
           "capability": "its capability is"}
"""Fields of which several values can hold, each with the words before them."""

QUANTITIES = {
    "training_flop": ("training compute is", "FLOP"),
    "modification_flop": ("the compute of the modification is", "FLOP"),
    "modification_flop_share": ("the modification's share of the original compute is", ""),
    "cluster_flop_per_second": ("the cluster's peak is", "FLOP per second"),
    "training_cost_usd": ("the training compute cost", "US dollars"),
    "revenue_usd": ("revenue last year was", "US dollars"),
    "revenue_krw": ("revenue last year was", "won"),
    "users_monthly": ("monthly users are", ""),
    "domestic_users_daily": ("daily users in the jurisdiction are", ""),
    "placed_on_market": ("it was first placed on the market", ""),
}
"""Numbers and dates, each with the words before the bound and the unit after it."""

_VOCABULARY = {"role": "actors", "market": "jurisdictions", "established_in": "jurisdictions", "release": "releases"}

assert {*FLAGS, *CHOICES, *QUANTITIES} == set(Profile.model_fields)


def number(value: float) -> str:
    """A number as people write it: `405 billion`, `3.8 × 10²⁵`."""
    if value >= 1e15:
        mantissa, _, exponent = f"{value:.3g}".partition("e+") if "e" in f"{value:.3g}" else (f"{value:.2e}".partition("e+"))
        power = exponent.lstrip("0").translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        mantissa = f"{float(mantissa):g}"
        return f"10{power}" if mantissa == "1" else f"{mantissa} × 10{power}"
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{value / size:.4g} {name}"
    return f"{value:,.10g}" if value >= 1 else f"{value:.3g}"


def shorten(text: str, most: int) -> str:
    """A text of at most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


RELATION_WORDS = {"disputes": "disputes", "qualifies": "agrees on conditions with", "builds-on": "builds on", "supports": "supports"}
"""How a proposal answers another, read from the one to the other."""

_EMPTY_BRACKETS = re.compile(r" ?\(\s*[;,.\s]*\)")


def plain(text: str, kb: KnowledgeBase) -> str:
    """Prose without markup: entries by their titles, citations left out."""

    def words(match: re.Match[str]) -> str:
        (name, target), = roles(match[0])
        if name == "cite":
            return ""
        if "<" in match[2]:
            return match[2].partition("<")[0].strip()
        id, _, provision = target.partition("#")
        entry = kb.entries.get(id)
        title = entry.title if entry else id
        part = next((p.ref for p in getattr(entry, "provisions", []) if p.id == provision), "")
        return f"{title}, {part}" if part else title

    bare = _EMPTY_BRACKETS.sub("", " ".join(ROLE.sub(words, text).split()))
    return re.sub(r"\s+([.,;])", r"\1", re.sub(r"\*+", "", bare))


def _bounds(test: NumberTest | DateTest) -> str:
    dates = isinstance(test, DateTest)
    words = _DATE_BOUNDS if dates else _BOUNDS
    given = [(words[name], getattr(test, name)) for name in words if getattr(test, name) is not None]
    return " and ".join(f"{bound} {value if dates else number(value)}" for bound, value in given)


def condition_words(condition: Any, kb: KnowledgeBase) -> str:
    """A condition as a phrase: `you are a model developer and training compute is more than 10²⁶ FLOP`."""
    operator = condition.operator
    operand = getattr(condition, operator)
    if operator in ("all", "any"):
        parts = [condition_words(part, kb) for part in operand]
        nested = [f"({p})" if part.operator in ("all", "any") and len(getattr(part, part.operator)) > 1 else p
                  for part, p in zip(operand, parts, strict=True)]
        return (" and " if operator == "all" else " or ").join(nested)
    if operator == "not_":
        return f"not ({condition_words(operand, kb)})"
    if operator in FLAGS:
        return FLAGS[operator] if operand else f"not ({FLAGS[operator]})"
    if operator in QUANTITIES:
        words, unit = QUANTITIES[operator]
        return f"{words} {_bounds(operand)}{' ' + unit if unit else ''}"
    names = [option_title(operator, option, kb) for option in operand]
    return f"{CHOICES[operator]} {' or '.join(n[0].lower() + n[1:] if operator in ('role', 'release') else n for n in names)}"


ELEMENT_WORDS: dict[Element, str] = {
    "who": "who is bound", "where": "the link to the place", "what": "what it is about", "act": "what triggers it",
    "knowledge": "knowledge or intent", "amount": "an amount", "time": "time", "exception": "an exception",
    "unread": "a part that was not read",
}
"""The elements of a rule that a condition may leave unasked."""

assert set(ELEMENT_WORDS) == set(get_args(Element))


def by_element(provision: Provision) -> list[tuple[str, list[str]]]:
    """What a provision leaves unasked: each element in words, in the same order everywhere, and its texts."""
    found = [(words, [u.what for u in provision.unasked or () if u.element == element]) for element, words in ELEMENT_WORDS.items()]
    return [(words, texts) for words, texts in found if texts]


def answer_line(key: str, answer: bool | None, standing: str, open: Iterable[str], unasked: Iterable[str] = ()) -> str:
    """An answer of the evaluator on one line: `eu-ai-act#art-53-1-c  applies  binding  not asked: who is bound`."""
    words = {True: "applies", None: "depends", False: "does not apply"}[answer]
    elements = ", ".join(unasked)
    return "  ".join(filter(None, (key, words, standing, f"open: {', '.join(open)}" if open else "",
                                   f"not asked: {elements}" if elements else "")))


def option_title(field: str, option: str, kb: KnowledgeBase) -> str:
    """The title of a value that a field of the profile can have."""
    if field in _VOCABULARY:
        return kb.label(_VOCABULARY[field], option)
    if field == "under_licence":
        return kb.entries[option].title if option in kb.entries else option
    return option.replace("-", " ")
