"""OpenSearch queries for the nodes of a parsed query, as filters and with scores.

The weighted frequency of a term on a page is a rank feature (see `mapping`); OpenSearch saturates it as BM25F
does, with the IDF that the query has. So scores equal those of the embedded engine but for rounding.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count as count_up
from string import digits
from typing import Any

from zhsearch.index.fields import facet_array
from zhsearch.search.opensearch.documents import feature_of
from zhsearch.search.opensearch.mapping import FIELD_TERMS, MAX_TITLE_WEIGHT, TERMS, TITLE_BOOST, TITLE_TERMS
from zhsearch.search.query import And, FacetTerm, Node, Not, Or, Phrase, Word
from zhsearch.search.ranking import ScanBudget, constants, idf, inside_weight, writing_factors

Dsl = dict[str, Any]
"""A query, or another part of a request, in the query DSL of OpenSearch."""

NEWEST: list[Any] = [
    {"instant": {"order": "desc", "missing": "_last"}},
    {"url": "asc"},
    {"path": "asc"},
]
"""The order of pages with the same score."""

EVERY: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}


class Translator:
    """Translates the nodes of one query, in the order of the policy: first `required`, then `optional`.

    `count` gives the numbers of pages that match queries, `pages` is the number of all pages; `facet_keys`
    gives the keys of the values of a facet that a folded text names. The counts of `prefetch` are requested
    with those that the translator needs. `explain`: clauses get names. `optional_counts` are the numbers
    of pages that match each optional node and all required ones.
    """

    def __init__(
        self,
        required: Sequence[Node],
        optional: Sequence[Node],
        *,
        count: Callable[[list[Dsl]], list[int]],
        pages: int,
        facet_keys: Callable[[str, str], list[str]],
        prefetch: Sequence[Dsl],
        explain: bool,
    ) -> None:
        self._count = count
        self._pages = pages
        self._facet_keys = facet_keys
        self._explain = explain
        self._numbers = count_up()
        self._factor, self._group = 1.0, ""  # of the writings that are being translated
        # Each word and phrase with the number of required nodes that are evaluated before it.
        places = [(node, place) for place, node in enumerate(required)]
        places += [(node, len(required)) for node in optional]
        leaves = [(leaf, place) for node, place in places for leaf in _leaves(node)]
        self._inside = self._scanned([leaf for leaf, _ in leaves if isinstance(leaf, Word)])
        counted = dict(reversed(leaves))  # the first place of each
        filters = [self.filtering(node) for node in required]
        clauses = [self.filtering(node) for node in optional]
        if filters:
            clauses = [{"bool": {"filter": [clause, *filters]}} for clause in clauses]
        leaf_counts = [self._counting(leaf, filters[:place]) for leaf, place in counted.items()]
        counts = iter(count([*leaf_counts, *clauses, *prefetch]))
        self._counts = {leaf: next(counts) for leaf in counted}
        self.optional_counts = [next(counts) for _ in clauses]

    def _scanned(self, words: Sequence[Word]) -> dict[Word, bool]:
        """Which words are also searched inside longer words."""
        latin = [word for word in words if word.kind == "latin"]
        # Mostly known already, as other writings of these words were looked for.
        term_counts = dict(zip(latin, self._count(list(map(has_term, latin))), strict=True))
        budget = ScanBudget()
        scanned: dict[Word, bool] = {}
        for word in words:
            if word not in scanned:
                scanned[word] = budget.allows(word, pages=term_counts.get(word, 0))
            budget.spend(scanned[word])
        return scanned

    def _counting(self, leaf: Word | Phrase, before: list[Dsl]) -> Dsl:
        """The pages that the IDF of a word or phrase is counted on. What is scanned for is counted among the
        pages that match the required nodes `before` it."""
        if isinstance(leaf, Phrase):
            return {"bool": {"filter": [self.filtering(leaf), *before]}} if before else self.filtering(leaf)
        if not before or not self._inside[leaf]:
            return self.filtering(leaf)
        inside = {"bool": {"filter": [_inside_longer_words(leaf), *before]}}
        return _any([_occurrences(leaf, inside=False), inside])

    def filtering(self, node: Node) -> Dsl:
        """The pages that match a node."""
        if isinstance(node, Word):
            return _occurrences(node, inside=self._inside[node])
        if isinstance(node, Phrase):
            return contains_text(node.pattern, title_only=node.field == "title", bounded=node.bounded)
        if isinstance(node, FacetTerm):
            return {"terms": {facet_array(node.field): self._facet_keys(node.field, node.value)}}
        if isinstance(node, Not):
            return {"bool": {"filter": [EVERY], "must_not": [self.filtering(node.node)]}}
        parts = [self.filtering(part) for part in node.nodes]
        return _any(parts) if isinstance(node, Or) else {"bool": {"filter": parts}}

    def titling(self, node: Node) -> Dsl:
        """The pages whose title has the words of a node; of alternatives, any words."""
        if isinstance(node, Word):
            return has_term(node, in_title=True)
        if isinstance(node, And):
            return {"bool": {"filter": list(map(self.titling, node.nodes))}}
        return _any(list(map(self.titling, node.nodes))) if isinstance(node, Or) else NONE

    def scoring(self, node: Node) -> Dsl:
        """The pages that match a node, with its scores."""
        if isinstance(node, Word):
            return _any(list(self._word(node)))
        if isinstance(node, Phrase):
            return _any(list(self._phrase(node)))
        if isinstance(node, FacetTerm | Not):
            return {"bool": {"filter": [self.filtering(node)]}}
        if isinstance(node, Or) and node.writings:
            return self._best(node)
        parts = [self.scoring(part) for part in node.nodes]
        if isinstance(node, Or):
            return _any(parts)
        every: Dsl = {"bool": {"must": parts}}
        return _named_where(every, self.filtering(node)) if self._explain else every

    def _best(self, group: Or) -> Dsl:
        """The pages of a word and its other writings, each with the score of the best of them."""
        outer_factor, outer_group = self._factor, self._group
        number = next(self._numbers)
        queries = []
        for alternative, (node, factor) in enumerate(
            zip(group.nodes, writing_factors(group, self._idf), strict=True)
        ):
            self._factor, self._group = outer_factor * factor, f"{outer_group}{number}.{alternative}/"
            queries.append(self.scoring(node))
        self._factor, self._group = outer_factor, outer_group
        return {"dis_max": {"queries": queries}}

    def _idf(self, leaf: Word | Phrase) -> float:
        """The IDF of a word or phrase."""
        return idf(min(self._counts[leaf], self._pages), self._pages)

    def _weight(self, leaf: Word | Phrase) -> float:
        """What all parts of the score of a word or phrase are multiplied with."""
        return self._factor * leaf.weight * self._idf(leaf)

    def _word(self, word: Word) -> Iterator[Dsl]:
        word_idf = self._weight(word)
        name = self._name(word.term)
        yield bm25_clause(word, word_idf, name and f"word|{name}")
        if name:
            yield constant_score(_any(list(_field_weights(word, name))), 0.0)
        boost = word_idf * MAX_TITLE_WEIGHT
        yield _feature(TITLE_BOOST, word.term, 1.0, boost, name and f"title|{name}")
        if word.matches_beginnings:
            longer = _without(_beginning(word), has_term(word))
            score = _saturated(constants.BEGINNING_WEIGHT, word_idf)
            yield constant_score(longer, score, name and f"beginning|{name}")
            titled = _without(_beginning(word, in_title=True), has_term(word, in_title=True))
            score = word_idf * constants.TITLE_BEGINNING_WEIGHT
            yield constant_score(titled, score, name and f"beginning title|{name}")
        if self._inside[word]:
            weight = inside_weight(word)
            inside = _without(_inside_longer_words(word), _occurrences(word, inside=False))
            yield constant_score(inside, _saturated(weight, word_idf), name and f"inside|{name}")

    def _phrase(self, phrase: Phrase) -> Iterator[Dsl]:
        k1 = constants.K1
        factor = self._weight(phrase) * (k1 + 1)
        once, twice = factor / (1 + k1), factor * 2 / (2 + k1)  # in the title it counts twice
        name = self._name(phrase.pattern)
        yield constant_score(self.filtering(phrase), once, name and f"phrase|{name}")
        in_title = contains_text(phrase.pattern, title_only=True, bounded=phrase.bounded)
        yield constant_score(in_title, twice - once, name and f"phrase title|{name}")

    def _name(self, text: str) -> str | None:
        """The end of a clause's name, numbered: a text may stand in a query twice. Before its number stand
        those of the writings that it is part of, group.alternative/. None without names."""
        return f"{self._group}{next(self._numbers)}|{text}" if self._explain else None


def contains_text(pattern: str, *, title_only: bool = False, bounded: bool = False) -> Dsl:
    """The pages whose title or a block contains a folded text. `bounded`: a letter at an edge of it must not
    continue beyond it, as in `query.pattern`."""
    if not pattern or "\n" in pattern:
        return NONE
    field = "title" if title_only else "folded"
    if bounded:
        return {"match_phrase": {f"{field}.runs": pattern}}
    if len(pattern) < 3:
        return {"term": {f"{field}.unigrams" if len(pattern) == 1 else field: pattern}}
    return {"match_phrase": {field: pattern}}


def constant_score(query: Dsl, score: float, name: str | None = None) -> Dsl:
    """The pages of a query, all with the same score."""
    return {"constant_score": {"filter": query, "boost": score, **({"_name": name} if name else {})}}


def _named_where(query: Any, matches: Dsl) -> Any:
    """A query whose named clauses are reported only for pages that match another. OpenSearch reports a name
    wherever its clause matches, even if the enclosing clause does not."""
    if isinstance(query, list):
        return [_named_where(clause, matches) for clause in query]
    if not isinstance(query, dict):
        return query
    for kind, body in query.items():
        if isinstance(body, dict) and "_name" in body:
            bare = {key: value for key, value in body.items() if key != "_name"}
            return {"bool": {"must": [{kind: bare}], "filter": [matches], "_name": body["_name"]}}
    return {key: _named_where(value, matches) for key, value in query.items()}


def all_of(filters: Iterable[Dsl]) -> Dsl:
    """The pages that match every filter, without a score."""
    return {"bool": {"filter": [EVERY, *filters]}}


def _any(queries: list[Dsl]) -> Dsl:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _without(query: Dsl, excluded: Dsl) -> Dsl:
    return {"bool": {"filter": [query], "must_not": [excluded]}}


def _saturated(weight: float, word_idf: float) -> float:
    """The score of a weighted frequency."""
    return word_idf * weight * (constants.K1 + 1) / (weight + constants.K1)


def _occurrences(word: Word, *, inside: bool) -> Dsl:
    """The pages that have a word as a term or, of a Latin word, as the beginning of one; or `inside` one."""
    queries = [has_term(word)]
    if word.matches_beginnings:
        queries.append(_beginning(word))
    if inside:
        queries.append(_inside_longer_words(word))
    return _any(queries) if len(queries) > 1 else queries[0]


def has_term(word: Word, *, in_title: bool = False) -> Dsl:
    """The pages that have a word as a term; `in_title`: of the title."""
    field = TITLE_TERMS if in_title or word.field == "title" else TERMS
    return _feature(field, word.term, 1.0, 1.0, None)


def _beginning(word: Word, *, in_title: bool = False) -> Dsl:
    """The pages with a run of letters and digits that begins with a Latin word, or goes on with it after a
    digit, if it has letters alone: those are a term of their own."""
    title_only = in_title or word.field == "title"
    begins = {"prefix": {"title.runs" if title_only else "folded.runs": word.term}}
    if not word.term.isalpha():
        return begins
    # A pattern for both, which begins with anything, would be compared with every run of the index.
    return _any([begins, *(contains_text(f"{digit}{word.term}", title_only=title_only) for digit in digits)])


def bm25_clause(word: Word, word_idf: float, name: str | None = None) -> Dsl:
    """The pages that have a word as a term, with its BM25F score for this IDF."""
    field, k1 = TITLE_TERMS if word.field == "title" else TERMS, constants.K1
    return _feature(field, word.term, k1, word_idf * (k1 + 1), name)


def _inside_longer_words(word: Word) -> Dsl:
    return contains_text(word.pattern, title_only=word.field == "title", bounded=word.kind == "compound")


def _field_weights(word: Word, name: str) -> Iterator[Dsl]:
    """The weighted frequency of a word in each field that is reported, and in all of them, by name."""
    term = feature_of(word.term)
    for field in (TITLE_TERMS,) if word.field == "title" else (TERMS, *FIELD_TERMS.values()):
        yield {"rank_feature": {"field": f"{field}.{term}", "linear": {}, "_name": f"{field}|{name}"}}


def _feature(field: str, term: str, pivot: float, boost: float, name: str | None) -> Dsl:
    body = {"field": f"{field}.{feature_of(term)}", "saturation": {"pivot": pivot}, "boost": boost}
    return {"rank_feature": {**body, "_name": name} if name else body}


def _leaves(node: Node) -> Iterator[Word | Phrase]:
    """The words and phrases of a node, in order."""
    if isinstance(node, Not):
        yield from _leaves(node.node)
    elif isinstance(node, And | Or):
        for part in node.nodes:
            yield from _leaves(part)
    elif isinstance(node, Word | Phrase):
        yield node
