"""The n-grams of a question."""

from zhsearch.search.ranking.constants import MAX_NGRAMS
from zhsearch.search.ranking.questions import question_ngrams


def test_bigrams_do_not_cross_blanks_or_punctuation() -> None:
    ngrams = question_ngrams("首长 民选，长")
    assert ngrams.bigrams == ["首长", "民选"]
    assert ngrams.unigrams == ["首", "长", "民", "选"]


def test_an_ngram_that_repeats_counts_once() -> None:
    ngrams = question_ngrams("甲乙甲乙")
    assert ngrams.bigrams == ["甲乙", "乙甲"]
    assert ngrams.unigrams == ["甲", "乙"]


def test_only_the_first_ngrams_of_a_long_question_count() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 2 * MAX_NGRAMS)))
    ngrams = question_ngrams(text)
    assert ngrams.bigrams == [text[start : start + 2] for start in range(MAX_NGRAMS)]
    assert ngrams.unigrams == list(text[:MAX_NGRAMS])


def test_a_question_without_letters_has_no_ngrams() -> None:
    assert question_ngrams("？！") == ([], [])
