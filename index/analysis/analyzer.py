"""Text in, terms out: what a page is indexed under, and what a query asks for, by the same rules.

A text is folded, then cut by one regular expression into Latin and digit tokens, Han runs and other
letters; Han runs go to the segmenter. Mixed tokens (GPT-4o, C++, .NET, 192.168.1.1, 2.307亿, C语言) stay
whole and are indexed under their parts as well.

Pages come in batches of many, and a language whose every step costs a tenth of a microsecond needs them
as arrays: `Analyzer` cuts a whole batch with one call of the regular expression and one of the segmenter,
and looks up what each distinct word is indexed under once.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import compress, count, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import IntArray, expand_ranges

_HAN = "\u4e00-\u9fd5"  # what both segmenters take for Han
_RARE = "\u3005\u3007\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_OTHER = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\uac00-\ud7af"  # kana, Hangul
_A = rf"[^\W_{_HAN}{_RARE}{_OTHER}]"
_SYMBOL = "\u2100-\u214f\u2190-\u23ff\u2460-\u2bff\U0001f000-\U0001faff"


@lru_cache(maxsize=8)
def _token(mixed: tuple[str, ...] = ()) -> re.Pattern[str]:
    """What tells tokens apart. Words that mix Han with other characters are one: those of jieba's dictionary
    (a test compares), others like them, and the `mixed` ones that the owner of the site added."""
    known = files("zhsearch.index.analysis").joinpath("words/mixed.txt").read_text(encoding="utf-8").split()
    words = "|".join(sorted(map(re.escape, {*known, *mixed}), key=lambda word: (-len(word), word)))
    return re.compile(
        rf"(?P<mixed>(?<!{_A})(?:{words})(?!(?<={_A}){_A}))"
        rf"|(?P<number>(?<!{_A})(?<![0-9][.,])[0-9]++(?:[.,][0-9]++)*+[百千]?[万亿兆]+)"
        rf"|(?P<latin>(?:(?<![.\w])\.)?{_A}+[+#%]*(?:[-./_'&@:]{_A}+[+#%]*)*)"
        rf"|(?P<han>[{_HAN}]+)"
        rf"|(?P<rare>[{_RARE}{_SYMBOL}])"
        rf"|(?P<other>[{_OTHER}]+)"
    )


@lru_cache(maxsize=8)
def _pieces(mixed: tuple[str, ...]) -> re.Pattern[str]:
    """The same with one group."""
    return re.compile("(" + re.sub(r"\?P<\w+>", "?:", _token(mixed).pattern) + ")")


_PARTS = (re.compile(r"[/:@&]"), re.compile(r"[-_'+#%]"), re.compile(r"\."))
_RUN = re.compile(r"[^\W_]+")
_LETTERS_AND_DIGITS = re.compile(rf"[0-9]+(?:\.[0-9]+)*|[^\W\d_{_HAN}]+")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_LONGEST_TERM = 64  # a longer chunk (a base64 blob, a URL) is found by its parts, not as a whole
_LONGEST_NESTED = 512  # a chunk longer still has its runs of letters and digits for parts, no parts of parts
_MOST_KNOWN = 400_000  # distinct words kept in memory; then all are forgotten and learnt again


class QueryToken(NamedTuple):
    """A word that a query asks for.

    `term` is what pages are indexed under; `needle` the same word folded character by character, to be
    found as a substring. `kind` is `han` (may stand anywhere), `latin` (letters and digits: every run of
    them is a term of its page) or `compound` (GPT-4o, C语言: may stand inside a longer token).
    """

    term: str
    pattern: str
    kind: str  # han, latin, compound
    start: int
    end: int
    is_stop_word: bool = False

    @property
    def is_function_word(self) -> bool:
        """Does it carry grammar rather than meaning (的, 是, 怎么, the …), or need it not match?"""
        return self.term in FUNCTION_WORDS or self.is_stop_word

    @property
    def is_question_word(self) -> bool:
        """Does it make a question of what it stands in (什么, 谁, how …)?"""
        return self.term in _ASKING_WORDS


def _words_of(name: str) -> frozenset[str]:
    return frozenset(
        files("zhsearch.index.analysis").joinpath(f"words/{name}").read_text(encoding="utf-8").split()
    )


FUNCTION_WORDS = _words_of("function.txt")
_ASKING_WORDS = _words_of("asking.txt")


def query_tokens(source: str, segmenter: Segmenter) -> list[QueryToken]:
    """The words of a query's text, in order, without overlap; offsets in `source`."""
    folded = fold(source)
    text = simplify_words(folded.text)
    needles = simplify_characters(folded.text)
    found: list[QueryToken] = []
    stop_words = segmenter.lexicon.stop_word_set

    def add(kind: str, term: str, start: int, end: int) -> None:
        found.append(
            QueryToken(term, needles[start:end], kind, *folded.source(start, end), term in stop_words)
        )

    for match in _token(segmenter.lexicon.mixed).finditer(text):
        kind, start, end = match.lastgroup, match.start(), match.end()
        if kind == "han":
            for word in segmenter.cut(match[0]):
                add("han", word, start, start + len(word))
                start += len(word)
        elif kind in ("rare", "other"):
            add("han", match[0], start, end)
        else:
            add("latin" if kind == "latin" and match[0].isalnum() else "compound", match[0], start, end)
    return found


class Analyzer:
    """Cuts texts into terms; remembers what each distinct word is indexed under.

    `vocabulary` has the terms met so far (UTF-8), by their numbers; numbers hold until `forget`.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._pieces = _pieces(segmenter.lexicon.mixed)
        self._start_afresh()

    def _start_afresh(self) -> None:
        self.vocabulary: list[bytes] = []
        self._terms: defaultdict[str, int] = defaultdict(count().__next__)
        # A unit is what is looked up as one: a Han word or a token of another script. Number 0 is the
        # newline that stands between Han runs.
        self._units: defaultdict[str, int] = defaultdict(count().__next__)
        self._units["\n"]  # takes number 0
        self._starts = array("q", [0, 0])  # of each unit in the two below, and the end
        self._under = array("q")  # terms that units are indexed under
        self._offsets = array("q")  # where in the unit they begin
        self._inside: dict[str, list[tuple[str, int]]] = {}  # of long words met a moment ago

    def forget(self) -> None:
        """Let the vocabulary go where it has become too large for the memory it takes."""
        if len(self._units) > _MOST_KNOWN:
            self._start_afresh()

    def cut(self, text: str) -> tuple[IntArray, IntArray]:
        """(terms, places) of a text folded and simplified by words, in the order of the words in it.

        A term that occurs twice is listed twice; a place is the code point where it begins. Terms inside a
        word stand before the word itself.
        """
        pieces = self._pieces.split(text)  # what lies between, a token, what lies between, a token, …
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        starts, lengths = (np.cumsum(lengths) - lengths)[1::2], lengths[1::2]
        tokens = pieces[1::2]
        is_run = _only_han(text, starts, lengths)
        words, word_places = self._cut_runs(list(compress(tokens, is_run)), starts[is_run])
        others = self._numbers(compress(tokens, ~is_run), int((~is_run).sum()))
        self._learn()
        units = np.concatenate((words, others))
        places = np.concatenate((word_places, starts[~is_run]))
        order = np.argsort(places, kind="stable")
        units, places = units[order], places[order]
        first = np.array(self._starts)
        counts = (first[1:] - first[:-1])[units]
        under = expand_ranges(first[units], counts)
        return np.array(self._under)[under], np.repeat(places, counts) + np.array(self._offsets)[under]

    def _cut_runs(self, runs: list[str], run_starts: IntArray) -> tuple[IntArray, IntArray]:
        """(units, places) of the words of runs of Han characters, all cut in one call."""
        if not runs:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        known = len(self._units)
        words = self._segmenter.cut("\n".join(runs))
        units = self._numbers(words, len(words))
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        starts = np.cumsum(lengths) - lengths
        between = units == 0
        run = np.cumsum(between)
        run_at = np.append(0, starts[between] + 1)  # where each run begins among the joined ones
        new = np.flatnonzero((units >= known) & (lengths > 2))
        if len(new):
            # What a long word has inside depends on the word alone, but only a run shows it.
            self._inside = self._words_inside([runs[at] for at in np.unique(run[new]).tolist()])
        places = starts - run_at[run] + run_starts[run]
        return units[~between], places[~between]

    def _words_inside(self, runs: list[str]) -> dict[str, list[tuple[str, int]]]:
        """The dictionary words inside each long word of some runs, with their offsets in it."""
        inside: dict[str, list[tuple[str, int]]] = {}
        pending: list[tuple[str, int]] = []
        cut = iter(self._segmenter.cut("\n".join(runs)))
        word = next(cut, "")
        begin = 0
        for found, start, _ in self._segmenter.search("\n".join(runs)):
            if found != word or start != begin:
                pending.append((found, start - begin))
                continue
            if len(word) > 2:
                inside[word] = pending
            pending = []
            begin += len(word)
            word = next(cut, "")
        return inside

    def _numbers(self, units: Iterable[str], size: int) -> IntArray:
        return np.fromiter(map(self._units.__getitem__, units), dtype=np.int64, count=size)

    def _learn(self) -> None:
        """Look up what the units met for the first time are indexed under."""
        new = len(self._units) - (len(self._starts) - 1)
        for unit in reversed(list(islice(reversed(self._units), new))):
            if _HAN_RUN.fullmatch(unit):
                under = [*self._inside.get(unit, ()), (unit, 0)]
            else:
                under = _terms_of(unit, self._segmenter)
            self._under.extend(self._terms[term] for term, _ in under)
            self._offsets.extend(offset for _, offset in under)
            self._starts.append(len(self._under))
        self._inside = {}
        terms = len(self._terms) - len(self.vocabulary)
        for term in reversed(list(islice(reversed(self._terms), terms))):
            self.vocabulary.append(term.encode("utf-8", "surrogatepass"))


def _only_han(text: str, starts: IntArray, lengths: IntArray) -> NDArray[np.bool_]:
    """Which tokens are runs of Han characters and nothing else."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    han = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum((points >= ord(_HAN[0])) & (points <= ord(_HAN[-1])), out=han[1:])
    whole: NDArray[np.bool_] = han[starts + lengths] - han[starts] == lengths
    return whole


def _terms_of(token: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """What a token that is no Han run is indexed under: its parts in order, then itself."""
    if token.isascii() and token.isalpha() and len(token) <= _LONGEST_TERM:
        return [(token, 0)]  # most of them
    if len(token) > _LONGEST_NESTED:
        runs = [(match[0], match.start()) for match in _RUN.finditer(token)]
        return [
            (term, start + offset)
            for run, start in runs
            if len(run) <= _LONGEST_TERM
            for term, offset in _terms_of(run, segmenter)
        ]
    found = [(token[a:b], a) for a, b in _part_spans(token)]
    for run in _HAN_RUN.finditer(token):
        found += [(word, run.start() + start) for word, start, _ in segmenter.search(run[0])]
    found.sort(key=lambda term: (term[1], len(term[0])))
    return [*found, (token, 0)] if len(token) <= _LONGEST_TERM else found


def _part_spans(token: str) -> list[tuple[int, int]]:
    """Ranges of the parts of a token at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2."""
    runs = [match.span() for match in _LETTERS_AND_DIGITS.finditer(token)]
    spans = dict.fromkeys(runs)
    level = [(0, len(token))]
    for splitter in _PARTS:
        if splitter.search(token):
            level = [part for start, end in level for part in _split(splitter, token, start, end)]
            spans.update(dict.fromkeys(level))
    if "." in token:
        spans.update(
            dict.fromkeys(part for start, end in runs for part in _split(_PARTS[-1], token, start, end))
        )
    return [(a, b) for a, b in spans if b - a < len(token) and b - a <= _LONGEST_TERM]


def _split(splitter: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The ranges between the marks in a range of a text, without the empty ones."""
    edges = [start]
    for mark in splitter.finditer(text, start, end):
        edges += mark.span()
    edges.append(end)
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
