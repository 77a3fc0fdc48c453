"""Related pages: those that share the key terms and tags of a page."""

from collections.abc import Sequence

import numpy as np

from zhsearch.index.analysis import Segmenter
from zhsearch.index.arrays import IntArray
from zhsearch.index.fields import facet_key
from zhsearch.search.embedded.hits import ScoredPages, sum_union
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.engine import url_variants
from zhsearch.search.ranking import FieldNorms, frequent_words, key_terms, saturate, shared_tag_score

_MAX_SAME_URL = 8  # pages with one URL, of which Hugo publishes the last; none is related to another
_FIELDS = ("title", "body")


def find_page(snapshot: Snapshot, url: str) -> int | None:
    """The number of the page at `url`: a path from the host's root, escaped or not, or a whole URL."""
    return next((page for form in url_variants(url) if (page := snapshot.page_at(form)) is not None), None)


def related(
    snapshot: Snapshot, norms: FieldNorms, page: int, count: int, segmenter: Segmenter
) -> list[tuple[int, float]]:
    """At most `count` other pages and their scores, best first; ties by date, then by URL."""
    document = snapshot.stored(page).document()
    clauses = [
        *_by_words(snapshot, norms, frequent_words(document, segmenter)),
        *_by_tags(snapshot, document.tags),
    ]
    pages, points = sum_union(clauses)
    best = np.lexsort((snapshot.newest[pages], -points))[: count + _MAX_SAME_URL]
    own_url = snapshot.url(page)
    ranked = zip(pages[best].tolist(), points[best].tolist(), strict=True)
    return [(other, score) for other, score in ranked if snapshot.url(other) != own_url][:count]


def _by_words(snapshot: Snapshot, norms: FieldNorms, words: Sequence[tuple[str, int]]) -> list[ScoredPages]:
    """The scores of the key terms among the frequent words of a page (word, frequency)."""
    weighted: dict[str, ScoredPages] = {}
    for term, _ in words:
        postings = snapshot.postings(term.encode("utf-8", "surrogatepass"), _FIELDS)
        weighted[term] = sum_union(
            [ScoredPages(posting[1], norms.weighted_frequency(*posting)) for posting in postings]
        )
    page_counts = [len(weighted[term].pages) for term, _ in words]
    clauses = []
    for term, weight in key_terms(words, page_counts, snapshot.count):
        pages, frequencies = weighted[term]
        clauses.append(ScoredPages(pages, weight * saturate(frequencies, len(pages), snapshot.count)))
    return clauses


def _by_tags(snapshot: Snapshot, tags: Sequence[str]) -> list[ScoredPages]:
    """The scores of shared tags on the pages that have them."""
    facet = snapshot.facets["tag"]
    clauses = []
    for key in dict.fromkeys(map(facet_key, tags)):
        number = facet.by_key.get(key)
        pages: IntArray = facet.pages_of([] if number is None else [number])
        pages = pages[snapshot.live[pages]]
        if len(pages):
            score = shared_tag_score(len(pages), snapshot.count)
            clauses.append(ScoredPages(pages, np.full(len(pages), score)))
    return clauses
