"""The request target: a query in raw UTF-8, as `curl 'http://…?q=算力'` sends it, is percent-encoded.

The parser of gunicorn refuses bytes outside of ASCII. Encoded before anything reads the request, the raw form
is the encoded one for caches, limits, metrics and logs. Framing does not depend on it: only the query
changes.
"""

import re

from zhsearch.search.server.rejections import RejectedRequest

_NOT_ENCODED = "Percent-encode the URL, in UTF-8: %E7%AE%97 instead of 算, %20 instead of a blank"

_REQUEST_LINE = re.compile(rb"([A-Z]+) (.*) (HTTP/[0-9]\.[0-9])")
_RAW = re.compile(rb"[\x80-\xff]")
_INVALID = re.compile(rb"[^\x21-\x7e]")


def encode_target(request: bytes) -> bytes:
    """The request with the raw UTF-8 of its query percent-encoded; the same object if there is none.

    Raises RejectedRequest if that leaves a URL with blanks or bytes outside of ASCII: in the path, or in
    another encoding. Whatever else is wrong with the line is left to gunicorn's parser.
    """
    start = 2 if request[:2] == b"\r\n" else 0  # an empty line may precede a request
    end = request.index(b"\r\n", start)
    line = request[start:end]
    if line.isascii() and line.count(b" ") == 2:
        return request
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        return request
    path, mark, query = match[2].partition(b"?")
    target = path + mark + _encode(query)
    if _INVALID.search(target):
        raise RejectedRequest(400, "Bad Request", _NOT_ENCODED)
    return b"%b%b %b %b%b" % (request[:start], match[1], target, match[3], request[end:])


def _encode(query: bytes) -> bytes:
    """Percent-encode the bytes outside of ASCII, if the query is UTF-8; they keep their meaning."""
    try:
        query.decode()
    except UnicodeDecodeError:
        return query
    return _RAW.sub(lambda byte: b"%%%02X" % byte[0][0], query)
