"""The rows about queries: every question put once to every peer, on indexes opened for the round."""

import gc
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from .first_query import first_queries_ms
from .peer import Answer, AnswerDetail, Peer, Prepare, Question
from .questions import ALL_KINDS, KINDS, OWN_KINDS
from .rows import Measure, Samples

_TIMES = {
    detail: {percent: Measure(f"{name} p{percent}, ms", "less") for percent in (50, 95, 99)}
    for detail, name in {
        AnswerDetail.HITS: "query",
        AnswerDetail.FACETS: "query with count and all facets",
        AnswerDetail.EXCERPTS: "query with excerpts",
    }.items()
}
_WITHOUT_PARSING = Measure("· without parsing: count and all facets p50, ms", "less")
_KIND = {kind: Measure(f"· {kind} p50, ms", "less") for kind in KINDS}
_OWN_KIND = {kind: Measure(f"{kind} p50, ms", "less") for kind in OWN_KINDS}
_TITLES_WITH_EXCERPTS = Measure("· two words p50, with excerpts, ms", "less")
_FIRST = {kind: Measure(f"first query of a process: {kind}, ms", "less") for kind in ALL_KINDS}
# Loads what is loaded lazily; it is none of the questions.
_WARM_UP = Question("warm-up", "预热 warmup")

ROWS = (
    *_TIMES[AnswerDetail.HITS].values(),
    *_KIND.values(),
    *_OWN_KIND.values(),
    *_TIMES[AnswerDetail.FACETS].values(),
    _WITHOUT_PARSING,
    *_TIMES[AnswerDetail.EXCERPTS].values(),
    _TITLES_WITH_EXCERPTS,
    *_FIRST.values(),
)


def measure_queries(
    questions: Sequence[Question],
    peers: Sequence[Peer],
    indexes: Mapping[str, Path],
    samples: Samples,
    round_number: int,
    detail: AnswerDetail,
) -> None:
    """Put each question once to each peer, in alternating order.

    The indexes are opened anew, so that no peer answers from a cache of an earlier round.
    """
    times: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in peers}  # ms: whole, unparsed
    answers: dict[str, list[Answer]] = {peer.name: [] for peer in peers}
    with ExitStack() as stack:
        opened = [(peer.name, stack.enter_context(peer.open(indexes[peer.name], detail))) for peer in peers]
        for _, prepare in opened:
            prepare(_WARM_UP)()
        gc.collect()
        for number, question in enumerate(questions):
            for name, prepare in opened if (number + round_number) % 2 == 0 else reversed(opened):
                whole, search, answer = _timed(prepare, question)
                times[name].append((whole, search))
                answers[name].append(answer)
    for peer in peers:
        whole_times, without_parsing = map(list, zip(*times[peer.name], strict=True))
        _add_times(questions, whole_times, without_parsing, detail, samples, peer.name)
        if detail is AnswerDetail.HITS:
            _add_phrases(questions, answers[peer.name], samples, peer.name)


def measure_first_queries(
    questions: Sequence[Question], peers: Sequence[Peer], indexes: Mapping[str, Path], samples: Samples
) -> None:
    """Put the first question of each kind to a fresh process of each peer."""
    first = {question.kind: question for question in reversed(questions)}
    for peer in peers:
        times = first_queries_ms(peer, indexes[peer.name], list(first.values()))
        for kind, milliseconds in zip(first, times, strict=True):
            samples.add(_FIRST[kind], peer.name, milliseconds)


def _timed(prepare: Prepare, question: Question) -> tuple[float, float, Answer]:
    """Milliseconds of parsing and search, those of the search, and the answer. A peer's own clock counts if it has one."""
    start = time.perf_counter()
    search = prepare(question)
    parsed = time.perf_counter()
    answer = search()
    seconds = time.perf_counter() - parsed if answer.seconds is None else answer.seconds
    return (parsed - start + seconds) * 1000, seconds * 1000, answer


def _add_times(
    questions: Sequence[Question],
    times: Sequence[float],
    without_parsing: Sequence[float],
    detail: AnswerDetail,
    samples: Samples,
    peer: str,
) -> None:
    def median_of(kind: str) -> float | None:
        return statistics.median(of_kind) if (of_kind := of([kind], times)) else None

    def of(kinds: Sequence[str], values: Sequence[float]) -> list[float]:
        return [value for question, value in zip(questions, values, strict=True) if question.kind in kinds]

    mix = of(KINDS, times)
    for percent, row in _TIMES[detail].items():
        samples.add(row, peer, _percentile(mix, percent))
    if detail is AnswerDetail.FACETS:
        samples.add(_WITHOUT_PARSING, peer, _percentile(of(KINDS, without_parsing), 50))
    if detail is AnswerDetail.HITS:
        for kind, row in (_KIND | _OWN_KIND).items():
            samples.add(row, peer, median_of(kind))
    if detail is AnswerDetail.EXCERPTS:
        samples.add(_TITLES_WITH_EXCERPTS, peer, median_of("two words"))


def _add_phrases(
    questions: Sequence[Question], answers: Sequence[Answer], samples: Samples, peer: str
) -> None:
    phrases = [
        (question, answer) for question, answer in zip(questions, answers, strict=True) if question.pages
    ]
    count = sum(not question.pages.isdisjoint(answer.paths) for question, answer in phrases)
    samples.add(Measure(f"quoted phrases that found their page, of {len(phrases)}", ""), peer, count)


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that is not exceeded by `percent` % of the values."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
