"""The words of a generation in, kept on the cluster beside its pages, and out again, to suggest with.

They are documents of an index of their own, `<name>-words`: so many words each, deflated.
"""

import base64
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson

from zhsearch.index.arrays import IntArray
from zhsearch.index.errors import NoIndexError
from zhsearch.index.generations.store import Generation
from zhsearch.search.opensearch.client import Client
from zhsearch.search.opensearch.documents import read_segment
from zhsearch.search.opensearch.query_dsl import Dsl, contains_text, has_term
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query.ast import Word

_TOGETHER = 50_000  # words in a document
_MOST = 10_000  # documents


class ClusterTerms:
    """Words and in how many pages each is; see `search.spelling.Terms`."""

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = dict(sorted(counts.items()))

    def all_terms(self) -> list[bytes]:
        """Every word, sorted."""
        return [word.encode() for word in self._counts]

    def page_counts(self) -> IntArray:
        """In how many pages each stands."""
        return np.fromiter(self._counts.values(), dtype=np.int64, count=len(self._counts))


class ClusterTermLookup:
    """What `search.meant` asks of the pages of an index, and of the words of its generation."""

    def __init__(self, client: Client, index: ClusterIndex, generation: str) -> None:
        self._client = client
        self._index = index
        self._generation = generation

    @property
    def parts(self) -> Sequence[ClusterTerms]:
        """Its words; none where an older version published."""
        body = {"size": _MOST, "query": {"term": {"generation": self._generation}}}
        try:
            found = self._client.ask(lambda raw: raw.search(index=_index_of(self._client), body=body))
        except NoIndexError:
            return []
        counts: dict[str, int] = {}
        for hit in found["hits"]["hits"]:
            counts.update(orjson.loads(zlib.decompress(base64.b64decode(hit["_source"]["words"]))))
        return [ClusterTerms(counts)]

    def count_containing(self, needle: str, most: int) -> int:
        """On how many pages a folded text stands, up to `most`."""
        return min(self._index.counts([contains_text(needle)])[0], most)

    def prefetch(self, needles: Sequence[str]) -> None:
        """Count on how many pages each of some texts stands, in one request."""
        self._index.counts(list(map(contains_text, needles)))

    def document_frequency(self, word: str) -> int:
        """In how many pages a word is a term."""
        return self._index.counts([_of_run(word)])[0]


def counted_for(runs: Sequence[str]) -> list[Dsl]:
    """What is counted of runs of a query to tell whether something else was meant."""
    return [_of_run(run) if run.isascii() else contains_text(run) for run in runs]


def _of_run(word: str) -> Dsl:
    return has_term(Word(word, word, "latin"))


def documents_of_words(generation: Generation) -> Iterator[tuple[dict[str, Any], str]]:
    """The documents to write for a generation."""
    counts: Counter[str] = Counter()
    for segment in generation.manifest.segments:
        part = read_segment(generation, segment)
        for term, pages in zip(part.all_terms(), part.page_counts().tolist(), strict=True):
            counts[term.decode("utf-8", "replace")] += pages
    # For "did you mean" all words of letters, for completion what pages share.
    words = [(word, pages) for word, pages in counts.items() if pages > 1 or word.isalpha()]
    for at in range(0, len(words), _TOGETHER):
        packed = base64.b64encode(zlib.compress(orjson.dumps(dict(words[at : at + _TOGETHER])))).decode()
        source = {"generation": generation.id, "words": packed}
        yield {"index": {"_id": f"{generation.id}-{at}"}}, orjson.dumps(source).decode()


def prepare(client: Client) -> str:
    """The name of the index for words, made if need be."""
    name = _index_of(client)
    if not client.ask(lambda raw: raw.indices.exists(index=name)):
        properties = {"generation": {"type": "keyword"}, "words": {"type": "binary"}}
        body = {
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
            "mappings": {"dynamic": False, "properties": properties},
        }
        client.change(lambda raw: raw.indices.create(index=name, body=body))
    return name


def outdated(client: Client, kept: set[str]) -> list[str]:
    """The ids of the documents of generations that are no longer there."""
    body = {"size": _MOST, "_source": "generation", "query": {"match_all": {}}}
    found = client.ask(lambda raw: raw.search(index=_index_of(client), body=body))
    return [hit["_id"] for hit in found["hits"]["hits"] if hit["_source"]["generation"] not in kept]


def forget(client: Client) -> None:
    """Remove the index for words."""
    client.change(
        lambda raw: raw.indices.delete(index=_index_of(client), params={"ignore_unavailable": "true"})
    )


def _index_of(client: Client) -> str:
    return f"{client.name}-words"
