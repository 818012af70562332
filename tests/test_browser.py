"""The real site in headless Chromium: graph, tables, search, without an error and without another host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
                                  "catalogue/instruments/eu-ai-act", "catalogue/risks/biological-misuse-uplift",
                                  "argument/state-of-safety", "argument/power-security", "argument/safety-management",
                                  "argument/resilience", "argument/biosecurity", "tools/what-survives", "analyses/crosswalk"])
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
