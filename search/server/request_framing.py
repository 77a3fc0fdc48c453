"""What a connection has sent so far in, where its first request ends out, or why none will be taken.

Only what tells where a request ends is read here, and strictly: what could end in two places is refused.
gunicorn's parser then gets the bytes of one whole request, and reads all the rest of it.
"""

import re
from dataclasses import dataclass

import orjson

from zhsearch.search.http.limits import MAX_BODY_BYTES

HEAD = 32_768
"""Bytes that the request line and the headers have together, at most."""

_LENGTH = re.compile(rb"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a request ends: bytes of its head, empty line included, and of its body; does the client wait for
    a word before it sends the body?"""

    head: int
    body: int
    waits: bool

    @property
    def end(self) -> int:
        """Bytes of the whole request."""
        return self.head + self.body


class RejectedRequest(Exception):  # noqa: N818  what is told to the client, not what went wrong here
    """A request that is not taken, whatever else it says. The connection ends with it."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail

    def answer(self) -> bytes:
        """The whole response, in the form of the app's own errors."""
        problem = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        body = orjson.dumps(problem)
        retry = "Retry-After: 1\r\n" if self.status == 503 else ""
        head = (
            f"HTTP/1.1 {self.status} {self.title}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
            f"{retry}Connection: close\r\n\r\n"
        )
        return head.encode() + body


def read_frame(data: bytes | bytearray) -> Frame | None:
    """The frame of the first request; None while the end of its head has not come. Raises Refusal."""
    start = 2 if data[:2] == b"\r\n" else 0  # an empty line may stand before a request
    end = data.find(b"\r\n\r\n", start)
    head = data[start:end] if end >= 0 else data[start:]
    if head.count(b"\n") != head.count(b"\r\n"):
        raise RejectedRequest(400, "Bad Request", "A line of the head ends without a carriage return")
    if (end if end >= 0 else len(data)) > HEAD:
        raise RejectedRequest(431, "Request Header Fields Too Large", f"The head has more than {HEAD} bytes")
    if end < 0:
        return None
    return _frame(end + 4, bytes(head).split(b"\r\n")[1:])


def _frame(head: int, lines: list[bytes]) -> Frame:
    lengths, waits = set(), False
    for line in lines:
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name == b"content-length":
            lengths.add(value.strip(b" \t"))
        elif name == b"transfer-encoding":
            raise RejectedRequest(411, "Length Required", "Send the body with a Content-Length, in one piece")
        elif name == b"expect":
            waits = value.strip().lower() == b"100-continue"
    if not lengths:
        return Frame(head, 0, False)
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise RejectedRequest(400, "Bad Request", "Content-Length is not one number")
    if int(length) > MAX_BODY_BYTES:
        raise RejectedRequest(
            413, "Request Entity Too Large", f"The body has more than {MAX_BODY_BYTES} bytes"
        )
    return Frame(head, int(length), waits)
