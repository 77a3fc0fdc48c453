"""A page in, the pages most like it out, as `search.related` has it."""

from collections.abc import Sequence

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.fields import facet_key
from zhsearch.index.models import Document
from zhsearch.search.engine.protocol import Hit
from zhsearch.search.opensearch.query_dsl import Dsl, bm25_clause, constant_score, has_term
from zhsearch.search.opensearch.searcher import ClusterIndex
from zhsearch.search.query.ast import Word
from zhsearch.search.ranking.bm25f import idf
from zhsearch.search.ranking.key_terms import MAX_KEY_TERMS, SHARED_TAG_WEIGHT, key_terms, url_variants

_ORDER = [{"_score": "desc"}, {"instant": {"order": "desc", "missing": "_last"}}, {"url": "asc"}]


def related(
    index: ClusterIndex, url: str, count: int, segmenter: Segmenter, *, pages: int
) -> list[Hit] | None:
    """See Engine. Words count wherever they stand, where the embedded engine leaves out headings, labels and
    code."""
    forms = url_variants(url)
    hits = index.search({"size": len(forms), "_source": False, "query": {"terms": {"url": forms}}})
    ids = [hit["_id"] for hit in hits["hits"]["hits"]]
    if not ids:
        return None
    document = index.pages(ids[:1])[0].document()
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
    found = index.search(body)["hits"]["hits"]
    opened = index.pages([hit["_id"] for hit in found])
    return [Hit(page, float(hit["_score"])) for page, hit in zip(opened, found, strict=True)]


def _by_words(index: ClusterIndex, document: Document, segmenter: Segmenter, pages: int) -> list[Dsl]:
    """What the most telling of a page's words are worth."""
    words = key_terms(document, segmenter)
    counts = index.counts([has_term(Word(term, term, "latin")) for term, _ in words])
    telling = []
    for (term, times), count in zip(words, counts, strict=True):
        if 1 < count <= pages // 2 + 1:  # what only this page has, nobody shares
            rare = idf(count, pages)
            told = rare * times / (times + 2)
            telling.append((told, bm25_clause(Word(term, term, "latin"), told * rare)))
    telling.sort(key=lambda one: -one[0])
    return [query for _, query in telling[:MAX_KEY_TERMS]]


def _by_tags(index: ClusterIndex, tags: Sequence[str], pages: int) -> list[Dsl]:
    queries: list[Dsl] = [{"term": {"tag": key}} for key in sorted(set(map(facet_key, tags)))]
    counts = index.counts(queries)
    return [
        constant_score(query, SHARED_TAG_WEIGHT * idf(count, pages))
        for query, count in zip(queries, counts, strict=True)
    ]
