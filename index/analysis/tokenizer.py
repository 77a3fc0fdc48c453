"""The tokenizer: the token patterns, and the tokens of a query.

One regular expression splits a folded text into Latin and digit tokens, Han runs and other letters; Han
runs then go to the segmenter. Mixed tokens (GPT-4o, C++, .NET, 192.168.1.1, 2.307亿, C语言) stay whole. Pages
and queries share these rules, so that the terms of a query are those of its pages.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from zhsearch.index.analysis.folding import HAN, fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter

_OTHER_HAN = "\u3005\u3007\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA_AND_HANGUL = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\uac00-\ud7af"
_SYMBOLS = "\u2100-\u214f\u2190-\u23ff\u2460-\u2bff\U0001f000-\U0001faff"
_ALPHANUMERIC = rf"[^\W_{HAN}{_OTHER_HAN}{_KANA_AND_HANGUL}]"


def _read_words(name: str) -> frozenset[str]:
    """The words of a file in `words/`, separated by blanks."""
    return frozenset(
        files("zhsearch.index.analysis").joinpath(f"words/{name}").read_text(encoding="utf-8").split()
    )


FUNCTION_WORDS = _read_words("function.txt")
"""Words that carry grammar rather than meaning (的, 是, 怎么, the), question words included."""

QUESTION_WORDS = _read_words("question.txt")
"""Words that make a query a question (什么, 谁, how)."""


_MIXED = _read_words("mixed.txt")

_EDGE_CONTEXT = 80
_UNBROKEN = re.compile(r"[^\s，。！？；、（）《》“”「」『』【】…]*")
_HAN_RUN = re.compile(rf"[{HAN}]+")

MAGNITUDES = "百千万亿兆"
"""Characters that may follow the digits of a number."""

# WORDS stands for the words that mix Han with other characters.
_MIXED_TOKEN = rf"(?P<mixed>(?<!{_ALPHANUMERIC})(?:WORDS)(?!(?<={_ALPHANUMERIC}){_ALPHANUMERIC}))"
_OTHER_TOKENS = (
    rf"(?P<number>(?<!{_ALPHANUMERIC})(?<![0-9][.,])[0-9]++(?:[.,][0-9]++)*+[百千]?[万亿兆]+)"
    rf"|(?P<latin>(?:(?<![._])(?<!{_ALPHANUMERIC})\.)?{_ALPHANUMERIC}+[+#%]*(?:[-./_'&@:]{_ALPHANUMERIC}+[+#%]*)*)"
    rf"|(?P<han>[{HAN}]+)"
    rf"|(?P<single>[{_OTHER_HAN}{_SYMBOLS}])"
    rf"|(?P<syllabic>[{_KANA_AND_HANGUL}]+)"
)


def mixed_words(mixed: tuple[str, ...] = ()) -> list[str]:
    """The words that mix Han with other characters, and are one token, longer ones first: those of jieba's
    dictionary (a test compares), others like them, and `mixed`, those of the lexicon."""
    return sorted({*_MIXED, *mixed}, key=lambda word: (-len(word), word))


@lru_cache(maxsize=8)
def token_pattern(mixed: tuple[str, ...] = ()) -> re.Pattern[str]:
    """The pattern of one token; the name of the group that matched is its kind.

    `mixed` as in `mixed_words`.
    """
    alternatives = "|".join(map(re.escape, mixed_words(mixed)))
    return re.compile(f"{_MIXED_TOKEN.replace('WORDS', alternatives)}|{_OTHER_TOKENS}")


class QueryToken(NamedTuple):
    """A word of a query.

    `term` is looked up in the index; `pattern` is the same word folded character by character, for
    substring search. `start` and `end` are code points of the query's text. `kind` is one of:

    - `han`: may occur anywhere
    - `latin`: letters and digits; every run of them is a term of its page
    - `compound`: GPT-4o, C语言; may occur inside a longer token
    """

    term: str
    pattern: str
    kind: str
    start: int
    end: int
    is_stop_word: bool = False

    @property
    def is_function_word(self) -> bool:
        """Whether it need not match: a function word, or a stop word of the lexicon."""
        return self.term in FUNCTION_WORDS or self.is_stop_word

    @property
    def is_question_word(self) -> bool:
        """Whether it makes the query a question."""
        return self.term in QUESTION_WORDS


def query_tokens(source: str, segmenter: Segmenter) -> list[QueryToken]:
    """Tokenize a query's text: words in order, without overlap."""
    folded = fold(source)
    patterns = simplify_characters(folded.text)
    stop_words = segmenter.lexicon.stop_word_set
    tokens: list[QueryToken] = []
    for term, kind, start in _tokens(simplify_words(folded.text), segmenter):
        end = start + len(term)
        span = folded.source(start, end)
        tokens.append(QueryToken(term, patterns[start:end], kind, *span, term in stop_words))
    return tokens


def token_across(text: str, position: int, segmenter: Segmenter) -> tuple[int, int]:
    """The range of the token that `position` is inside of in a text as written; (position, position) between
    tokens. Reads at most _EDGE_CONTEXT characters either way, as far as no blank or sign ends every token."""
    before = text[max(0, position - _EDGE_CONTEXT) : position]
    start = position - len(_UNBROKEN.match(before[::-1])[0])  # type: ignore[index]  # it always matches
    end = _UNBROKEN.match(text, position, position + _EDGE_CONTEXT).end()  # type: ignore[union-attr]
    if not start < position < end:
        return position, position
    unbroken = text[start:end]
    if _HAN_RUN.fullmatch(unbroken):
        first, last = _word_across(unbroken, position - start, segmenter)
        return start + first, start + last
    folded = fold(unbroken)
    place = folded.place(position - start)
    for match in token_pattern(segmenter.lexicon.mixed).finditer(folded.text):
        first, last = match.span()
        if last > place:
            if match.lastgroup == "han" and first < place:
                word_first, word_last = _word_across(match[0], place - first, segmenter)
                first, last = first + word_first, first + word_last
            if first >= place:
                break
            first, last = folded.source(first, last)
            return start + first, start + last
    return position, position


def _word_across(han: str, position: int, segmenter: Segmenter) -> tuple[int, int]:
    """As `token_across`, for a position in a run of Han characters."""
    first = 0
    for word in segmenter.cut(simplify_characters(han)):
        last = first + len(word)
        if last > position:
            break
        first = last
    return (first, last) if first < position else (position, position)


def _tokens(text: str, segmenter: Segmenter) -> Iterator[tuple[str, str, int]]:
    """(term, kind, start) of each token of a folded and simplified text, Han runs segmented."""
    for match in token_pattern(segmenter.lexicon.mixed).finditer(text):
        token, start = match[0], match.start()
        if match.lastgroup == "han":
            for word in segmenter.cut(token):
                yield word, "han", start
                start += len(word)
        elif match.lastgroup in ("single", "syllabic"):
            yield token, "han", start
        else:
            is_plain = match.lastgroup == "latin" and token.isalnum()
            yield token, "latin" if is_plain else "compound", start
