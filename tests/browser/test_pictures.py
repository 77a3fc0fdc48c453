"""The pictures of the README show what a user gets: the box on a fresh site, without a style of our own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.helpers.server import free_port
from tests.helpers.sites import ROOT

from . import pictures
from .owner import sample_in
from .pictures import (
    LAB_PICTURE,
    OWN_LINES,
    SCREENS,
    check_styles,
    fresh_site,
    reader_of,
    take_lab_picture,
    take_pictures,
)
from .sites import static_server

FOLDER = Path(pictures.__file__).parent
ALTERING = {
    "add_init_script",
    "add_style_tag",
    "color_scheme",
    "evaluate_handle",
    "route",
    "set_content",
    "style",
}
"""What Playwright offers to make a page other than its readers have it."""


def test_the_pictures_are_taken_of_a_site_with_the_lines_of_the_minute_alone(
    browser: Browser, tmp_path: Path
) -> None:
    site = fresh_site(tmp_path / "site", None)
    before = {path.relative_to(site) for path in site.rglob("*")}
    take_pictures(browser, site, tmp_path)
    for screen in SCREENS:
        assert (tmp_path / f"mainroad-{screen}.png").read_bytes().startswith(b"\x89PNG")
    lines = (site / "hugo.toml").read_text(encoding="utf-8").removeprefix(OWN_LINES)
    assert "[Params.sidebar]" in lines
    assert "style" not in lines.casefold()
    written = {path.relative_to(site) for path in site.rglob("*") if path.is_file()} - before
    own = {path for path in written if path.parts[0] not in (".zhsearch", "public", "resources")}
    assert {path.parts[:2] for path in own} == {("layouts", "partials")}
    for path in own:
        assert "--zh-search" not in (site / path).read_text(encoding="utf-8")


def test_the_picture_of_the_lab_shows_what_a_tried_synonym_moves(browser: Browser, tmp_path: Path) -> None:
    take_lab_picture(browser, sample_in(tmp_path), tmp_path / "lab.png")
    assert (tmp_path / "lab.png").read_bytes().startswith(b"\x89PNG")
    assert LAB_PICTURE.stat().st_size < 160_000


def test_no_picture_is_taken_of_a_page_with_a_style_of_ours(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<link rel="stylesheet" href="/theme.css"><h1>a</h1>')
    (tmp_path / "theme.css").write_text("h1 { color: blue }")
    with static_server(tmp_path, free_port()) as home, reader_of(browser, "desktop") as page:
        page.goto(home)
        check_styles(page)
        page.add_style_tag(content="h1 { color: red }")
        with pytest.raises(AssertionError, match="no user gets"):
            check_styles(page)


def test_the_script_of_the_pictures_alters_no_page() -> None:
    tree = ast.parse((FOLDER / "pictures.py").read_text(encoding="utf-8"))
    names = {getattr(node, key, None) for node in ast.walk(tree) for key in ("attr", "arg", "id")}
    assert not names & ALTERING


def test_the_pictures_in_the_readmes_are_all_that_there_are_and_load_quickly() -> None:
    taken = {FOLDER / f"mainroad-{screen}.png" for screen in SCREENS}
    assert set(FOLDER.glob("*.png")) == taken
    for path in taken:
        assert path.stat().st_size < 160_000
        for readme in ("README.md", "README.zh-CN.md"):
            assert f"]({path.relative_to(ROOT)})" in (ROOT / readme).read_text(encoding="utf-8")
