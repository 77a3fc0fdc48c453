"""The order of hits: title word order, passages, and pages of results that join."""

import pytest

from tests.helpers.sites import Searcher, index_site, post, write_site

SITE = {
    "a.md": post("中文分词的历史", "分词由来已久，中文的搜索离不开它。", tags=["史"]),
    "b.md": post("搜索引擎", "搜索中文网页要先分词。分词决定结果。中文分词。"),
    "c.md": post("民选县长", "首长自一九八九年起民选产生。"),
    "d.md": post("首长的时候", "什么时候开始？首长说。时候未到，开始吧。"),
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return Searcher(index_site(write_site(tmp_path_factory.mktemp("ordering"), SITE)))


def test_a_page_with_the_query_as_its_title_ranks_above_one_that_mentions_it_more_often(
    search: Searcher,
) -> None:
    assert search.titles("中文 分词")[0] == "中文分词的历史"


def test_a_question_is_answered_by_a_page_without_some_of_its_words(search: Searcher) -> None:
    response = search("首长是从哪一年开始民选的？")
    assert "民选县长" in [result["title"] for result in response["results"][:2]]
    assert response["relaxed"]


def test_a_question_is_not_relaxed_where_every_filtered_page_has_its_words(search: Searcher) -> None:
    response = search("中文 分词 历史 ？", tag=["史"])
    assert [result["title"] for result in response["results"]] == ["中文分词的历史"]
    assert not response["relaxed"]


def test_hits_are_in_the_order_of_the_scores_shown(search: Searcher) -> None:
    scores = [result["score"] for result in search("中文 分词")["results"]]
    assert scores == sorted(scores, reverse=True)


def test_pages_of_results_join_without_gap_or_repetition(search: Searcher) -> None:
    for q in ("中文 分词", "首长是从哪一年开始民选的？"):
        single_pages = [search(q, per_page="1", page=str(page))["results"] for page in (1, 2, 3)]
        first_three = search(q, per_page="50")["results"][:3]
        urls = [result["url"] for page in single_pages for result in page]
        assert urls == [result["url"] for result in first_three]
