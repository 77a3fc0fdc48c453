"""A few words of a title bring its page first: queries and wanted hits in tests/data/titles.json."""

import json

import pytest

from tests.helpers.sites import ROOT, Searcher, index_site, post, searcher, write_site
from zhsearch.search.settings import Settings

QUERIES = json.loads((ROOT / "tests/data/titles.json").read_text(encoding="utf-8"))
SITE = {
    "history.md": post("茶园的一部简史", "从种下第一棵树说起。"),
    "garden.md": post(
        "茶园日记",
        "茶园的简史另有人写。茶园里下了雨，茶园的人很忙。简史、简史、简史。\n\n## 茶园简史\n\n茶园简史。",
    ),
    "short.md": post("简史", "茶园、茶园、茶园，说的都是茶园。\n\n## 茶园\n\n茶园。"),
    "water.md": post("山地茶园里怎样安排一套省水的灌溉", "先挖沟，再埋管。"),
    "and.md": post("灌溉与茶园", "水从高处来。"),
    "drops.md": post("灌溉", "茶园的灌溉，茶园的灌溉，茶园的灌溉。\n\n## 茶园灌溉\n\n茶园灌溉。"),
    "kayak.md": post("kayak 初学者入门", "先学会上下船。"),
    "boats.md": post("kayak", "入门、入门、入门：kayak 入门，kayak 入门。\n\n## kayak 入门\n\n入门。"),
    "day1.md": post("北山游记：第一天", "早上出门。北山、北山、北山。第二天的事后面再说。"),
    "day2.md": post("北山游记：第二天", "翻过山口。"),
    "north.md": post("北山游记", "三天的路。"),
    "pot.md": post("修补一件旧陶器", "用漆和金粉。"),
    "pots.md": post("陶器", "修补、修补、修补。陶器修补，陶器修补。\n\n## 陶器修补\n\n修补。"),
}


@pytest.fixture(scope="module")
def search(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("titles"), SITE), engine_settings))


@pytest.mark.parametrize("query", QUERIES, ids=[query["why"] for query in QUERIES])
def test_words_of_a_title_bring_its_page_first(search: Searcher, query: dict[str, str]) -> None:
    assert search.titles(query["q"])[0] == query["first"]
