"""What is typed so far in, what its reader may go on to out: titles, tags, headings and words of the index.

All of these, folded, are one text with a line each. What is typed is found in it as it stands, and, where it
has Latin letters, by how the characters sound; places are narrowed character by character, by array
operations on what is left.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from index.analysis import FUNCTION_WORDS
from index.arrays import Array, Numbers, ranges, starts_of
from index.fold import fold, fold_plain, simplify_characters
from index.part import Part
from search.engine import Completion
from search.facets import Facets
from search.needle import is_letter
from search.shapes import CompletionKind
from search.snapshot import Snapshot
from search.sounds import readings
from search.typed import Way, beginning, ways

KINDS: tuple[CompletionKind, ...] = ("tag", "title", "word", "heading")
_TAG, _TITLE, _WORD, _HEADING = range(4)
_WORTH = {"tag": 1.0, "title": 0.9, "word": 0.7, "heading": 0.4}
_BEGINS, _WHOLE, _AS_TYPED = 2.0, 0.5, 4.0
_LEAST_PAGES = 2  # of a word worth completing
_LONGEST_PART = 4  # characters of a word that is sought within longer ones
_ALWAYS_WITHIN = 0.8  # of a word's pages
_MOST_FOUND = 4_000  # places of a text that is typed
_MOST_PLACES = 20_000  # of what is sounded
_MOST_LINES = 60  # of one way to read what is typed; more than are ever asked for


class _Line(NamedTuple):
    kind: int
    pages: int
    page: int = -1
    number: int = 0


class Completer:
    """Completes from one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        texts: list[str] = []
        # Of each line: which of KINDS, how many pages have it, its page or -1, which tag or heading it is.
        # Arrays, and not a record each: a hundred thousand posts have half a million lines.
        facts: tuple[array[int], ...] = array("B"), array("i"), array("i"), array("i")
        for text, line in _lines(snapshot):
            if text:
                texts.append(text)
                for fact, value in zip(facts, line, strict=True):
                    fact.append(value)
        self._kind, self._pages, self._page, self._number = (np.array(fact) for fact in facts)
        self._text = "\n".join([*texts, ""])
        self._starts = starts_of([len(text) + 1 for text in texts])
        points = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._alphabet, places = np.unique(points, return_inverse=True)
        self._ids: Array = places.astype(np.uint16 if len(self._alphabet) < 1 << 16 else np.uint32)
        self._begins = np.zeros(len(points), dtype=np.bool_)
        self._begins[self._starts[:-1]] = True
        # Where each character stands, one character after another.
        self._order: Array = np.argsort(self._ids, kind="stable").astype(np.uint32)
        self._counts = np.bincount(self._ids, minlength=len(self._alphabet))
        self._firsts = starts_of(self._counts)
        self._sounding_so: dict[str, list[int]] = defaultdict(list)  # syllable: characters, by their numbers
        for number, point in enumerate(self._alphabet.tolist()):
            for reading in readings(point):
                self._sounding_so[reading].append(number)
        worth = np.array([_WORTH[kind] for kind in KINDS])
        self._worth = worth[self._kind] + np.minimum(np.log10(self._pages + 1.0), 4.0) / 4
        self._sets: dict[str, NDArray[np.bool_]] = {}

    def complete(self, typed: str, count: int) -> list[Completion]:
        """At most `count` completions, those that are more likely wanted first."""
        sought = " ".join(fold_plain(typed).split())
        if not sought:
            return []
        best: dict[int, tuple[float, int, int]] = {}  # line: points, start, end
        for start, size in self._as_typed(sought):
            self._note(best, start, size, _AS_TYPED)
        if any("a" <= character <= "z" for character in sought):
            for way in ways(sought):
                for start in self._sounding(way):
                    self._note(best, start, len(way), 0.0)
        order = sorted(best, key=lambda line: (-best[line][0], line))
        found: dict[tuple[str, bool], Completion] = {}
        for line in order:
            completion = self._completion(line, *best[line][1:])
            found.setdefault((completion.text.casefold(), completion.kind == "title"), completion)
            if len(found) == count:
                break
        return list(found.values())

    def _note(self, best: dict[int, tuple[float, int, int]], start: int, size: int, points: float) -> None:
        line = int(np.searchsorted(self._starts, start, side="right")) - 1
        begin, end = int(self._starts[line]), int(self._starts[line + 1]) - 1
        points += float(self._worth[line])
        if start == begin:
            points += _BEGINS + (_WHOLE if size == end - begin else 0.0)
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

    def _sounding(self, way: Way) -> list[int]:
        """Where characters stand that sound so; the best of many. Sought from the rarest of them on."""
        sets = [self._set(place) for place in way]
        counts = [int(self._counts[allowed].sum()) for allowed in sets]
        rarest = counts.index(min(counts))
        some = np.flatnonzero(sets[rarest])
        places = self._order[ranges(self._firsts[some], self._counts[some])].astype(np.int64) - rarest
        places = places[(places >= 0) & (places + len(way) <= len(self._ids))]
        if len(places) > _MOST_PLACES:  # of a letter or two: what begins with it is enough
            places = places[self._begins[places]]
        for step, allowed in enumerate(sets):
            if step != rarest:
                places = places[allowed[self._ids[places + step]]]
        return self._likely(places)

    def _likely(self, places: Numbers) -> list[int]:
        """Of many places those in the lines that are worth most, at their beginnings before others."""
        if len(places) > _MOST_LINES:
            lines = np.searchsorted(self._starts, places, side="right") - 1
            points = self._worth[lines] + _BEGINS * (self._starts[lines] == places)
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
            for syllable in beginning(place):
                found[self._sounding_so.get(syllable, [])] = True
            self._sets[place] = found
        return found

    def _completion(self, number: int, start: int, end: int) -> Completion:
        text, url = self._text[self._starts[number] : self._starts[number + 1] - 1], None
        kind = KINDS[self._kind[number]]
        if kind == "tag":
            text = self._snapshot.facets["tag"].values[self._number[number]]
        elif kind in ("title", "heading"):
            stored = self._snapshot.stored(int(self._page[number]))
            text, url = stored.card.title, stored.card.url
            if kind == "heading":
                section = stored.sections[self._number[number]]
                text, url = section.title, f"{url}#{quote(section.anchor, errors='replace')}"
        return Completion(text, kind, int(self._pages[number]), _marks(text, start, end), url)


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


def _lines(snapshot: Snapshot) -> Iterator[tuple[str, _Line]]:
    """(folded text, what it is) of all that is completed; of pages those with a date, newest first."""
    yield from _tags(snapshot.facets, snapshot)
    order = np.argsort(snapshot.newest[snapshot.pages], kind="stable")
    for page in snapshot.pages[order].tolist():
        yield snapshot.title(page), _Line(_TITLE, 1, page)
    yield from _words(snapshot.parts)
    seen: set[str] = set()
    for page in snapshot.pages[order].tolist():
        for number, section in enumerate(snapshot.stored(page).sections):
            text = " ".join(fold_plain(section.title).split())
            if text not in seen:  # the newest page that has it
                seen.add(text)
                yield text, _Line(_HEADING, 1, page, number)


def _tags(facets: Facets, snapshot: Snapshot) -> Iterator[tuple[str, _Line]]:
    facet = facets["tag"]
    counts = np.bincount(
        facet.ids[np.repeat(snapshot.live, np.diff(facet.starts))], minlength=len(facet.values)
    )
    for number, (text, pages) in enumerate(zip(facet.folded, counts.tolist(), strict=True)):
        if pages:
            yield " ".join(text.split()), _Line(_TAG, pages, number=number)


def _words(parts: list[Part]) -> Iterator[tuple[str, _Line]]:
    pages: dict[bytes, int] = {}
    for part in parts:
        counts = part.page_counts()
        some = np.flatnonzero(counts >= (_LEAST_PAGES if len(parts) == 1 else 1))
        terms = part.all_terms()
        for number, count in zip(some.tolist(), counts[some].tolist(), strict=True):
            pages[terms[number]] = pages.get(terms[number], 0) + count
    words = {
        word: count
        for term, count in pages.items()
        if count >= _LEAST_PAGES and len(word := term.decode("utf-8", "surrogatepass")) > 1
        if word not in FUNCTION_WORDS and not word.isdigit()
    }
    within: dict[str, int] = {}  # the pages of a longer word around it
    for word, count in words.items():
        for size in range(2, min(len(word), _LONGEST_PART + 1) if word > "\u3400" else 0):
            for start in range(len(word) - size + 1):
                part_of = word[start : start + size]
                if part_of in words and count > within.get(part_of, 0):
                    within[part_of] = count
    for word, count in words.items():
        if within.get(word, 0) < _ALWAYS_WITHIN * count:  # 算机 is never but in 计算机
            yield word, _Line(_WORD, count)
