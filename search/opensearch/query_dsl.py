"""A query's nodes in, what OpenSearch is asked for them out: which pages match, and what each is worth.

A word's weight on a page is a number that OpenSearch keeps (see `mapping`); `rank_feature` saturates it as
BM25F does, times the rarity that we tell it. So scores are those of the embedded engine but for rounding.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count as count_up
from typing import Any

from zhsearch.search.opensearch.documents import feature_of
from zhsearch.search.opensearch.mapping import MAX_CHARS
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Phrase, Word
from zhsearch.search.query.ast import Or as Either
from zhsearch.search.ranking.bm25f import K1, SUBSTRING_WEIGHT, idf

Dsl = dict[str, Any]
"""A query in the language of OpenSearch."""

NEWEST: list[Any] = [
    {"instant": {"order": "desc", "missing": "_last"}},
    {"url": "asc"},
    {"path": "asc"},
]
"""What pages are sorted by that are worth the same."""

EVERY: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}

_MOST_SCANS = 24  # words of a query that are also sought inside other words, as in search.match


class Translator:
    """Translates the nodes of one query. `count` tells how many pages match each of some queries, `pages` is
    how many there are; `labels` gives the keys of a facet whose value, folded, is a text.

    What is counted `besides` is known then, in the same request.

    Nodes are evaluated in the order of the embedded engine: the `required` ones, then the `wanted`. Only so
    many words are also sought inside other words, and of what is not a term on the pages that are left.
    """

    def __init__(
        self,
        required: Sequence[Node],
        wanted: Sequence[Node],
        *,
        count: Callable[[list[Dsl]], list[int]],
        pages: int,
        labels: Callable[[str, str], list[str]],
        besides: Sequence[Dsl],
        named: bool,
    ) -> None:
        self._pages = pages
        self._labels = labels
        self._named = named
        self._numbers = count_up()
        places = [(node, at) for at, node in enumerate(required)]
        places += [(node, len(required)) for node in wanted]
        leaves = [(leaf, at) for node, at in places for leaf in _leaves(node)]
        words = [leaf for leaf, _ in leaves if isinstance(leaf, Word)]
        latin = [word for word in words if word.kind == "latin"]
        # Asked for in one request, if letters and digits are terms, as they mostly are.
        ahead = [] if required else [_either(word) for word in words if word.kind != "latin" and word.pattern]
        ahead += [] if required else [self.filtering(leaf) for leaf, _ in leaves if isinstance(leaf, Phrase)]
        asked = count([*map(has_term, latin), *ahead[:_MOST_SCANS], *besides])
        known = dict(zip(latin, asked, strict=False))
        self._inside: dict[Word, bool] = {}
        scans = _MOST_SCANS
        for word in words:
            # Letters and digits are a term wherever they stand; Han and compounds may hide in longer ones.
            if word not in self._inside:
                self._inside[word] = bool(scans and word.pattern and not known.get(word))
                scans -= self._inside[word]
        counted = {leaf: at for leaf, at in reversed(leaves) if isinstance(leaf, Word | Phrase)}
        among = [self.filtering(node) for node in required]
        counts = count([self._counting(leaf, among[:at]) for leaf, at in counted.items()])
        self._counts = dict(zip(counted, counts, strict=True))

    def _counting(self, leaf: Word | Phrase, among: list[Dsl]) -> Dsl:
        """The pages that are counted for the rarity of a word or phrase."""
        if isinstance(leaf, Phrase):
            return {"bool": {"filter": [self.filtering(leaf), *among]}} if among else self.filtering(leaf)
        if not among or not self._inside[leaf]:
            return self.filtering(leaf)
        return _any([has_term(leaf), {"bool": {"filter": [_within(leaf), *among]}}])

    def filtering(self, node: Node) -> Dsl:
        """The pages that match a node."""
        if isinstance(node, Word):
            return _either(node) if self._inside[node] else has_term(node)
        if isinstance(node, Phrase):
            return contains_text(node.pattern, title_only=node.field == "title")
        if isinstance(node, FacetTerm):
            return {"terms": {node.field: self._labels(node.field, node.value)}}
        if isinstance(node, Not):
            return {"bool": {"filter": [EVERY], "must_not": [self.filtering(node.node)]}}
        several = [self.filtering(part) for part in node.nodes]
        return _any(several) if isinstance(node, Either) else {"bool": {"filter": several}}

    def scoring(self, node: Node) -> Dsl:
        """The same pages, each with what the node is worth there."""
        if isinstance(node, Word):
            return _any(list(self._word(node)))
        if isinstance(node, Phrase):
            return _any(list(self._phrase(node)))
        if isinstance(node, FacetTerm | Not):
            return {"bool": {"filter": [self.filtering(node)]}}
        several = [self.scoring(part) for part in node.nodes]
        if isinstance(node, Either):
            return _any(several)
        every: Dsl = {"bool": {"must": several}}
        return _named_where(every, self.filtering(node)) if self._named else every

    def _rarity(self, node: Word | Phrase) -> float:
        return idf(min(self._counts[node], self._pages), self._pages)

    def _word(self, word: Word) -> Iterator[Dsl]:
        rare = self._rarity(word)
        here = has_term(word)
        what = self._name(word.term)
        yield bm25_clause(word, rare, what and f"word|{what}")
        if what:
            yield constant_score(_any(list(_shares(word, what))), 0.0)
        yield _feature("titled", word.term, 1.0, rare * MAX_CHARS, what and f"title|{what}")
        if self._inside[word]:
            within = {"bool": {"filter": [_within(word)], "must_not": [here]}}
            points = rare * SUBSTRING_WEIGHT * (K1 + 1) / (SUBSTRING_WEIGHT + K1)
            yield constant_score(within, points, what and f"inside|{what}")

    def _phrase(self, phrase: Phrase) -> Iterator[Dsl]:
        rare = self._rarity(phrase) * (K1 + 1)
        once, twice = rare / (1 + K1), rare * 2 / (2 + K1)
        what = self._name(phrase.pattern)
        yield constant_score(self.filtering(phrase), once, what and f"phrase|{what}")
        in_title = contains_text(phrase.pattern, title_only=True)
        yield constant_score(in_title, twice - once, what and f"phrase title|{what}")

    def _name(self, text: str) -> str | None:
        """What a clause's name tells of a text, which may stand in a query twice; None where none is told."""
        return f"{next(self._numbers)}|{text}" if self._named else None


def contains_text(needle: str, *, title_only: bool = False, bounded: bool = False) -> Dsl:
    """The pages whose title or a block holds a folded text, exactly; `bounded` as in Pattern."""
    if not needle or "\n" in needle:
        return NONE
    field = "title" if title_only else "folded"
    if bounded:
        return {"match_phrase": {f"{field}.runs": needle}}
    if len(needle) < 3:
        return {"term": {f"{field}.one" if len(needle) == 1 else field: needle}}
    return {"match_phrase": {field: needle}}


def constant_score(query: Dsl, points: float, name: str | None = None) -> Dsl:
    """The pages of a query, each worth the same."""
    return {"constant_score": {"filter": query, "boost": points, **({"_name": name} if name else {})}}


def _named_where(query: Any, matches: Dsl) -> Any:
    """A query whose named clauses are told only of pages that match another: a name is told wherever its
    clause matches, whatever becomes of the clauses around it."""
    if isinstance(query, list):
        return [_named_where(one, matches) for one in query]
    if not isinstance(query, dict):
        return query
    for kind, body in query.items():
        if isinstance(body, dict) and "_name" in body:
            bare = {key: value for key, value in body.items() if key != "_name"}
            return {"bool": {"must": [{kind: bare}], "filter": [matches], "_name": body["_name"]}}
    return {key: _named_where(value, matches) for key, value in query.items()}


def all_of(filters: Iterable[Dsl]) -> Dsl:
    """The pages that match every filter, worth nothing."""
    return {"bool": {"filter": [EVERY, *filters]}}


def _any(several: list[Dsl]) -> Dsl:
    return {"bool": {"should": several, "minimum_should_match": 1}}


def _either(word: Word) -> Dsl:
    """The pages that have a word as a term, or inside a longer one."""
    return _any([has_term(word), _within(word)])


def has_term(word: Word) -> Dsl:
    """The pages that have a word as a term."""
    return _feature("heads" if word.field == "title" else "words", word.term, 1.0, 1.0, None)


def bm25_clause(word: Word, rare: float, name: str | None = None) -> Dsl:
    """The same pages, with what BM25F says of a word of some rarity."""
    return _feature("heads" if word.field == "title" else "words", word.term, K1, rare * (K1 + 1), name)


def _within(word: Word) -> Dsl:
    return contains_text(word.pattern, title_only=word.field == "title", bounded=word.kind == "compound")


def _shares(word: Word, what: str) -> Iterator[Dsl]:
    """What a word weighs in each field that is told apart, and in all of them, by name."""
    term = feature_of(word.term)
    for field in ("heads",) if word.field == "title" else ("words", "heads", "heading", "label", "code"):
        yield {"rank_feature": {"field": f"{field}.{term}", "linear": {}, "_name": f"{field}|{what}"}}


def _feature(field: str, term: str, pivot: float, boost: float, name: str | None) -> Dsl:
    body = {"field": f"{field}.{feature_of(term)}", "saturation": {"pivot": pivot}, "boost": boost}
    return {"rank_feature": {**body, "_name": name} if name else body}


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, Not):
        yield from _leaves(node.node)
    elif isinstance(node, And | Either):
        for part in node.nodes:
            yield from _leaves(part)
    else:
        yield node
