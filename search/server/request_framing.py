"""Request framing: where the first request of a connection ends, and which requests are not accepted.

Only what decides that is parsed here, and strictly: a request that could end in two places is rejected. The
parser of gunicorn then gets the bytes of exactly one request, and reads the rest of it.
"""

import re
from dataclasses import dataclass

from zhsearch.search.http import BODY_TOO_LARGE, MAX_BODY_BYTES
from zhsearch.search.server.rejections import RejectedRequest

MAX_HEAD_BYTES = 32_768
"""Bytes of the request line and all headers together."""

_LENGTH = re.compile(rb"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a request: bytes of its head (with the empty line) and of its body.

    `expects_continue`: the client waits for 100 Continue before it sends the body.
    """

    head_bytes: int
    body_bytes: int
    expects_continue: bool

    @property
    def end(self) -> int:
        """Bytes of the whole request."""
        return self.head_bytes + self.body_bytes


def read_frame(data: bytes | bytearray) -> Frame | None:
    """The frame of the first request in `data`; None while its head is incomplete. Raises RejectedRequest."""
    start = 2 if data[:2] == b"\r\n" else 0  # an empty line may precede a request
    end = data.find(b"\r\n\r\n", start)
    head = data[start:end] if end >= 0 else data[start:]
    if head.count(b"\n") != head.count(b"\r\n"):
        raise RejectedRequest(400, "Bad Request", "A line of the request head does not end with CRLF")
    if (end if end >= 0 else len(data)) > MAX_HEAD_BYTES:
        raise RejectedRequest(
            431,
            "Request Header Fields Too Large",
            f"The request line and headers exceed {MAX_HEAD_BYTES:,} bytes",
        )
    if end < 0:
        return None
    return _frame(end + 4, bytes(head).split(b"\r\n")[1:])


def _frame(head_bytes: int, header_lines: list[bytes]) -> Frame:
    lengths, expects_continue = set(), False
    for line in header_lines:
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name == b"content-length":
            lengths.add(value.strip(b" \t"))
        elif name == b"transfer-encoding":
            raise RejectedRequest(
                411, "Length Required", "Chunked bodies are not accepted. Send a Content-Length"
            )
        elif name == b"expect":
            expects_continue = value.strip().lower() == b"100-continue"
    if not lengths:
        return Frame(head_bytes, 0, False)
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise RejectedRequest(400, "Bad Request", "Content-Length must be one number")
    if int(length) > MAX_BODY_BYTES:
        raise RejectedRequest(413, "Request Entity Too Large", BODY_TOO_LARGE)
    return Frame(head_bytes, int(length), expects_continue)
