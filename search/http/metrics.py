"""What happened in, numbers for Prometheus out; right with several workers, which share a folder."""

import datetime as dt
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from zhsearch.index.errors import StoreError
from zhsearch.search.engine.backend import Follower
from zhsearch.search.http.errors import refusal_of
from zhsearch.search.http.search_outcome import outcome_of
from zhsearch.search.reindex_state import last_run

_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds
_BEGAN = "zhsearch.began"


class WorkerSlots:
    """Names for processes, each in use by one living process at most: the files that a worker counts in are
    taken over by the one that comes after it, so that they are no more than workers ever lived at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._owner = self._descriptor = -1
        self._name = ""

    def __call__(self) -> str:
        """The name of this process."""
        if os.getpid() != self._owner:
            self._take()
        return self._name

    def _take(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)  # what was inherited belongs to the parent
        for number in count():
            descriptor = os.open(self.folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                flock(descriptor, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                continue
            self._owner, self._descriptor, self._name = os.getpid(), descriptor, str(number)
            return


class Metrics:
    """The numbers of one app; `slots` where several processes share them."""

    def __init__(self, live: Follower, slots: WorkerSlots | None = None) -> None:
        self._live = live
        self._folder = slots.folder if slots else None
        if slots:  # for the rest of this process's life, since rows are added as they are needed
            # prometheus_client takes the folder from the environment alone.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(slots.folder)
            values.ValueClass = values.MultiProcessValue(slots)  # type: ignore[no-untyped-call]
        self._own = registry = CollectorRegistry()
        self._seconds = Histogram(
            "zhsearch_request_seconds",
            "Time to answer, by endpoint and class of status",
            ("endpoint", "status"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._searches = Counter(
            "zhsearch_searches", "Searches, by where the answer came from", ("answer",), registry=registry
        )
        self._without = Counter(
            "zhsearch_searches_without_hits", "Searches that found nothing", registry=registry
        )
        self._relaxed = Counter(
            "zhsearch_searches_relaxed", "Searches whose hits lack a word", registry=registry
        )
        self._refused = Counter(
            "zhsearch_refused", "Requests refused, by reason", ("reason",), registry=registry
        )
        # Rows at hand: to look one up takes longer than to count.
        self._rows: dict[tuple[Any, ...], Any] = {}

    def install(self, app: Flask) -> None:
        """Count what the app answers."""

        @app.before_request
        def begin() -> None:
            request.environ[_BEGAN] = time.perf_counter()

        @app.after_request
        def end(response: Response) -> Response:
            with suppress(OSError, MemoryError):  # no room for a number is no reason to give no answer
                self._note(response)
            return response

    def _note(self, response: Response) -> None:
        environ = request.environ
        row = self._row(self._seconds, request.endpoint or "none", f"{response.status_code // 100}xx")
        row.observe(time.perf_counter() - environ.get(_BEGAN, time.perf_counter()))
        if reason := refusal_of(environ):
            self._row(self._refused, reason).inc()
        seen = outcome_of(environ)
        if seen:
            self._row(self._searches, seen.how).inc()
            if seen.total == 0:
                self._without.inc()
            if seen.relaxed:
                self._relaxed.inc()

    def _row(self, family: Counter | Histogram, *labels: str) -> Any:
        row = self._rows.get((family, *labels))
        if row is None:
            row = self._rows[family, *labels] = family.labels(*labels)
        return row

    def text(self) -> tuple[bytes, str]:
        """What Prometheus scrapes, and its content type."""
        registry = self._own
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        index = CollectorRegistry()
        index.register(_Index(self._live))
        return generate_latest(registry) + generate_latest(index), CONTENT_TYPE_LATEST


class _Index(Collector):
    """What is read off the index when it is asked for."""

    def __init__(self, live: Follower) -> None:
        self._live = live

    def collect(self) -> Iterable[Metric]:
        """Called by the registry."""
        yield from self._generation()
        yield from _runs(self._live.index)

    def _generation(self) -> Iterator[Metric]:
        ready = 0
        with suppress(StoreError):
            facts = self._live.engine().stats
            ready = 1
            age = max(0.0, (dt.datetime.now(dt.UTC) - facts.created).total_seconds())  # clocks are set back
            yield GaugeMetricFamily("zhsearch_documents", "Pages in the live index", facts.documents)
            yield GaugeMetricFamily("zhsearch_index_bytes", "Size of the live generation", facts.bytes)
            yield GaugeMetricFamily(
                "zhsearch_generation_age_seconds", "Since the live generation was made", age
            )
        yield GaugeMetricFamily("zhsearch_ready", "Is there an index to answer from?", ready)


def _runs(index: Path) -> Iterator[Metric]:
    runs = last_run(index)
    if runs is None:
        return
    total = CounterMetricFamily("zhsearch_reindex_runs", "Runs of reindex, by outcome", labels=("outcome",))
    total.add_metric(("done",), runs["done"])
    total.add_metric(("failed",), runs["failed"])
    yield total
    yield GaugeMetricFamily("zhsearch_reindex_seconds", "What the last run took", runs["seconds"])
    yield GaugeMetricFamily(
        "zhsearch_reindex_failed", "Did the last run fail?", int(runs["outcome"] == "failed")
    )
    ended = dt.datetime.fromisoformat(runs["ended"]).timestamp()
    yield GaugeMetricFamily("zhsearch_reindex_ended_timestamp_seconds", "When the last run ended", ended)
