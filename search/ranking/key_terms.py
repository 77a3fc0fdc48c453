"""Key terms: the words that represent a page in the search for related pages.

A word has the weight that BM25 gives it: high where it is frequent on the page and rare on others. Related
pages are those that have some of the key terms; shared tags add to their scores.
"""

import re
from collections.abc import Sequence

import numpy as np

from zhsearch.index.analysis import FUNCTION_WORDS, Analyzer, Segmenter, fold, simplify_words
from zhsearch.index.models import Document
from zhsearch.search.ranking import constants
from zhsearch.search.ranking.bm25f import idf

_MAX_CANDIDATES = 96  # words of a page, the most frequent ones, whose document frequency is looked up
_MAX_TEXT_CHARS = 6_000  # of a page that are analysed
_WORD = re.compile(r"[^\W\d_]{2,}|\w*[^\W\d_]\w+")


def frequent_words(document: Document, segmenter: Segmenter) -> list[tuple[str, int]]:
    """(word, frequency) of the most frequent words of a page, without function and stop words."""
    titles = [document.title] * constants.KEY_TERM_TITLE_REPEATS
    text = "\n".join([*titles, document.text[:_MAX_TEXT_CHARS]])
    analyzer = Analyzer(segmenter)
    terms, _ = analyzer.analyze(simplify_words(fold(text).text))
    counts = np.bincount(terms)
    words: list[tuple[str, int]] = []
    stop_words = segmenter.lexicon.stop_word_set
    for number in np.argsort(-counts, kind="stable").tolist():
        term = analyzer.vocabulary[number].decode("utf-8", "surrogatepass")
        if term not in FUNCTION_WORDS and term not in stop_words and _WORD.fullmatch(term):
            words.append((term, int(counts[number])))
            if len(words) == _MAX_CANDIDATES:
                break
    return words


def key_terms(
    words: Sequence[tuple[str, int]], page_counts: Sequence[int], pages: int
) -> list[tuple[str, float]]:
    """At most MAX_KEY_TERMS of a page's frequent words with their weights, the largest first.

    `page_counts` are the numbers of pages, of all `pages`, that have each word. Words that only the page
    itself has, or that more than half of all pages have, are left out.
    """
    weighted = [
        (term, idf(count, pages) * frequency / (frequency + constants.KEY_TERM_SATURATION))
        for (term, frequency), count in zip(words, page_counts, strict=True)
        if 1 < count <= pages // 2 + 1
    ]
    weighted.sort(key=lambda item: -item[1])
    return weighted[: constants.MAX_KEY_TERMS]


def shared_tag_score(matching: int, pages: int) -> float:
    """The score of a shared tag that `matching` of `pages` pages have."""
    return constants.SHARED_TAG_WEIGHT * idf(matching, pages)
