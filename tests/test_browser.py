"""The real site in headless Chromium: graph, tables, search, without an error and without another host."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from policykb import Profile, duties, load
from policykb.analysis.status import status
from policykb.schema.base import first_day
from policykb.schema.condition import leaves
from policykb.words import by_element, plain

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# On a contributor's machine without Chromium the rest still runs; CI must have it.
pytestmark = pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="needs Chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "install Chromium"
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=CHROMIUM, args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"])
        yield instance
        instance.close()


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test at its end on any console error or any request to another host."""
    options = getattr(request, "param", {})
    context = browser.new_context(base_url=address, **{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda sent: None if urlsplit(sent.url).netloc == urlsplit(address).netloc
            or urlsplit(sent.url).scheme in ("data", "blob") else faults.append(sent.url))
    yield page
    context.close()
    assert faults == []


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_graph(page: Page) -> None:
    page.goto("analyses/graph.html")
    page.locator(".kb-figure[data-ready=true]").wait_for()


def point(page: Page, id: str) -> tuple[float, float]:
    """Where a node of the graph is on the screen, scrolled into view."""
    script = """id => {
        const plot = document.querySelector('.kb-figure .kb-plot');
        const trace = plot.data.find(t => t.customdata && t.customdata.includes(id));
        const i = trace.customdata.indexOf(id), layout = plot._fullLayout;
        const place = () => { const box = plot.getBoundingClientRect(); return [
            box.left + layout._size.l + layout.xaxis.l2p(trace.x[i]), box.top + layout._size.t + layout.yaxis.l2p(trace.y[i])]; };
        window.scrollBy({top: place()[1] - 400, behavior: "instant"});
        return place();
    }"""
    x, y = page.evaluate(script, id)
    return x, y


def test_the_graph_is_drawn_and_hover_shows_a_neighbourhood(page: Page) -> None:
    open_graph(page)
    assert page.locator(".kb-figure .scatterlayer .trace").count() >= 5
    page.mouse.move(*point(page, "gated-download"))
    page.locator(".kb-figure[data-focus=gated-download]").wait_for()
    assert "Irreversible spread" in page.locator(".kb-figure-note").inner_text()
    lines = page.evaluate("document.querySelector('.kb-plot').data.find(t => t.name === 'highlight').x.length")
    assert lines > 12


def test_a_click_opens_the_entry(page: Page) -> None:
    open_graph(page)
    x, y = point(page, "weight-theft")
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.wait_for_url("**/catalogue/risks/weight-theft.html")
    assert page.locator("article h1").inner_text().startswith("Theft")


def test_pan_and_zoom(page: Page) -> None:
    open_graph(page)
    ranges = "document.querySelector('.kb-plot')._fullLayout.yaxis.range.slice()"
    x, y = point(page, "weight-theft")
    before = page.evaluate(ranges)
    page.mouse.move(x - 200, y + 12)
    page.mouse.down()
    page.mouse.move(x - 200, y + 120, steps=5)
    page.mouse.up()
    panned = page.evaluate(ranges)
    assert panned[0] - panned[1] == pytest.approx(before[0] - before[1]) and panned != before
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"Math.abs(({ranges})[0] - ({ranges})[1]) < {abs(panned[0] - panned[1]) - 0.5}")


@pytest.mark.parametrize(("control", "value", "words"), [
    ("kind", "safeguard", "0 risks"), ("topic", "biosecurity", "Shown:"), ("pillar", "decentralisation", "Shown:"),
    ("release", "open-weights", "Under open weights,"),
])
def test_filters_change_the_graph_and_its_sentence(page: Page, control: str, value: str, words: str) -> None:
    open_graph(page)
    counts = "document.querySelector('.kb-plot').data.filter(t => t.customdata).map(t => t.customdata.length)"
    every = page.evaluate(counts)
    page.locator(f".kb-figure-tools select[name={control}]").select_option(value)
    page.wait_for_function("words => document.querySelector('.kb-figure figcaption').textContent.includes(words)", arg=words)
    if control == "release":
        lost = "document.querySelector('.kb-plot').data.find(t => t.name === 'none').x.length"
        assert page.evaluate(lost) > 0 and page.evaluate(counts) == every
    else:
        assert sum(page.evaluate(counts)) < sum(every)
    page.locator(".kb-figure-tools button").click()
    assert page.evaluate(counts) == every


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_first_tap_shows_and_the_second_opens(page: Page) -> None:
    open_graph(page)
    page.touchscreen.tap(*point(page, "weight-theft"))
    page.locator(".kb-figure[data-focus=weight-theft]").wait_for()
    assert page.url.endswith("graph.html")
    page.touchscreen.tap(*point(page, "weight-theft"))
    page.wait_for_url("**/catalogue/risks/weight-theft.html")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
@pytest.mark.parametrize("name", ["index", "analyses/graph", "analyses/coverage", "catalogue/safeguards", "catalogue/fields",
                                  "catalogue/instruments/eu-ai-act", "catalogue/instruments/us-il-sb-315", "catalogue/risks/biological-misuse-uplift",
                                  "argument/state-of-safety", "argument/power-security", "argument/safety-management",
                                  "argument/resilience", "argument/biosecurity", "tools/what-survives", "analyses/crosswalk", "argument/law", "analyses/open-questions", "analyses/unasked",
                                  "tools/which-duties", "tools/worked-cases", "tools/compare", "tools/timeline",
                                  "catalogue/jurisdictions", "catalogue/jurisdictions/eu", "questions", "argument/debate", "argument/diversity",
                                  "argument/compute", "argument/gap", "argument/decentralisation", "argument/proposals-to-law",
                                  "argument/outlook", "catalogue/proposals", "catalogue/models", "catalogue/models/deepseek-r1"])
def test_no_page_is_wider_than_a_phone(page: Page, name: str) -> None:
    page.goto(f"{name}.html")
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_table_filters_searches_and_sorts(page: Page) -> None:
    page.goto("catalogue/safeguards.html")
    rows = page.locator(".kb-table tbody tr:visible")
    every = rows.count()
    page.locator(".kb-table-tools").get_by_label("Open weights").select_option("fails")
    failing = rows.count()
    assert 0 < failing < every
    assert page.locator(".kb-table-count").inner_text() == f"{failing} of {every} safeguards"
    page.locator(".kb-table-tools input").fill("classifiers hosted")
    assert rows.count() == 1
    page.get_by_role("button", name="Reset").click()
    assert rows.count() == every
    titles = page.locator(".kb-table tbody tr td:first-child")
    head = page.locator(".kb-table th button").first
    head.click()
    first = titles.first.inner_text()
    head.click()
    assert page.locator(".kb-table th").first.get_attribute("aria-sort") == "descending"
    assert titles.first.inner_text() != first and titles.last.inner_text() == first


def test_the_matrix_filters_by_actor_stage_topic_and_evidence(page: Page) -> None:
    page.goto("tools/what-survives.html")
    table = page.locator(".kb-table").first
    rows = table.locator("tbody tr:visible")
    for label, value in (("Operated by", "Model hub"), ("Stage", "Evaluation"), ("Topics", "Biosecurity"), ("Rests on", "judgement")):
        every = rows.count()
        table.locator(".kb-table-tools").get_by_label(label).select_option(value)
        assert 0 < rows.count() < every, label
        table.get_by_role("button", name="Reset").click()
        assert rows.count() == every


def test_the_checklist_follows_release_and_role(page: Page) -> None:
    page.goto("argument/safety-management.html?release=open-weights&role=developer")
    lines = page.locator(".kb-checklist li[data-stage]:visible")
    gone = page.locator(".kb-gone li[data-stage]:visible")
    filters = page.locator(".kb-checklist li", has_text="Classifiers on a hosted service")
    assert gone.filter(has_text="Classifiers on a hosted service").count() == 1
    assert filters.locator("input").is_disabled()
    every = lines.count()
    page.get_by_label("Your release").select_option("hosted")
    assert gone.filter(has_text="Classifiers on a hosted service").count() == 0
    assert filters.locator("input").is_enabled()
    filters.locator("input").check()
    page.get_by_label("Your role").select_option("maintainer")
    assert 0 < lines.count() < every and "role=maintainer" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="YAML").click()
    assert download.value.suggested_filename == "hosted-maintainer.yml"


LAW = load("instrument")


def asked_values() -> tuple[dict[str, list[float | str]], dict[str, list[str]]]:
    """The thresholds and the choices that the conditions of the data ask for, by field."""
    edges: dict[str, set[float | str]] = {}
    values: dict[str, set[str]] = {}

    for instrument in LAW.instruments:
        for provision in instrument.provisions:
            for leaf, _ in leaves(provision.applies_if) if provision.applies_if else ():
                operand = getattr(leaf, leaf.operator)
                if isinstance(operand, list):
                    values.setdefault(leaf.operator, set()).update(operand)
                elif not isinstance(operand, bool):
                    edges.setdefault(leaf.operator, set()).update(v for v in operand.model_dump().values() if v is not None)
    return {k: sorted(v) for k, v in edges.items()}, {k: sorted(v) for k, v in values.items()}  # type: ignore[type-var]


EDGES, VALUES = asked_values()


def random_profile(draw: random.Random) -> dict[str, Any]:
    """A profile that leaves some fields open, with numbers and dates at and around the law's own thresholds."""
    profile: dict[str, Any] = {}
    for name, field in Profile.model_fields.items():
        if draw.random() < 0.35:
            continue
        if name in VALUES:
            # Few values each, so that all kinds of answer come up.
            profile[name] = [v for v in VALUES[name] if draw.random() < 0.2]
        elif name in EDGES and name != "placed_on_market":
            profile[name] = float(draw.choice(EDGES[name])) * draw.choice([0.5, 1, 1, 1.0000001, 3])
        elif name == "placed_on_market":
            profile[name] = (first_day(str(draw.choice(EDGES[name]))) + dt.timedelta(days=draw.choice([-1, 0, 1]))).isoformat()
        elif "bool" in str(field.annotation):
            profile[name] = draw.random() < 0.5
    return profile


def test_the_page_and_python_give_the_same_answers(page: Page) -> None:
    """Thousands of random profiles and days: truth, open fields and standing of every provision."""
    page.goto("tools/which-duties.html")
    page.locator(".kb-duties[data-ready=true]").wait_for()
    draw = random.Random(4)
    asked = [(random_profile(draw), (dt.date(2022, 1, 1) + dt.timedelta(days=draw.randrange(2900))).isoformat()) for _ in range(2000)]
    words = page.evaluate("""asked => {
        const data = JSON.parse(document.querySelector('.kb-duties script[type="application/json"]').textContent);
        return asked.map(([profile, on]) => window.kbDuties.answers(data, profile, on).map(
            x => `${x.provision.instrument}#${x.provision.provision} ${x.answer} ${x.open.join(",")} ${x.standing}`).sort().join("\\n"));
    }""", asked)
    seen = set()
    for (profile, on), theirs in zip(asked, words, strict=True):
        found = [(d.key, {True: "true", False: "false", None: "null"}[d.answer], ",".join(d.open), d.standing)
                 for d in duties(profile, on, LAW)]
        seen |= {(answer, standing) for _, answer, _, standing in found}
        assert theirs == "\n".join(sorted(" ".join(x) for x in found)), (profile, on)
    assert {answer for answer, _ in seen} == {"true", "false", "null"} and len(seen) > 12


def duty_unasked(instrument: str, provision: str) -> tuple[str, str]:
    """The first point that a provision leaves unasked: its element in words, and its text without markup."""
    (found,) = (p for i in LAW.instruments if i.id == instrument for p in i.provisions if p.id == provision)
    element, texts = by_element(found)[0]
    return element, plain(texts[0], LAW)


def test_the_form_answers_as_one_types_and_keeps_its_state_in_the_address(page: Page) -> None:
    page.goto("tools/which-duties.html#on=2026-12-01")
    count, groups = page.locator(".kb-duties-count"), page.locator(".kb-duties-group")
    assert "Say what you do" in count.inner_text() and groups.count() == 0
    page.locator("[name=role][value=developer]").check()
    page.locator("[name=market][value=eu]").check()
    depends = groups.filter(has_text="It depends on what you left open")
    copyright = page.locator(".kb-duty", has_text="Art. 53(1)(c)").first
    assert copyright.count() == 1 and depends.locator(".kb-duty", has_text="Art. 53(1)(c)").count() == 1
    for name, value in (("general_purpose", "yes"), ("research_only", "no"), ("defence_only", "no"), ("commercial_activity", "yes"),
                        ("licence_free_and_open", "yes"), ("weights_and_information_public", "yes"), ("monetised", "no"),
                        ("designated_systemic_risk", "no")):
        control = page.locator(f"select[name={name}]")
        if control.count():
            control.evaluate("e => { e.closest('details').open = true; }")
            control.select_option(value)
    page.locator("details", has_text="Compute and first day").locator("summary").first.evaluate("e => { e.parentElement.open = true; }")
    page.locator("[name=training_flop]").fill("4 × 10^24")
    page.locator("[name=placed_on_market]").fill("2026-11-01")
    page.locator("[name=offering][value=model]").check()
    page.locator("[name=release][value=open-weights]").check()
    binding = groups.filter(has_text="Binding on you on this day")
    assert binding.locator(".kb-duty", has_text="Art. 53(1)(c)").count() == 1
    assert binding.locator(".kb-duty", has_text="Art. 53(1)(a)").count() == 0
    page.locator("[name=training_flop]").fill("4e25")
    assert binding.locator(".kb-duty", has_text="Art. 53(1)(a)").count() == 1
    assert "training_flop=4e25" in page.url and "#" in page.url and "?" not in page.url
    why = binding.locator(".kb-duty", has_text="Art. 53(1)(a)").locator("details").first
    why.locator("summary").click()
    assert "you said 4e25" in why.inner_text()
    also = page.locator(".kb-duty", has_text="Art. 53(1)(a)").locator("details", has_text="Turns also on what is not asked here").first
    also.locator("summary").click()
    element, what = duty_unasked("eu-ai-act", "art-53-1-a")
    assert element in also.locator("summary").inner_text() and also.locator("li", has_text=what).is_visible()
    assert re.search(r"binding \(\d+ of them turn also on points that the form does not ask\)", count.inner_text())
    page.emulate_media(media="print")
    said = page.locator(".kb-duties-said")
    assert said.is_visible() and not page.locator(".kb-duties form").is_visible()
    assert "Cumulative training compute, in FLOP: 4e25" in said.inner_text() and "Day: 2026-12-01" in said.inner_text()
    page.emulate_media(media="screen")
    shown = count.inner_text()
    address = page.url
    page.goto("index.html")
    page.goto(address)
    assert page.locator(".kb-duties-count").inner_text() == shown
    page.locator("[name=training_flop]").fill("plenty")
    assert page.locator("[name=training_flop][aria-invalid]").count() == 1
    page.get_by_role("button", name="Start again").click()
    assert "Say what you do" in count.inner_text() and page.locator("[name=role]:checked").count() == 0


def test_a_worked_example_opens_in_the_form(page: Page) -> None:
    page.goto("tools/worked-cases.html")
    page.get_by_role("link", name="open", exact=True).first.click()
    page.wait_for_url("**/tools/which-duties.html#*")
    assert page.locator("[name=role][value=modifier]").is_checked() and page.locator("[name=market][value=eu]").is_checked()
    assert page.locator("[name=modification_flop_share]").input_value() == "0.001"
    assert page.locator(".kb-duties-count").inner_text().startswith("On 2026-12-01: ")


def test_none_of_these_is_an_answer_and_nothing_is_not(page: Page) -> None:
    page.goto("tools/which-duties.html#role=developer&market=eu&capability=&on=2026-12-01")
    assert page.locator("[name=capability][data-none]").is_checked()
    page.locator("[name=capability][value=agentic]").check()
    assert not page.locator("[name=capability][data-none]").is_checked() and "capability=agentic" in page.url


def test_text_in_the_address_is_never_markup(page: Page) -> None:
    page.goto("tools/which-duties.html#role=developer&market=eu&training_flop=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&on=%3Cb%3E")
    assert page.locator(".kb-duties img, .kb-duties b").count() == 0


def test_the_comparison_can_be_narrowed_and_taken_away(page: Page) -> None:
    page.goto("tools/compare.html")
    box = page.locator(".kb-compare")
    rows, heads = box.locator("tbody tr:visible"), box.locator("thead th:visible")
    every = rows.count()
    assert every == len(LAW.instruments) and heads.count() == 7
    box.get_by_label("Place").select_option("eu")
    assert 0 < rows.count() < every and "place=eu" in page.url
    box.locator("summary").click()
    box.get_by_role("button", name="None").click()
    box.get_by_label("Compute threshold").check()
    assert heads.all_inner_texts() == ["Instrument", "Compute threshold"]
    box.get_by_label("only rows with a provision").check()
    assert 0 < rows.count() < every
    assert box.locator("tbody td:visible").filter(has_not=page.locator("a")).count() == 0
    with page.expect_download() as download:
        box.get_by_role("button", name="Download CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == '"Place","Kind","Status","Instrument","Compute threshold"' and len(lines) == rows.count() + 1
    address = page.url
    page.goto("index.html")
    page.goto(address)
    assert heads.count() == 2
    link = box.locator("tbody tr:visible td:visible a").first
    target = str(link.get_attribute("href")).split("#")[1]
    link.click()
    page.wait_for_url("**/catalogue/instruments/**")
    assert page.locator(f"[id='{target}']").count() == 1


def test_the_timeline_asks_for_any_day_and_agrees_with_python(page: Page) -> None:
    page.goto("tools/timeline.html")
    box = page.locator(".kb-timeline")
    script = """() => Object.fromEntries([...document.querySelectorAll('.kb-timeline [data-list=status] li')].map(
        li => [li.dataset.instrument, li.textContent.split(': ').pop()]))"""
    for day in ("2023-07-01", "2025-03-01", "2026-11-24", "2028-01-01"):
        box.get_by_label("As of").fill(day)
        stood = {i.id: status(i, dt.date.fromisoformat(day)) for i in LAW.instruments}
        assert page.evaluate(script) == {id: f"{s.label} since {s.since}" for id, s in stood.items() if s.kind}
    items = box.locator("li[data-date]:visible")
    every = items.count()
    assert every == sum(len(i.events) for i in LAW.instruments)
    box.get_by_label("Place").select_option("us-ca")
    box.get_by_label("Kind of event").select_option("vetoed")
    assert 0 < items.count() < every and "kind=vetoed" in page.url
    assert box.locator("circle:visible").count() == items.count()


def test_the_graph_of_the_chain_can_be_narrowed_to_a_link(page: Page) -> None:
    page.goto("argument/biosecurity.html")
    page.locator(".kb-figure").scroll_into_view_if_needed()
    page.locator(".kb-figure[data-ready=true]").wait_for()
    counts = "document.querySelector('.kb-plot').data.filter(t => t.customdata).map(t => t.customdata.length)"
    every = page.evaluate(counts)
    page.locator(".kb-figure-tools select[name=link]").select_option("synthesis")
    page.wait_for_function("document.querySelector('.kb-figure figcaption').textContent.includes('Shown:')")
    assert 0 < page.evaluate(counts)[0] < every[0] and 0 < page.evaluate(counts)[1] < every[1]


def test_figures_by_size_sort_by_number(page: Page) -> None:
    page.goto("catalogue/models.html")
    page.get_by_role("button", name="Parameters").click()
    sizes = [text for text in page.locator(".kb-table tbody tr td:nth-child(7)").all_inner_texts() if text]
    scale = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
    values = [float(size.split()[0]) * scale[size.split()[1]] for size in sizes]
    assert len(values) > 5 and values == sorted(values)


def test_search_finds_an_entry(page: Page) -> None:
    page.goto("search.html?q=abliteration")
    result = page.locator("#search-results a", has_text="efusal").first
    result.wait_for(timeout=15_000)
    result.click()
    page.wait_for_url("**/catalogue/**")


def test_the_search_field_of_a_page_leads_to_results(page: Page) -> None:
    page.goto("catalogue/risks/weight-theft.html")
    page.locator(".search-button__button").first.click()
    page.locator("#pst-search-dialog input").fill("weights")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=weights*")
    page.locator("#search-results li").first.wait_for(timeout=15_000)


def test_a_page_without_a_figure_loads_no_plotting_library(page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda sent: loaded.append(sent.url))
    page.goto("catalogue/risks/weight-theft.html", wait_until="networkidle")
    assert loaded and not [url for url in loaded if "plotly" in url or "kb-figure" in url]


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}, {"color_scheme": "light"}], indirect=True)
def test_text_can_be_read_in_light_and_dark(page: Page) -> None:
    """Contrast of every label on its ground is at least 4.5 (WCAG 2.2, 1.4.3)."""
    page.goto("catalogue/safeguards/gated-download.html")
    poor = page.evaluate("""() => {
        const parse = c => c.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] > .99) return c; } return [255, 255, 255]; };
        return [...document.querySelectorAll('.kb-badge, .kb-chip, .kb-report, .kb-facts dd, .kb-lead')].map(e => {
            const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
            return [e.className, e.textContent.trim().slice(0, 20), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
        }).filter(([, , ratio]) => ratio < 4.5);
    }""")
    assert poor == []


def test_the_debate_shows_who_answers_whom(page: Page) -> None:
    page.goto("argument/debate.html")
    figure = page.locator(".kb-network[data-ready=true]")
    box = figure.locator("a[data-id=nonproliferation-wrong-approach]")
    box.scroll_into_view_if_needed()
    box.hover()
    note = figure.locator(".kb-figure-note")
    assert "disputes “Superintelligence Strategy”" in note.inner_text()
    assert figure.locator("path.kb-near").count() >= 1
    assert "kb-near" in (figure.locator("a[data-id=superintelligence-strategy]").get_attribute("class") or "")
    # A question colours those who answer it and dims the rest.
    figure.locator("select[name=crux]").select_option("restraint-contains")
    kb = load("proposal")
    said = [(p.id, x.says) for p in kb.proposals for x in p.positions if x.crux == "restraint-contains"]
    shown = {(n.get_attribute("data-id"), n.get_attribute("data-says")) for n in figure.locator("a[data-says]").all()}
    assert shown == set(said) and len({says for _, says in said}) > 1
    assert figure.locator("a.kb-dim").count() == len(kb.proposals) - len(said)
    assert f"{sum(says == 'no' for _, says in said)} say no" in note.inner_text()
    figure.locator("button[name=reset]").click()
    assert figure.locator("a.kb-dim").count() == 0
    figure.locator("select[name=form]").select_option("model-law")
    assert note.inner_text().startswith(f"{sum(p.form == 'model-law' for p in kb.proposals)} of {len(kb.proposals)}")
    figure.locator("button[name=reset]").click()
    box.click()
    page.wait_for_url("**/catalogue/proposals/nonproliferation-wrong-approach.html")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_first_tap_on_a_model_shows_its_line(page: Page) -> None:
    page.goto("argument/diversity.html")
    figure = page.locator(".kb-network[data-ready=true]")
    node = figure.locator("a[data-id=deepseek-r1]")
    node.scroll_into_view_if_needed()
    node.tap()
    assert "“DeepSeek-V3” was made into (further training) it" in figure.locator(".kb-figure-note").inner_text()
    node.tap()
    page.wait_for_url("**/catalogue/models/deepseek-r1.html")


def test_models_stand_against_the_lines_and_open_on_a_click(page: Page) -> None:
    page.goto("argument/compute.html")
    plot = page.locator(".kb-figure .js-plotly-plot")
    plot.wait_for()
    shown = plot.evaluate("p => p.data.filter((t) => t.mode === 'markers').map((t) => t.x.length)")
    kb = load("model")
    assert sum(shown) == sum(m.training_flop is not None for m in kb.models)
    assert plot.evaluate("p => p.layout.yaxis.type") == "log"
    assert {1e23, 1e25, 1e26} <= set(plot.evaluate("p => p.data.filter((t) => t.mode === 'lines').map((t) => t.y[0])"))
    points = plot.locator(".scatterlayer .point")
    points.last.scroll_into_view_if_needed()
    points.last.click(force=True)
    page.wait_for_url("**/catalogue/models/*.html")


QUESTIONS = ("fine-tune", "base-compute", "exemption", "placing", "deployer", "name", "survives", "origin", "evidence", "liable", "hosting",
             "restrict", "marginal", "bio", "trade")


def test_every_question_is_one_click_from_home_and_leads_on(page: Page) -> None:
    for question in QUESTIONS:
        page.goto("index.html")
        page.locator(f"main a[href$='questions.html#q-{question}']").first.click()
        page.wait_for_url(f"**/questions.html#q-{question}")
        section = page.locator(f"section:has(> #q-{question}), section#q-{question}").first
        assert section.locator("h2").is_visible()
        text = section.inner_text()
        assert "Rests on" in text and "Checked" in text and "Go on:" in text, question
        # What the answer rests on, and a tool or a chapter, are a click away: three from home at most.
        assert section.locator("a[href*='catalogue/']").count() >= 2, question
        assert section.locator("a[href*='tools/'], a[href*='argument/'], a[href*='analyses/'], a[href*='catalogue/models.html']").count() >= 1, question
