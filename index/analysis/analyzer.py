"""The analyzer: terms and positions of texts, a batch at a time.

A text is split by the token pattern, Han runs are segmented, and every token is indexed under itself and
its parts: 中国科学院 also under 中国 and 科学院, GPT-4o also under gpt and 4o.

A Python loop over the tokens of all pages would be too slow, so `Analyzer` splits a whole batch at once
(`splitter`), segments all Han runs with one call, computes the terms of each distinct token once, and maps
tokens to terms with numpy.
"""

from array import array
from collections import defaultdict
from functools import partial
from itertools import count, islice

import numpy as np

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.splitter import splitter
from zhsearch.index.analysis.token_terms import terms_of_tokens
from zhsearch.index.arrays import IntArray, expand_ranges

_MAX_CACHED_TOKENS = 150_000


class Analyzer:
    """Analyses texts, and caches the terms of each distinct token.

    `vocabulary[n]` is term number n in UTF-8. Tokens and terms are numbered as they first occur; numbers are
    valid until `reset_if_full` empties the cache.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._splitter = splitter(segmenter.lexicon.mixed)
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

    def reset_if_full(self) -> None:
        """Empty the cache if it holds more than 150,000 tokens; terms are then numbered from 0 again."""
        if len(self._token_numbers) > _MAX_CACHED_TOKENS:
            self._reset()

    def analyze(self, text: str) -> tuple[IntArray, IntArray]:
        """The terms of a text that is folded and simplified by words, as two arrays of equal length.

        Returns (numbers, positions): a term's number in `vocabulary`, and the code point of the text at
        which it begins. Terms are in text order, those inside a token before the token itself.
        """
        tokens, positions = self.tokenize(text)
        order = np.argsort(positions)
        rows, counts = self._rows(tokens[order])
        term_positions = np.repeat(positions[order], counts) + np.asarray(self._offsets)[rows]
        return np.asarray(self._terms)[rows], term_positions

    def tokenize(self, text: str) -> tuple[IntArray, IntArray]:
        """The tokens of a text that is folded and simplified by words, in no order.

        Returns (numbers, positions): numbers for `terms_of`, and the code points of the text at which the
        tokens begin.
        """
        tokens = self._splitter.split(text)
        words = self._segmenter.cut(tokens.han)
        han = _look_up(self._token_numbers, words)
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        is_word = han != 0
        han_positions = tokens.han_positions[(np.cumsum(lengths) - lengths)[is_word]]
        others = _look_up(self._token_numbers, tokens.others)
        self._cache_terms()
        return np.concatenate((han[is_word], others)), np.concatenate((han_positions, tokens.positions))

    def terms_of(self, tokens: IntArray) -> tuple[IntArray, IntArray]:
        """The terms of tokens, those of one after those of the other, and how many each has, (tokens,)."""
        rows, counts = self._rows(tokens)
        return np.asarray(self._terms)[rows], counts

    def _rows(self, tokens: IntArray) -> tuple[IntArray, IntArray]:
        """The indices into `_terms` and `_offsets` of the terms of tokens, and how many each has."""
        bounds = np.asarray(self._bounds)
        counts = np.diff(bounds)[tokens]
        return expand_ranges(bounds[tokens], counts), counts

    def _cache_terms(self) -> None:
        """Add the terms of new tokens to the cache."""
        new_tokens = _newest(self._token_numbers, len(self._token_numbers) - (len(self._bounds) - 1))
        terms, offsets, counts = terms_of_tokens(new_tokens, self._segmenter)
        self._bounds.frombytes((self._bounds[-1] + np.cumsum(counts)).tobytes())
        self._terms.frombytes(_look_up(self._term_numbers, terms).tobytes())
        self._offsets.frombytes(offsets.tobytes())
        encode = partial(str.encode, encoding="utf-8", errors="surrogatepass")
        new_terms = _newest(self._term_numbers, len(self._term_numbers) - len(self.vocabulary))
        self.vocabulary.extend(map(encode, new_terms))


def _look_up(numbers: dict[str, int], keys: list[str]) -> IntArray:
    return np.fromiter(map(numbers.__getitem__, keys), dtype=np.int64, count=len(keys))


def _newest(numbers: dict[str, int], size: int) -> list[str]:
    """The last `size` keys of a dictionary, in their order, without iterating over the others."""
    newest = list(islice(reversed(numbers), size))
    newest.reverse()
    return newest
