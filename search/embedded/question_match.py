"""The score of every page for a question; see `ranking.questions` for the formula."""

from collections.abc import Sequence

import numpy as np

from zhsearch.search.embedded.hits import ScoredPages, intersect, sum_union
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.ranking import Question, bigram_score, idf, question_ngrams, unigram_score


def match_question(
    snapshot: Snapshot, text: str, clauses: Sequence[ScoredPages]
) -> tuple[ScoredPages, Question]:
    """The pages that match one of the scored `clauses` or share a bigram with a folded question, with the sum
    of the scores of all that they share; and the question with its bigrams' IDF."""
    ngrams, count = question_ngrams(text), snapshot.count
    bigrams: dict[str, float] = {}
    shared = list(clauses)
    for bigram in ngrams.bigrams:
        pages = snapshot.pages_with(bigram)
        if len(pages):
            bigrams[bigram] = idf(len(pages), count)
            shared.append(ScoredPages(pages, np.full(len(pages), bigram_score(len(pages), count))))
    hits = sum_union(shared)
    unigrams = []
    for unigram in ngrams.unigrams:
        pages = snapshot.pages_with(unigram)
        matched = intersect(pages, hits.pages)
        if len(matched):
            score = unigram_score(len(pages), count)
            unigrams.append(ScoredPages(matched, np.full(len(matched), score)))
    return sum_union([hits, *unigrams]), Question(text, bigrams)
