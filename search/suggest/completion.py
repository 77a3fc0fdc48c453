"""Autocompletion: the tags, titles, words and headings that contain what was typed.

All entries, folded, are one text with a line each. The input is searched in it as typed and, where it has
Latin letters, by pinyin: the offsets of the rarest character are filtered by the others, one array operation
each.
"""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis import fold, fold_plain, simplify_characters
from zhsearch.index.arrays import Array, IntArray, expand_ranges, offsets
from zhsearch.search.engine import Completion
from zhsearch.search.query import is_letter
from zhsearch.search.suggest.entries import KINDS, Entry, EntrySource, as_entry_text
from zhsearch.search.suggest.pinyin_input import (
    PinyinReading,
    all_readings,
    is_blurred,
    syllables_with_prefix,
)
from zhsearch.search.suggest.readings import readings

_KIND_SCORES = {"tag": 1.0, "title": 0.9, "word": 0.7, "heading": 0.4}
BEGINS, WHOLE, AS_TYPED = 2.0, 0.5, 4.0
"""Scores of an entry that begins with the input, is equal to it, contains it as typed (not by pinyin)."""

SIMILAR = -1.0
"""Score of an entry that only sounds like the input: below those with its very syllables."""

_MAX_EXACT_OFFSETS = 4_000
_MAX_PINYIN_OFFSETS = 20_000  # beyond these only entries that begin with the input count
_MAX_ENTRIES = 60  # of one reading of the input; more than the API returns


class Occurrence(NamedTuple):
    """The best occurrence of the input in an entry: the score, the entry, and the range in its text."""

    score: float
    kind: int
    number: int
    start: int
    end: int


class Completer:
    """Completes input from the entries of one source.

    Entries are arrays, not records: a hundred thousand posts have half a million. With a row an entry:
    `_kind`, `_pages`, `_page`, `_number` (see Entry), `_scores`, and `_starts`, the offset in `_text`, where
    each entry is a line. With a row a code point of the text: `_ids`, its row in `_alphabet`, and `_begins`,
    whether an entry begins there. With a row a distinct character: `_alphabet` (code points), `_counts`, and
    `_firsts`, where its offsets begin in `_order`, which lists the offsets of one character after another.
    """

    def __init__(self, source: EntrySource) -> None:
        self.source = source
        texts = self._read_entries(source)
        self._text = "\n".join([*texts, ""])
        self._starts = offsets([len(text) + 1 for text in texts])
        points = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._alphabet, ids = np.unique(points, return_inverse=True)
        self._ids: Array = ids.astype(np.uint16 if len(self._alphabet) < 1 << 16 else np.uint32)
        self._begins = np.zeros(len(points), dtype=np.bool_)
        self._begins[self._starts[:-1]] = True
        self._order: Array = np.argsort(self._ids, kind="stable").astype(np.uint32)
        self._counts = np.bincount(self._ids, minlength=len(self._alphabet))
        self._firsts = offsets(self._counts)
        self._read_as: dict[str, list[int]] = defaultdict(list)  # syllable: rows of the alphabet
        for row, point in enumerate(self._alphabet.tolist()):
            for reading in readings(point):
                self._read_as[reading].append(row)
        self._scores = entry_scores(self._kind, self._pages)
        self._masks: dict[str, NDArray[np.bool_]] = {}

    def _read_entries(self, source: EntrySource) -> list[str]:
        """Set the arrays of the entries' own values, and return their texts."""
        texts: list[str] = []
        columns: tuple[array[int], ...] = array("B"), array("i"), array("i"), array("i")
        for text, *values in source:
            if text:
                texts.append(text)
                for column, value in zip(columns, values, strict=True):
                    column.append(value)
        self._kind, self._pages, self._page, self._number = (np.array(column) for column in columns)
        return texts

    def occurrences(self, typed: str) -> list[Occurrence]:
        """The best occurrence of a folded input in each of the entries with the highest scores."""
        best: dict[int, tuple[float, int, int]] = {}  # entry: score, start, end
        self._record_best(best, self._exact_offsets(typed), len(typed), AS_TYPED)
        if any("a" <= character <= "z" for character in typed):
            for reading in all_readings(typed):
                score = SIMILAR if is_blurred(reading) else 0.0
                self._record_best(best, self._pinyin_offsets(reading), len(reading), score)
        return [
            Occurrence(score, int(self._kind[number]), number, start, end)
            for number, (score, start, end) in best.items()
        ]

    def entry(self, number: int) -> Entry:
        """Entry number `number`, counted from 0."""
        text = self._text[self._starts[number] : self._starts[number + 1] - 1]
        values = (int(column[number]) for column in (self._kind, self._pages, self._page, self._number))
        return Entry(text, *values)

    def _record_best(
        self, best: dict[int, tuple[float, int, int]], starts: IntArray, size: int, score: float
    ) -> None:
        """Score occurrences by their offsets, and record those that are the best of their entry."""
        numbers = np.searchsorted(self._starts, starts, side="right") - 1
        begins, ends = self._starts[numbers], self._starts[numbers + 1] - 1
        at_beginning = np.where(size == ends - begins, BEGINS + WHOLE, BEGINS) * (starts == begins)
        scores = score + self._scores[numbers] + at_beginning
        columns = numbers.tolist(), scores.tolist(), (starts - begins).tolist()
        for number, points, start in zip(*columns, strict=True):
            if number not in best or points > best[number][0]:
                best[number] = points, start, start + size

    def _exact_offsets(self, typed: str) -> IntArray:
        """The best offsets of the input as typed; in words of an alphabet only at their beginning."""
        starts = []
        offset, remaining = self._text.find(typed), _MAX_EXACT_OFFSETS
        begins_word = is_letter(typed[0])
        while offset >= 0 and remaining:
            if not begins_word or not offset or not is_letter(self._text[offset - 1]):
                starts.append(offset)
            offset, remaining = self._text.find(typed, offset + 1), remaining - 1
        return self._best_offsets(np.array(starts, dtype=np.int64))

    def _pinyin_offsets(self, reading: PinyinReading) -> IntArray:
        """The best offsets of characters that have a reading."""
        masks = [self._mask(item) for item in reading]
        counts = [int(self._counts[mask].sum()) for mask in masks]
        rarest = counts.index(min(counts))
        rows = np.flatnonzero(masks[rarest])
        starts = self._order[expand_ranges(self._firsts[rows], self._counts[rows])].astype(np.int64) - rarest
        starts = starts[(starts >= 0) & (starts + len(reading) <= len(self._ids))]
        if len(starts) > _MAX_PINYIN_OFFSETS:
            starts = starts[self._begins[starts]]
        for position, mask in enumerate(masks):
            if position != rarest:
                starts = starts[mask[self._ids[starts + position]]]
        return self._best_offsets(starts)

    def _best_offsets(self, starts: IntArray) -> IntArray:
        """Of many offsets those with the highest scores."""
        if len(starts) > _MAX_ENTRIES:
            numbers = np.searchsorted(self._starts, starts, side="right") - 1
            scores = self._scores[numbers] + BEGINS * (self._starts[numbers] == starts)
            starts = starts[np.argsort(-scores, kind="stable")[:_MAX_ENTRIES]]
        return starts

    def _mask(self, item: str) -> NDArray[np.bool_]:
        """The characters that an item of a reading allows, as a mask over the alphabet."""
        mask = self._masks.get(item)
        if mask is None:
            mask = np.zeros(len(self._alphabet), dtype=np.bool_)
            if item[0] > "z":
                mask[self._alphabet == ord(item)] = True
                return mask
            for syllable in syllables_with_prefix(item):
                mask[self._read_as.get(syllable, [])] = True
            self._masks[item] = mask
        return mask


def entry_scores(kinds: IntArray, pages: IntArray) -> NDArray[np.float64]:
    """The scores of entries by themselves, from their kinds (see KINDS) and pages."""
    kind_scores = np.array([_KIND_SCORES[kind] for kind in KINDS])
    scores: NDArray[np.float64] = kind_scores[kinds] + np.minimum(np.log10(pages + 1.0), 4.0) / 4
    return scores


def read_typed(typed: str) -> str:
    """Fold an input as entries are folded."""
    return as_entry_text(fold_plain(typed))


def complete(typed: str, count: int, completers: Sequence[Completer]) -> list[Completion]:
    """At most `count` completions of a folded input from several completers, by descending score."""
    if not typed:
        return []
    ranked = [
        (occurrence, completer) for completer in completers for occurrence in completer.occurrences(typed)
    ]
    ranked.sort(key=lambda pair: (-pair[0].score, pair[0].kind, pair[0].number))
    distinct: dict[tuple[str, bool], Completion] = {}
    for start in range(0, len(ranked), count):
        for completion in _completions(ranked[start : start + count], completers):
            distinct.setdefault((completion.text.casefold(), completion.kind == "title"), completion)
        if len(distinct) >= count:
            break
    return list(distinct.values())[:count]


def _completions(
    ranked: Sequence[tuple[Occurrence, Completer]], completers: Sequence[Completer]
) -> list[Completion]:
    """Occurrences as completions with the text as written; each source reads all of its entries at once."""
    entries = [completer.entry(occurrence.number) for occurrence, completer in ranked]
    written: dict[Entry, tuple[str, str | None]] = {}
    for completer in completers:
        own = [entry for entry, (_, owner) in zip(entries, ranked, strict=True) if owner is completer]
        written |= zip(own, completer.source.shown(own), strict=True)
    return [
        Completion(text, KINDS[entry.kind], entry.pages, _marks(text, hit.start, hit.end), url)
        for entry, (hit, _) in zip(entries, ranked, strict=True)
        for text, url in [written[entry]]
    ]


def _marks(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """A range of an entry, which is folded with single blanks, as a range of the text as written."""
    folded = fold(text)
    plain = simplify_characters(folded.text)
    # The offset in the folded text of each character of the entry.
    folded_offsets, before = [], " "
    for offset, character in enumerate(plain):
        if not (character.isspace() and before.isspace()):
            folded_offsets.append(offset)
        before = character
    if end > len(folded_offsets):
        return ()
    return (folded.source(folded_offsets[start], folded_offsets[end - 1] + 1),)
