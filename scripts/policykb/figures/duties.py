"""The form that tells which duties apply, and tables of the same answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any, get_args
from urllib.parse import urlencode

from ..analysis.duties import Duty, broader, duties, steps
from ..load import KnowledgeBase
from ..myst import Myst, entries, table
from ..myst import escape as escape_md
from ..schema import Condition, InstrumentEntry, Profile, Provision
from ..schema.base import first_day
from ..schema.condition import Case, fields, leaves
from ..words import CHOICES, FLAGS, QUANTITIES, by_element, condition_words, number, option_title, plain
from .checklist import PageHtml
from .figure import script_json

GROUPS: dict[str, tuple[str, ...]] = {
    "You": ("role", "small_enterprise", "accredited_university", "revenue_usd", "revenue_krw"),
    "Where": ("market",),
    "The model and its release": (
        "offering", "release", "licence_free_and_open", "weights_and_information_public", "monetised",
        "commercial_activity", "under_licence", "general_purpose", "capability"),
    "Where you are established": ("established_in",),
    "Compute and first day on the market": (
        "training_flop", "modification_flop", "modification_flop_share", "placed_on_market", "designated_systemic_risk",
        "training_cost_usd", "cluster_flop_per_second"),
    "Data, use and users": (
        "generates_synthetic_content", "interacts_with_people", "offered_to_public", "used_by_minors", "users_monthly",
        "domestic_users_daily", "high_risk_use", "regulated_product", "own_system", "substantial_change", "public_service",
        "personal_data", "protected_works", "government_customer", "federally_funded", "research_only", "defence_only"),
}
"""The fields of the profile as the form groups them."""

assert {name for names in GROUPS.values() for name in names} == set(Profile.model_fields)

STANDING_WORDS = {
    "binding": "binding", "contract": "binds by contract", "voluntary": "voluntary", "scheduled": "not yet applicable",
    "proposed": "not law", "suspended": "suspended", "ended": "ended", "none": "not there yet",
}
_NONE = {"under_licence": "it comes under one of the licences listed here", "capability": "it has one of the capabilities listed here"}
_AUTHORITIES = {"regulator", "legislator", "law-enforcement", "international-body"}
"""Roles whose duties bear on others; the form does not ask for them."""
_PLACES = ("market", "established_in")


def _conditions(kb: KnowledgeBase) -> list[Condition]:
    return [p.applies_if for i in kb.instruments for p in i.provisions if p.applies_if is not None]


def _options(kb: KnowledgeBase) -> dict[str, list[str]]:
    """The values of each choice that some condition asks for; places with an instrument as well."""
    asked: dict[str, set[str]] = {name: set() for name in CHOICES}
    for condition in _conditions(kb):
        for leaf, _ in leaves(condition):
            if leaf.operator in asked:
                asked[leaf.operator] |= set(getattr(leaf, leaf.operator))
    for name in ("offering", "release", "capability"):
        asked[name] |= set(_values(name))
    here = {i.jurisdiction for i in kb.instruments} - {"international", "private"}
    for place in _PLACES:
        asked[place] |= here
    asked["role"] -= _AUTHORITIES
    ordered = {"role": "actors", "market": "jurisdictions", "established_in": "jurisdictions", "release": "releases"}
    return {
        name: ([t.id for t in kb.vocabularies[ordered[name]].terms if t.id in values] if name in ordered
               else sorted(values, key=lambda v: option_title(name, v, kb)))
        for name, values in asked.items()}


def _values(name: str) -> tuple[str, ...]:
    """Every value of a choice whose values the schema lists."""
    return get_args(get_args(get_args(Profile.model_fields[name].annotation)[0])[0])


def _label(name: str) -> str:
    words = FLAGS.get(name) or Profile.model_fields[name].description or name
    return _first_capital(words.rstrip("."))


def _control(name: str, options: list[str], kb: KnowledgeBase) -> str:
    """One field of the form. Nothing chosen means that it is left open."""
    label = escape(_label(name))
    if name in FLAGS:
        return (f'<label data-field="{name}"><span>{label}</span><select name="{name}"><option value="">left open</option>'
                '<option value="yes">yes</option><option value="no">no</option></select></label>')
    if name in QUANTITIES:
        unit = QUANTITIES[name][1]
        if name == "placed_on_market":
            return f'<label data-field="{name}"><span>{label}</span><input type="date" name="{name}"></label>'
        hint = "such as 4e25" if unit.startswith("FLOP") else "such as 0.33 or 33%" if name.endswith("share") else "such as 500 million"
        return (f'<label data-field="{name}"><span>{label}</span><input name="{name}" inputmode="text" autocomplete="off" '
                f'placeholder="{hint}"></label>')
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(option)}"> {escape(_first_capital(option_title(name, option, kb)))}</label>'
        for option in options)
    none = f'<label><input type="checkbox" name="{name}" value="" data-none> None of these</label>' if name != "market" else ""
    return f'<fieldset data-field="{name}"><legend>{label}</legend><div class="kb-boxes">{boxes}{none}</div></fieldset>'


def _first_capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _tree(condition: Condition, kb: KnowledgeBase) -> list[Any]:
    """A condition for the page: [operator, operand, words]."""
    operator = condition.operator
    operand = getattr(condition, operator)
    if operator in ("all", "any"):
        return [operator, [_tree(part, kb) for part in operand]]
    if operator == "not_":
        return ["not", _tree(operand, kb)]
    value = operand.model_dump(exclude_none=True) if hasattr(operand, "model_dump") else operand
    if operator == "placed_on_market":
        value = {bound: first_day(day).isoformat() for bound, day in value.items()}
    return [operator, value, condition_words(condition, kb)]


def provision_data(instrument: InstrumentEntry, provision: Provision, kb: KnowledgeBase) -> dict[str, Any]:
    """A provision as the page's script needs it: texts without markup, its standing day by day, its condition."""

    def prose(text: str | None) -> str:
        return plain(text, kb) if text else ""

    assert provision.applies_if is not None
    found: dict[str, Any] = {
        "instrument": instrument.id, "provision": provision.id, "ref": provision.ref, "title": provision.title,
        "name": instrument.title, "place": kb.label("jurisdictions", instrument.jurisdiction),
        "summary": " ".join(provision.summary.split()), "treatment": provision.open_source.treatment,
        "condition": prose(provision.open_source.condition), "duty": [[actor, kb.label("actors", actor)] for actor in provision.duty_of],
        "from": provision.from_ or "", "until": provision.until or "", "deadline": prose(provision.deadline),
        "penalty": prose(provision.penalty),
        "unasked": [[words, prose(text)] for words, texts in by_element(provision) for text in texts], "open": [prose(q) for q in provision.open_questions],
        "requires": [[id, kb.entries[id].title] for id in provision.requires if id in kb.entries],
        "steps": [[day.isoformat(), kind] for day, kind in steps(instrument, provision)],
        "if": _tree(provision.applies_if, kb),
    }
    return {key: value for key, value in found.items() if value not in ("", [])}


def duties_data(kb: KnowledgeBase) -> dict[str, Any]:
    """All that the page's script evaluates; the same data as `policykb.duties`, without markup."""
    provisions = [provision_data(i, p, kb) for i in kb.instruments for p in i.provisions if p.applies_if is not None]
    kinds = {name: "flag" for name in FLAGS} | {name: "choice" for name in CHOICES} | {name: "number" for name in QUANTITIES}
    kinds["placed_on_market"] = "date"
    return {"broader": broader(kb), "kinds": kinds, "labels": {name: _label(name) for name in kinds}, "provisions": provisions}


def duties_form(kb: KnowledgeBase, *, root: str = "../") -> PageHtml:
    """The form, with the data on which its script works; it is answered in the reader's browser.

    `root` leads from the page to the top of the site. `kb` needs instruments and safeguards.
    """
    options = _options(kb)
    used = {name for condition in _conditions(kb) for name in fields(condition)}
    groups = []
    for place, (title, names) in enumerate(GROUPS.items()):
        controls = "".join(_control(name, options.get(name, []), kb) for name in names if name in used)
        groups.append(f'<details class="kb-group"{" open" if place < 3 else ""}><summary>{escape(title)}</summary>'
                      f'<div class="kb-fields">{controls}</div></details>')
    html = (
        f'<div class="kb-duties" data-root="{escape(root)}">'
        '<form autocomplete="off"><p class="kb-table-tools"><label>On the day<input type="date" name="on"></label>'
        '<button type="button" name="share">Copy link to this answer</button><button type="button" name="print">Print</button>'
        '<button type="button" name="again">Start again</button></p><p class="kb-duties-count" role="status"></p>'
        f'{"".join(groups)}</form>'
        '<noscript><p>The form needs a script, which runs in your browser alone. The same answers come from '
        "<code>policykb duties profile.yml</code> on your own machine.</p></noscript>"
        '<p class="kb-duties-said"></p><div class="kb-duties-decide"></div><div class="kb-duties-answer"></div>'
        f'<script type="application/json">{script_json(duties_data(kb))}</script></div>')
    return PageHtml(html, f"A form over {len(_conditions(kb))} provisions.")


def state(profile: Profile, on: str) -> str:
    """A profile and a day as the form keeps them in its address, after the `#`."""
    values: dict[str, str] = {}
    for name in Profile.model_fields:
        value = getattr(profile, name)
        if value is None:
            continue
        if isinstance(value, frozenset):
            values[name] = ",".join(sorted(value))
        elif isinstance(value, bool):
            values[name] = "yes" if value else "no"
        else:
            values[name] = f"{value:g}" if isinstance(value, float) else value.isoformat()
    return urlencode(values | {"on": on}, safe=",")


def in_market(case: Case, market: str) -> Profile:
    """The profile of a worked example in one of its markets; who is local is established there too."""
    place = frozenset([market])
    return case.profile.model_copy(update={"market": place} | ({"established_in": place} if case.local else {}))


def case_table(kb: KnowledgeBase, case: Case) -> Myst:
    """For each market and day of a worked example, what applies, what is to come, and what depends on more."""
    rows = []
    for market in case.markets:
        for on in case.dates:
            found = [d for d in duties(in_market(case, market), on, kb) if d.falls_on(case.profile)]
            cells = [_keys(d for d in found if d.answer and d.standing in ("binding", "contract")),
                     _keys(d for d in found if d.answer and d.standing == "scheduled"),
                     _keys(d for d in found if d.answer is None and d.standing in ("binding", "contract", "scheduled"))]
            link = f"{{kb-form}}`open {state(in_market(case, market), on)}`"
            rows.append((kb.label("jurisdictions", market), on, *cells, link))
    return table("answers", ("Market", "On", "Applies", "Comes later", "Depends on more", "In the form"), rows)


def _keys(found: Iterable[Duty]) -> str:
    """Provisions as links, by instrument: `EU AI Act: Art. 50(2), Art. 87`."""
    by_instrument: dict[str, list[str]] = {}
    for duty in found:
        words = re.sub(r"[<>`|]", "", duty.provision.ref)
        by_instrument.setdefault(duty.instrument.id, []).append(f"{{entry}}`{words} <{duty.key}>`")
    return "; ".join(f"{entries([id])}: {', '.join(links)}" for id, links in by_instrument.items()) or "—"


def cases_text(kb: KnowledgeBase) -> Myst:
    """Every worked example: who asks, what is taken for granted, and its table."""
    parts = []
    for case in kb.cases:
        said, denied = _given(case.profile, kb)
        if case.local:
            said.append("you are established in the market")
        parts.append(f"## {escape_md(case.title)}\n\n{escape_md(case.summary)}\n\n*Given:* {escape_md('; '.join(said))}. "
                     f"*Not so:* {escape_md('; '.join(denied))}.\n\n{case_table(kb, case)}")
    return Myst("\n\n".join(parts))


def _given(profile: Profile, kb: KnowledgeBase) -> tuple[list[str], list[str]]:
    """What a profile says in words: what holds, and what it says does not hold."""
    said: list[str] = []
    denied: list[str] = []
    for name in Profile.model_fields:
        value = getattr(profile, name)
        if value is None:
            continue
        if isinstance(value, frozenset):
            titles = [option_title(name, option, kb) for option in sorted(value)]
            words = f"{CHOICES[name]} {' and '.join(t[0].lower() + t[1:] if name in ('role', 'release') else t for t in titles)}"
            (said if titles else denied).append(words if titles else _NONE.get(name, f"{CHOICES[name]} any of those listed here"))
        elif isinstance(value, bool):
            (said if value else denied).append(FLAGS[name])
        else:
            words, unit = QUANTITIES[name]
            said.append(f"{words} {number(value) if isinstance(value, float) else value}{f' {unit}' if unit else ''}")
    return said, denied
