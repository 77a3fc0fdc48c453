"""A query in, what its reader may have meant out: "did you mean".

A run of Han characters that stands nowhere may be a word typed by its sound, with the wrong one chosen; a
Latin word that is none of the index a slip, or pinyin typed with the input method off. What is put in its
place must be a word of the index and stand where the rest of the run stands, so that whoever follows the
suggestion finds more. Nothing is searched in the reader's stead.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zhsearch.index.analysis.folding import Folded, fold, simplify_characters
from zhsearch.search.deadline import at_most

if TYPE_CHECKING:
    from zhsearch.search.suggest.spelling import Candidate, Terms, Words

_LONGEST = 7  # characters of a misspelt word
_RUN = re.compile("[\u4e00-\u9fd5]{2,24}|(?<![^\\W_])[a-z]{4,24}(?![^\\W_])")
_LONGEST_INSIDE = 4  # characters of a word sought within a longer run
_MOST_RUNS = 4
_MOST_SUSPECTS = 24  # parts of a run
_MOST_CHECKED = 40  # candidates of a run whose surroundings are looked for
_FAR_MORE = 20  # times the pages that a slip is on

RARE = 2
"""Pages: what stands on no more may be a slip that was published."""


class Shelf(Protocol):
    """What is asked of an index to tell what may have been meant."""

    @property
    def parts(self) -> "Sequence[Terms]":
        """Its words."""
        ...

    def stands_on(self, needle: str, most: int) -> int:
        """On how many pages a folded text stands; no more than `most` are looked for."""
        ...

    def ahead(self, needles: Sequence[str]) -> None:
        """These are about to be looked for; an index that is asked over a wire may ask for all at once."""
        ...

    def shown_on(self, word: str) -> int:
        """In how many pages a word is a term of what a reader sees."""
        ...


class _Better(NamedTuple):
    """A run with something else in it; the smaller, the better."""

    changed: int
    distance: int
    fewer: int
    text: str


def runs_of(text: str) -> list[str]:
    """The runs of a query's text that may be misspelt, folded."""
    return [match[0] for match in _runs(fold(text))]


def _runs(folded: Folded) -> list[re.Match[str]]:
    return list(islice(_RUN.finditer(simplify_characters(folded.text)), _MOST_RUNS))


def _ranges(run: str) -> Iterator[tuple[int, int]]:
    """The ranges within a run that may be a word, the longest first."""
    for size in range(min(_LONGEST_INSIDE, len(run) - 1), 1, -1):
        for start in range(len(run) - size + 1):
            yield start, start + size


class Meant:
    """Finds suggestions in the words of one index."""

    def __init__(self, snapshot: Shelf) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._made: Words | None = None

    @property
    def words(self) -> "Words":
        """The words of the index as `spelling` lays them out; made when something is misspelt for the first
        time, since that and the readings of characters take a moment to load."""
        with self._lock:
            with at_most(0):  # made for all requests, not on this one's account
                from zhsearch.search.suggest.spelling import Words  # noqa: PLC0415  pypinyin takes a moment

                self._made = self._made or Words(self._snapshot.parts)
            assert self._made is not None
            return self._made

    def instead_of(self, text: str) -> str | None:
        """The text with its misspelt runs replaced, folded there and as written elsewhere; None where it has
        none that anything is known for."""
        folded = fold(text)
        changed, at = [], 0
        for match in _runs(folded):
            better = self._latin(match[0]) if match[0].isascii() else self._han(match[0])
            if better:
                start, end = folded.source(*match.span())
                changed += [text[at:start], better]
                at = end
        return "".join([*changed, text[at:]]) if changed else None

    def _han(self, run: str) -> str | None:
        pages = self._count(run)
        if pages:
            return self._far_better(run, pages) if pages <= RARE and len(run) <= _LONGEST else None
        found: list[_Better] = []
        left = _MOST_CHECKED
        self._snapshot.ahead([run[start:end] for start, end in _ranges(run)])
        for start, end in islice(self._suspects(run), _MOST_SUSPECTS):
            candidates = self._candidates(run[start:end])
            self._snapshot.ahead([run[:start] + word.word + run[end:] for word in candidates[:left]])
            for word in candidates:
                whole = run[:start] + word.word + run[end:]
                better = _Better(end - start - word.kept, word.distance, -word.pages, whole)
                if left and (not found or better < min(found)):
                    left -= 1
                    if self._stands(whole, start, start + len(word.word)):
                        found.append(better)
        return min(found).text if found else None

    def _suspects(self, run: str) -> Iterator[tuple[int, int]]:
        """The ranges of a run that may be a misspelt word: those that stand nowhere, the longest first."""
        if len(run) <= _LONGEST:
            yield 0, len(run)
        for start, end in _ranges(run):
            if not self._count(run[start:end]):
                yield start, end

    def _candidates(self, text: str) -> "list[Candidate]":
        return [*self.words.alike(text), *self.words.edited(text)]

    def _stands(self, run: str, start: int, end: int) -> bool:
        """Is a run found with what was put there, or at least that with its neighbours?"""
        return bool(self._count(run) or self._count(run[max(0, start - 1) : end + 1]))

    def _far_better(self, run: str, pages: int) -> str | None:
        """What sounds the same but for one character, where it is so common that the run must be a slip that
        was published."""
        alike = [word for word in self.words.alike(run) if not word.distance and word.kept == len(run) - 1]
        return next((word.word for word in alike if word.pages >= _FAR_MORE * pages), None)

    def _latin(self, token: str) -> str | None:
        pages = self._term_pages(token)
        if pages > RARE:
            return None
        enough = max(_FAR_MORE * pages, 1)
        slips = [word for word in self.words.typos(token, self._term_pages) if word.pages >= enough]
        if pages:  # a name, perhaps, that is like a word; letters that changed places are none
            slips = [word for word in slips if word.kept == len(token)]
        spelt = [] if pages else self.words.spelt(token)
        best = max([*slips[:1], *spelt[:1]], key=lambda word: word.pages, default=None)
        return best.word if best else None

    def _count(self, text: str) -> int:
        """The pages that a text stands on, as far as it matters how many."""
        return self._snapshot.stands_on(text, RARE + 1)

    def _term_pages(self, word: str) -> int:
        return self._snapshot.shown_on(word)
