"""One corpus in; the embedded engine and clusters of some sizes side by side out: filling, latency, load, sets.

`python -m tests.bench.cluster --posts 100000 --nodes 1 3`. Latencies are of whole answers, excerpts included,
in this process, first asked and then asked again (what was counted is then known), and of completions.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.helpers.sites import CACHE
from tests.search.opensearch.node import nodes
from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

from .corpus import Corpus, make_corpus
from .peer import Question
from .questions import KINDS, make_queries, make_questions

_THREADS = 4
_LOAD = 2_000  # distinct queries


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--posts", type=int, default=2_000)
    parser.add_argument("--nodes", type=int, nargs="*", default=[1])
    parser.add_argument("--heap", default="1g")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        corpus = make_corpus(given.corpus, given.posts, Path(work), grown=True)
        settings = Settings(content=corpus.content, index=Path(work) / "index", cache=CACHE)
        segmenter = get_segmenter("auto", CACHE)
        start = time.perf_counter()
        reindex(settings)
        seconds = time.perf_counter() - start
        asked = _Asked(corpus, segmenter)
        embedded = asked.measure(backend_of(settings).open())
        _tell("embedded", {"posts/s": given.posts / seconds, "index MB": _size(settings.index), **embedded})
        truth = asked.totals
        for count in given.nodes:
            with _cluster(settings, count, given.heap) as other:
                start = time.perf_counter()
                backend_of(other).publish(full=True)
                seconds = time.perf_counter() - start
                size = Client(other).size(other.opensearch_index)
                facts = {"posts/s": given.posts / seconds, "index MB": size.bytes / 1e6}
                measured = asked.measure(backend_of(other).open())
                same = sum(truth[q] == asked.totals[q] for q in truth) / len(truth)
                _tell(f"{count} nodes", {**facts, **measured, "same totals": same})


@contextmanager
def _cluster(settings: Settings, count: int, heap: str) -> Iterator[Settings]:
    with nodes(count, heap=heap, quick=False) as started:
        yield replace(
            settings,
            engine="opensearch",
            opensearch_hosts=tuple(node.url for node in started),
            opensearch_shards=count,
        )


class _Asked:
    """The questions of a corpus, and how many pages an engine found for each."""

    def __init__(self, corpus: Corpus, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._questions = make_questions(corpus.pages, segmenter)
        self._queries = make_queries(corpus.pages, segmenter, _LOAD)
        self.totals: dict[Question, int] = {}

    def measure(self, engine: Engine) -> dict[str, Any]:
        """Latencies in milliseconds by kind, and requests a second."""
        engine.warm()
        found: dict[str, Any] = {}
        self._ask(engine, Question("warm", "搜索"))
        for again in ("first", "again"):
            times: dict[str, list[float]] = {kind: [] for kind in KINDS}
            for question in self._questions:
                start = time.perf_counter()
                self.totals[question] = self._ask(engine, question)
                times[question.kind].append((time.perf_counter() - start) * 1000)
            every = [one for some in times.values() for one in some]
            found |= {f"{again} {name}, ms": value for name, value in _quantiles(every).items()}
            if again == "again":
                found |= {f"{kind} p50, ms": statistics.median(some) for kind, some in times.items() if some}
        typed = []
        for question in self._questions:
            start = time.perf_counter()
            engine.complete(question.text[:2], 10)
            typed.append((time.perf_counter() - start) * 1000)
        found |= {f"completed {name}, ms": value for name, value in _quantiles(typed).items()}
        start = time.perf_counter()
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda q: self._ask(engine, Question("load", q)), self._queries))
        found["requests/s"] = len(self._queries) / (time.perf_counter() - start)
        return found

    def _ask(self, engine: Engine, question: Question) -> int:
        tag = [question.tag] if question.tag else []
        total: int = run_search(engine, read_parameters(q=question.text, tag=tag), self._segmenter)["total"]
        return total


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{part}": ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99)}


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*.segment")) / 1e6


def _tell(name: str, facts: dict[str, Any]) -> None:
    print(f"\n{name}", flush=True)
    for fact, value in facts.items():
        print(f"  {fact:24} {value:12,.2f}", flush=True)


if __name__ == "__main__":
    main()
