"""A query in raw UTF-8 is the same request as the percent-encoded one; any other raw URL is refused with advice."""

import json
import re
import socket
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.server import Serving
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.server.rejections import RejectedRequest
from zhsearch.search.server.request_framing import read_frame
from zhsearch.search.server.request_target import encode_target
from zhsearch.search.settings import Settings

REST = b"Host: a\r\nX-Raw: \xe7\xae\x97\r\n\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    posts = {"a.md": post("算力", "国产芯片"), "b.md": post("联通", "芯片")}
    folder = write_site(tmp_path_factory.mktemp("target"), posts)
    (folder / "zhsearch.toml").write_text('workers = 1\nlog_format = "json"\nrate_limit = "1000/minute"\n')
    return index_site(folder)


def send(server: Serving, *requests: bytes) -> bytes:
    """Everything that the server answers to requests on one connection, which it or the last request ends."""
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(b"".join(requests))
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def get(target: bytes, headers: bytes = b"Connection: close\r\n") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n"


def raw(target: str) -> bytes:
    return get(target.encode())


def answer(response: bytes) -> tuple[int, str, dict[str, object]]:
    """Status, media type and JSON of one response."""
    head, _, body = response.partition(b"\r\n\r\n")
    kind = re.search(rb"(?i)content-type: ([\w/+-]+)", head)
    assert kind, response
    return int(head.split()[1]), kind[1].decode(), json.loads(body)


@pytest.mark.parametrize(
    "path",
    [
        "/api/search?q=算力",
        "/api/search?q=算力+芯片&per_page=1",
        "/api/suggest?q=算",
        "/api/related?url=/算/",
    ],
)
def test_a_query_in_raw_utf8_is_answered_as_the_encoded_one(server: Serving, path: str) -> None:
    encoded = get(quote(path, safe="/?&=+").encode())
    raw_status, raw_kind, raw_answer = answer(send(server, raw(path)))
    assert (raw_status, raw_kind) == answer(send(server, encoded))[:2]
    assert raw_answer == answer(send(server, encoded))[2]  # took_ms included: the cached answer
    assert raw_status == (404 if "related" in path else 200)


def test_the_search_page_takes_raw_utf8_as_well(server: Serving) -> None:
    response = send(server, raw("/search?q=算力&sitesearch=x"))
    assert response.startswith(b"HTTP/1.1 200 ")
    assert "<mark>算力</mark>".encode() in response


def test_both_forms_share_one_cached_answer_and_one_etag(server: Serving) -> None:
    path = "/api/search?q=国产芯片"
    first = send(server, raw(path))
    again = send(server, get(quote(path, safe="/?&=").encode()))
    assert first.partition(b"\r\n\r\n")[2] == again.partition(b"\r\n\r\n")[2]  # with the same took_ms
    etag = re.search(rb"ETag: (\S+)", first)
    assert etag
    asked = get(path.encode(), b"Connection: close\r\nIf-None-Match: " + etag[1] + b"\r\n")
    assert send(server, asked).startswith(b"HTTP/1.1 304 ")
    metrics = server.ask("/metrics")[2].decode()
    kept = re.search(r'zhsearch_searches_total\{answer="kept"\} (\d+)', metrics)
    assert kept
    assert int(kept[1]) >= 1


def test_a_raw_query_keeps_the_connection_and_the_request_after_it(server: Serving) -> None:
    responses = send(server, get("/api/search?q=算力".encode(), b""), raw("/api/search?q=联通"))
    assert responses.count(b"HTTP/1.1 200 OK") == 2
    assert responses.index('"query":"算力"'.encode()) < responses.index('"query":"联通"'.encode())


@pytest.mark.parametrize(
    "target",
    [
        b"/api/search?q=" + "算力".encode("gb18030"),
        b"/api/search?q=" + "算力".encode("big5"),
        b"/api/search?q=\xff\xfe",
        b"/api/search?q=\xc0\xaf",  # overlong
        b"/api/search?q=\xed\xa0\x80",  # a surrogate
        b"/api/search?q=%E7%AE\x97",  # half of a character encoded, half of it raw
        "/算力?q=a".encode(),
        "http://算.example/?q=a".encode(),
        b"/api/search?q=a b",
        "/api/search?q=算力 芯片".encode(),
        "/api/search?q=算\u3000力 HTTP/1.1".encode(),
    ],
)
def test_any_other_raw_url_is_refused_with_the_remedy(server: Serving, target: bytes) -> None:
    status, kind, problem = answer(send(server, get(target)))
    assert (status, kind) == (400, "application/problem+json")
    assert "Percent-encode the URL" in str(problem["detail"])


@pytest.mark.parametrize(
    "line",
    [
        "GET /api/search?q=算\rX: y HTTP/1.1".encode(),
        "GET /api/search?q=算\x00 HTTP/1.1".encode(),
        "GET /api/search?q=算\x7f HTTP/1.1".encode(),
        "GET /api/search?q=算\tb HTTP/1.1".encode(),
        "GÉT /api/search?q=a HTTP/1.1".encode(),
        "GET /api/search?q=算 HTTP/１.1".encode(),
        "GET /api/search?q=算".encode(),
        "\x16\x03\x01算".encode(),
    ],
)
def test_control_bytes_and_broken_request_lines_are_refused(server: Serving, line: bytes) -> None:
    smuggled = get(b"/healthz")
    responses = send(server, line + b"\r\nHost: a\r\n\r\n" + smuggled)
    assert responses.startswith(b"HTTP/1.1 400 ")
    assert responses.count(b"HTTP/1.1") == 1  # what follows is never answered


def test_a_raw_query_that_is_too_long_when_encoded_gets_a_414(server: Serving) -> None:
    status, _, problem = answer(send(server, raw("/api/search?q=" + "算" * 2_000)))
    assert (status, problem["title"]) == (414, "URI Too Long")


def test_queries_in_raw_utf8_are_not_logged(server: Serving) -> None:
    send(server, raw("/api/search?q=秘密的词"))
    log = Path(server.settings.content / "server.log").read_text()
    assert "秘密的词" not in log
    assert quote("秘密的词") not in log


LINES = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda path, query: b"GET " + path + query + b" HTTP/1.1",
        st.sampled_from([b"/", b"/api/search?", b"*", b"http://a/?"]),
        st.one_of(
            st.binary(max_size=30), st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace"))
        ),
    ),
).filter(lambda line: b"\n" not in line and not line.endswith(b"\r") and line)


@given(LINES)
def test_encoding_changes_the_query_alone_and_neither_its_meaning_nor_the_frame(line: bytes) -> None:
    request = line + b"\r\n" + REST
    try:
        encoded = encode_target(request)
    except RejectedRequest as rejection:
        assert rejection.status == 400
        return
    encoded_line, _, rest = encoded.partition(b"\r\n")
    assert rest == REST
    if encoded == request:
        return
    frame = read_frame(encoded)
    assert frame
    assert frame.end == len(encoded)
    assert encoded_line.isascii()
    assert encoded_line.count(b" ") == 2
    before, after = (part.partition(b"?") for part in (line, encoded_line))
    assert before[0] == after[0]
    pairs = [parse_qsl(part[2].decode(), keep_blank_values=True) for part in (before, after)]
    assert pairs[0] == pairs[1]


@given(LINES)
def test_only_a_query_in_utf8_is_accepted_that_gunicorn_alone_refuses(line: bytes) -> None:
    def accepted(data: bytes) -> bool:
        try:
            next(RequestParser(Config(), [data], ("192.0.2.1", 1)))
        except ParseException:
            return False
        return True

    request = line + b"\r\n" + REST
    try:
        encoded = encode_target(request)
    except RejectedRequest:
        assert not accepted(request)
        return
    if accepted(encoded) and not accepted(request):
        line.partition(b"?")[2].decode()
        assert line.partition(b"?")[0].isascii()
    if accepted(request):
        assert encoded == request
