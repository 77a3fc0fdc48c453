"""The terms of each generation with their page counts, stored on the cluster for suggestions.

A search process needs them for "did you mean" and completion, and may not have the index folder. They are
documents of an index of their own, `<name>-words`: _TERMS_IN_DOCUMENT terms each, deflated.
"""

import base64
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from zhsearch.index.arrays import Array, IntArray, pack_strings
from zhsearch.index.errors import NoIndexError
from zhsearch.index.generations import Generation
from zhsearch.search.opensearch.bulk import Action, index_action
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.documents import read_segment
from zhsearch.search.opensearch.query_dsl import Dsl, contains_text, has_term
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query import Word

_TERMS_IN_DOCUMENT = 50_000
_MAX_DOCUMENTS = 10_000


class ClusterTerms:
    """The terms of one generation, sorted; see `search.suggest.spelling.TermSource`."""

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = dict(sorted(counts.items()))

    def all_terms(self) -> list[bytes]:
        """Every term, sorted."""
        return [term.encode() for term in self._counts]

    def packed_terms(self) -> tuple[Array, Array]:
        """Every term, sorted, as one array of bytes, with their offsets."""
        return pack_strings(self.all_terms())

    def page_counts(self) -> IntArray:
        """The number of pages that have each term."""
        return np.fromiter(self._counts.values(), dtype=np.int64, count=len(self._counts))


class ClusterTermLookup:
    """The counts and terms of a cluster index, for "did you mean"; see TermLookup."""

    def __init__(self, client: Client, index: ClusterIndex, generation: str) -> None:
        self._client = client
        self._index = index
        self._generation = generation

    @property
    def term_sources(self) -> Sequence[ClusterTerms]:
        """The terms of the generation; none where its index was deleted."""
        body = {"size": _MAX_DOCUMENTS, "query": {"term": {"generation": self._generation}}}
        try:
            response = self._client.search(_index_name(self._client), body)
        except NoIndexError:
            return []
        counts: dict[str, int] = {}
        for hit in response["hits"]["hits"]:
            counts.update(orjson.loads(zlib.decompress(base64.b64decode(hit["_source"]["words"]))))
        return [ClusterTerms(counts)]

    def count_containing(self, pattern: str, limit: int) -> int:
        """The number of pages that contain a folded pattern, at most `limit`."""
        return min(self._index.counts([contains_text(pattern)])[0], limit)

    def prefetch(self, patterns: Sequence[str]) -> None:
        """Count the pages that contain each of the patterns, in one request, for later calls."""
        self._index.counts(list(map(contains_text, patterns)))

    def count_pages(self, word: str) -> int:
        """The number of pages that have a word as a term."""
        return self._index.counts([_latin_term(word)])[0]


def counted_for(runs: Sequence[str]) -> list[Dsl]:
    """The queries that "did you mean" counts for the runs of a query."""
    return [_latin_term(run) if run.isascii() else contains_text(run) for run in runs]


def _latin_term(word: str) -> Dsl:
    return has_term(Word(word, word, "latin"))


def term_actions(generation: Generation) -> Iterator[Action]:
    """The actions that write the terms of a generation."""
    counts: Counter[str] = Counter()
    for segment in generation.manifest.segments:
        reader = read_segment(generation, segment)
        for term, pages in zip(reader.all_terms(), reader.page_counts().tolist(), strict=True):
            counts[term.decode("utf-8", "replace")] += pages
    # "Did you mean" needs every word of letters, completion the terms that several pages share.
    terms = [(term, pages) for term, pages in counts.items() if pages > 1 or term.isalpha()]
    for start in range(0, len(terms), _TERMS_IN_DOCUMENT):
        batch = dict(terms[start : start + _TERMS_IN_DOCUMENT])
        packed = base64.b64encode(zlib.compress(orjson.dumps(batch))).decode()
        source = {"generation": generation.id, "words": packed}
        yield index_action(f"{generation.id}-{start}", orjson.dumps(source).decode())


def ensure_term_index(client: Client) -> str:
    """The name of the index for terms, which is created unless it exists."""
    name = _index_name(client)
    client.ensure_small_index(name, {"generation": {"type": "keyword"}, "words": {"type": "binary"}})
    return name


def outdated_documents(client: Client, generations: set[str]) -> list[str]:
    """The ids of the documents that belong to none of the `generations`."""
    body = {"size": _MAX_DOCUMENTS, "_source": "generation", "query": {"match_all": {}}}
    hits = client.search(_index_name(client), body)["hits"]["hits"]
    return [hit["_id"] for hit in hits if hit["_source"]["generation"] not in generations]


def delete_term_index(client: Client) -> None:
    """Delete the index for terms."""
    client.delete_index(_index_name(client), ignore_missing=True)


def _index_name(client: Client) -> str:
    return f"{client.name}-words"
