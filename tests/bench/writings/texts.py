"""The texts of a corpus as an oracle: which pages hold a writing, by substrings of the folded text.

Folding here is NFKC, lower case and OpenCC's t2s, nothing of the engine's: what is measured must not judge itself.
"""

import functools
import logging
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import jieba
import opencc

from tests.bench.peer import Page

HAN = "[\u4e00-\u9fd5]"
HAN_NUMERALS = "一二三四五六七八九十百〇零"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LATIN_WORD = re.compile(r"(?<![\w./@-])[a-z]{3,}(?![\w/@-])")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")
jieba.setLogLevel(logging.WARNING)  # not: that it loads its dictionary

_MATCHES = 3_000
_CUT_PAGES = 500

Pages = frozenset[int]


def fold(text: str) -> str:
    """The text in NFKC, lower case and simplified characters, without invisible ones."""
    folded: str = _TO_SIMPLIFIED.convert(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower())
    return folded


class Texts:
    """The pages of a corpus with their folded texts; pages are numbers in the order of `paths`."""

    def __init__(self, name: str, pages: Sequence[Page]) -> None:
        self.name = name
        self.paths = [page.path for page in pages]
        self.titles = [fold(page.title) for page in pages]
        self.sources = [f"{page.title}\n{page.text}" for page in pages]
        self.folded = [fold(source) for source in self.sources]
        self._pages_of: dict[str, int] = defaultdict(int)  # a bit for each page
        for number, text in enumerate(self.folded):
            for gram in {*map("".join, pairwise(text)), *text}:
                self._pages_of[gram] |= 1 << number
        self._order = list(range(len(pages)))
        self.rng("order of pages").shuffle(self._order)
        self._held: dict[tuple[str, bool, bool], Pages] = {}

    def rng(self, kind: str) -> random.Random:
        """The generator for one kind: the same corpus always gives the same queries."""
        return random.Random(f"{self.name}: {kind}")

    def holding(self, writing: str, *, left: bool = True, right: bool = True) -> Pages:
        """The pages that hold the writing; `left`, `right`: a word or a number must begin or end there."""
        writing = fold(writing).strip()
        key = writing, left, right
        if key not in self._held:
            self._held[key] = frozenset(self._search(writing, left=left, right=right))
        return self._held[key]

    def holding_any(self, writings: Iterable[str]) -> Pages:
        """The pages that hold at least one of the writings."""
        return frozenset().union(*map(self.holding, writings))

    def holding_parts(self, query: str) -> Pages:
        """The pages that hold each part of a query between blanks, at least as the beginning of a word.

        An engine that requires every word finds these by right, whatever the parts mean together.
        """
        parts = query.replace('"', " ").split()
        if '"' in query or len(parts) < 2:
            return frozenset()
        held = [self.holding(part, right=len(part) < 3) for part in parts]
        return frozenset.intersection(*held)

    def matches(
        self, pattern: str, *, source: bool = True, per_page: int = 0, limit: int = _MATCHES
    ) -> Iterator[re.Match[str]]:
        """At most `limit` matches in the texts as written, or folded: distinct ones of each page, `per_page` at most.

        Pages come in a random order, always the same.
        """
        compiled, texts, count = re.compile(pattern), self.sources if source else self.folded, 0
        for number in self._order:
            seen: set[str] = set()
            for match in compiled.finditer(texts[number]):
                if match[0] not in seen:
                    seen.add(match[0])
                    yield match
                if len(seen) == per_page:
                    break
            count += len(seen)
            if count >= limit:
                return

    @functools.cached_property
    def latin_words(self) -> Counter[str]:
        """The number of pages that hold each Latin word of three or more letters by itself."""
        return Counter(word for text in self.folded for word in set(_LATIN_WORD.findall(text)))

    @functools.cached_property
    def han_words(self) -> Counter[str]:
        """The number of pages, of five hundred, with each Han word of two or more characters, cut by jieba."""
        runs = re.compile(f"{HAN}+")
        drawn = (self.folded[number] for number in self._order[:_CUT_PAGES])
        words = (set(jieba.cut(" ".join(runs.findall(text)), HMM=False)) for text in drawn)
        return Counter(word for of_page in words for word in of_page if len(word) > 1)

    def _search(self, writing: str, *, left: bool, right: bool) -> Iterator[int]:
        grams = [*map("".join, pairwise(writing))] or [writing]
        bits = functools.reduce(int.__and__, (self._pages_of.get(gram, 0) for gram in grams))
        before, after = _boundary_before(writing, whole=left), _boundary_after(writing, whole=right)
        pattern = re.compile(before + re.escape(writing) + after)
        for number in _numbers(bits):
            text = self.folded[number]
            if writing in text and pattern.search(text):
                yield number


def _numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _boundary_before(writing: str, *, whole: bool) -> str:
    """What may not stand before a writing: a digit before a number, letters before a word if it must begin there."""
    first = writing[:1]
    if first in HAN_NUMERALS:
        return f"(?<![{HAN_NUMERALS}])"
    if not first.isascii() or not first.isalnum():
        return ""
    return (r"(?<![a-z0-9_])" if whole else "") + (r"(?<!\d)(?<!\d[.,])" if first.isdigit() else "")


def _boundary_after(writing: str, *, whole: bool) -> str:
    last = writing[-1:]
    if not last.isascii() or not last.isalnum():
        return ""
    digits = r"(?!\d)" + (r"(?![.,]\d)" if whole else "") if last.isdigit() else ""
    return (r"(?![a-z0-9_])" if whole else "") + digits
