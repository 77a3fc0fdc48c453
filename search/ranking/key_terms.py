"""The key terms of a page, by which related pages are found."""

import re
from urllib.parse import quote, unquote, urlsplit

import numpy as np

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import FUNCTION_WORDS
from zhsearch.index.models import Document

_CONSIDERED = 96  # words of a page, the most frequent ones, whose rarity is looked up

_SAFE = "/:@!$&'()*+,;=~-._"  # what Hugo leaves as it is in an address


MAX_KEY_TERMS = 24
"""Words that a page is compared by."""

SHARED_TAG_WEIGHT = 2.0
"""How many times its rarity a shared tag is worth."""

_LONGEST = 6_000  # characters of a page that are read for its words

_TITLE_TIMES = 5  # a word of the title counts as so many in the text

_WORD = re.compile(r"[^\W\d_]{2,}|\w*[^\W\d_]\w+")


def url_variants(url: str) -> list[str]:
    """The ways in which the index may have an address; none where it is no address at all."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return []
    return list(dict.fromkeys((path, quote(unquote(path), safe=_SAFE))))


def key_terms(document: Document, segmenter: Segmenter) -> list[tuple[str, int]]:
    """The words that a page uses most and how often."""
    text = "\n".join([*[document.title] * _TITLE_TIMES, document.text[:_LONGEST]])
    analyzer = Analyzer(segmenter)
    terms, _ = analyzer.analyze(simplify_words(fold(text).text))
    counts = np.bincount(terms)
    order = np.argsort(-counts, kind="stable")
    found: list[tuple[str, int]] = []
    stop_words = segmenter.lexicon.stop_word_set
    for number in order.tolist():
        term = analyzer.vocabulary[number].decode("utf-8", "surrogatepass")
        if term not in FUNCTION_WORDS and term not in stop_words and _WORD.fullmatch(term):
            found.append((term, int(counts[number])))
            if len(found) == _CONSIDERED:
                break
    return found
