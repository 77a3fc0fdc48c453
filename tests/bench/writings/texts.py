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
_FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)  # that no page must have
_CODE = re.compile(r"^ *(```|~~~).*?^ *\1|`[^`\n]+`|^(?: {4}|\t)[^\n]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile("^#.*$", re.MULTILINE)
_HUMPS = re.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])|_")

_MATCHES = 3_000
_CUT_PAGES = 500

Pages = frozenset[int]


Merit = tuple[int, ...]
"""What a page is worth for some writings: numbers of which more is better, see `Texts.merit`."""


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
        self._raw = [page.raw for page in pages]
        self._prose: dict[int, tuple[str, str]] = {}
        self._apart: dict[int, str] = {}
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
        parts = [part for part in fold(query).split() if part not in _FUNCTION_WORDS] or fold(query).split()
        held = [
            self.holding_inside(part) | self.holding_as_part(self.inflected.get(part, ())) for part in parts
        ]
        return frozenset.intersection(*held)

    def holding_inside(self, writing: str) -> Pages:
        """The pages that hold a writing anywhere in a word, as xfreerdp has rdp; a short one by itself."""
        is_short = len(writing) < _MIN_BEGINNING
        return self.holding(writing, left=is_short, right=is_short)

    def holding_as_part(self, writings: Iterable[str], *, whole: bool = False) -> Pages:
        """The pages that hold a writing as a word, or as a part of a name: user in getUserName and user_name.

        A longer word may begin with it, if that is not to be `whole`, but for a short one.
        """
        found: set[int] = set()
        for writing in writings:
            inside = self.holding(writing, left=False, right=False)
            pattern = _whole(fold(writing).strip(), left=True, right=whole or len(writing) < _MIN_BEGINNING)
            found |= {page for page in inside if pattern.search(self._parts_of(page))}
        return frozenset(found)

    def _parts_of(self, page: int) -> str:
        if page not in self._apart:
            self._apart[page] = fold(_HUMPS.sub(" ", self.sources[page]))
        return self._apart[page]

    def merit(
        self, page: int, writings: Iterable[str], beside: str = "", *, left: bool = True, right: bool = True
    ) -> Merit:
        """What a page is worth for some writings, taken together: whether the title has one, how often they stand in
        headings, in prose, and in all of the text, and how short it is; then how often it has each word of the text
        `beside`, which all of them are writings of."""
        found = sorted({fold(writing).strip() for writing in writings}, key=len)
        patterns = [_whole(writing, left=left, right=right) for writing in found]
        headings, prose = self._sources_of(page)
        texts = headings, prose, self.folded[page]
        title = int(any(pattern.search(self.titles[page]) for pattern in patterns))
        times = (sum(len(pattern.findall(text)) for pattern in patterns) for text in texts)
        parts = fold(beside).split()
        words = (len(_whole(part, left=True, right=True).findall(self.folded[page])) for part in parts)
        return title, *times, -len(self.folded[page]), *(words if len(parts) > 1 else ())

    def _sources_of(self, page: int) -> tuple[str, str]:
        """The headings of a page, and its prose: what is neither heading nor code."""
        if page not in self._prose:
            text = _CODE.sub("", fold(self._raw[page]))
            self._prose[page] = "\n".join(_HEADING.findall(text)), _HEADING.sub("", text)
        return self._prose[page]

    @functools.cached_property
    def inflected(self) -> Mapping[str, frozenset[str]]:
        """The forms of each English word that the corpus has in two or more: install, installs, installed."""
        families: dict[str, set[str]] = {}
        for word in self.latin_words:
            if len(word) > _MIN_BEGINNING and word not in _FUNCTION_WORDS:
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
    """A writing without the blanks beside Han, which are typography, and accents: C 语言 is no other writing of C语言."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", writing) if not unicodedata.combining(char)
    )
    return _NEUTRAL.sub("", fold(plain)).strip()


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
