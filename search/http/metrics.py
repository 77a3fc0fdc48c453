"""Prometheus metrics, summed over all workers, which count in files of a shared folder."""

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
from zhsearch.search.engine import Follower
from zhsearch.search.http.errors import refusal_of
from zhsearch.search.http.search_outcome import endpoint_name, outcome_of
from zhsearch.search.reindex_state import last_run

_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds
_START = "zhsearch.start"


class WorkerSlots:
    """Names of the metrics files, each in use by at most one living process.

    A new worker takes over the files of one that has ended, so that there are never more files than workers
    that ran at the same time. A lock on `<name>.lock` in `folder` shows that a name is in use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._owner = self._descriptor = -1
        self._name = ""

    def __call__(self) -> str:
        """The name for this process, acquired with the first call after a fork."""
        if os.getpid() != self._owner:
            self._acquire()
        return self._name

    def _acquire(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)  # inherited: the lock is the parent's
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
    """The metrics of one app; with `slots`, of all processes that share their folder."""

    def __init__(self, follower: Follower, slots: WorkerSlots | None = None) -> None:
        self._follower = follower
        self._folder = slots.folder if slots else None
        if slots:
            _count_in_files(slots)
        self._registry = registry = CollectorRegistry()
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
        self._without_hits = Counter(
            "zhsearch_searches_without_hits", "Searches that found nothing", registry=registry
        )
        self._relaxed = Counter(
            "zhsearch_searches_relaxed", "Searches whose hits lack a word", registry=registry
        )
        self._refused = Counter(
            "zhsearch_refused", "Requests refused, by reason", ("reason",), registry=registry
        )
        # By family and labels: looking a child up in prometheus_client takes longer than counting.
        self._children: dict[tuple[Any, ...], Any] = {}

    def install(self, app: Flask) -> None:
        """Count every response of an app."""

        @app.before_request
        def begin() -> None:
            request.environ[_START] = time.perf_counter()

        @app.after_request
        def end(response: Response) -> Response:
            with suppress(OSError, MemoryError):  # the answer matters more than its count
                self._count(response)
            return response

    def _count(self, response: Response) -> None:
        environ = request.environ
        status = f"{response.status_code // 100}xx"
        seconds = time.perf_counter() - environ.get(_START, time.perf_counter())
        self._child(self._seconds, endpoint_name(request) or "none", status).observe(seconds)
        if reason := refusal_of(environ):
            self._child(self._refused, reason).inc()
        if outcome := outcome_of(environ):
            self._child(self._searches, outcome.source).inc()
            if outcome.total == 0:
                self._without_hits.inc()
            if outcome.relaxed:
                self._relaxed.inc()

    def _child(self, family: Counter | Histogram, *labels: str) -> Any:
        """The counter or histogram of one combination of labels."""
        child = self._children.get((family, *labels))
        if child is None:
            child = self._children[family, *labels] = family.labels(*labels)
        return child

    def text(self) -> tuple[bytes, str]:
        """The exposition text for Prometheus, and its content type."""
        registry = self._registry
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        index = CollectorRegistry()
        index.register(_IndexCollector(self._follower))
        return generate_latest(registry) + generate_latest(index), CONTENT_TYPE_LATEST


def _count_in_files(slots: WorkerSlots) -> None:
    """Make prometheus_client create every counter of this process, from now on, in the files of its slot.

    Its public switch is an environment variable that must be set before it is imported, and names files by
    process ID, so that they grow with every worker. `values.ValueClass` is private: the version is bounded in
    pyproject.toml, and a test fails where it no longer decides.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(slots.folder)
    values.ValueClass = values.MultiProcessValue(slots)  # type: ignore[no-untyped-call]  # it has no types


class _IndexCollector(Collector):
    """Metrics that are read from the index when they are scraped."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower

    def collect(self) -> Iterable[Metric]:
        """Read all metrics; called by the registry."""
        yield from self._generation()
        yield from _reindex_metrics(self._follower.index)

    def _generation(self) -> Iterator[Metric]:
        ready = 0
        with suppress(StoreError):
            stats = self._follower.engine().stats
            ready = 1
            age = max(0.0, (dt.datetime.now(dt.UTC) - stats.created).total_seconds())  # clocks are set back
            yield GaugeMetricFamily("zhsearch_documents", "Pages in the live index", stats.documents)
            yield GaugeMetricFamily("zhsearch_index_bytes", "Size of the live generation", stats.bytes)
            yield GaugeMetricFamily(
                "zhsearch_generation_age_seconds", "Seconds since the live generation was built", age
            )
        yield GaugeMetricFamily("zhsearch_ready", "1 if an index is served, else 0", ready)


def _reindex_metrics(index: Path) -> Iterator[Metric]:
    runs = last_run(index)
    if runs is None:
        return
    total = CounterMetricFamily("zhsearch_reindex_runs", "Runs of reindex, by outcome", labels=("outcome",))
    total.add_metric(("done",), runs["done"])
    total.add_metric(("failed",), runs["failed"])
    yield total
    yield GaugeMetricFamily("zhsearch_reindex_seconds", "Duration of the last run", runs["seconds"])
    yield GaugeMetricFamily(
        "zhsearch_reindex_failed", "1 if the last run failed, else 0", int(runs["outcome"] == "failed")
    )
    ended = dt.datetime.fromisoformat(runs["ended"]).timestamp()
    yield GaugeMetricFamily("zhsearch_reindex_ended_timestamp_seconds", "When the last run ended", ended)
