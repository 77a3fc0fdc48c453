"""Regional words: what other regions call the things that the site names.

A reader in Taiwan looks for 軟體 on a site that says 软件, and one on the mainland for 软件 on a site that
says 軟體. OpenCC's phrase tables know both words. The pairs with a word of the site are found when its terms
are known, so that a query looks them up without loading the tables.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import opencc

from zhsearch.index.analysis import HAN, fold, simplify_words
from zhsearch.index.arrays import decode_text, encode_text
from zhsearch.index.pipeline.segment_set import Changes
from zhsearch.index.segment.merge import LiveSegment

_WORD = re.compile(f"[{HAN}]{{2,8}}|[a-z][{HAN}]{{1,7}}")  # also u盘
_WORD_LINE = re.compile(f"^(?:{_WORD.pattern})$", re.M)
# OpenCC's conversions to the words of Taiwan and Hong Kong from simplified, and back from traditional.
_FROM_SIMPLIFIED = ("s2twp", "s2hkp")
_FROM_TRADITIONAL = ("tw2sp", "hk2sp")

_MAX_CHANGED = 500  # pages; looking at each of more takes longer than converting all words again

RegionalWords = tuple[tuple[str, tuple[str, ...]], ...]
"""(word, words of the site that mean the same elsewhere), sorted."""


def regional_words(pages: Iterable[LiveSegment]) -> RegionalWords:
    """The words, folded, that other regions use for words of these pages."""
    segments = list(pages)
    # In order, so that they are converted in half the time; those of a segment are sorted.
    words = dict.fromkeys(sorted(word for segment in segments for word in _words(segment.terms())))
    for segment in segments:
        segment.reader.release()
    return _sorted(_entries(_conversions(list(words)), words.__contains__, segments))


def updated_regional_words(known: RegionalWords, changes: Changes) -> RegionalWords:
    """What `regional_words` finds in the pages after some changes, given what it found before: `known`.

    Only words are converted that were not there before, and those that have to do with a word that came or
    went. Without any, OpenCC's tables are not opened, which takes a fifth of a second.
    """
    if sum(int(live.sum()) for _, live in (*changes.removed, *changes.added)) > _MAX_CHANGED:
        return regional_words((*changes.kept, *changes.added))
    now = (*changes.kept, *changes.added)
    is_word = cache(lambda word: any(segment.has(encode_text(word)) for segment in now))
    entries = {(word, other) for word, others in known for other in others}
    words = {word for entry in entries for word in entry}
    new, gone = _came_and_went(changes)
    gone = {word for word in gone & words if not is_word(word)}
    # Words that are none of the pages' may be held in parts by others than before.
    pairs = _pairs(changes)
    held = {word for word, _ in known if all(map(pairs.__contains__, pairwise(word))) and not is_word(word)}
    affected = new | gone | held
    neighbours = {word for entry in entries if not affected.isdisjoint(entry) for word in entry}
    sources = sorted(filter(is_word, affected | neighbours))
    if new or gone:
        conversions = _conversions(sources)
    else:  # those of words that are not the site's, for which each entry has a word that is
        conversions = iter([(source, word) for word, source in entries if word in held and is_word(source)])
    changed = ((word, other) for word, other in conversions if word in affected or other in affected)
    entries = {entry for entry in entries if affected.isdisjoint(entry)}
    return _sorted(entries | _entries(changed, is_word, now))


def _came_and_went(changes: Changes) -> tuple[set[str], set[str]]:
    """The words of added pages that no page had before, and those of removed pages that no added one has."""
    removed = {word for segment in changes.removed for word in _words(segment.terms_of_few())}
    for segment in changes.removed:
        segment.reader.release()
    added = {word for segment in changes.added for word in _words(segment.terms())}
    before = [
        segment._replace(live=segment.live | gone.live)
        for segment, gone in zip(changes.kept, changes.removed, strict=True)
    ]
    new = {word for word in added - removed if not any(segment.has(encode_text(word)) for segment in before)}
    return new, removed - added


def _pairs(changes: Changes) -> set[tuple[str, str]]:
    """The pairs of adjacent characters on the pages that were removed or added: n-grams."""
    pairs: set[tuple[str, str]] = set()
    for reader, live in (*changes.removed, *changes.added):
        for page in np.flatnonzero(live).tolist():
            pairs.update(pairwise(decode_text(reader.folded(page))))
    return pairs


def _entries(
    conversions: Iterable[tuple[str, str]], is_word: Callable[[str], bool], segments: Sequence[LiveSegment]
) -> set[tuple[str, str]]:
    """(word, word of the site that it finds) of conversions (word of the site, the word elsewhere)."""
    entries: set[tuple[str, str]] = set()
    for word, other in set(conversions):  # Taiwan and Hong Kong have many in common
        if _WORD.fullmatch(other):
            entries.add((other, word))
            if is_word(other) or any(_may_hold(segment, other) for segment in segments):
                entries.add((word, other))
    return entries


def _sorted(entries: Iterable[tuple[str, str]]) -> RegionalWords:
    others: dict[str, list[str]] = {}
    for word, other in sorted(entries):
        others.setdefault(word, []).append(other)
    return tuple((word, tuple(found)) for word, found in others.items())


def _words(terms: list[bytes]) -> list[str]:
    """The terms that may be such words."""
    words: list[str] = _WORD_LINE.findall(decode_text(b"\n".join(terms)))
    return words


def _may_hold(segment: LiveSegment, word: str) -> bool:
    """Whether a live page has all pairs of characters of a word, which may be cut in two: 資料 and 結構."""
    return bool(segment.live[segment.reader.pages_with_ngrams(word)].any())


def _conversions(words: list[str]) -> Iterator[tuple[str, str]]:
    """(word, what another region calls it), folded, where that differs; some more than once."""
    for others in _converted(words) if words else ():
        yield from ((word, other) for word, other in zip(words, others, strict=True) if other != word)


def _converted(words: list[str]) -> Iterator[list[str]]:
    """Each word in the other regions' words, folded; all words once for each of OpenCC's conversions."""
    simplified = "\n".join(words).upper()  # the tables have U盤
    # Open together, converters share their tables; one after the other, each would load them anew.
    converters = {name: opencc.OpenCC(name) for name in ("s2t", *_FROM_SIMPLIFIED, *_FROM_TRADITIONAL)}
    traditional = converters["s2t"].convert(simplified)
    for names, text in ((_FROM_SIMPLIFIED, simplified), (_FROM_TRADITIONAL, traditional)):
        for name in names:
            lines = simplify_words(fold(converters[name].convert(text)).text).split("\n")
            yield lines if len(lines) == len(words) else words  # no table of today adds a line break
