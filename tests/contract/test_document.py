"""The indexed text of one page, found by its address, as it was extracted."""

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.models import SiteInfo
from zhsearch.search.backends import backend_of
from zhsearch.search.engine import Engine
from zhsearch.search.query import Query
from zhsearch.search.settings import Settings

BODY = (
    "开头。\n\n## 安裝\n\n- 一\n- 二\n\n| 甲 | 乙 |\n| - | - |\n| 丙 | 丁 |\n\n### `rm -rf` {#own}\n\n结尾。"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings) -> Engine:
    posts = {
        "posts/a.md": post("容器", BODY, date="2025-02-13", tags=["AI"]),
        "posts/中文 C#.md": post("井号", "十二"),
    }
    folder = write_site(tmp_path_factory.mktemp("document"), posts)
    with (folder / "hugo.toml").open("a", encoding="utf-8") as file:
        file.write('title = "码上\\t新闻 <b>"\n')
    return backend_of(index_site(folder, server_settings)).open()


def test_a_page_comes_back_with_its_blocks_and_headings(engine: Engine) -> None:
    page = engine.document("/posts/a/")
    assert page
    assert (page.title, page.tags, page.url) == ("容器", ("AI",), "/posts/a/")
    assert page.text.split("\n") == ["开头。", "安裝", "一", "二", "甲", "乙", "丙", "丁", "rm -rf", "结尾。"]
    assert [(section.title, section.anchor, section.level) for section in page.sections] == [
        ("安裝", "安裝", 2),
        ("rm -rf", "own", 3),
    ]


def test_the_address_may_be_escaped_or_not_or_a_whole_url(engine: Engine) -> None:
    hits = engine.search(Query("", per_page=50)).hits
    url = next(hit.page.meta.url for hit in hits if hit.page.meta.title == "井号")
    assert "%" in url
    for form in (url, url.lower(), f"https://x.example{url}"):
        page = engine.document(form)
        assert page, form
        assert page.title == "井号"


@pytest.mark.parametrize("url", ["", "/", "/none/", "/posts/a", "posts/a/", "//[x", "/" + "长" * 9000])
def test_an_address_without_a_page_has_no_document(engine: Engine, url: str) -> None:
    assert engine.document(url) is None


def test_the_site_is_named_as_in_its_configuration(engine: Engine) -> None:
    assert engine.site == SiteInfo("码上 新闻 <b>", "/")
