"""Limits on requests: the size of a body, requests in flight, requests of one client.

They are checked before anything is computed. Endpoints that cost little, or that monitoring needs, are
exempt; so are answers of the API that need not be computed, since to refuse one costs as much as to send it.
"""

from collections.abc import Callable
from threading import Lock

from flask import Flask, Request, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import Message
from zhsearch.search.http.errors import OverloadedError, RateLimitedError
from zhsearch.search.http.search_outcome import endpoint_name
from zhsearch.search.settings import ServerSettings

MAX_BODY_BYTES = 4 << 20
"""Bytes of the largest request body: a webhook with about two thousand commits."""

BODY_TOO_LARGE = Message("The request body exceeds {most:,} bytes", most=MAX_BODY_BYTES)

_EXEMPT = frozenset({"healthz", "readyz", "metrics_text", "widget_js", "box_js", "widget_css", "page_css"})
"""Endpoints that are not limited in the number of requests."""

_COUNTED_IF_COMPUTED = frozenset({"api_search", "api_suggest", "api_recent", "api_tags", "api_related"})
"""Endpoints whose `Responder` counts the requests that neither the browser nor the cache can answer."""


class InFlight:
    """The number of requests that this process has received and not answered yet, queued ones included. The
    worker counts them; without our worker it stays 0."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    def begin(self) -> None:
        """Count a request that was received."""
        with self._lock:
            self.count += 1

    def end(self) -> None:
        """Count a request that was answered."""
        with self._lock:
            self.count -= 1


def install_limits(
    app: Flask, settings: ServerSettings, in_flight: InFlight, count: Callable[[Request], None]
) -> None:
    """Refuse requests beyond the limits of the settings. `count` is that of `request_counter`."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    if settings.trusted_hops:
        _trust_proxies(app, settings.trusted_hops)
    max_in_flight = settings.max_waiting

    @app.before_request
    def refuse() -> None:
        if "CONTENT_LENGTH" in request.environ and (request.content_length or 0) > MAX_BODY_BYTES:
            raise RequestEntityTooLarge(BODY_TOO_LARGE)
        name = endpoint_name(request)
        if name in _EXEMPT:
            return
        if in_flight.count > max_in_flight:
            raise OverloadedError(
                "More than {max_in_flight} requests at once. Try again in a second",
                max_in_flight=max_in_flight,
            )
        if name not in _COUNTED_IF_COMPUTED:
            count(request)


def _trust_proxies(app: Flask, hops: int) -> None:
    """Trust the `X-Forwarded-*` headers of this number of proxies in front of the app."""
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Flask documents adding middleware
        app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
    )


def request_counter(rate: str) -> Callable[[Request], None]:
    """A function that counts a request of its client, and raises RateLimitedError beyond the rate.

    Without a rate it does nothing. Raises SettingsError for an unreadable one.
    """
    if not rate:
        return lambda _: None
    from zhsearch.search.http.rate_limit import RateLimiter  # noqa: PLC0415  only where a rate is set

    try:
        limiter = RateLimiter(rate)
    except ValueError:
        raise SettingsError(
            "rate_limit = {rate!r} is not a rate; write 600/minute or 20/second", rate=rate
        ) from None

    def count(request: Request) -> None:
        if seconds := limiter.wait_s(request.remote_addr or ""):
            raise RateLimitedError(seconds)

    return count
