"""The objects that the views of one app share, built in one place.

Views are module-level functions, so that a route can be read and tested by itself. They get
the objects they need from the app's `Services`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Request, current_app

from zhsearch.index.analysis import Segmenter, get_segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.analytics import QueryLog
from zhsearch.search.engine import Engine, Follower
from zhsearch.search.http.metrics import Metrics, WorkerSlots
from zhsearch.search.http.responses import Responder
from zhsearch.search.http.search_tips import SearchTips
from zhsearch.search.settings import Settings

_EXTENSION = "zhsearch"


@dataclass(frozen=True, slots=True)
class Services:
    """The shared objects of one app. `metrics` and `query_log` are None if the settings turn them off;
    `count` is that of `request_counter`."""

    settings: Settings
    follower: Follower
    count: Callable[[Request], None]
    responder: Responder
    tips: SearchTips
    metrics: Metrics | None
    query_log: QueryLog | None

    @property
    def time_limit_s(self) -> float:
        """Seconds that one request may take; 0 is no limit."""
        return self.settings.budget_ms / 1000

    @property
    def periodic_tasks(self) -> tuple[Callable[[], None], ...]:
        """Tasks that a worker runs once a second, in a thread created at start-up: creating one when memory
        is short can hang."""
        watch = self.follower.watch
        return (watch, self.query_log.flush_if_due) if self.query_log else (watch,)

    def segmenter(self, engine: Engine) -> Segmenter:
        """The segmenter for queries to an engine, with the words that its index was built with."""
        return get_segmenter(self.settings.segmenter, self.settings.cache, engine.lexicon)


def build_services(
    settings: Settings, follower: Follower, slots: WorkerSlots | None, count: Callable[[Request], None]
) -> Services:
    """Build the services that the settings enable."""
    return Services(
        settings=settings,
        follower=follower,
        count=count,
        responder=Responder(
            cache_bytes=settings.answer_cache_mb << 20,
            max_age_s=settings.max_age,
            time_limit_s=settings.budget_ms / 1000,
            count=count,
        ),
        tips=SearchTips(),
        metrics=Metrics(follower, slots) if settings.metrics else None,
        query_log=QueryLog(follower.index, lambda: _size_of(follower)) if settings.statistics else None,
    )


def _size_of(follower: Follower) -> tuple[int, int]:
    """Pages and bytes of the index that is served, (0, 0) where there is none."""
    try:
        stats = follower.engine().stats
    except ZhsearchError:
        return 0, 0
    return stats.documents, stats.bytes


def install_services(app: Flask, services: Services) -> None:
    """Attach the services to an app, where its views find them."""
    app.extensions[_EXTENSION] = services


def services_of(app: Flask) -> Services:
    """The services of an app that `create_app` returned."""
    services: Services = app.extensions[_EXTENSION]
    return services


def current_services() -> Services:
    """The services of the app that handles the current request."""
    return services_of(current_app)
