"""Regional words: what other regions call the things that the site names.

A reader in Taiwan looks for 軟體 on a site that says 软件, and one on the mainland for 软件 on a site that
says 軟體. OpenCC's phrase tables know both words. The pairs with a word of the site are found when its terms
are known, so that a query looks them up without loading the tables.
"""

import re
from collections.abc import Iterable

import opencc

from zhsearch.index.analysis import HAN, fold, simplify_words
from zhsearch.index.arrays import decode_text
from zhsearch.index.segment.merge import LiveSegment

_WORD = re.compile(f"[{HAN}]{{2,8}}|[a-z][{HAN}]{{1,7}}")  # also u盘
# From simplified to the words of Taiwan and Hong Kong, and back: each a chain of OpenCC's conversions.
_CONVERSIONS = (("s2twp",), ("s2hkp",), ("s2t", "tw2sp"), ("s2t", "hk2sp"))

RegionalWords = tuple[tuple[str, tuple[str, ...]], ...]
"""(word, words of the site that mean the same elsewhere), sorted."""


def regional_words(pages: Iterable[LiveSegment]) -> RegionalWords:
    """The words, folded, that other regions use for words of these pages."""
    segments = list(pages)
    terms = {decode_text(term) for segment in segments for term in segment.terms()}
    words = sorted(filter(_WORD.fullmatch, terms))  # in order, they are converted in half the time
    # Open together, converters share their tables; one after the other, each would load them anew.
    converters = {name: opencc.OpenCC(name) for chain in _CONVERSIONS for name in chain}
    pairs: set[tuple[str, str]] = set()  # Taiwan and Hong Kong have many in common
    for chain in _CONVERSIONS:
        others = _converted(words, [converters[name] for name in chain])
        pairs.update((word, other) for word, other in zip(words, others, strict=True) if other != word)
    site_words: dict[str, set[str]] = {}
    for word, other in pairs:
        if _WORD.fullmatch(other):
            site_words.setdefault(other, set()).add(word)
            if other in terms or any(_may_hold(segment, other) for segment in segments):
                site_words.setdefault(word, set()).add(other)
    return tuple((word, tuple(sorted(others))) for word, others in sorted(site_words.items()))


def _may_hold(segment: LiveSegment, word: str) -> bool:
    """Whether a live page has all pairs of characters of a word, which may be cut in two: 資料 and 結構."""
    return bool(segment.live[segment.reader.pages_with_ngrams(word)].any())


def _converted(words: list[str], chain: Iterable[opencc.OpenCC]) -> list[str]:
    """Each word converted by a chain of OpenCC's conversions, and folded."""
    text = "\n".join(words).upper()  # the tables have U盤
    for converter in chain:
        text = converter.convert(text)
    lines = simplify_words(fold(text).text).split("\n")
    return lines if len(lines) == len(words) else words  # no table of today adds a line break
