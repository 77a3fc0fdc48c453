"""Runs over a built site: only what shows other text is analysed again, and a broken file is named."""

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.built_sites import html_settings, page, read_one, read_pages, write_pages
from tests.helpers.sites import Searcher
from zhsearch.index.errors import SiteError
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.reader import HtmlReader
from zhsearch.index.html.site_rules import SiteRules, read_rules
from zhsearch.index.html.source import HtmlSource
from zhsearch.index.models import Document, ReindexReport
from zhsearch.index.pipeline import open_source, reindex
from zhsearch.index.pipeline.run import StrictError
from zhsearch.index.pipeline.sources import source_folders
from zhsearch.index.settings import IndexSettings
from zhsearch.index.settings_reader import read_settings

ANIMALS = {"a": "貔貅", "b": "麒麟", "c": "凤凰", "d": "白泽"}


def post(animal: str, *, build: str = "1", footer: str = "版权所有") -> str:
    head = f"<link rel='stylesheet' href='/app.{build}.css'>"
    body = f"<main><h1>{animal}</h1><p>{animal}在山里</p><p>{footer}</p></main>"
    return page(body, head=head, title=f"{animal} | 山海")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_pages(
        tmp_path / "public", {f"{name}/index.html": post(animal) for name, animal in ANIMALS.items()}
    )


def counts(report: ReindexReport) -> tuple[int, int, int, int]:
    return report.indexed, report.unchanged, report.updated, report.deleted


def test_a_built_site_is_searched(site: Path) -> None:
    settings = html_settings(site)
    report = reindex(settings)
    assert counts(report) == (4, 0, 0, 0)
    search = Searcher(settings)
    assert search.titles("山里 麒麟") == ["麒麟"]
    assert search.titles("版权所有") == []
    assert search.engine.site.title == "山海"
    assert search("凤凰")["results"][0]["url"] == "/c/"


def test_a_new_build_of_the_same_text_analyses_nothing_again(site: Path) -> None:
    settings = html_settings(site)
    first = reindex(settings).generation
    write_pages(site, {f"{name}/index.html": post(animal, build="2") for name, animal in ANIMALS.items()})
    report = reindex(settings)
    assert counts(report) == (0, 4, 0, 0)
    assert report.generation == first


def test_only_changed_pages_are_analysed_again(site: Path) -> None:
    settings = html_settings(site)
    reindex(settings)
    write_pages(site, {"a/index.html": post("穷奇"), "e/index.html": post("饕餮")})
    (site / "b/index.html").unlink()
    assert counts(reindex(settings)) == (2, 2, 1, 1)
    search = Searcher(settings)
    assert [search.titles(q) for q in ("穷奇", "饕餮", "貔貅", "麒麟")] == [["穷奇"], ["饕餮"], [], []]


def test_what_most_pages_begin_to_share_goes_from_those_that_did_not_change(site: Path) -> None:
    settings = html_settings(site)
    write_pages(
        site,
        {"a/index.html": post("貔貅", footer="联系站长"), "b/index.html": post("麒麟", footer="联系站长")},
    )
    reindex(settings)
    assert sorted(Searcher(settings).titles("联系站长")) == ["貔貅", "麒麟"]
    write_pages(site, {"c/index.html": post("凤凰", footer="联系站长")})
    reindex(settings)
    assert Searcher(settings).titles("联系站长") == []
    incremental = [Searcher(settings)(animal)["results"] for animal in ANIMALS.values()]
    reindex(settings, full=True)
    assert [Searcher(settings)(animal)["results"] for animal in ANIMALS.values()] == incremental


def test_a_broken_file_is_named_and_the_rest_is_searched(site: Path) -> None:
    settings = html_settings(site, max_post_bytes=2_000)
    (site / "big.html").write_text(page("<main>" + "字" * 3_000), encoding="utf-8")
    (site / "c/index.html").unlink()
    (site / "c/index.html").symlink_to(site / "a/index.html")
    report = reindex(settings)
    assert [notice.path for notice in report.skipped] == ["big.html", "c/index.html"]
    assert report.indexed == 3
    with pytest.raises(StrictError, match=r"big\.html"):
        reindex(settings, strict=True)


def test_the_files_that_the_owner_excludes_are_left_out(site: Path) -> None:
    report = reindex(html_settings(site, exclude=("b/**", "x")))
    assert (report.indexed, report.excluded) == (3, 1)
    assert [notice.path for notice in report.warnings] == ["exclude = 'x'"]


def test_a_folder_without_pages_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"is not a folder.*--html DIR"):
        open_source(html_settings(tmp_path / "public"))
    (tmp_path / "public").mkdir()
    with pytest.raises(SiteError, match="has no HTML files"):
        open_source(html_settings(tmp_path / "public"))


def test_a_change_of_the_source_is_told_and_analyses_everything(site: Path, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("---\ntitle: 甲\n---\n乙\n", encoding="utf-8")
    settings = html_settings(site)
    reindex(IndexSettings(content=tmp_path / "content", index=settings.index, cache=settings.cache))
    report = reindex(settings)
    assert "where pages come from" in (report.rebuilt_because or "")
    assert (report.indexed, report.deleted) == (4, 1)


def test_the_setting_html_alone_reads_no_content_folder(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    alone = read_settings(IndexSettings, flags={"html": tmp_path / "out"}, folder=tmp_path, environ={})
    both = read_settings(
        IndexSettings,
        flags={"html": tmp_path / "out", "content": tmp_path / "content"},
        folder=tmp_path,
        environ={},
    )
    assert (alone.has_content, both.has_content) == (False, True)
    assert source_folders(alone) == ((tmp_path / "out").resolve(),)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "国家标准"),
        ("gbk", "國家標準"),
        ("big5", "國家標準"),
        ("utf-16", "国家标准"),
        ("utf-8", "国家標準"),
    ],
)
def test_a_page_in_another_encoding_is_read(charset: str, text: str) -> None:
    html = page(f"<main><p>{text}</p></main>").replace("utf-8", charset)
    warnings: list[str] = []
    assert decode_html(html.encode(charset), warnings) == html
    assert warnings == []


def test_a_page_that_names_no_encoding_and_is_not_utf_8_is_in_that_of_chinas_standard() -> None:
    assert decode_html("<p>国家标准</p>".encode("gb18030"), []) == "<p>国家标准</p>"


@given(st.binary(max_size=300), st.sampled_from(["", '<meta charset="gbk">', '<meta charset="x">', "<main>"]))
def test_arbitrary_bytes_are_a_page_or_none(data: bytes, head: str) -> None:
    html = decode_html(head.encode() + data, [])
    assert isinstance(html, str)


FRAGMENTS = (
    "<html lang=zh>", "<head><title>题 | 站</title></head>", "<body>", "<main>", "</main>", "<article>", "</article>",
    "<h1 id=a>题<a href='#a'>#</a></h1>", "<h2>", "</h2>", "<p class='toc post-meta'>", "<header>", "</header>", "<footer>",
    "<section id=b>", "</section>", "<pre>a\nb</pre>", "<div hidden>", "</div>", "<a href='//[::1'>", "</a>", "<!--",
    "<script type='application/ld+json'>[[[{}]]]</script>", "<time datetime='2025-99-99'>", "<link rel=canonical href='//'>",
    "<p data-pagefind-weight=9 data-pagefind-meta='a[b], c:d'>重</p>", "<main data-pagefind-body>", "文字", "\x00", "<table><tr><td>",
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_any_markup_is_a_page_whose_sections_lie_in_its_text(fragments: list[str]) -> None:
    found = HtmlReader(Path("nowhere"), SiteRules()).page("a/index.html", "".join(fragments))
    if isinstance(found, Document):
        assert "\n\n" not in found.text
        for section in found.sections:
            assert found.text[section.start : section.end].split("\n")[0] == section.title


@pytest.mark.parametrize(
    "nested", ["<div class=toc>", "<article><h2><a href=/x>", "<header><p>", "<section id=a><h2>x"]
)
def test_a_page_nested_without_sense_is_read_in_time(nested: str) -> None:
    HtmlReader(Path("nowhere"), SiteRules()).page("a.html", "<main>" + nested * 3_000)


def test_the_reader_works_in_another_process(site: Path) -> None:
    reader = HtmlSource(html_settings(site)).reader
    assert pickle.loads(pickle.dumps(reader)) == reader


def test_rules_depend_on_the_files_alone(site: Path) -> None:
    paths = [f"{name}/index.html" for name in ANIMALS]
    rules = read_rules(site, paths, base="", max_bytes=10_000)
    assert read_rules(site, paths[::-1], base="", max_bytes=10_000) == rules
    os.utime(site / paths[0])
    assert read_rules(site, paths, base="", max_bytes=10_000).fingerprint == rules.fingerprint


def test_pages_are_the_same_whatever_order_their_attributes_have(tmp_path: Path) -> None:
    found = read_one(tmp_path, "<html lang=zh><title>題</title><main><p class=a id=b>沒有引號</main>")
    assert (found.text, found.title, found.lang) == ("沒有引號", "題", "zh")
    assert isinstance(read_pages(tmp_path)["posts/a/index.html"], Document)
