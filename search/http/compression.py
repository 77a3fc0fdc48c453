"""Compressed responses, made by Flask-Compress: Brotli, Zstandard or gzip, as the client prefers.

What has an ETag is compressed once and cached: neither answers nor scripts are compressed anew for each
request.
"""

from functools import lru_cache

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from zhsearch.search.cache import LruCache

_CODINGS = ("br", "zstd", "gzip")
"""The codings by size: of those that a client wants equally the first is sent."""

_LEVELS = {"COMPRESS_BR_LEVEL": 5, "COMPRESS_ZSTD_LEVEL": 6, "COMPRESS_LEVEL": 6}
"""Higher ones take up to thirty times as long and save 3 %."""

_TYPES = (
    "application/json",
    "application/problem+json",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",  # metrics
)
_MIN_BYTES = 1_000
"""Less fits into one packet anyway."""

_CACHED_ASSETS_BYTES = 1 << 18  # the scripts and style sheets in all codings
_ENTRY_OVERHEAD_BYTES = 300  # of the cache, for each body
_BODY = "zhsearch.body"
"""The name of a body in the WSGI environment: equal ones stand for equal bytes. Without one nothing is
cached."""


def install_compression(app: Flask, *, cache_bytes: int) -> None:
    """Compress the responses of an app. `cache_bytes`: size of this process's cache of compressed answers."""
    cache = _CompressedBodies(cache_bytes + _CACHED_ASSETS_BYTES)
    app.config.update(
        _LEVELS,
        COMPRESS_ALGORITHM=_CODINGS,
        COMPRESS_STREAMS=False,  # there are none
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_MIN_SIZE=_MIN_BYTES,
        COMPRESS_CACHE_BACKEND=lambda: cache,
        COMPRESS_CACHE_KEY=lambda request: request.environ.get(_BODY, ""),
    )
    _Compression(app)


class _Compression(Compress):
    """Flask-Compress, which reads `Accept-Encoding` simply: `gzip;q=0` is a wish to it, and `gzip; q=1`
    nothing. Werkzeug reads the header by the standard."""

    def after_request(self, response: Response | None) -> Response:
        """Compress a response; one that cannot be compressed, for want of memory, is sent as it is."""
        assert response is not None
        environ = request.environ
        environ["HTTP_ACCEPT_ENCODING"] = _chosen_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag, _ = response.get_etag()
        if etag:
            environ[_BODY] = f"{request.full_path} {etag}"
        try:
            return super().after_request(response)
        except Exception:
            response.headers.pop("Content-Encoding", None)  # it was set first
            return response


@lru_cache(maxsize=64)
def _chosen_coding(header: str) -> str:
    """The coding to send, `identity` for none. A client must name one, or any (`*`), to get it.

    Browsers have few different headers, and parsing one takes longer than sending a cached answer's body.
    """
    accepted = parse_accept_header(header, Accept)
    best = max(_CODINGS, key=accepted.quality)
    quality = accepted.quality(best)
    return best if quality and quality >= accepted.quality("identity") else "identity"


class _CompressedBodies:
    """Flask-Compress's cache: compressed bodies by coding and name, none without a name."""

    def __init__(self, max_bytes: int) -> None:
        self._bodies = LruCache[str, bytes](max_bytes)

    def get(self, key: str) -> bytes | None:
        """A cached body, None on a miss."""
        return self._bodies.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Cache a body; it is set again after each `get`."""
        _, _, name = key.partition(";")
        if name:
            self._bodies.put(key, value, len(key) + len(value) + _ENTRY_OVERHEAD_BYTES)
