"""The box that `zhsearch init` writes into real sites of Hexo and VitePress (`make generators`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.generators import hexo, vitepress
from tests.generators.built import Build, Built
from tests.helpers.server import free_port, serving
from tests.helpers.sites import SEED
from zhsearch.search.settings import Settings

from .conftest import zhsearch
from .reader import LOCALE, hits, search_field, settled
from .sites import static_server


@pytest.fixture(scope="module", autouse=True)
def is_wanted() -> None:
    """Skip these tests unless they are asked for."""
    if "TESTS_GENERATORS" not in os.environ:
        pytest.skip("real generators are built by `make generators`")


def _index(built: Built, index: Path) -> None:
    zhsearch("reindex", "--html", str(built.html), "--index", str(index))


def _serve(folder: Path, build: Build) -> Iterator[str]:
    """Build a site with the box, index its HTML and serve both; yields the site's URL."""
    port, site_port = free_port(), free_port()

    def prepare(project: Path) -> None:
        zhsearch("init", str(project), "--url", f"http://127.0.0.1:{port}")

    built = build(folder, prepare)
    index = folder / "index"
    _index(built, index)
    cors = {"ZHSEARCH_CORS_ORIGINS": f"http://127.0.0.1:{site_port}"}
    with (
        serving(folder, Settings(index=index), "--workers", "1", environ=cors, port=port),
        static_server(built.html, site_port) as address,
    ):
        yield address


@pytest.fixture(scope="module")
def next_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Hexo site with NexT."""
    yield from _serve(tmp_path_factory.mktemp("next"), hexo.NEXT.build)


@pytest.fixture(scope="module")
def vitepress_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a VitePress site."""
    yield from _serve(tmp_path_factory.mktemp("vitepress"), vitepress.VITEPRESS.build)


@pytest.fixture(params=["light", "dark"])
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a Chinese reader, in a light and in a dark colour scheme. A script error fails the test."""
    context = browser.new_context(
        locale=LOCALE, color_scheme=request.param, viewport={"width": 1280, "height": 900}
    )
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors


def is_dark(page: Page, selector: str) -> bool:
    """Whether the first colour below an element that is not transparent is dark."""
    return bool(
        page.locator(selector).first.evaluate(
            """element => {
              for (let node = element; node; node = node.parentElement || (node.getRootNode() || {}).host) {
                const parts = getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).map(Number);
                if (parts.length < 4 || parts[3] > 0) return (parts[0] + parts[1] + parts[2]) / 3 < 128;
              }
              return false;
            }"""
        )
    )


def opened_field(tab: Page) -> Locator:
    """Open the search by the button in the header, and return its field."""
    button = tab.locator("zh-search-button button").locator("visible=true")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    return search_field(tab)


def _search_and_open(tab: Page, screenshot: Path) -> None:
    field = opened_field(tab)
    expect(field).to_be_in_viewport()
    field.press_sequentially("國產算力", delay=20)
    settled(tab)
    expect(hits(tab).locator(".title").first).to_have_text(SEED)
    tab.screenshot(path=screenshot, animations="disabled")
    dark = bool(tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
    assert is_dark(tab, "zh-search .panel") == is_dark(tab, "main") == dark
    hits(tab).first.locator("a.page").click()
    expect(tab.locator("h1").filter(has_text=SEED)).to_be_visible()


@pytest.mark.parametrize("name", ["next", "vitepress"])
def test_the_box_in_a_theme_finds_the_post_and_opens_it(
    tab: Page, name: str, screenshots: Path, request: pytest.FixtureRequest
) -> None:
    tab.goto(request.getfixturevalue(f"{name}_site"))
    scheme = "dark" if tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    _search_and_open(tab, screenshots / f"{name}-{scheme}.png")
    expect(tab.locator("zh-search-button button").locator("visible=true")).to_be_visible()


def test_the_box_in_vitepress_outlives_navigation_without_a_load(
    tab: Page, vitepress_site: str, screenshots: Path
) -> None:
    tab.goto(f"{vitepress_site}/guanyu.html")
    expect(tab.locator("zh-search-button button")).to_be_visible()
    tab.evaluate("window.isTheSameDocument = true")
    tab.locator(".VPSidebar").get_by_text("川西自驾的行李清单").click()
    expect(tab.locator("h1")).to_contain_text("川西自驾的行李清单")
    assert tab.evaluate("window.isTheSameDocument")
    field = opened_field(tab)
    field.press_sequentially("滷味攤", delay=20)
    settled(tab)
    expect(hits(tab).locator(".title").first).to_have_text("臺北夜市裡的滷味攤")
    tab.screenshot(path=screenshots / "vitepress-navigated.png", animations="disabled")


@pytest.mark.parametrize("name", ["next", "vitepress"])
def test_the_button_in_a_theme_fits_a_phone(
    browser: Browser, name: str, screenshots: Path, request: pytest.FixtureRequest
) -> None:
    context = browser.new_context(locale=LOCALE, viewport={"width": 390, "height": 800})
    tab = context.new_page()
    tab.goto(request.getfixturevalue(f"{name}_site"))
    opened_field(tab).press_sequentially("國產算力", delay=20)
    settled(tab)
    expect(hits(tab).first).to_be_visible()
    tab.screenshot(path=screenshots / f"{name}-phone.png", animations="disabled")
    tab.get_by_role("button", name="取消").click()
    tab.screenshot(path=screenshots / f"{name}-phone-closed.png", animations="disabled")
    expect(tab.locator(".VPNavBarHamburger, .site-nav-toggle")).to_be_in_viewport(ratio=1)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
