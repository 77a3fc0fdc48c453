"""Related pages: one query of the key terms and tags of a page."""

from collections.abc import Sequence

from zhsearch.index.analysis import Segmenter
from zhsearch.index.fields import facet_key
from zhsearch.index.models import Document
from zhsearch.search.engine import Hit, url_variants
from zhsearch.search.opensearch.query_dsl import Dsl, bm25_clause, constant_score, has_term
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query import Word
from zhsearch.search.ranking import frequent_words, idf, key_terms, shared_tag_score

_ORDER = [{"_score": "desc"}, {"instant": {"order": "desc", "missing": "_last"}}, {"url": "asc"}]


def find_document(index: ClusterIndex, url: str) -> Document | None:
    """The page at `url`; see Engine.document."""
    urls = url_variants(url)
    response = index.search({"size": len(urls), "_source": False, "query": {"terms": {"url": urls}}})
    ids = [hit["_id"] for hit in response["hits"]["hits"]]
    return index.pages(ids[:1])[0].document() if ids else None


def related(
    index: ClusterIndex, url: str, count: int, segmenter: Segmenter, *, pages: int
) -> list[Hit] | None:
    """See Engine. `pages` is the number of all pages.

    Words count in all fields; the embedded engine leaves out headings, labels and code.
    """
    document = find_document(index, url)
    if document is None:
        return None
    clauses = [*_by_words(index, document, segmenter, pages), *_by_tags(index, document.tags, pages)]
    body = {
        "size": count,
        "_source": False,
        "track_total_hits": False,
        "sort": _ORDER,
        "query": {
            "bool": {
                "should": clauses,
                "minimum_should_match": 1,
                "must_not": [{"term": {"url": document.url}}],
            }
        },
    }
    hits = index.search(body)["hits"]["hits"]
    opened = index.pages([hit["_id"] for hit in hits])
    return [Hit(page, float(hit["_score"])) for page, hit in zip(opened, hits, strict=True)]


def _by_words(index: ClusterIndex, document: Document, segmenter: Segmenter, pages: int) -> list[Dsl]:
    """The scores of a page's key terms."""
    words = frequent_words(document, segmenter)
    counts = index.counts([has_term(_word(term)) for term, _ in words])
    matching = {term: count for (term, _), count in zip(words, counts, strict=True)}
    return [
        bm25_clause(_word(term), weight * idf(matching[term], pages))
        for term, weight in key_terms(words, counts, pages)
    ]


def _by_tags(index: ClusterIndex, tags: Sequence[str], pages: int) -> list[Dsl]:
    """The scores of shared tags."""
    queries: list[Dsl] = [{"term": {"tag": key}} for key in sorted(set(map(facet_key, tags)))]
    counts = index.counts(queries)
    return [
        constant_score(query, shared_tag_score(count, pages))
        for query, count in zip(queries, counts, strict=True)
    ]


def _word(term: str) -> Word:
    return Word(term, term, "latin")
