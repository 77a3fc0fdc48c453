"""The report of what readers searched for: frequent texts, those that found little, and words to add."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhsearch.index.analysis import Segmenter
from zhsearch.search.analytics.dictionary_proposals import Proposal, propose_synonyms, propose_words
from zhsearch.search.analytics.search_counts import TIME_LIMITS_S, DayCount, SearchCounts, TextCount
from zhsearch.search.engine import Engine

_PROPOSED_FROM = 10  # times as many texts are looked at for proposals as are shown


class CountedText(NamedTuple):
    """A text, and how many searches for it a list is about."""

    query: str
    searches: int


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What was searched for since a day (ISO 8601; None: nothing was counted).

    The lists of texts have the most frequent first, and only those with enough searches: `top` all,
    `nothing_found` those without hits, `few_found` with one or two, `relaxed` whose hits lack a word. `days`
    are ascending, and have a total in `all_days`. `dictionary` and `synonyms` are lines proposed for the
    owner's files.
    """

    since: str | None
    searches: int
    without: int
    top: Sequence[CountedText]
    nothing_found: Sequence[CountedText]
    few_found: Sequence[CountedText]
    relaxed: Sequence[CountedText]
    days: Sequence[tuple[str, DayCount]]
    all_days: DayCount
    dictionary: Sequence[Proposal]
    synonyms: Sequence[Proposal]


def make_report(
    counts: SearchCounts, engine: Engine, segmenter: Segmenter, *, top: int, least: int
) -> SearchReport:
    """The report of some counts: at most `top` texts in each list, none with fewer than `least` searches."""
    texts = {text: count for text, count in counts.texts.items() if count.searches >= least}
    looked_at = _PROPOSED_FROM * top
    frequent = _most(texts, lambda count: count.searches, looked_at)
    without_hits = _most(texts, lambda count: count.without, looked_at)
    all_days = DayCount()
    for _, day in sorted(counts.days.items()):
        all_days.add(day)
    return SearchReport(
        since=counts.since,
        # Neither has all: long and rare texts are not among those, older versions did not count by day.
        searches=max(all_days.searches, sum(count.searches for count in counts.texts.values())),
        without=max(all_days.without, sum(count.without for count in counts.texts.values())),
        top=frequent[:top],
        nothing_found=without_hits[:top],
        few_found=_most(texts, lambda count: count.few, top),
        relaxed=_most(texts, lambda count: count.relaxed, top),
        days=sorted(counts.days.items()),
        all_days=all_days,
        dictionary=propose_words(engine, segmenter, [text for text, _ in frequent])[:top],
        synonyms=propose_synonyms(engine, segmenter, [text for text, _ in without_hits])[:top],
    )


def time_percentile(times: Sequence[int], share: float) -> float | None:
    """The upper limit in seconds of the class of answer times with this share of all answers below or in it:
    infinity above the last limit, None without answers."""
    wanted = share * sum(times)
    if not wanted:
        return None
    below = 0
    for limit, count in zip((*TIME_LIMITS_S, float("inf")), times, strict=True):
        below += count
        if below >= wanted:
            return limit
    return float("inf")


def _most(texts: dict[str, TextCount], counted: Callable[[TextCount], int], top: int) -> list[CountedText]:
    """The texts with the highest counts, but none that has none."""
    counts = Counter({text: number for text, count in texts.items() if (number := counted(count))})
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [CountedText(*item) for item in ranked[:top]]
