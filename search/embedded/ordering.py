"""The order of hits: the best by score, date or matched clauses, and the re-ranking of the first of them."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from zhsearch.index.arrays import Array, IntArray, Scores
from zhsearch.search.embedded.matcher import MatchResult
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.embedded.top_k import Key, Places, top_k
from zhsearch.search.query import Query
from zhsearch.search.ranking import Rerank, rerank_for


def best_hits(matched: MatchResult, query: Query, snapshot: Snapshot) -> tuple[IntArray, Scores]:
    """The hits of the requested page of results, as places in `matched.pages` in order, and their scores."""
    first = (query.page - 1) * query.per_page
    last = first + query.per_page
    score, counts = matched.score, matched.matched_clauses
    dates = snapshot.oldest if query.sort == "oldest" else snapshot.newest
    by_date: Key = partial(_dates, dates, matched.pages)
    by_score: Key = partial(_descending, score)
    if query.sort != "relevance":
        best = top_k((by_date,), last)
    elif counts is not None:
        # A page that matches more of the clauses ranks above one that matches fewer.
        best = top_k((partial(_descending, counts), by_score, by_date), last)
    elif rerank := rerank_for(query, matched.question, relaxed=matched.relaxed):
        best = top_k((by_score, by_date), max(last, rerank.depth))
        score = score.copy()
        top = best[: rerank.depth]
        score[top] += list(map(rerank.points, _texts(rerank, snapshot, matched.pages[top].tolist())))
        best[: rerank.depth] = top[np.lexsort((by_date(top), -score[top]))]
    else:
        best = top_k((by_score, by_date), last)
    best = best[first:last]
    return best, score[best]


def _texts(rerank: Rerank, snapshot: Snapshot, pages: Sequence[int]) -> Iterator[str]:
    """The folded text of each page that re-ranking reads."""
    if rerank.reads_text:
        return (snapshot.stored(page).folded for page in pages)
    return map(snapshot.title, pages)


def _dates(dates: IntArray, pages: IntArray, places: Places) -> Array:
    return dates[pages[places]]


def _descending(values: Array, places: Places) -> Array:
    return -values[places]
