"""The texts of a corpus as an oracle: which pages hold a writing, by substrings of the folded text.

Folding here is NFKC, lower case and OpenCC's t2s, nothing of the engine's: what is measured must not judge itself.
"""

import functools
import logging
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import jieba
import opencc

from tests.bench.peer import Page

HAN = "[\u4e00-\u9fd5]"
HAN_NUMERALS = "一二三四五六七八九十百〇零"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LATIN_WORD = re.compile(r"(?<![\w./@-])[a-z]{3,}(?![\w/@-])")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")
jieba.setLogLevel(logging.WARNING)  # not: that it loads its dictionary

_NEUTRAL = re.compile(f"(?<={HAN}) +| +(?={HAN})")
_SUFFIXES = (
    ("", "s"),
    ("", "es"),
    ("y", "ies"),
    ("y", "ied"),
    ("", "ed"),
    ("e", "ed"),
    ("", "ing"),
    ("e", "ing"),
)
_MIN_BEGINNING = 3

_MATCHES = 3_000
_CUT_PAGES = 500

Pages = frozenset[int]


class Merit(NamedTuple):
    """What a page is worth for a writing: whether its title has it, how often it has it, and its length."""

    in_title: bool
    times: int
    length: int

    def is_no_less_than(self, other: "Merit") -> bool:
        """Whether a page is worth as much in every respect."""
        return self.in_title >= other.in_title and self.times >= other.times and self.length <= other.length


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
        """The pages that hold each part of a text between blanks: at least as the beginning of a word, or in
        another form of an English word.

        An engine that requires every word finds these by right, whatever the parts mean together.
        """
        held = [
            self.holding_beginning(part) | self.holding_any(self.inflected.get(part.lower(), ()))
            for part in query.split()
        ]
        return frozenset.intersection(*held)

    def holding_beginning(self, writing: str) -> Pages:
        """The pages that hold a writing, at least as the beginning of a longer word; a short one by itself."""
        return self.holding(writing, right=len(writing) < _MIN_BEGINNING)

    def merit(self, page: int, writings: Iterable[str], *, left: bool = True, right: bool = True) -> Merit:
        """What a page is worth for some writings, taken together."""
        found = {fold(writing).strip() for writing in writings}
        patterns = [_whole(writing, left=left, right=right) for writing in sorted(found, key=len)]
        count = sum(len(pattern.findall(self.folded[page])) for pattern in patterns)
        in_title = any(pattern.search(self.titles[page]) for pattern in patterns)
        return Merit(in_title, count, len(self.folded[page]))

    @functools.cached_property
    def inflected(self) -> Mapping[str, frozenset[str]]:
        """The forms of each English word that the corpus has in two or more: install, installs, installed."""
        families: dict[str, set[str]] = {}
        for word in self.latin_words:
            if len(word) > _MIN_BEGINNING:
                family = {word, *(form for form in english_forms(word) if form in self.latin_words)}
                family |= set[str]().union(*(families.get(form, set()) for form in family))
                families |= dict.fromkeys(family, family)
        return {word: frozenset(family) for word, family in families.items() if len(family) > 1}

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
        pattern = _whole(writing, left=left, right=right)
        for number in _numbers(bits):
            text = self.folded[number]
            if writing in text and pattern.search(text):
                yield number


def neutral(writing: str) -> str:
    """A writing without the blanks beside Han, which are typography: C 语言 is no other writing of C语言."""
    return _NEUTRAL.sub("", fold(writing)).strip()


def english_forms(word: str) -> Iterator[str]:
    """The plural, -ed and -ing of an English word."""
    for ending, suffix in _SUFFIXES:
        if word.endswith(ending):
            yield word.removesuffix(ending) + suffix
    if re.search("[^aeiou][aeiou][bdglmnprt]$", word):  # stop, stopped
        yield from (word + word[-1] + suffix for suffix in ("ed", "ing"))


@functools.lru_cache(maxsize=100_000)
def _whole(writing: str, *, left: bool, right: bool) -> re.Pattern[str]:
    before, after = _boundary_before(writing, whole=left), _boundary_after(writing, whole=right)
    return re.compile(before + re.escape(writing) + after)


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
