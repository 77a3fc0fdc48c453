"""Text in, terms out: what a page is indexed under, and what a query asks for, by the same rules.

A text is folded, then cut by one regular expression into Latin and digit tokens, Han runs and other
letters; Han runs go to the segmenter. Mixed tokens (GPT-4o, C++, .NET, 192.168.1.1, 2.307亿, C语言) stay
whole and are indexed under their parts as well.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from index.fold import fold, simplify_characters, simplify_words
from index.records import Token
from index.segment import Segmenter

ANALYSIS_VERSION = 2
"""Goes into the manifest: raise it when a change here gives other terms, and indexes are rebuilt."""

_HAN = "\u4e00-\u9fd5"  # what both segmenters take for Han
_RARE = "\u3005\u3007\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_OTHER = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\uac00-\ud7af"  # kana, Hangul
_A = rf"[^\W_{_HAN}{_RARE}{_OTHER}]"
_SYMBOL = "\u2100-\u214f\u2190-\u23ff\u2460-\u2bff\U0001f000-\U0001faff"


def _mixed_words() -> str:
    """jieba's dictionary words that mix Han with other characters (a test compares), and others like them."""
    words = files("index").joinpath("words/mixed.txt").read_text(encoding="utf-8").split()
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_TOKEN = re.compile(
    rf"(?P<mixed>(?<!{_A})(?:{_mixed_words()})(?!(?<={_A}){_A}))"
    rf"|(?P<number>(?<!{_A})(?<![0-9][.,])[0-9]++(?:[.,][0-9]++)*+[百千]?[万亿兆]+)"
    rf"|(?P<latin>(?:(?<![.\w])\.)?{_A}+[+#%]*(?:[-./_'&@:]{_A}+[+#%]*)*)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<rare>[{_RARE}{_SYMBOL}])"
    rf"|(?P<other>[{_OTHER}]+)"
)
_PARTS = (re.compile(r"[/:@&]"), re.compile(r"[-_'+#%]"), re.compile(r"\."))
_LETTERS_AND_DIGITS = re.compile(rf"[0-9]+(?:\.[0-9]+)*|[^\W\d_{_HAN}]+")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_LONGEST_TERM = 64  # a longer chunk (a base64 blob, a URL) is found by its parts, not as a whole


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a query asks for.

    `term` is what pages are indexed under; `needle` the same word folded character by character, to be
    found as a substring. `kind` is `han` (may stand anywhere), `latin` (letters and digits: every run of
    them is a term of its page) or `compound` (GPT-4o, C语言: may stand inside a longer token).
    """

    term: str
    needle: str
    kind: str  # han, latin, compound
    start: int
    end: int

    @property
    def is_function_word(self) -> bool:
        """Does it carry grammar rather than meaning (的, 是, 怎么, the …)?"""
        return self.term in FUNCTION_WORDS


def _words_of(name: str) -> frozenset[str]:
    return frozenset(files("index").joinpath(f"words/{name}").read_text(encoding="utf-8").split())


FUNCTION_WORDS = _words_of("function.txt")


def terms(source: str, segmenter: Segmenter) -> list[Token]:
    """All terms that a text is indexed under, in order of their start; longer ones after their parts.

    Source offsets are code points of `source`. A term that occurs twice is listed twice.
    """
    folded = fold(source)
    text = simplify_words(folded.text)
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text):
        kind, start = match.lastgroup, match.start()
        if kind == "han":
            found += [(word, start + a, start + b) for word, a, b in segmenter.search(match[0])]
        elif kind in ("rare", "other"):
            found.append((match[0], start, match.end()))
        else:
            found += _latin_terms(match[0], start, segmenter)
    if folded.starts is None or folded.ends is None:
        return list(map(Token._make, found))
    starts, ends = folded.starts.tolist(), folded.ends.tolist()  # indexing a list is what costs least
    return [Token(term, starts[start], ends[end - 1]) for term, start, end in found]


def words(source: str, segmenter: Segmenter) -> list[Word]:
    """The words of a query's text, in order, without overlap; offsets in `source`."""
    folded = fold(source)
    text = simplify_words(folded.text)
    needles = simplify_characters(folded.text)
    found: list[Word] = []

    def add(kind: str, term: str, start: int, end: int) -> None:
        found.append(Word(term, needles[start:end], kind, *folded.source(start, end)))

    for match in _TOKEN.finditer(text):
        kind, start, end = match.lastgroup, match.start(), match.end()
        if kind == "han":
            for word, a, b in segmenter.words(match[0]):
                add("han", word, start + a, start + b)
        elif kind in ("rare", "other"):
            add("han", match[0], start, end)
        else:
            add("latin" if kind == "latin" and match[0].isalnum() else "compound", match[0], start, end)
    return found


def _latin_terms(token: str, start: int, segmenter: Segmenter) -> list[tuple[str, int, int]]:
    """A Latin, digit or mixed token under its parts, then itself."""
    if token.isalpha() and token.isascii() and len(token) <= _LONGEST_TERM:
        return [(token, start, start + len(token))]
    # Only short tokens are kept in memory; long ones seldom come again.
    spans = _part_spans(token) if len(token) <= _LONGEST_TERM else _part_spans.__wrapped__(token)
    found = [(token[a:b], start + a, start + b) for a, b in spans]
    for run in _HAN_RUN.finditer(token):
        found += [
            (w, start + run.start() + a, start + run.start() + b) for w, a, b in segmenter.search(run[0])
        ]
    found.sort(key=lambda term: (term[1], term[2]))
    if len(token) <= _LONGEST_TERM:
        found.append((token, start, start + len(token)))
    return found


@lru_cache(maxsize=1 << 16)
def _part_spans(token: str) -> tuple[tuple[int, int], ...]:
    """Ranges of the parts of a token at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2."""
    spans: list[tuple[int, int]] = []
    level = [(0, len(token))]
    for splitter in _PARTS:
        level = [
            (start + a, start + b) for start, end in level for a, b in _split(splitter, token[start:end])
        ]
        spans += level
        spans += [
            match.span() for start, end in level for match in _LETTERS_AND_DIGITS.finditer(token, start, end)
        ]
    return tuple((a, b) for a, b in dict.fromkeys(spans) if b - a < len(token) and b - a <= _LONGEST_TERM)


def _split(splitter: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    cuts = [(m.start(), m.end()) for m in splitter.finditer(text)]
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
