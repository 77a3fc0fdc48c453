"""A corpus, questions and peers in, rows out: every round measures every peer, in alternating order."""

import gc
import json
import math
import shutil
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from .corpus import Corpus
from .peer import Answer, Peer, Question
from .process import run
from .questions import KINDS
from .rows import Measure, Row, Samples

SPEED = Measure("index, posts/s", "more")
SIZE = Measure("index size / Markdown size", "less")
MEMORY = Measure("peak memory while indexing, MB", "less")
INDEXED = Measure("posts in the index", "")
COLD = Measure("cold start of one query, ms", "less")
_PLAIN = {50: Measure("query p50, ms", "less"), 95: Measure("query p95, ms", "less")}
_FACETS = {
    50: Measure("query p50 with tag facets, ms", "less"),
    95: Measure("query p95 with tag facets, ms", "less"),
}
_KIND = {kind: Measure(f"· {kind} p50, ms", "less") for kind in KINDS}
# Loads what is loaded lazily; none of the questions.
_WARM_UP = Question("warm-up", "预热 warmup")

Tell = Callable[[str], None]


def measure(
    corpus: Corpus,
    questions: Sequence[Question],
    peers: Sequence[Peer],
    *,
    rounds: int,
    work: Path,
    tell: Tell,
) -> list[Row]:
    """Everything, `rounds` times. Raises CommandError when a peer's process fails."""
    samples = Samples()
    if rounds > 1:  # a single one is a trial
        _warm_up(corpus, peers, work / "warm-up")
    for number in range(rounds):
        order = peers if number % 2 == 0 else tuple(reversed(peers))
        indexes: dict[str, Path] = {}
        for peer in order:
            tell(f"round {number + 1} of {rounds}: {peer.name} indexes {len(corpus.pages)} posts")
            indexes[peer.name] = _index(corpus, peer, work / f"index-{peers.index(peer)}", samples)
        tell(f"round {number + 1} of {rounds}: queries")
        for facets in (False, True) if number % 2 == 0 else (True, False):
            _ask_all(questions, order, indexes, samples, number, facets=facets)
        for peer in order:
            command = peer.query_command(indexes[peer.name], questions[number % len(questions)])
            samples.add(COLD, peer.name, run(command).seconds * 1000)
    return _in_order(samples.rows())


def _warm_up(corpus: Corpus, peers: Sequence[Peer], work: Path) -> None:
    """One post through every peer, unmeasured: compiled modules, jieba's dictionary, the disk's cache."""
    content = work / "site/content"
    content.mkdir(parents=True)
    shutil.copyfile(corpus.content / corpus.pages[0].path, content / Path(corpus.pages[0].path).name)
    for number, peer in enumerate(peers):
        run(peer.index_command(content, work / f"index-{number}"))


def _index(corpus: Corpus, peer: Peer, index: Path, samples: Samples) -> Path:
    shutil.rmtree(index, ignore_errors=True)
    done = run(peer.index_command(corpus.content, index), watch_memory=True)
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    samples.add(SPEED, peer.name, len(corpus.pages) / done.seconds)
    samples.add(SIZE, peer.name, size / corpus.size)
    samples.add(MEMORY, peer.name, done.peak / 1e6 if done.peak else None)
    samples.add(INDEXED, peer.name, json.loads(done.stdout.splitlines()[-1])["indexed"])
    return index


def _ask_all(
    questions: Sequence[Question],
    peers: Sequence[Peer],
    indexes: Mapping[str, Path],
    samples: Samples,
    round_number: int,
    *,
    facets: bool,
) -> None:
    """Each question once to each peer, whose turn comes first by turns. The indexes are opened anew, so that
    no peer answers from what it kept of an earlier round."""
    took: dict[str, list[float]] = {peer.name: [] for peer in peers}
    answers: dict[str, list[Answer]] = {peer.name: [] for peer in peers}
    with ExitStack() as stack:
        asks = [
            (peer.name, stack.enter_context(peer.open(indexes[peer.name], facets=facets))) for peer in peers
        ]
        for _, ask in asks:
            ask(_WARM_UP)
        gc.collect()
        for number, question in enumerate(questions):
            for name, ask in asks if (number + round_number) % 2 == 0 else reversed(asks):
                start = time.perf_counter()
                answer = ask(question)
                took[name].append((time.perf_counter() - start) * 1000)
                answers[name].append(answer)
    for peer in peers:
        _add_times(questions, took[peer.name], samples, peer.name, facets=facets)
        if not facets:
            _add_phrases(questions, answers[peer.name], samples, peer.name)


def _add_times(
    questions: Sequence[Question], took: Sequence[float], samples: Samples, peer: str, *, facets: bool
) -> None:
    for percent, row in (_FACETS if facets else _PLAIN).items():
        samples.add(row, peer, _percentile(took, percent))
    for kind, row in _KIND.items() if not facets else ():
        times = [time for question, time in zip(questions, took, strict=True) if question.kind == kind]
        samples.add(row, peer, statistics.median(times) if times else None)


def _add_phrases(
    questions: Sequence[Question], answers: Sequence[Answer], samples: Samples, peer: str
) -> None:
    asked = [
        (question, answer) for question, answer in zip(questions, answers, strict=True) if question.pages
    ]
    found = sum(not question.pages.isdisjoint(answer.paths) for question, answer in asked)
    samples.add(Measure(f"quoted phrases that found their page, of {len(asked)}", ""), peer, found)


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of a hundred do not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def _in_order(rows: list[Row]) -> list[Row]:
    """The rows as a reader wants them, whatever came first in the run."""
    first = [SPEED, MEMORY, SIZE, INDEXED, *_PLAIN.values(), *_FACETS.values(), *_KIND.values(), COLD]
    places = {measure: place for place, measure in enumerate(first)}
    return sorted(rows, key=lambda row: places.get(row.measure, len(places)))
