"""The site's colours on the search page: what is read can be read, and the owner is told of what could not."""

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.errors import SettingsError
from zhsearch.search.http.app import create_app
from zhsearch.search.http.page_colours import READABLE, PageColours, contrast
from zhsearch.search.settings import Settings, load_settings

COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
ONE_OR_TWO = st.lists(COLOUR, max_size=2).map(tuple)
DEFAULTS = {"tint": "#f3f5f7", "chosen": "#e6eff4", "zh-search-background": "#ffffff"}
DARK = {"tint": "#262c33", "chosen": "#2a3942", "zh-search-background": "#1b1f24"}


def palettes(css: str) -> list[dict[str, str]]:
    """The variables of light and of dark pages."""
    light, *dark = css.split("@media")
    first = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", light))
    return [first, dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", dark[0]))] if dark else [first]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("colours"), {"posts/a.md": post("算力", "芯片")}))


@given(ONE_OR_TWO, ONE_OR_TWO, ONE_OR_TWO)
def test_text_can_be_read_whatever_the_colours(
    accent: tuple[str, ...], background: tuple[str, ...], text: tuple[str, ...]
) -> None:
    colours = PageColours(accent=accent, background=background, text=text)
    for defaults, palette in zip((DEFAULTS, DARK), palettes(colours.css()), strict=False):
        shown = defaults | palette
        back = shown["zh-search-background"]
        if "zh-search-text" in shown:
            assert contrast(shown["zh-search-text"], back) >= READABLE
            assert contrast(shown["soft"], back) >= READABLE
        if "zh-search-accent" in shown:
            assert contrast(shown["zh-search-accent"], back) >= READABLE
            assert contrast(shown["on-accent"], shown["zh-search-accent"]) >= READABLE


def test_one_accent_is_kept_on_light_pages_and_lighter_on_dark_ones() -> None:
    colours = PageColours(accent=("#c01f22",))
    light, dark = palettes(colours.css())
    assert light["zh-search-accent"] == "#c01f22"
    assert contrast(dark["zh-search-accent"], DARK["tint"]) >= READABLE
    assert list(colours.replaced()) == []


def test_a_dark_background_is_dark_for_all_readers() -> None:
    css = PageColours(background=("#002b36",)).css()
    assert "color-scheme:dark" in css
    assert "@media" not in css


def test_without_colours_of_the_site_the_style_sheet_is_as_it_is() -> None:
    assert PageColours().css() == ""


def test_the_owner_is_told_of_a_colour_that_cannot_be_read(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        create_app(replace(site, page_accent=("#ffcc01",), page_text=("#eeeeee",)))
    assert "page_accent = #ffcc01 cannot be read on" in caplog.text
    assert "page_text = #eeeeee cannot be read on #ffffff: contrast 1.2, needed 4.5" in caplog.text


def test_the_colours_are_in_the_style_sheet_that_the_page_loads(site: Settings) -> None:
    client = create_app(replace(site, page_accent=("#c01f22",))).test_client()
    page = client.get("/search").get_data(as_text=True)
    address = re.search(r'"(/page.css\?v=[0-9a-f]+)"', page)
    assert address
    style = client.get(address[1])
    assert "--zh-search-accent:#c01f22" in style.get_data(as_text=True)
    assert "immutable" in style.headers["Cache-Control"]
    assert "immutable" not in client.get("/page.css").headers["Cache-Control"]
    other = create_app(site).test_client().get("/search").get_data(as_text=True)
    assert address[1] not in other
    assert "style=" not in page


@pytest.mark.parametrize("value", ['"red"', '"#12345"', '"#gggggg"', "7", '["#fff", "#000", "#111"]', "[1]"])
def test_what_is_no_colour_is_named(tmp_path: Path, value: str) -> None:
    (tmp_path / "zhsearch.toml").write_text(f"page_accent = {value}\n")
    with pytest.raises(SettingsError, match=r"page_accent = .* is not a colour: write"):
        load_settings(folder=tmp_path)


def test_colours_are_read_in_every_way_of_writing(tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text('page_accent = "#B32"\npage_background = ["#fff", "#000000"]\n')
    settings = load_settings(folder=tmp_path, environ={"ZHSEARCH_PAGE_TEXT": "#333, #eee"})
    assert settings.page_accent == ("#bb3322",)
    assert settings.page_background == ("#ffffff", "#000000")
    assert settings.page_text == ("#333333", "#eeeeee")
