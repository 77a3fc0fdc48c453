"""The application factory.

Routes are in the modules named `*_routes` and in `reindex_hook`. The other modules add what every
response needs: limits, metrics, logs, errors, headers.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask

from zhsearch.index.analysis import segmenter_signature
from zhsearch.search.backends import backend_of
from zhsearch.search.engine import Follower
from zhsearch.search.http.admin_routes import admin
from zhsearch.search.http.api_routes import api
from zhsearch.search.http.compression import install_compression
from zhsearch.search.http.cors import install_cors
from zhsearch.search.http.errors import install_error_handlers
from zhsearch.search.http.indexed_page import install_indexed_pages
from zhsearch.search.http.limits import InFlight, install_limits, request_counter
from zhsearch.search.http.metrics import WorkerSlots
from zhsearch.search.http.monitoring_routes import monitoring
from zhsearch.search.http.reindex_hook import reindex_hook
from zhsearch.search.http.responses import OrjsonProvider
from zhsearch.search.http.search_counting import count_searches
from zhsearch.search.http.search_page import install_page_parts
from zhsearch.search.http.security_headers import install_headers
from zhsearch.search.http.services import Services, build_services, install_services
from zhsearch.search.http.site_routes import site
from zhsearch.search.settings import Settings
from zhsearch.search.translation import load_catalogues
from zhsearch.search.widget import widget_bundle, widget_style


class _App(Flask):
    """A Flask app without coroutines."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Called by Flask for every view and hook of every request, to look for coroutines."""
        return func


def create_app(
    settings: Settings,
    follower: Follower | None = None,
    *,
    in_flight: InFlight | None = None,
    slots: WorkerSlots | None = None,
) -> Flask:
    """Create the WSGI application that serves the index of `settings`; an index need not exist yet.

    `follower` may be open already. `in_flight` is the worker's count of requests, `slots` names the metrics
    files of the server's processes. Raises SettingsError for a setting that this machine cannot fulfil.
    """
    segmenter_signature(settings.segmenter)  # raises now where it is not installed
    count = request_counter(settings.rate_limit)
    services = build_services(settings, follower or backend_of(settings).follow(), slots, count)
    app = _App(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    install_services(app, services)
    _preload(app)
    _install_observers(app, services, in_flight or InFlight())
    # After the observers, so that they see the compressed response: what is installed first is called last.
    install_compression(app, cache_bytes=settings.answer_cache_mb << 18)
    for blueprint in (api, reindex_hook, monitoring, admin, site):
        app.register_blueprint(blueprint)
    install_error_handlers(app, services.follower)
    install_page_parts(app, settings)
    install_indexed_pages(app, settings)
    install_headers(app)
    install_cors(app, settings)
    return app


def _preload(app: Flask) -> None:
    """Load now the files that could not be opened later, when memory or file descriptors are short."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    widget_bundle()
    widget_style()
    load_catalogues()


def _install_observers(app: Flask, services: Services, in_flight: InFlight) -> None:
    """Log, count and limit requests. Limits come last, so that a request that they reject is logged and
    counted too."""
    settings = services.settings
    if settings.log_format == "json":
        from zhsearch.search.http.access_log import log_requests  # noqa: PLC0415  only where it is configured

        log_requests(app, trusted=settings.trusted_hops > 0)
    if services.metrics:
        services.metrics.install(app)
    install_limits(app, settings, in_flight, services.count)
    if services.query_log:
        count_searches(app, services.query_log)
