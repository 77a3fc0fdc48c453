"""Compare the embedded engine with OpenSearch clusters on one corpus: indexing, latency, throughput, totals.

`python -m tests.bench.cluster --posts 100000 --nodes 1 3`. Latencies are those of whole answers in this process,
snippets included: at the first request, at the second (with warm caches), and of completions.
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
_LOAD_QUERIES = 2_000  # distinct ones


def main() -> None:
    """Measure each engine and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--posts", type=int, default=2_000)
    parser.add_argument("--nodes", type=int, nargs="*", default=[1])
    parser.add_argument("--heap", default="1g")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        corpus = make_corpus(options.corpus, options.posts, Path(work), grown=True)
        settings = Settings(content=corpus.content, index=Path(work) / "index", cache=CACHE)
        segmenter = get_segmenter("auto", CACHE)
        start = time.perf_counter()
        reindex(settings)
        seconds = time.perf_counter() - start
        workload = _Workload(corpus, segmenter)
        embedded = workload.measure(backend_of(settings).open())
        size = _index_mb(settings.index)
        _print_figures("embedded", {"posts/s": options.posts / seconds, "index MB": size, **embedded})
        expected = dict(workload.totals)
        for count in options.nodes:
            with _cluster(settings, count, options.heap) as other:
                start = time.perf_counter()
                backend_of(other).publish(full=True)
                seconds = time.perf_counter() - start
                stored = Client(other).size(other.opensearch_index)
                facts = {"posts/s": options.posts / seconds, "index MB": stored.bytes / 1e6}
                measured = workload.measure(backend_of(other).open())
                same = sum(total == workload.totals[q] for q, total in expected.items()) / len(expected)
                _print_figures(f"{count} nodes", {**facts, **measured, "same totals": same})


@contextmanager
def _cluster(settings: Settings, count: int, heap: str) -> Iterator[Settings]:
    with nodes(count, heap=heap, quick=False) as started:
        yield replace(
            settings,
            engine="opensearch",
            opensearch_hosts=tuple(node.url for node in started),
            opensearch_shards=count,
        )


class _Workload:
    """The questions of a corpus; `totals` has the number of pages that the last engine found for each."""

    def __init__(self, corpus: Corpus, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._questions = [
            question for question in make_questions(corpus.pages, segmenter) if question.kind in KINDS
        ]
        self._queries = make_queries(corpus.pages, segmenter, _LOAD_QUERIES)
        self.totals: dict[Question, int] = {}

    def measure(self, engine: Engine) -> dict[str, Any]:
        """Latencies in milliseconds by kind, and requests a second."""
        engine.warm()
        figures: dict[str, Any] = {}
        self._search(engine, Question("warm", "搜索"))
        for turn in ("first", "second"):
            times: dict[str, list[float]] = {kind: [] for kind in KINDS}
            for question in self._questions:
                start = time.perf_counter()
                self.totals[question] = self._search(engine, question)
                times[question.kind].append((time.perf_counter() - start) * 1000)
            all_times = [time_ms for of_kind in times.values() for time_ms in of_kind]
            figures |= {f"{turn} {name}, ms": value for name, value in _quantiles(all_times).items()}
        figures |= {
            f"{kind} p50, ms": statistics.median(of_kind) for kind, of_kind in times.items() if of_kind
        }
        completion_times = []
        for question in self._questions:
            start = time.perf_counter()
            engine.complete(question.text[:2], 10)
            completion_times.append((time.perf_counter() - start) * 1000)
        figures |= {f"completion {name}, ms": value for name, value in _quantiles(completion_times).items()}
        start = time.perf_counter()
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda q: self._search(engine, Question("load", q)), self._queries))
        figures["requests/s"] = len(self._queries) / (time.perf_counter() - start)
        return figures

    def _search(self, engine: Engine, question: Question) -> int:
        tag = [question.tag] if question.tag else []
        total: int = run_search(engine, read_parameters(q=question.text, tag=tag), self._segmenter)["total"]
        return total


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        f"p{percent}": ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        for percent in (50, 95, 99)
    }


def _index_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*.segment")) / 1e6


def _print_figures(engine: str, figures: dict[str, Any]) -> None:
    print(f"\n{engine}", flush=True)
    for name, value in figures.items():
        print(f"  {name:24} {value:12,.2f}", flush=True)


if __name__ == "__main__":
    main()
