"""Section and home pages are hits like others, and each hit tells the kind of its page."""

from pathlib import Path

import pytest

from tests.helpers.sites import Searcher, index_site, post, searcher, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

SITE = {
    "_index.md": post("山居笔记", "欢迎来看麒麟。"),
    "docs/_index.md": post("调度概念", "本章讲解驱逐策略与麒麟的亲和性规则。"),
    "docs/empty/_index.md": post("没有正文"),
    "docs/a.md": post("麒麟入门", "正文", tags=["甲"]),
    "tags/_index.md": post("标签", "麒麟的标签"),
    "tags/甲/_index.md": post("甲", "关于甲的麒麟"),
}


@pytest.fixture(scope="module")
def search(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("kinds"), SITE), engine_settings))


def test_each_hit_tells_the_kind_of_its_page(search: Searcher) -> None:
    hits = search("麒麟")["results"]
    assert {(hit["title"], hit["kind"]) for hit in hits} == {
        ("山居笔记", "home"),
        ("调度概念", "section"),
        ("麒麟入门", "page"),
        ("标签", "taxonomy"),
        ("甲", "term"),
    }


def test_a_section_page_is_found_by_its_title_and_text(search: Searcher) -> None:
    for query in ("调度概念", "驱逐策略", '"亲和性规则"'):
        assert search(query)["results"][0]["url"] == "/docs/"


def test_a_setting_takes_section_pages_out_of_an_index(tmp_path: Path) -> None:
    folder = write_site(tmp_path, SITE)
    settings = Settings(content=folder, index=tmp_path / "index")
    assert reindex(settings).indexed == 5
    without = reindex(Settings(content=folder, index=tmp_path / "index", section_pages=False))
    assert (without.deleted, without.unchanged, without.unpublished) == (4, 1, 0)
