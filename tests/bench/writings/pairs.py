"""Pairs of a query and the pages that it should find, made of classes of writings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .texts import Pages, Texts, neutral

LIMIT = 200  # pairs of one kind and corpus
_PER_CLASS = 2

Writings = tuple[str, ...]
"""Writings that readers take for the same."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A query in one writing. `exact` pages hold it, `wanted` ones hold another writing alone.

    `allowed` are further pages that an engine finds by right: those with each word of the query, and those where a
    longer word begins with a writing; `above`: those of them that stand above the wanted ones by right, as they have
    the query as a part of a name. `any_page`: one of the wanted pages is enough. `others` are the writings that
    differ from the query in more than blanks beside Han, `neutral` those that do not; `whole`: the others are words by themselves, on the left and right.
    """

    query: str
    wanted: Pages
    exact: Pages = frozenset()
    allowed: Pages = frozenset()
    any_page: bool = False
    others: Writings = ()
    neutral: Writings = ()
    whole: tuple[bool, bool] = True, True
    above: Pages = frozenset()


def pairs_of(
    texts: Texts,
    kind: str,
    classes: Iterable[Writings],
    *,
    quoted: bool = False,
    any_page: bool = False,
    one_way: bool = False,
) -> list[Pair]:
    """At most 200 pairs, at most two of a class: queries in each of its writings that some page lacks; `one_way`: in
    the first alone."""
    rng = texts.rng(kind)
    found: list[Pair] = []
    for writings in shuffled(texts, kind, classes):
        of_class = [
            pair
            for query in (writings[:1] if one_way else rng.sample(writings, len(writings)))
            for pair in _pair(texts, query, writings, quoted, any_page)
        ]
        found += of_class[:_PER_CLASS]
        if len(found) >= LIMIT:
            break
    return found[:LIMIT]


def shuffled(texts: Texts, kind: str, items: Iterable[Writings]) -> Sequence[Writings]:
    """The distinct items, in an order that depends on corpus and kind alone."""
    distinct = sorted(set(items))
    texts.rng(kind).shuffle(distinct)
    return distinct


def _pair(texts: Texts, query: str, writings: Writings, quoted: bool, any_page: bool) -> Iterator[Pair]:
    exact = texts.holding(query)
    wanted = texts.holding_any(writings) - exact
    if wanted:
        typed = f'"{query}"' if quoted else query
        others = tuple(other for other in writings if neutral(other) != neutral(query))
        same = tuple(other for other in writings if other not in others)
        allowed = frozenset[int]()
        if not quoted:
            # Ubuntu16 finds Ubuntu 16.04 by right, but not pages that have Ubuntu and 16 apart.
            allowed = texts.holding_as_part(writings).union(*map(texts.holding_parts, same))
        above = frozenset[int]() if quoted else texts.holding_as_part(same, whole=True)
        yield Pair(typed, wanted, exact, allowed, any_page, others, same, above=above)


def exact_pairs(texts: Texts, kind: str, queries: Iterable[str], *, any_page: bool = False) -> list[Pair]:
    """At most 200 pairs whose query stands exactly so in the wanted pages."""
    found = []
    for (query,) in shuffled(texts, kind, ((query,) for query in queries)):
        if wanted := texts.holding(query):
            allowed = texts.holding_parts(query)
            found.append(Pair(query, wanted, allowed=allowed, any_page=any_page))
        if len(found) == LIMIT:
            break
    return found
