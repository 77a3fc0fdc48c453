"""Proximity scores: the words of a query in a title, and the density of a question's bigrams in a passage."""

from collections.abc import Mapping, Sequence

from zhsearch.search.ranking import constants
from zhsearch.search.ranking.questions import Question

_MAX_OFFSETS = 64  # of a bigram on one page


def title_points(words: Sequence[str], title: str) -> float:
    """The points of a folded title for the folded words of a query, if it has them all; 0 otherwise.

    A title with every word is most likely the one that the reader remembers; more so if it has them in their
    order, close together, and at its beginning.
    """
    start = title.find(words[0])
    end = start + len(words[0])
    if start < 0:
        return 0.0
    in_order, between = True, 0  # characters between the words, without blanks at the edges
    for word in words[1:]:
        place = title.find(word, end)
        if place < 0:
            in_order = False
            place = title.find(word)
            if place < 0:
                return 0.0
        between += len(title[end:place].strip())
        end = place + len(word)
    if not in_order:
        return constants.TITLE_COMPLETE
    near = constants.TITLE_ADJACENT / (1 + between / constants.TITLE_GAP)
    prefix = 0.0 if start else constants.TITLE_PREFIX
    return constants.TITLE_COMPLETE + constants.TITLE_ORDER + near + prefix


def answer_score(question: Question, folded: str) -> float:
    """The points of a page as the answer to a question; the first line of its folded text is its title."""
    title = folded[: folded.find("\n")]
    named = len(title) > 1 and title in question.text
    density = passage_density(folded, question.bigrams)
    return constants.PASSAGE_WEIGHT * density + constants.TITLE_NAMED * named


def passage_density(text: str, bigrams: Mapping[str, float]) -> float:
    """The largest sum of the weights of distinct `bigrams` that begin within PASSAGE_CHARS of each other.

    One pass over their offsets in the folded text, with a sliding window.
    """
    occurrences = []
    for bigram in bigrams:
        offset, remaining = text.find(bigram), _MAX_OFFSETS
        while offset >= 0 and remaining:
            occurrences.append((offset, bigram))
            offset, remaining = text.find(bigram, offset + 1), remaining - 1
    occurrences.sort()
    width = constants.PASSAGE_CHARS
    inside: dict[str, int] = {}  # bigram: its last offset in the window
    best = total = 0.0
    first = 0
    for offset, bigram in occurrences:
        if bigram not in inside:
            total += bigrams[bigram]
        inside[bigram] = offset
        while occurrences[first][0] < offset - width:
            left_offset, left_bigram = occurrences[first]
            if inside.get(left_bigram) == left_offset:
                del inside[left_bigram]
                total -= bigrams[left_bigram]
            first += 1
        best = max(best, total)
    return best
