"""Request framing: agrees with gunicorn's parser, does not depend on how bytes arrive, rejects ambiguous requests."""

from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.http.limits import MAX_BODY_BYTES
from zhsearch.search.server.rejections import RejectedRequest
from zhsearch.search.server.request_framing import MAX_HEAD_BYTES, Frame, read_frame

NAMES = st.sampled_from(
    [b"Host", b"Content-Length", b"content-length ", b"Transfer-Encoding", b"Expect", b"X-A", b" X", b""]
)
VALUES = st.sampled_from(
    [b"x", b"0", b"5", b"+5", b"5, 5", b"\t7 ", b"chunked", b"100-continue", b"", b"\x005"]
)
LINES = st.lists(st.tuples(NAMES, VALUES).map(b": ".join), max_size=5)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])


@st.composite
def requests(draw: Any) -> bytes:
    """Bytes that resemble a request, and bytes that follow it."""
    end = draw(ENDS)
    line = draw(
        st.sampled_from([b"GET / HTTP/1.1", b"POST /a?b HTTP/1.0", b"\r\nGET / HTTP/1.1", b"\x00\xff"])
    )
    lines = [line, *draw(LINES)]
    return bytes(
        end.join(lines) + draw(st.sampled_from([b"\r\n\r\n", end + end])) + draw(st.binary(max_size=20))
    )


def framed(data: bytes) -> Frame | int | None:
    """The frame, or the status of the rejection."""
    try:
        return read_frame(data)
    except RejectedRequest as rejection:
        return rejection.status


@given(requests())
def test_gunicorns_parser_ends_a_request_where_the_frame_does(data: bytes) -> None:
    frame = framed(data)
    if not isinstance(frame, Frame) or len(data) < frame.end:
        return
    parser = RequestParser(Config(), [data[: frame.end]], ("192.0.2.1", 1))
    try:
        body = next(parser).body.read()
    except (ParseException, NoMoreData):
        return  # rejected by the parser, and the connection ends
    assert len(body) == frame.body_bytes
    assert parser.unreader.buf.getvalue() == b""
    whole = RequestParser(Config(), [data], ("192.0.2.1", 1))
    assert next(whole).body.read() == body  # it would not have read on


@given(requests())
def test_the_frame_does_not_depend_on_how_the_bytes_arrive(data: bytes) -> None:
    whole, seen = framed(data), None
    for end in range(1, len(data) + 1):
        seen = framed(data[:end])
        if seen is not None:
            break
    assert seen == whole or isinstance(seen, int)  # rejected before it is complete


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nA: " + b"a" * MAX_HEAD_BYTES, 431),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\ntransfer-encoding : chunked\r\n\r\n", 411),
    ],
)
def test_a_request_that_is_too_large_or_ambiguous_is_rejected(head: bytes, status: int) -> None:
    assert framed(head) == status


def test_a_frame_includes_the_body_and_says_if_100_continue_is_expected() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    assert framed(head[:-1]) is None
    assert framed(head) == Frame(len(head), 5, True)


def test_a_rejection_is_a_complete_http_response() -> None:
    head, _, body = RejectedRequest(503, "Too busy", "Try again").response().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Too busy\r\n")
    assert b"Content-Length: %d\r\n" % len(body) in head
    assert b"Retry-After: 1" in head
    assert b"Connection: close" in head
