"""Responses to requests that the app never sees: malformed, too large, too slow, or failed outside of it."""

import orjson
from gunicorn.http.errors import ExpectationFailed, LimitRequestHeaders, LimitRequestLine

from zhsearch.search.http import problem_of

MAX_REQUEST_LINE_BYTES = 8190
"""Bytes of the longest request line: a query of 512 Han characters takes 4,608 of them."""

MAX_HEADERS, MAX_HEADER_BYTES = 64, 8190
"""Header fields of a request, and bytes of one."""


class RejectedRequest(Exception):  # noqa: N818  a response to the client, not an error of the server
    """A request that is rejected before the app sees it. The connection ends with it."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail

    def response(self) -> bytes:
        """The whole HTTP response, in the form of the app's own errors."""
        problem = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        body = orjson.dumps(problem)
        retry = "Retry-After: 1\r\n" if self.status == 503 else ""
        head = (
            f"HTTP/1.1 {self.status} {self.title}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
            f"{retry}Connection: close\r\n\r\n"
        )
        return head.encode() + body


_MALFORMED = (400, "Bad Request", "Malformed HTTP request")
_REJECTIONS: dict[type[Exception], tuple[int, str, str]] = {
    LimitRequestLine: (414, "URI Too Long", f"Request line longer than {MAX_REQUEST_LINE_BYTES:,} bytes"),
    LimitRequestHeaders: (
        431,
        "Request Header Fields Too Large",
        f"More than {MAX_HEADERS} headers, or one longer than {MAX_HEADER_BYTES:,} bytes",
    ),
    ExpectationFailed: (417, "Expectation Failed", "The only supported expectation is 100-continue"),
}


def rejection_of(error: Exception) -> RejectedRequest:
    """The rejection for an error of gunicorn's parser."""
    return RejectedRequest(*_REJECTIONS.get(type(error), _MALFORMED))


def _response_to(error: Exception) -> bytes:
    """The response to an error, as the app gives it."""
    problem = problem_of(error)
    return RejectedRequest(problem["status"], problem["title"], problem["detail"]).response()


INTERNAL_ERROR, OUT_OF_MEMORY = _response_to(Exception()), _response_to(MemoryError())
"""Built at import, since there may be no memory to build them when they are needed."""
