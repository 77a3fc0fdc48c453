"""CORS for the origins that the settings allow, and a warning for each that they do not.

A browser tells neither the page nor its owner why an answer was withheld, so that the log says it.
"""

import hashlib
import json
import logging
import mmap
import re
from collections.abc import Sequence
from threading import Lock
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from zhsearch.index.origin import ANY
from zhsearch.search.settings import ServerSettings

MAX_WARNINGS = 32
"""Origins that the log names: anyone can send any number of them."""

_MAX_SHOWN_CHARS = 80
_SITE = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://([A-Za-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?", re.ASCII
)
_log = logging.getLogger(__name__)


def install_cors(app: Flask, settings: ServerSettings) -> None:
    """Add the CORS headers to all responses of an app, and log blocked origins.

    No view reads cookies, so that no origin is ever allowed to send a reader's credentials.
    """
    origins, blocked = frozenset(settings.cors_origins), BlockedOrigins(settings.cors_origins)

    @app.after_request
    def allow_origin(response: Response) -> Response:
        if origins and ANY not in origins:
            response.vary.add("Origin")
        origin = request.environ.get("HTTP_ORIGIN")
        if ANY in origins or (origin and origin in origins):
            response.headers["Access-Control-Allow-Origin"] = ANY if ANY in origins else origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"  # else scripts cannot read it
        elif origin and request.blueprint == "api" and is_blocked(request, settings):
            blocked.warn(origin)
        return response


def is_blocked(request: Request, settings: ServerSettings) -> bool:
    """Whether a page of another origin sent the request, and the settings do not allow that origin."""
    origin = request.headers.get("Origin")
    if not origin or origin in settings.cors_origins or ANY in settings.cors_origins:
        return False
    try:
        return urlsplit(origin).netloc != request.host
    except ValueError:
        return True


class BlockedOrigins:
    """The origins that were warned of, in memory that all processes forked from this one share."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self._digests = memoryview(mmap.mmap(-1, MAX_WARNINGS * 8)).cast("Q")
        self._lock = Lock()  # among the threads of a process; two processes might warn of the same one

    def warn(self, origin: str) -> None:
        """Log an origin the first time that it is blocked, with the setting that allows it."""
        hashed = hashlib.blake2b(origin.encode("utf-8", "replace"), digest_size=8).digest()
        digest = int.from_bytes(hashed, "little") or 1
        with self._lock:
            known = self._digests.tolist()
            if digest in known or 0 not in known:
                return
            slot = known.index(0)
            self._digests[slot] = digest
        _log.warning("%s", advice(origin, self._allowed))
        if slot == MAX_WARNINGS - 1:
            _log.warning("Further blocked origins are not logged until the next start.")


def advice(origin: str, allowed: Sequence[str]) -> str:
    """What the owner of a blocked origin has to do, with the line that adds it to the allowed ones."""
    if origin == "null":
        return (
            "Pages opened from a file, or sandboxed (Origin: null), may not read answers from here."
            " Open them from a web server."
        )
    if not _SITE.fullmatch(origin):
        return f"An Origin header that names no site was sent: {origin[:_MAX_SHOWN_CHARS]!a}"
    line = f"cors_origins = {json.dumps([*allowed, origin])}"
    return (
        f"Pages of {origin} may not read answers from here (CORS)."
        f" If that site is yours, write into zhsearch.toml and restart: {line}"
    )
