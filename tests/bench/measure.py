"""The interleaved run: every round measures every peer, in alternating order, so that drift affects all alike."""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .corpus import Corpus
from .load import ROWS as LOAD
from .load import measure_load
from .peer import AnswerDetail, Peer, Question
from .process import run
from .query_times import ROWS as QUERIES
from .query_times import measure_first_queries, measure_queries
from .rows import Measure, Row, Samples
from .zhsearch_peer import Zhsearch

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
_IMPORTS_ONLY = [sys.executable, "-c", "import numpy, flask"]
Report = Callable[[str], None]


def measure(
    corpus: Corpus,
    questions: Sequence[Question],
    peers: Sequence[Peer],
    *,
    rounds: int,
    work: Path,
    report: Report,
    served: Sequence[str] = (),
) -> list[Row]:
    """Run all measurements `rounds` times; serving once, where there are queries to be `served`.

    Raises CommandError when a peer's process fails.
    """
    samples = Samples()
    if rounds > 1:  # a single round is a trial
        _warm_up(corpus, peers, work / "warm-up")
    for number in range(rounds):
        order = peers if number % 2 == 0 else tuple(reversed(peers))
        indexes: dict[str, Path] = {}
        full_run_s: dict[str, float] = {}
        for peer in order:
            report(f"round {number + 1} of {rounds}: {peer.name} indexes {len(corpus.pages)} posts")
            index = indexes[peer.name] = work / f"index-{peers.index(peer)}"
            full_run_s[peer.name] = _index(corpus, peer, index, samples)
        report(f"round {number + 1} of {rounds}: queries")
        for detail in AnswerDetail if number % 2 == 0 else reversed(AnswerDetail):
            able = [peer for peer in order if detail in peer.answers]
            measure_queries(questions, able, indexes, samples, number, detail)
        if number == 0:  # once, because each of them is a process
            measure_first_queries(questions, order, indexes, samples)
        for peer in order:
            command = peer.query_command(indexes[peer.name], questions[number % len(questions)])
            seconds = run(command).seconds
            samples.add(COLD, peer.name, seconds * 1000)
            samples.add(COLD_SHARE, peer.name, seconds / run(_IMPORTS_ONLY).seconds)
        if number == 0 and served:
            for peer in peers:
                if isinstance(peer, Zhsearch):
                    report(f"{peer.name}: serving")
                    measure_load(peer, corpus.content, indexes[peer.name], served, samples, work)
        page = corpus.pages[(2 * number + 1) * len(corpus.pages) // (2 * rounds)].path
        for peer in order:  # last, because an updated index is no longer that of a full run
            _update_all(corpus, peer, indexes[peer.name], full_run_s[peer.name], samples, page, report)
    return _in_order(samples.rows())


def _warm_up(corpus: Corpus, peers: Sequence[Peer], work: Path) -> None:
    """Index one post with every peer, unmeasured, to fill bytecode caches, jieba's dictionary and the page cache."""
    content = work / "site/content"
    content.mkdir(parents=True)
    shutil.copyfile(corpus.content / corpus.pages[0].path, content / Path(corpus.pages[0].path).name)
    for number, peer in enumerate(peers):
        run(peer.index_command(content, work / f"index-{number}"))


def _index(corpus: Corpus, peer: Peer, index: Path, samples: Samples) -> float:
    """Measure a full run and return its seconds."""
    shutil.rmtree(index, ignore_errors=True)
    done = run(peer.index_command(corpus.content, index), watch_memory=True)
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    samples.add(SPEED, peer.name, len(corpus.pages) / done.seconds)
    samples.add(SIZE, peer.name, size / corpus.size)
    samples.add(MEMORY, peer.name, done.peak / 1e6 if done.peak else None)
    samples.add(INDEXED, peer.name, _indexed(done.stdout))
    return done.seconds


def _indexed(printed: str) -> int:
    """The number of posts on the last line of an indexing run."""
    return int(json.loads(printed.splitlines()[-1])["indexed"])


def _update_all(
    corpus: Corpus, peer: Peer, index: Path, full_run_s: float, samples: Samples, page: str, report: Report
) -> None:
    """Measure an update without changes, then one with a line added to one post; restores the post.

    A peer without updates gets no samples.
    """
    command = peer.update_command(corpus.content, index)
    file = corpus.content / page
    before = file.read_bytes()
    try:
        for changed, (seconds, share) in UPDATES.items():
            if changed:
                file.write_bytes(before + "\n\n又添了一行。\n".encode())
            done = run(command) if command else None
            if done and _indexed(done.stdout) != changed:
                report(
                    f"{peer.name}: {_indexed(done.stdout)} posts indexed, but {changed} changed; sample dropped"
                )
                done = None
            samples.add(seconds, peer.name, done.seconds if done else None)
            samples.add(share, peer.name, done.seconds / full_run_s * 100 if done else None)
    finally:
        file.write_bytes(before)


def _in_order(rows: list[Row]) -> list[Row]:
    """The rows in the order of the table, whatever was measured first."""
    first = [SPEED, MEMORY, SIZE, INDEXED, *(row for rows in UPDATES.values() for row in rows)]
    first += [*QUERIES, COLD, COLD_SHARE, *LOAD]
    places = {measure: place for place, measure in enumerate(first)}
    return sorted(rows, key=lambda row: places.get(row.measure, len(places)))
