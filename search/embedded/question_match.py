"""The score of every page for a question; see `ranking.questions` for the formula."""

from collections.abc import Sequence

import numpy as np

from zhsearch.search.embedded.hits import Hits, ScoredPages
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.ranking import Question, bigram_score, idf, question_ngrams, unigram_score


def match_question(snapshot: Snapshot, text: str, clauses: Sequence[Hits]) -> tuple[ScoredPages, Question]:
    """The pages that match one of the scored `clauses` or share a bigram with a folded question, with the sum
    of the scores of all that they share; and the question with its bigrams' IDF."""
    ngrams, count = question_ngrams(text), snapshot.count
    bigrams: dict[str, float] = {}
    # Most pages share something with a question, so that the scores are those of all pages.
    points, is_matched = np.zeros(snapshot.size), np.zeros(snapshot.size, dtype=np.bool_)
    for hits in clauses:
        np.add.at(points, hits.pages, hits.points)
        is_matched[hits.pages] = True
    for bigram in ngrams.bigrams:
        pages = snapshot.pages_with(bigram)
        if len(pages):
            bigrams[bigram] = idf(len(pages), count)
            np.add.at(points, pages, np.full(len(pages), bigram_score(len(pages), count)))
    is_matched |= points > 0.0
    for unigram in ngrams.unigrams:
        pages = snapshot.pages_with(unigram)
        np.add.at(points, pages, np.full(len(pages), unigram_score(len(pages), count)))
    matched = is_matched.nonzero()[0]
    return ScoredPages(matched, points[matched]), Question(text, bigrams)
