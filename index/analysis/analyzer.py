"""The analyzer: terms and positions of texts, a batch at a time.

A text is split by the token pattern, Han runs are segmented, and every token is indexed under itself and
its parts: 中国科学院 also under 中国 and 科学院, GPT-4o also under gpt and 4o.

A Python loop over the tokens of all pages would be too slow, so `Analyzer` splits a whole batch with one call
of the regular expression and one of the segmenter, computes the terms of each distinct token once, and maps
tokens to terms with numpy.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import compress, count, islice

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis.folding import HAN
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import splitting_pattern
from zhsearch.index.arrays import IntArray, expand_ranges

_SEPARATORS = (re.compile(r"[/:@&]"), re.compile(r"[-_'+#%]"), re.compile(r"\."))  # weakest bond first
_DOT = _SEPARATORS[-1]
_WORD_RUN = re.compile(r"[^\W_]+")
_LETTERS_OR_DIGITS = re.compile(rf"[0-9]+(?:\.[0-9]+)*|[^\W\d_{HAN}]+")
_VERSION = re.compile(r"(?<=[^\W\d_])[0-9]+(?:\.[0-9]+){2,}")  # after a letter: v1.2.3
_HAN_RUN = re.compile(rf"[{HAN}]+")
_MAX_TERM_CHARS = 64  # a longer token (a base64 blob, a URL) is found by its parts, not as a whole
_MAX_NESTED_CHARS = 512  # of a longer token only the runs of letters and digits are split further
_MAX_CACHED_TOKENS = 400_000

_Term = tuple[str, int]  # a term, and its offset in its token


class Analyzer:
    """Analyses texts, and caches the terms of each distinct token.

    `vocabulary[n]` is term number n in UTF-8. Terms are numbered as they first occur; numbers are valid until
    `reset_if_full` empties the cache.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._pattern = splitting_pattern(segmenter.lexicon.mixed)
        self._reset()

    def _reset(self) -> None:
        self.vocabulary: list[bytes] = []
        self._term_numbers: defaultdict[str, int] = defaultdict(count().__next__)
        # A token is a Han word or a token of another script; number 0 is the newline between Han runs.
        self._token_numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._token_numbers["\n"]  # takes number 0
        # Token t has the terms _terms[_bounds[t]:_bounds[t + 1]], at these code points of the token.
        self._bounds = array("q", [0, 0])
        self._terms = array("q")
        self._offsets = array("q")
        self._nested: dict[str, list[_Term]] = {}  # dictionary words in the long words of this batch

    def reset_if_full(self) -> None:
        """Empty the cache if it holds more than 400,000 tokens; terms are then numbered from 0 again."""
        if len(self._token_numbers) > _MAX_CACHED_TOKENS:
            self._reset()

    def analyze(self, text: str) -> tuple[IntArray, IntArray]:
        """The terms of a text that is folded and simplified by words, as two arrays of equal length.

        Returns (numbers, positions): a term's number in `vocabulary`, and the code point of the text at
        which it begins. Terms are in text order, those inside a token before the token itself.
        """
        parts = self._pattern.split(text)  # text between tokens, token, text between tokens, …
        lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
        starts, lengths = (np.cumsum(lengths) - lengths)[1::2], lengths[1::2]
        tokens = parts[1::2]
        is_han = _is_han_run(text, starts, lengths)
        han, han_positions = self._segment_runs(list(compress(tokens, is_han)), starts[is_han])
        others = self._number(compress(tokens, ~is_han), int((~is_han).sum()))
        self._cache_terms()
        numbers = np.concatenate((han, others))
        positions = np.concatenate((han_positions, starts[~is_han]))
        order = np.argsort(positions, kind="stable")
        numbers, positions = numbers[order], positions[order]
        # From tokens to their terms: `rows` are indices into `_terms` and `_offsets`.
        bounds = np.array(self._bounds)
        counts = (bounds[1:] - bounds[:-1])[numbers]
        rows = expand_ranges(bounds[numbers], counts)
        return np.array(self._terms)[rows], np.repeat(positions, counts) + np.array(self._offsets)[rows]

    def _segment_runs(self, runs: list[str], run_starts: IntArray) -> tuple[IntArray, IntArray]:
        """Segment runs of Han characters in one call; returns (token numbers, positions in the text).

        Arrays with one row per word, newlines between runs included until the last line: `numbers`,
        `lengths`, `starts` (in the joined runs) and `run` (which run). `joined_starts` has one row per run.
        """
        if not runs:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        known = len(self._token_numbers)
        words = self._segmenter.cut("\n".join(runs))
        numbers = self._number(words, len(words))
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        starts = np.cumsum(lengths) - lengths
        is_newline = numbers == 0
        run = np.cumsum(is_newline)
        joined_starts = np.append(0, starts[is_newline] + 1)
        new_long = np.flatnonzero((numbers >= known) & (lengths > 2))
        if len(new_long):
            # The words inside a long word depend on it alone, but are found by segmenting a run that has it.
            self._nested = self._nested_words([runs[row] for row in np.unique(run[new_long]).tolist()])
        positions = starts - joined_starts[run] + run_starts[run]
        return numbers[~is_newline], positions[~is_newline]

    def _nested_words(self, runs: list[str]) -> dict[str, list[_Term]]:
        """The dictionary words inside each word of three or more characters in these runs.

        Search mode yields the words of `cut`, each after the words inside it.
        """
        joined = "\n".join(runs)
        nested: dict[str, list[_Term]] = {}
        pending: list[_Term] = []
        words = iter(self._segmenter.cut(joined))
        word, word_start = next(words, ""), 0
        for term, start, _ in self._segmenter.search(joined):
            if term != word or start != word_start:
                pending.append((term, start - word_start))
                continue
            if len(word) > 2:
                nested[word] = pending
            pending = []
            word_start += len(word)
            word = next(words, "")
        return nested

    def _number(self, tokens: Iterable[str], size: int) -> IntArray:
        return np.fromiter(map(self._token_numbers.__getitem__, tokens), dtype=np.int64, count=size)

    def _cache_terms(self) -> None:
        """Add the terms of new tokens to the cache."""
        for token in _newest(self._token_numbers, len(self._token_numbers) - (len(self._bounds) - 1)):
            if _HAN_RUN.fullmatch(token):
                terms = [*self._nested.get(token, ()), (token, 0)]
            else:
                terms = _terms_of_token(token, self._segmenter)
            self._terms.extend(self._term_numbers[term] for term, _ in terms)
            self._offsets.extend(offset for _, offset in terms)
            self._bounds.append(len(self._terms))
        self._nested = {}
        encode = partial(str.encode, encoding="utf-8", errors="surrogatepass")
        new_terms = _newest(self._term_numbers, len(self._term_numbers) - len(self.vocabulary))
        self.vocabulary.extend(map(encode, new_terms))


def _newest(numbers: dict[str, int], size: int) -> list[str]:
    """The last `size` keys of a dictionary, in their order, without iterating over the others."""
    newest = list(islice(reversed(numbers), size))
    newest.reverse()
    return newest


def _is_han_run(text: str, starts: IntArray, lengths: IntArray) -> NDArray[np.bool_]:
    """Which ranges of a text consist of Han characters only: (ranges,) bool."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    han_before = np.zeros(len(points) + 1, dtype=np.int64)  # Han characters before each code point
    np.cumsum((points >= ord(HAN[0])) & (points <= ord(HAN[-1])), out=han_before[1:])
    is_han: NDArray[np.bool_] = han_before[starts + lengths] - han_before[starts] == lengths
    return is_han


def _terms_of_token(token: str, segmenter: Segmenter) -> list[_Term]:
    """The terms of a token that is not a Han run: its parts in order, then itself."""
    if token.isascii() and token.isalpha() and len(token) <= _MAX_TERM_CHARS:
        return [(token, 0)]  # the most frequent case
    if len(token) > _MAX_NESTED_CHARS:
        return [
            (term, run.start() + offset)
            for run in _WORD_RUN.finditer(token)
            if len(run[0]) <= _MAX_TERM_CHARS
            for term, offset in _terms_of_token(run[0], segmenter)
        ]
    terms = [(token[start:end], start) for start, end in _part_spans(token)]
    for run in _HAN_RUN.finditer(token):
        terms += [(word, run.start() + start) for word, start, _ in segmenter.search(run[0])]
    terms.sort(key=lambda term: (term[1], len(term[0])))
    return [*terms, (token, 0)] if len(token) <= _MAX_TERM_CHARS else terms


def _part_spans(token: str) -> list[tuple[int, int]]:
    """The spans of a token's parts at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2."""
    runs = [match.span() for match in _LETTERS_OR_DIGITS.finditer(token)]
    spans = dict.fromkeys(runs)
    level = [(0, len(token))]
    for separator in _SEPARATORS:
        if separator.search(token):
            level = [part for start, end in level for part in _split(separator, token, start, end)]
            spans.update(dict.fromkeys(level))
    if "." in token:
        spans.update(dict.fromkeys(part for start, end in runs for part in _split(_DOT, token, start, end)))
        spans.update(dict.fromkeys(_version_spans(token)))
    return [
        (start, end) for start, end in spans if end - start < len(token) and end - start <= _MAX_TERM_CHARS
    ]


def _version_spans(token: str) -> Iterator[tuple[int, int]]:
    """The spans of beginnings of versions after a letter, each with the dot that follows: `1.2.` of v1.2.3.

    A query for 1.2 looks these up; without a letter before it, it is found as a text.
    """
    for version in _VERSION.finditer(token):
        dots = _DOT.finditer(token, *version.span())
        yield from ((version.start(), dot.end()) for dot in islice(dots, 1, None))


def _split(separator: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between the separators in a range of a text, without empty ones."""
    edges = [start]
    for match in separator.finditer(text, start, end):
        edges += match.span()
    edges.append(end)
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True) if left < right]
