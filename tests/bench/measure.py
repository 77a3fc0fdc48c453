"""A corpus, questions and peers in, rows out: every round measures every peer, in alternating order."""

import gc
import json
import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from .corpus import Corpus
from .load import ROWS as LOAD
from .load import measure_load
from .ours import Zhsearch
from .peer import Answer, Peer, Question, Wanted
from .process import run
from .questions import KINDS
from .rows import Measure, Row, Samples

SPEED = Measure("index, posts/s", "more")
SIZE = Measure("index size / Markdown size", "less")
MEMORY = Measure("peak memory while indexing, MB", "less")
INDEXED = Measure("posts in the index", "")
COLD = Measure("cold start of one query, ms", "less")
COLD_SHARE = Measure("· times that of `import numpy, flask`", "less")
UPDATES = {
    0: (Measure("run with no change, s", "less"), Measure("run with no change, % of the full run", "less")),
    1: (
        Measure("run with one changed post, s", "less"),
        Measure("run with one changed post, % of the full run", "less"),
    ),
}
_TIMES = {
    wanted: {percent: Measure(f"{name} p{percent}, ms", "less") for percent in (50, 95, 99)}
    for wanted, name in {
        Wanted.ROWS: "query",
        Wanted.FACETS: "query with count and all facets",
        Wanted.EXCERPTS: "query with excerpts",
    }.items()
}
_PARSED = Measure("· read before: count and all facets p50, ms", "less")
_KIND = {kind: Measure(f"· {kind} p50, ms", "less") for kind in KINDS}
_BARE = [sys.executable, "-c", "import numpy, flask"]
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
    served: Sequence[str] = (),
) -> list[Row]:
    """Everything, `rounds` times; once what serving costs, where there are queries to be `served`. Raises
    CommandError when a peer's process fails."""
    samples = Samples()
    if rounds > 1:  # a single one is a trial
        _warm_up(corpus, peers, work / "warm-up")
    for number in range(rounds):
        order = peers if number % 2 == 0 else tuple(reversed(peers))
        indexes: dict[str, Path] = {}
        full: dict[str, float] = {}  # seconds
        for peer in order:
            tell(f"round {number + 1} of {rounds}: {peer.name} indexes {len(corpus.pages)} posts")
            index = indexes[peer.name] = work / f"index-{peers.index(peer)}"
            full[peer.name] = _index(corpus, peer, index, samples)
        tell(f"round {number + 1} of {rounds}: queries")
        for wanted in Wanted if number % 2 == 0 else reversed(Wanted):
            able = [peer for peer in order if wanted in peer.answers]
            _ask_all(questions, able, indexes, samples, number, wanted)
        for peer in order:
            command = peer.query_command(indexes[peer.name], questions[number % len(questions)])
            seconds = run(command).seconds
            samples.add(COLD, peer.name, seconds * 1000)
            samples.add(COLD_SHARE, peer.name, seconds / run(_BARE).seconds)
        if number == 0 and served:
            for peer in peers:
                if isinstance(peer, Zhsearch):
                    tell(f"{peer.name} serves")
                    measure_load(peer, corpus.content, indexes[peer.name], served, samples, work)
        page = corpus.pages[(2 * number + 1) * len(corpus.pages) // (2 * rounds)].path
        for peer in order:  # last: an index that was brought up to date is no longer one of a full run
            _update_all(corpus, peer, indexes[peer.name], full[peer.name], samples, page, tell)
    return _in_order(samples.rows())


def _warm_up(corpus: Corpus, peers: Sequence[Peer], work: Path) -> None:
    """One post through every peer, unmeasured: compiled modules, jieba's dictionary, the disk's cache."""
    content = work / "site/content"
    content.mkdir(parents=True)
    shutil.copyfile(corpus.content / corpus.pages[0].path, content / Path(corpus.pages[0].path).name)
    for number, peer in enumerate(peers):
        run(peer.index_command(content, work / f"index-{number}"))


def _index(corpus: Corpus, peer: Peer, index: Path, samples: Samples) -> float:
    """A full run; its seconds."""
    shutil.rmtree(index, ignore_errors=True)
    done = run(peer.index_command(corpus.content, index), watch_memory=True)
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    samples.add(SPEED, peer.name, len(corpus.pages) / done.seconds)
    samples.add(SIZE, peer.name, size / corpus.size)
    samples.add(MEMORY, peer.name, done.peak / 1e6 if done.peak else None)
    samples.add(INDEXED, peer.name, _indexed(done.stdout))
    return done.seconds


def _indexed(printed: str) -> int:
    """How many posts a run says it took in, on its last line."""
    return int(json.loads(printed.splitlines()[-1])["indexed"])


def _update_all(
    corpus: Corpus, peer: Peer, index: Path, full: float, samples: Samples, page: str, tell: Tell
) -> None:
    """Bring an index up to date when nothing changed, then when one post got a line more, which it loses
    again afterwards. What the peer has no such run for stays empty."""
    command = peer.update_command(corpus.content, index)
    file = corpus.content / page
    before = file.read_bytes()
    try:
        for changed, (seconds, share) in UPDATES.items():
            if changed:
                file.write_bytes(before + "\n\n又添了一行。\n".encode())
            done = run(command) if command else None
            if done and _indexed(done.stdout) != changed:
                tell(
                    f"{peer.name} took in {_indexed(done.stdout)} posts where {changed} changed: not counted"
                )
                done = None
            samples.add(seconds, peer.name, done.seconds if done else None)
            samples.add(share, peer.name, done.seconds / full * 100 if done else None)
    finally:
        file.write_bytes(before)


def _ask_all(
    questions: Sequence[Question],
    peers: Sequence[Peer],
    indexes: Mapping[str, Path],
    samples: Samples,
    round_number: int,
    wanted: Wanted,
) -> None:
    """Each question once to each peer, whose turn comes first by turns. The indexes are opened anew, so that
    no peer answers from what it kept of an earlier round."""
    took: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in peers}
    answers: dict[str, list[Answer]] = {peer.name: [] for peer in peers}
    with ExitStack() as stack:
        asks = [(peer.name, stack.enter_context(peer.open(indexes[peer.name], wanted))) for peer in peers]
        for _, ask in asks:
            ask(_WARM_UP)()
        gc.collect()
        for number, question in enumerate(questions):
            for name, ask in asks if (number + round_number) % 2 == 0 else reversed(asks):
                start = time.perf_counter()
                search = ask(question)
                parsed = time.perf_counter()
                answer = search()
                end = time.perf_counter()
                took[name].append(((end - start) * 1000, (end - parsed) * 1000))
                answers[name].append(answer)
    for peer in peers:
        whole, parsed_before = map(list, zip(*took[peer.name], strict=True))
        for percent, row in _TIMES[wanted].items():
            samples.add(row, peer.name, _percentile(whole, percent))
        if wanted is Wanted.FACETS:
            samples.add(_PARSED, peer.name, _percentile(parsed_before, 50))
        if wanted is Wanted.ROWS:
            _add_kinds(questions, whole, samples, peer.name)
            _add_phrases(questions, answers[peer.name], samples, peer.name)


def _add_kinds(questions: Sequence[Question], took: Sequence[float], samples: Samples, peer: str) -> None:
    for kind, row in _KIND.items():
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
    first = [SPEED, MEMORY, SIZE, INDEXED, *(row for rows in UPDATES.values() for row in rows)]
    first += [*_TIMES[Wanted.ROWS].values(), *_KIND.values()]
    first += [
        *_TIMES[Wanted.FACETS].values(),
        _PARSED,
        *_TIMES[Wanted.EXCERPTS].values(),
        COLD,
        COLD_SHARE,
        *LOAD,
    ]
    places = {measure: place for place, measure in enumerate(first)}
    return sorted(rows, key=lambda row: places.get(row.measure, len(places)))
