"""What an engine makes of one query: the share of wanted pages found, other pages, the order."""

from dataclasses import dataclass
from itertools import pairwise

from zhsearch.index.analysis import Segmenter
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.query import Query

from .absent import sounds_the_same, unrelated
from .pairs import Pair
from .texts import Merit, Pages, Texts

FIRST = 10
LEADING = 3
_DEPTH, _FULL_DEPTH = 100, 2_000  # hits read; the second where many pages hold a writing
_SHORTEST = 4  # letters typed before counts are compared


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one query.

    `found`: 0 to 1; what it is a share of depends on the kind. `hits`: at most a hundred or so. `others`: those
    that hold no writing of the query and none of its words. `exact_first`: whether no page with another writing
    stands above one of like merit with that of the query; None where there is nothing to compare.
    """

    corpus: str
    query: str
    found: float
    total: int = 0
    hits: tuple[int, ...] = ()
    others: Pages = frozenset()
    exact_first: bool | None = None
    suggestion: str | None = None


class Asker:
    """Asks one engine about one corpus, as the API does."""

    def __init__(self, texts: Texts, engine: Engine, segmenter: Segmenter) -> None:
        self.texts = texts
        self._engine = engine
        self._segmenter = segmenter
        self._numbers = {path: number for number, path in enumerate(texts.paths)}

    def pages(self, text: str, depth: int = _DEPTH) -> tuple[tuple[int, ...], int]:
        """The first hits and the total; the first ten are those of a page of ten."""
        query = self._query(text, FIRST)
        result = self._engine.search(query)
        hits = [self._numbers[hit.page.meta.path] for hit in result.hits]
        if result.total > FIRST:
            deep = self._engine.search(query._replace(per_page=min(result.total, depth)))
            hits += [n for hit in deep.hits if (n := self._numbers[hit.page.meta.path]) not in hits[:FIRST]]
        return tuple(hits), result.total

    def total(self, text: str) -> tuple[int | None, int]:
        """The first hit and the total."""
        result = self._engine.search(self._query(text, 1))
        first = self._numbers[result.hits[0].page.meta.path] if result.hits else None
        return first, result.total

    def _query(self, text: str, hits: int) -> Query:
        """The query of a text, as the API makes it."""
        return self._engine.expand(read_parameters(q=text, per_page=str(hits)).query(self._segmenter))

    def suggestion(self, text: str) -> str | None:
        """The did-you-mean of an answer."""
        return run_search(self._engine, read_parameters(q=text), self._segmenter)["suggestion"]


def measure_pair(asker: Asker, pair: Pair) -> Outcome:
    """`found`: the share of the wanted pages that the first ten have room for and have."""
    many = len(pair.wanted) + len(pair.exact) > _DEPTH // 2
    hits, total = asker.pages(pair.query, _FULL_DEPTH if many else _DEPTH)
    others = frozenset(hits) - pair.wanted - pair.exact - pair.allowed
    found = _share(pair, hits)
    exact_first = _exact_first(asker.texts, pair, hits)
    return Outcome(asker.texts.name, pair.query, found, total, hits, others, exact_first)


def measure_leading(asker: Asker, pair: Pair) -> Outcome:
    """`found`: 1 if a wanted page is among the first three; `exact_first`: whether it is the first."""
    hits, total = asker.pages(pair.query)
    found = not pair.wanted.isdisjoint(hits[:LEADING])
    others = frozenset(hits) - pair.wanted - pair.allowed
    is_first = hits[0] in pair.wanted if hits else False
    return Outcome(asker.texts.name, pair.query, float(found), total, hits, others, is_first)


def measure_typing(asker: Asker, word: str) -> Outcome:
    """`found`: 1 if a page that has what is typed was found a letter before; `exact_first`: whether the first hit of the
    word stays first.

    A whole word also finds its other writings, so that a count may rise. The second is compared where the first hit
    of the whole word has it in its title.
    """
    typed = [asker.total(word[:size]) for size in range(_SHORTEST, len(word) + 1)]
    first, total = typed[-1]
    is_about = first is not None and word in asker.texts.titles[first]
    stays = all(page == first for page, _ in typed) if is_about else None
    rises = (
        word[: size + 1]
        for size, (before, after) in enumerate(pairwise(count for _, count in typed), _SHORTEST)
        if before < after
    )
    has_all = not any(_came_in(asker, text) for text in rises)
    return Outcome(asker.texts.name, word, float(has_all), total, exact_first=stays)


def _came_in(asker: Asker, typed: str) -> Pages:
    """The pages with what is typed that are found only since the last letter."""
    before, after = (frozenset(asker.pages(text, _FULL_DEPTH)[0]) for text in (typed[:-1], typed))
    return (after - before) & asker.texts.holding(typed, left=False, right=False)


def measure_suggestion(asker: Asker, word: str) -> Outcome:
    """`found`: 1 if a correct word gets no suggestion, or one of the same sound."""
    suggestion = asker.suggestion(word)
    is_right = suggestion is None or sounds_the_same(word, suggestion)
    return Outcome(asker.texts.name, word, float(is_right), suggestion=suggestion)


def measure_relaxing(asker: Asker, phrase: str) -> Outcome:
    """`found`: 1 if no hit lacks every two neighbouring characters of an absent phrase."""
    hits, total = asker.pages(phrase)
    others = frozenset(hits) & unrelated(asker.texts, phrase)
    return Outcome(asker.texts.name, phrase, float(not others), total, hits, others)


def _share(pair: Pair, hits: tuple[int, ...]) -> float:
    first = pair.wanted & frozenset(hits[:FIRST])
    if pair.any_page:
        return float(bool(first))
    if not pair.exact and len(pair.wanted) > FIRST:  # a page of them first, and none missing
        return (
            len(pair.wanted & frozenset(hits)) / len(pair.wanted) if hits and hits[0] in pair.wanted else 0.0
        )
    room = FIRST - len((pair.exact | pair.above - pair.wanted) & frozenset(hits[:FIRST]))
    if room:
        return len(first) / min(room, len(pair.wanted))
    return len(pair.wanted & frozenset(hits)) / len(pair.wanted)


def _exact_first(texts: Texts, pair: Pair, hits: tuple[int, ...]) -> bool | None:
    """Whether no page with another writing alone stands among the first ten above one with the query's own that is
    worth as much."""
    own = (pair.query.strip('"'), *pair.neutral)
    ranks = {page: rank for rank, page in enumerate(hits)}
    exact = pair.exact | texts.holding_any(own)
    others = [page for page in hits[:FIRST] if page in pair.wanted and page not in exact]
    if not others or not exact:
        return None
    beside = max((*own, *pair.others), key=lambda writing: writing.count(" "))
    merits = [(ranks.get(page, len(hits)), texts.merit(page, own, beside)) for page in exact]
    left, right = pair.whole
    is_comparable = False
    for page in others:
        merit = texts.merit(page, pair.others, beside, left=left, right=right)
        of_like_merit = [rank for rank, own_merit in merits if is_no_less(own_merit, merit)]
        if any(rank > ranks[page] for rank in of_like_merit):
            return False
        is_comparable = is_comparable or bool(of_like_merit)
    return is_comparable or None


def is_no_less(merit: Merit, other: Merit) -> bool:
    """Whether a page is worth as much as another in every respect."""
    return all(own >= value for own, value in zip(merit, other, strict=True))
