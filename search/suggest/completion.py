"""What is typed so far in, what its reader may go on to out: titles, tags, headings and words of the index.

All of these, folded, are one text with a line each. What is typed is found in it as it stands, and, where it
has Latin letters, by how the characters sound; places are narrowed character by character, by array
operations on what is left.
"""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.analysis.folding import fold, fold_plain, simplify_characters
from zhsearch.index.arrays import Array, IntArray, expand_ranges, offsets
from zhsearch.search.engine.protocol import Completion
from zhsearch.search.query.pattern import is_letter
from zhsearch.search.suggest.entries import KINDS, Entry, EntrySource, as_entry_text
from zhsearch.search.suggest.pinyin import readings
from zhsearch.search.suggest.pinyin_input import PinyinReading, pinyin_readings, syllables_with_prefix

_WORTH = {"tag": 1.0, "title": 0.9, "word": 0.7, "heading": 0.4}
BEGINS, WHOLE, AS_TYPED = 2.0, 0.5, 4.0
"""What it is worth that a line begins with what is typed, is all of it, has it as it is typed."""

_MOST_FOUND = 4_000  # places of a text that is typed
_MOST_PLACES = 20_000  # of what is sounded
_MOST_LINES = 60  # of one way to read what is typed; more than are ever asked for


class Occurrence(NamedTuple):
    """Where in a line what is typed was found, and what the line is worth for it."""

    points: float
    kind: int
    number: int
    start: int
    end: int


class Completer:
    """Completes from some lines."""

    def __init__(self, lines: EntrySource) -> None:
        self.lines = lines
        texts: list[str] = []
        # Of each line: which of KINDS, how many pages have it, its page or -1, which tag or heading it is.
        # Arrays, and not a record each: a hundred thousand posts have half a million lines.
        facts: tuple[array[int], ...] = array("B"), array("i"), array("i"), array("i")
        for text, *others in lines:
            if text:
                texts.append(text)
                for fact, value in zip(facts, others, strict=True):
                    fact.append(value)
        self._kind, self._pages, self._page, self._number = (np.array(fact) for fact in facts)
        self._text = "\n".join([*texts, ""])
        self._starts = offsets([len(text) + 1 for text in texts])
        points = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._alphabet, places = np.unique(points, return_inverse=True)
        self._ids: Array = places.astype(np.uint16 if len(self._alphabet) < 1 << 16 else np.uint32)
        self._begins = np.zeros(len(points), dtype=np.bool_)
        self._begins[self._starts[:-1]] = True
        # Where each character stands, one character after another.
        self._order: Array = np.argsort(self._ids, kind="stable").astype(np.uint32)
        self._counts = np.bincount(self._ids, minlength=len(self._alphabet))
        self._firsts = offsets(self._counts)
        self._sounding_so: dict[str, list[int]] = defaultdict(list)  # syllable: characters, by their numbers
        for number, point in enumerate(self._alphabet.tolist()):
            for reading in readings(point):
                self._sounding_so[reading].append(number)
        worth = np.array([_WORTH[kind] for kind in KINDS])
        self._worth = worth[self._kind] + np.minimum(np.log10(self._pages + 1.0), 4.0) / 4
        self._sets: dict[str, NDArray[np.bool_]] = {}

    def places(self, sought: str) -> list[Occurrence]:
        """Where a folded text is found, at its best in each of the lines that are worth most."""
        best: dict[int, tuple[float, int, int]] = {}  # line: points, start, end
        for start, size in self._as_typed(sought):
            self._note(best, start, size, AS_TYPED)
        if any("a" <= character <= "z" for character in sought):
            for way in pinyin_readings(sought):
                for start in self._sounding(way):
                    self._note(best, start, len(way), 0.0)
        return [
            Occurrence(points, int(self._kind[number]), number, start, end)
            for number, (points, start, end) in best.items()
        ]

    def line(self, number: int) -> Entry:
        """The line with a number."""
        text = self._text[self._starts[number] : self._starts[number + 1] - 1]
        facts = (int(fact[number]) for fact in (self._kind, self._pages, self._page, self._number))
        return Entry(text, *facts)

    def _note(self, best: dict[int, tuple[float, int, int]], start: int, size: int, points: float) -> None:
        line = int(np.searchsorted(self._starts, start, side="right")) - 1
        begin, end = int(self._starts[line]), int(self._starts[line + 1]) - 1
        points += float(self._worth[line])
        if start == begin:
            points += BEGINS + (WHOLE if size == end - begin else 0.0)
        if line not in best or points > best[line][0]:
            best[line] = points, start - begin, start - begin + size

    def _as_typed(self, sought: str) -> list[tuple[int, int]]:
        """Where the text stands, of an alphabet's words only where one begins; the best of many."""
        found = []
        at, left = self._text.find(sought), _MOST_FOUND
        edge = is_letter(sought[0])
        while at >= 0 and left:
            if not edge or not at or not is_letter(self._text[at - 1]):
                found.append(at)
            at, left = self._text.find(sought, at + 1), left - 1
        return [(start, len(sought)) for start in self._likely(np.array(found, dtype=np.int64))]

    def _sounding(self, way: PinyinReading) -> list[int]:
        """Where characters stand that sound so; the best of many. Sought from the rarest of them on."""
        sets = [self._set(place) for place in way]
        counts = [int(self._counts[allowed].sum()) for allowed in sets]
        rarest = counts.index(min(counts))
        some = np.flatnonzero(sets[rarest])
        places = self._order[expand_ranges(self._firsts[some], self._counts[some])].astype(np.int64) - rarest
        places = places[(places >= 0) & (places + len(way) <= len(self._ids))]
        if len(places) > _MOST_PLACES:  # of a letter or two: what begins with it is enough
            places = places[self._begins[places]]
        for step, allowed in enumerate(sets):
            if step != rarest:
                places = places[allowed[self._ids[places + step]]]
        return self._likely(places)

    def _likely(self, places: IntArray) -> list[int]:
        """Of many places those in the lines that are worth most, at their beginnings before others."""
        if len(places) > _MOST_LINES:
            lines = np.searchsorted(self._starts, places, side="right") - 1
            points = self._worth[lines] + BEGINS * (self._starts[lines] == places)
            places = places[np.argsort(-points, kind="stable")[:_MOST_LINES]]
        return places.tolist()  # type: ignore[no-any-return]

    def _set(self, place: str) -> NDArray[np.bool_]:
        """The characters that may stand at a place, a mask over the alphabet."""
        found = self._sets.get(place)
        if found is None:
            found = np.zeros(len(self._alphabet), dtype=np.bool_)
            if place[0] > "z":
                found[self._alphabet == ord(place)] = True
                return found
            for syllable in syllables_with_prefix(place):
                found[self._sounding_so.get(syllable, [])] = True
            self._sets[place] = found
        return found


def read_typed(typed: str) -> str:
    """What is looked for in the lines, where this is typed."""
    return as_entry_text(fold_plain(typed))


def complete(sought: str, count: int, completers: Sequence[Completer]) -> list[Completion]:
    """At most `count` completions of a folded text from several completers, the likelier wanted first."""
    if not sought:
        return []
    every = [(place, completer) for completer in completers for place in completer.places(sought)]
    every.sort(key=lambda one: (-one[0].points, one[0].kind, one[0].number))
    found: dict[tuple[str, bool], Completion] = {}
    for at in range(0, len(every), count):
        for completion in _shown(every[at : at + count], completers):
            found.setdefault((completion.text.casefold(), completion.kind == "title"), completion)
        if len(found) >= count:
            break
    return list(found.values())[:count]


def _shown(some: Sequence[tuple[Occurrence, Completer]], completers: Sequence[Completer]) -> list[Completion]:
    """Some lines as they are shown, in their order."""
    lines = [completer.line(place.number) for place, completer in some]
    written: dict[Entry, tuple[str, str | None]] = {}
    for completer in completers:
        own = [line for line, (_, owner) in zip(lines, some, strict=True) if owner is completer]
        written |= zip(own, completer.lines.shown(own), strict=True)
    return [
        Completion(text, KINDS[line.kind], line.pages, _marks(text, place.start, place.end), url)
        for line, (place, _) in zip(lines, some, strict=True)
        for text, url in [written[line]]
    ]


def _marks(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """A range of the folded text, whose blanks are single, as one of the text."""
    folded = fold(text)
    plain = simplify_characters(folded.text)
    # Where each character of the folded line with single blanks stands in the folded text.
    places, before = [], " "
    for at, character in enumerate(plain):
        if not (character.isspace() and before.isspace()):
            places.append(at)
        before = character
    if end > len(places):
        return ()
    return (folded.source(places[start], places[end - 1] + 1),)
