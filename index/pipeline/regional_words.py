"""Regional words: what other regions call the things that the site names.

A reader in Taiwan looks for 軟體 on a site that says 软件, and one on the mainland for 软件 on a site that
says 軟體. OpenCC's phrase tables know both words. The pairs with a word of the site are found when its terms
are known, so that a query looks them up without loading the tables.
"""

import re
from collections.abc import Iterable, Iterator

import opencc

from zhsearch.index.analysis import HAN, fold, simplify_words
from zhsearch.index.arrays import decode_text
from zhsearch.index.segment.merge import LiveSegment

_WORD = re.compile(f"[{HAN}]{{2,8}}|[a-z][{HAN}]{{1,7}}")  # also u盘
_WORD_LINE = re.compile(f"^(?:{_WORD.pattern})$", re.M)
# OpenCC's conversions to the words of Taiwan and Hong Kong from simplified, and back from traditional.
_FROM_SIMPLIFIED = ("s2twp", "s2hkp")
_FROM_TRADITIONAL = ("tw2sp", "hk2sp")

RegionalWords = tuple[tuple[str, tuple[str, ...]], ...]
"""(word, words of the site that mean the same elsewhere), sorted."""


def regional_words(pages: Iterable[LiveSegment]) -> RegionalWords:
    """The words, folded, that other regions use for words of these pages."""
    segments = list(pages)
    # In order, so that they are converted in half the time; those of a segment are sorted.
    words = dict.fromkeys(sorted(word for segment in segments for word in _words(segment)))
    pairs: set[tuple[str, str]] = set()  # Taiwan and Hong Kong have many in common
    for others in _conversions(list(words)):
        pairs.update((word, other) for word, other in zip(words, others, strict=True) if other != word)
    site_words: dict[str, set[str]] = {}
    for word, other in pairs:
        if _WORD.fullmatch(other):
            site_words.setdefault(other, set()).add(word)
            if other in words or any(_may_hold(segment, other) for segment in segments):
                site_words.setdefault(word, set()).add(other)
    return tuple((word, tuple(sorted(others))) for word, others in sorted(site_words.items()))


def _words(segment: LiveSegment) -> list[str]:
    """The terms of the live pages that may be such words."""
    words: list[str] = _WORD_LINE.findall(decode_text(b"\n".join(segment.terms())))
    segment.reader.release()
    return words


def _may_hold(segment: LiveSegment, word: str) -> bool:
    """Whether a live page has all pairs of characters of a word, which may be cut in two: 資料 and 結構."""
    return bool(segment.live[segment.reader.pages_with_ngrams(word)].any())


def _conversions(words: list[str]) -> Iterator[list[str]]:
    """Each word in the other regions' words, folded; all words once for each of OpenCC's conversions."""
    simplified = "\n".join(words).upper()  # the tables have U盤
    # Open together, converters share their tables; one after the other, each would load them anew.
    converters = {name: opencc.OpenCC(name) for name in ("s2t", *_FROM_SIMPLIFIED, *_FROM_TRADITIONAL)}
    traditional = converters["s2t"].convert(simplified)
    for names, text in ((_FROM_SIMPLIFIED, simplified), (_FROM_TRADITIONAL, traditional)):
        for name in names:
            lines = simplify_words(fold(converters[name].convert(text)).text).split("\n")
            yield lines if len(lines) == len(words) else words  # no table of today adds a line break
