"""`zhsearch reindex --html`: the built pages of any generator, from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.helpers.built_sites import page, write_pages
from zhsearch.index.pipeline import Watcher
from zhsearch.search.cli import main
from zhsearch.search.cli.checked_settings import checked_settings

PAGES = {
    "posts/a.html": page("<main><h1>甲</h1><p>貔貅在山里</p></main>", title="甲"),
    "tags/x.html": page("<main><h1>标签</h1><a href='/posts/a.html'>甲</a></main>"),
    "404.html": page("<main><p>没有这一页</p></main>"),
    "old.html": page("", head="<meta http-equiv='refresh' content='0;url=/posts/a.html'>"),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()  # another generator's, which is not read
    return write_pages(tmp_path / "dist", PAGES)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def test_built_pages_are_indexed_and_what_is_left_out_is_counted(site: Path) -> None:
    result = run("reindex", "--html", "dist")
    assert result.exit_code == 0, result.output
    assert "1 lists of pages, 1 redirects, 1 error pages" in result.stdout
    assert json.loads(run("query", "貔貅", "--json").stdout)["results"][0]["url"] == "/posts/a.html"


def test_each_page_that_is_left_out_is_named_with_the_reason(site: Path) -> None:
    report = json.loads(run("reindex", "--html", "dist", "--json", "-v").stdout)
    assert {page["path"]: page["kind"] for page in report["left_out"]} == {
        "tags/x.html": "list",
        "404.html": "error_page",
        "old.html": "redirect",
    }
    assert report["unpublished_reasons"] == {"error_page": 1, "list": 1, "redirect": 1}


def test_the_setting_html_does_the_same(site: Path) -> None:
    (site.parent / "zhsearch.toml").write_text('html = "dist"\nhtml_base = "/docs/"\n', encoding="utf-8")
    assert run("reindex").exit_code == 0
    assert json.loads(run("query", "貔貅", "--json").stdout)["results"][0]["url"] == "/docs/posts/a.html"


def test_a_folder_that_is_not_built_is_an_error_with_the_remedy(site: Path) -> None:
    result = run("reindex", "--html", "public")
    assert result.exit_code == 1
    assert "public is not a folder. Build the site" in result.stderr


def test_a_new_build_is_noticed(site: Path) -> None:
    (site.parent / "zhsearch.toml").write_text('html = "dist"\n', encoding="utf-8")
    watcher = Watcher()
    try:
        assert watcher.aim(checked_settings(), Path.cwd()) is None
        write_pages(site, {"posts/b.html": PAGES["posts/a.html"]})
        assert watcher.wait(60)
    finally:
        watcher.close()
