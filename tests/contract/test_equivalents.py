"""Equivalent writings, kind by kind and on every engine: each finds the others, the exact one is first, a setting turns
them off."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, searcher, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings

KINDS = {
    "numerals after 第": ("第三章", "第3章"),
    "numerals before counters": ("二十大", "20大"),
    "dates": (
        "2025年2月13日",
        "2025-02-13",
        "2025/2/13",
        "20250213",
        "二〇二五年二月十三日",
        "二零二五年二月十三日",
        "2025年2月13号",
        "2025年02月13日",
        "民國114年2月13日",
        "民国一一四年二月十三日",
    ),
    "months": (
        "2023年4月",
        "2023-04",
        "2023/04",
        "2023/4",
        "二〇二三年四月",
        "二零二三年四月",
        "民國112年4月",
    ),
    "days": ("9月8日", "九月八日", "9月8号", "09月08日"),
    "years": ("二〇一九年", "2019年", "二零一九年", "民國108年"),
    "large numbers": ("三百万", "300万"),
    "sums": ("3000元", "3,000元", "三千元"),
    "centuries": ("二十一世纪", "21世纪"),
    "percentages": ("35%", "百分之35", "百分之三十五"),
    "hundreds": ("两百二十米", "二百二十米", "220米"),
    "thousands": ("1,234,567", "1234567"),
    "times signs": ("10x20", "10×20"),
    "units": ("7公里", "7km", "7 km", "七公里"),
    "units of one letter": ("65W", "65 W", "65瓦"),
    "degrees": ("37℃", "37 ℃", "37摄氏度"),
    "hours": ("三小时", "3小时", "3个小时", "三个小时"),
    "number and unit": ("500GB", "500 GB"),
    "name and number": ("Fedora33", "Fedora 33", "Fedora-33"),
    "name and version": ("HTTP2", "HTTP/2"),
    "letter and number": ("H264", "H.264"),
    "hyphens": ("wifi", "wi-fi", "wi fi"),
    "dots": ("nodejs", "node.js"),
    "compounds": ("opensource", "open source", "open-source"),
    "camelCase": ("getUserName", "get user name", "get_user_name"),
    "camelCase with digits": ("parseUTF8String", "parse utf8 string", "parse_utf8_string"),
    "plurals": ("query", "queries"),
    "inflections": ("install", "installed", "installing"),
    "regional words": ("软件", "軟體"),
    "regional words with a letter": ("隨身碟", "U盘"),
    "regional words of several words": ("数据结构", "資料結構"),
    "spelling": ("帐号", "账号"),
}
SAME = {
    "accents": ("café", "cafe"),
    "blanks beside Han": ("SIM卡", "SIM 卡"),
    "blanks between characters": ("大 纲", "大纲"),
    "scripts": ("電腦", "电脑"),
}
"""Writings that are one after folding, so that neither is the exact one."""
ALL = KINDS | SAME
PAGES = {writing: f"页{number}" for number, writing in enumerate(sum(ALL.values(), ()))}
# The first writing of each kind is on more pages, so that the others are rarer.
FREQUENT = {
    writings[0]: [f"常{number}之{copy}" for copy in range(3)] for number, writings in enumerate(ALL.values())
}


def _pairs(kinds: dict[str, tuple[str, ...]]) -> Iterator[Any]:
    for kind, writings in kinds.items():
        for query, other in permutations(writings, 2):
            yield pytest.param(query, other, id=f"{kind}: {query} finds {other}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Settings:
    posts = {f"{title}.md": post(title, f"其中写着：{writing}。") for writing, title in PAGES.items()}
    posts |= {
        f"{title}.md": post(title, f"其中写着：{writing}。")
        for writing, titles in FREQUENT.items()
        for title in titles
    }
    folder = write_site(tmp_path_factory.mktemp("equivalents"), posts)
    return index_site(folder, replace(engine_settings, opensearch_index="equivalents"))


@pytest.fixture(scope="module")
def search(site: Settings) -> Searcher:
    return searcher(site)


@pytest.mark.parametrize(("query", "other"), list(_pairs(ALL)))
def test_each_writing_finds_the_pages_with_the_others(search: Searcher, query: str, other: str) -> None:
    assert PAGES[other] in search.titles(query)


@pytest.mark.parametrize("query", [writing for writings in KINDS.values() for writing in writings])
def test_the_exact_writing_is_first_however_frequent_it_is(search: Searcher, query: str) -> None:
    exact = {PAGES[query], *FREQUENT.get(query, ())}
    assert set(search.titles(query)[: len(exact)]) == exact


def test_an_explanation_tells_the_writing_that_a_page_has(search: Searcher) -> None:
    answer = run_search(
        search.engine, read_parameters(q="queries", per_page="50"), default_segmenter(), explained=True
    )
    parts = {
        hit["title"]: [(part["what"], part["channel"]) for part in hit["explain"]]
        for hit in answer["results"]
    }
    assert parts[PAGES["query"]] == [("query", "writing")]
    assert parts[PAGES["queries"]] == [("queries", "word")]


def test_a_setting_turns_them_off(site: Settings, tmp_path: Path) -> None:
    off = replace(site, index=tmp_path, other_writings=False, opensearch_index="equivalents-off")
    reindex(off)
    backend_of(off).publish(full=False)
    search = searcher(off)
    for kind in (
        "numerals after 第",
        "dates",
        "thousands",
        "units",
        "hyphens",
        "plurals",
        "regional words",
        "spelling",
    ):
        first, second = KINDS[kind][:2]
        assert PAGES[first] not in search.titles(second), kind
