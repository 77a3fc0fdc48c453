"""A page in, the pages most like it out: by the words that tell it from others, and by the tags they share.

A word tells of a page what BM25 says of it: much where the page often has it and others seldom. The page's
most telling words are a query that any page answers which has some of them.
"""

from collections.abc import Sequence

import numpy as np

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import IntArray
from zhsearch.index.fields import facet_key
from zhsearch.search.embedded.hits import ScoredPages, sum_union
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.ranking.bm25f import FieldNorms, idf, saturate
from zhsearch.search.ranking.key_terms import MAX_KEY_TERMS, SHARED_TAG_WEIGHT, key_terms, url_variants

_SAME_ADDRESS = 8  # pages with one address, of which Hugo publishes the last; none is related to another
_FIELDS = ("title", "body")


def find_page(snapshot: Snapshot, url: str) -> int | None:
    """The page with an address: its path from the host's root, escaped or not, or the whole URL."""
    return next((page for form in url_variants(url) if (page := snapshot.page_at(form)) is not None), None)


def related(
    snapshot: Snapshot, norms: FieldNorms, page: int, count: int, segmenter: Segmenter
) -> list[tuple[int, float]]:
    """At most `count` other pages and their scores, the most alike first; ties by date, then by URL."""
    document = snapshot.stored(page).document()
    found = [
        *_by_words(snapshot, norms, key_terms(document, segmenter)),
        *_by_tags(snapshot, document.tags),
    ]
    pages, points = sum_union(found)
    best = np.lexsort((snapshot.newest[pages], -points))[: count + _SAME_ADDRESS]
    here = snapshot.url(page)
    alike = zip(pages[best].tolist(), points[best].tolist(), strict=True)
    return [(other, score) for other, score in alike if snapshot.url(other) != here][:count]


def _by_words(snapshot: Snapshot, norms: FieldNorms, words: Sequence[tuple[str, int]]) -> list[ScoredPages]:
    """What the most telling of the words are worth on the pages that have them."""
    telling: list[tuple[float, ScoredPages]] = []
    for term, times in words:
        postings = snapshot.postings(term.encode("utf-8", "surrogatepass"), _FIELDS)
        hits = sum_union(
            [ScoredPages(posting[1], norms.weighted_frequency(*posting)) for posting in postings]
        )
        if 1 < len(hits.pages) <= snapshot.count // 2 + 1:  # what only this page has, nobody shares
            told = idf(len(hits.pages), snapshot.count) * times / (times + 2)
            points = told * saturate(hits.points, len(hits.pages), snapshot.count)
            telling.append((told, ScoredPages(hits.pages, points)))
    telling.sort(key=lambda one: -one[0])
    return [hits for _, hits in telling[:MAX_KEY_TERMS]]


def _by_tags(snapshot: Snapshot, tags: Sequence[str]) -> list[ScoredPages]:
    facet = snapshot.facets["tag"]
    found = []
    for key in dict.fromkeys(map(facet_key, tags)):
        number = facet.by_key.get(key)
        pages: IntArray = facet.pages_of([] if number is None else [number])
        pages = pages[snapshot.live[pages]]
        if len(pages):
            found.append(
                ScoredPages(pages, np.full(len(pages), SHARED_TAG_WEIGHT * idf(len(pages), snapshot.count)))
            )
    return found
