"""Compression: what is worth it is sent in the coding that the client prefers, made once, and revalidates as before."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import brotli
import flask_compress.flask_compress
import pytest
from flask.testing import FlaskClient
from flask_compress.compat import compression

from tests.helpers.server import Serving
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

ANSWER = "/api/search?q=算力&per_page=10"
LARGE = (ANSWER, "/search?q=算力", "/openapi.json", "/widget.js", "/box.js", "/page.css", "/metrics")
BROWSER = "gzip, deflate, br, zstd"
READERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": compression.zstd.decompress,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    posts = {f"{number}.md": post(f"算力 {number}", "芯片" * number) for number in range(12)}
    return index_site(write_site(tmp_path_factory.mktemp("compression"), posts))


def get(client: FlaskClient, path: str, accepted: str | None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named if accepted is None else named | {"Accept-Encoding": accepted})


@pytest.mark.parametrize("coding", READERS)
@pytest.mark.parametrize("path", LARGE[:-1])
def test_a_client_gets_the_same_bytes_compressed_in_the_coding_that_it_accepts(
    client: FlaskClient, path: str, coding: str
) -> None:
    if path.endswith(".js") and len(get(client, path, None).data) < 1_000:
        pytest.skip("the scripts are not built")
    plain, compressed = get(client, path, None), get(client, path, coding)
    assert "Content-Encoding" not in plain.headers
    assert compressed.headers["Content-Encoding"] == coding
    assert compressed.headers["Content-Length"] == str(len(compressed.data))
    assert len(compressed.data) < 0.6 * len(plain.data)
    read = READERS[coding](compressed.data)
    assert read == plain.data or "/search?" in path  # a page tells how long it took
    for response in (plain, compressed):
        assert "Accept-Encoding" in response.headers["Vary"]


def test_metrics_are_compressed_for_prometheus(client: FlaskClient) -> None:
    response = get(client, "/metrics", "gzip")
    assert b"zhsearch_request_seconds" in gzip.decompress(response.data)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("compress", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate", "gzip"),
        (BROWSER, "br"),
        ("*", "br"),
        ("zstd, gzip", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip; q=0.2 , zstd; q=0.9", "zstd"),
        ("gzip;q=0", None),
        ("gzip; q=0, br;q=0", None),
        ("*;q=0", None),
        ("br;q=0, *", "zstd"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=x", None),
        (",;=", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_prefers(
    client: FlaskClient, accepted: str | None, coding: str | None
) -> None:
    response = get(client, ANSWER, accepted)
    assert (response.status_code, response.headers.get("Content-Encoding")) == (200, coding)


@pytest.mark.parametrize("path", ["/healthz", "/widget.css", "/api/nothing", "/api/suggest?q=a"])
def test_what_fits_into_one_packet_is_sent_as_it_is(client: FlaskClient, path: str) -> None:
    response = get(client, path, BROWSER)
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("accepted", [None, *READERS, BROWSER])
@pytest.mark.parametrize("path", [ANSWER, "/widget.js", "/widget.css", "/page.css", "/api/tags"])
def test_what_a_browser_has_revalidates_in_every_coding(
    client: FlaskClient, path: str, accepted: str | None
) -> None:
    etag = get(client, path, accepted).headers["ETag"]
    again = get(client, path, accepted, If_None_Match=etag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert "Content-Encoding" not in again.headers
    assert "Accept-Encoding" in again.headers["Vary"]
    assert get(client, path, accepted, If_None_Match='"another"').status_code == 200


def test_codings_of_a_script_have_etags_of_their_own_and_those_of_an_answer_one(client: FlaskClient) -> None:
    def etags(path: str) -> set[str]:
        return {get(client, path, accepted).headers["ETag"] for accepted in (None, "gzip", "br", "zstd")}

    assert len(etags(ANSWER)) == 1
    assert len(etags("/page.css")) == 4  # strong ones stand for the very bytes


@pytest.mark.parametrize("path", [ANSWER, "/page.css"])
def test_head_tells_the_length_that_get_sends(client: FlaskClient, path: str) -> None:
    for accepted in (None, "gzip", "br"):
        headers = {} if accepted is None else {"Accept-Encoding": accepted}
        head, whole = client.head(path, headers=headers), client.get(path, headers=headers)
        assert head.data == b""
        for name in ("Content-Length", "Content-Encoding", "ETag", "Vary"):
            assert head.headers.get(name) == whole.headers.get(name), name


def compressions(client: FlaskClient, path: str, times: int = 3) -> int:
    """How often a body is compressed for the same request, sent several times."""
    module = flask_compress.flask_compress
    with patch.object(module, "_compress_data", wraps=module._compress_data) as compress:
        bodies = {get(client, path, "gzip").data for _ in range(times)}
    assert len(bodies) == 1
    return compress.call_count


def test_an_answer_and_a_script_are_compressed_once_for_all_requests(client: FlaskClient) -> None:
    assert compressions(client, "/api/search?q=芯片&per_page=9") == 1
    assert compressions(client, "/page.css?once") == 1


def test_a_new_generation_is_compressed_anew(tmp_path: Any) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("算力", "芯片" * 99)}))
    client = create_app(settings).test_client()
    before = gzip.decompress(get(client, ANSWER, "gzip").data)
    (tmp_path / "content/b.md").write_text(post("算力二", "芯片" * 99), encoding="utf-8")
    index_site(tmp_path)
    after = gzip.decompress(get(client, ANSWER, "gzip").data)
    assert (b'"total":1' in before, b'"total":2' in after) == (True, True)


def test_without_a_cache_of_answers_each_is_compressed_anew(site: Settings) -> None:
    client = create_app(replace(site, answer_cache_mb=0)).test_client()
    assert get(client, ANSWER, "gzip").headers["Content-Encoding"] == "gzip"


def test_an_answer_that_cannot_be_compressed_is_sent_as_it_is(client: FlaskClient) -> None:
    path = "/api/search?q=芯片&per_page=8"
    plain = get(client, path, None)
    with patch("flask_compress.flask_compress._compress_data", side_effect=MemoryError):
        response = get(client, path, "gzip")
    assert (response.status_code, response.data) == (200, plain.data)
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Length"] == str(len(plain.data))


def test_the_server_itself_compresses(server: Serving) -> None:
    path = "/api/search?q=%E7%AE%97%E5%8A%9B"
    for coding, read in READERS.items():
        status, headers, body = server.ask(path, {"Accept-Encoding": coding})
        assert (status, headers["Content-Encoding"]) == (200, coding)
        assert json.loads(read(body))["results"] == json.loads(server.ask(path)[2])["results"]
        assert headers["Content-Length"] == str(len(body))
