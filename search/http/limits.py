"""A request in, a refusal out where it is too large, one too many, or comes too often."""

from collections.abc import Callable

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from zhsearch.index.errors import SettingsError
from zhsearch.search.http.errors import OverloadedError, RateLimitedError
from zhsearch.search.settings import ServerSettings

MAX_BODY_BYTES = 4 << 20
"""Bytes of the largest request body: a webhook that tells of two thousand commits."""

_ALWAYS = frozenset({"healthz", "readyz", "metrics_text", "widget_js", "widget_css", "page_css"})
"""Endpoints that are answered however much is asked: they cost little, and tell what is wrong."""


class InFlight:
    """How many requests this process has taken up and not answered yet, those that wait included. The
    worker counts; without one nothing waits."""

    def __init__(self) -> None:
        self.waiting = 0


def install_limits(app: Flask, settings: ServerSettings, load: InFlight) -> None:
    """Refuse what is beyond the limits, before anything is worked out."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    if settings.trusted_hops:
        hops = settings.trusted_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )
    wait = _rates(settings.rate_limit)
    most = settings.max_waiting

    @app.before_request
    def refuse() -> None:
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise RequestEntityTooLarge(f"The body has more than {MAX_BODY_BYTES} bytes")
        if request.endpoint in _ALWAYS:
            return
        if load.waiting > most:
            raise OverloadedError(f"More than {most} requests at once; come again in a second")
        if wait and (seconds := wait(request.remote_addr or "")):
            raise RateLimitedError(seconds)


def _rates(rate: str) -> Callable[[str], int] | None:
    if not rate:
        return None
    from zhsearch.search.http.rate_limit import RateLimiter  # noqa: PLC0415  only where a rate is set

    try:
        wait = RateLimiter(rate).wait
    except ValueError:
        raise SettingsError(f"rate_limit = {rate!r} is not a rate: use 60/minute or 5/second") from None
    return wait
