"""A Hugo site with its built pages: pages and front matter from the Markdown, text as the real Hugo shows it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.built_sites import write_pages
from tests.helpers.hugo import hugo
from tests.helpers.sites import CACHE, Searcher
from zhsearch.index.audit import check
from zhsearch.index.errors import SiteError
from zhsearch.index.pipeline import reindex
from zhsearch.search.settings import Settings

FILES = {
    "hugo.toml": 'baseURL = "https://x.example/blog/"\nlocale = "zh-CN"\ntitle = "山海"\n',
    "layouts/single.html": '<!DOCTYPE html><html lang="zh"><title>{{ .Title }} | 山海</title><body><header>站</header>'
    "<main><article><h1>{{ .Title }}</h1>{{ .Content }}</article></main><footer>页脚</footer></body></html>",
    "layouts/list.html": "<html><body><main>{{ range .Pages }}<article><h2><a href='{{ .RelPermalink }}'>{{ .Title }}"
    "</a></h2></article>{{ end }}</main></body></html>",
    "layouts/shortcodes/animal.html": "{{ index site.Data.animals (.Get 0) }}住在昆仑山",
    "data/animals.toml": 'one = "陆吾"\n',
    "content/posts/a.md": '---\ntitle: "甲"\ndate: 2025-02-13T08:01:14+08:00\ntags: [神兽]\n---\n正文说'
    '{{< animal one >}}。\n\n## 小节 {#here}\n\n后文\n',
    "content/posts/b.md": '---\ntitle: "乙"\n---\n第二篇\n',
    "content/posts/c.md": '---\ntitle: "丙"\ndraft: true\n---\n草稿\n',
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    site = write_pages(tmp_path / "site", FILES)
    hugo("--source", site, "--quiet")
    return Settings(content=site, html=site / "public", index=tmp_path / "index", cache=CACHE)


def test_what_shortcodes_and_data_files_make_is_found(settings: Settings) -> None:
    report = reindex(settings)
    assert (report.indexed, report.unpublished, report.warnings) == (2, 1, ())
    (hit,) = Searcher(settings)('"正文说陆吾住在昆仑山"')["results"]
    assert (hit["url"], hit["title"], hit["tags"]) == ("/blog/posts/a/", "甲", ("神兽",))
    assert hit["date"] == "2025-02-13T08:01:14+08:00"
    assert Searcher(settings)("后文")["results"][0]["section"] == {"title": "小节", "anchor": "here"}
    assert [Searcher(settings).titles(q) for q in ("页脚", "草稿")] == [[], []]


def test_a_built_page_that_changes_is_read_again_and_no_other(settings: Settings) -> None:
    reindex(settings)
    assert reindex(settings).unchanged == 2
    assert settings.html
    write_pages(settings.content, {"data/animals.toml": 'one = "英招"\n'})
    hugo("--source", settings.content, "--quiet")
    report = reindex(settings)
    assert (report.indexed, report.unchanged, report.updated) == (1, 1, 1)
    assert Searcher(settings).titles("英招住在昆仑山") == ["甲"]


def test_a_page_that_is_not_built_yet_has_the_text_of_its_markdown(settings: Settings) -> None:
    write_pages(settings.content, {"content/posts/d.md": '---\ntitle: "丁"\n---\n刚写的文字\n'})
    report = reindex(settings)
    assert [(notice.path, "posts/d/index.html" in notice.reason) for notice in report.warnings] == [
        ("posts/d.md", True)
    ]
    assert Searcher(settings).titles("刚写的文字") == ["丁"]
    hugo("--source", settings.content, "--quiet")
    report = reindex(settings)
    assert (report.indexed, report.warnings) == (1, ())


def test_pages_that_a_content_adapter_makes_are_found_and_no_list(settings: Settings) -> None:
    adapter = """{{ range $name, $animal := site.Data.animals }}{{ $.AddPage (dict "path" $name "title" $animal
        "content" (dict "mediaType" "text/markdown" "value" "山中有兽")) }}{{ end }}"""
    hidden = "---\ntitle: 藏\nsearch: false\n---\n藏起来的"
    write_pages(settings.content, {"content/beasts/_content.gotmpl": adapter, "content/beasts/x.md": hidden})
    hugo("--source", settings.content, "--quiet")
    report = reindex(settings)
    assert (report.skipped, report.indexed) == ((), 3)
    (hit,) = Searcher(settings)("山中有兽")["results"]
    assert (hit["url"], hit["title"]) == ("/blog/beasts/one/", "陆吾")
    assert Searcher(settings).titles("藏起来的") == []
    assert reindex(settings).unchanged == 3


def test_check_tells_which_share_of_the_text_the_markdown_lacks(settings: Settings) -> None:
    assert settings.html
    found = check(replace(settings, html=None), settings.html).visible_text
    assert found
    assert found.pages == ("posts/a.md",)
    assert (found.characters, found.missing) == (
        len("正文说陆吾住在昆仑山小节后文第二篇"),
        len("正文说陆吾住在昆仑山"),
    )


def test_check_of_built_pages_alone_names_the_remedy(settings: Settings) -> None:
    assert settings.html
    with pytest.raises(SiteError, match="--content DIR"):
        check(replace(settings, content=settings.html))


def test_changed_front_matter_is_read_although_the_built_page_is_old(settings: Settings) -> None:
    reindex(settings)
    write_pages(settings.content, {"content/posts/b.md": '---\ntitle: "乙"\ntags: [新]\n---\n第二篇\n'})
    assert reindex(settings).updated == 1
    assert Searcher(settings)("第二篇")["results"][0]["tags"] == ("新",)
