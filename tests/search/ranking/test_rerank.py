"""Which hits are re-ranked, and by what."""

from zhsearch.search.query.ast import Word
from zhsearch.search.query.model import Query
from zhsearch.search.ranking.constants import RERANKED_TEXTS, RERANKED_TITLES
from zhsearch.search.ranking.questions import Question
from zhsearch.search.ranking.rerank import rerank_for

WORDS = (Word("中文", "中文", "han"), Word("分词", "分词", "han"))
QUESTION = Question("中文分词是什么", {"中文": 1.0, "分词": 2.0})


def test_the_titles_of_the_best_hits_are_compared_with_the_words_in_order() -> None:
    rerank = rerank_for(Query("", WORDS), None, relaxed=False)
    assert rerank
    assert (rerank.depth, rerank.reads_text) == (RERANKED_TITLES, False)
    assert rerank.points("中文分词的历史") > rerank.points("分词与中文")


def test_the_texts_of_the_best_answers_are_searched_for_a_passage() -> None:
    rerank = rerank_for(Query("", WORDS), QUESTION, relaxed=True)
    assert rerank
    assert (rerank.depth, rerank.reads_text) == (RERANKED_TEXTS, True)
    assert rerank.points("题\n中文要先分词") > rerank.points("题\n中文" + "，" * 40 + "分词")


def test_one_word_a_relaxed_list_and_an_order_by_date_stay_as_they_are() -> None:
    assert rerank_for(Query("", WORDS[:1]), None, relaxed=False) is None
    assert rerank_for(Query("", WORDS), None, relaxed=True) is None
    assert rerank_for(Query("", WORDS, sort="newest"), None, relaxed=False) is None
    assert rerank_for(Query("", WORDS, sort="oldest"), QUESTION, relaxed=False) is None
