"""Values in words."""

from __future__ import annotations

from typing import Any

from ..load import KnowledgeBase
from ..schema.condition import DateTest, NumberTest, Profile

_BOUNDS = {"gt": "more than", "gte": "at least", "lt": "less than", "lte": "at most"}
_DATE_BOUNDS = {"gt": "after", "gte": "on or after", "lt": "before", "lte": "on or before"}
_FLAGS = {
    "general_purpose": "it is a general-purpose model",
    "designated_systemic_risk": "it has been designated as having systemic risk",
    "licence_free_and_open": "its licence is free and open",
    "weights_and_information_public": "weights, architecture and usage information are public",
    "monetised": "it is provided against money or data",
    "research_only": "it serves research only",
    "accredited_university": "the developer is an accredited university",
    "offered_to_public": "a service on it is offered to the public",
    "high_risk_use": "it is used for a purpose listed as high-risk",
    "generates_synthetic_content": "it generates text, images, audio or video",
    "federally_funded": "federal funds pay for the work",
}
_CHOICES = {"role": "you are", "market": "the market is", "established_in": "you are established in",
            "release": "the release is", "capability": "its capability is"}
_QUANTITIES = {
    "training_flop": ("training compute is", "FLOP"),
    "modification_flop_share": ("the modification's share of the original compute is", ""),
    "training_cost_usd": ("the training compute cost", "US dollars"),
    "revenue_usd": ("revenue last year was", "US dollars"),
    "users_monthly": ("monthly users are", ""),
    "domestic_users_daily": ("daily users in the jurisdiction are", ""),
    "placed_on_market": ("it was first placed on the market", ""),
}
_VOCABULARY = {"role": "actors", "market": "jurisdictions", "established_in": "jurisdictions", "release": "releases"}

assert {*_FLAGS, *_CHOICES, *_QUANTITIES} == set(Profile.model_fields)


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
    return f"{value:,.10g}"


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
    if operator in _FLAGS:
        return _FLAGS[operator] if operand else f"not ({_FLAGS[operator]})"
    if operator in _QUANTITIES:
        words, unit = _QUANTITIES[operator]
        return f"{words} {_bounds(operand)}{' ' + unit if unit else ''}"
    vocabulary = _VOCABULARY.get(operator)
    names = [kb.label(vocabulary, term) if vocabulary else term.replace("-", " ") for term in operand]
    return f"{_CHOICES[operator]} {' or '.join(n[0].lower() + n[1:] if operator in ('role', 'release') else n for n in names)}"
