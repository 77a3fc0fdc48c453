"""Limits: rate, requests in flight, bodies; and which headers give the address of a client."""

import json
import re
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.helpers.server import serving
from tests.helpers.sites import ROOT, index_site, post, write_site
from zhsearch.index.errors import SettingsError
from zhsearch.search.http.app import create_app
from zhsearch.search.http.limits import MAX_BODY_BYTES, InFlight
from zhsearch.search.settings import Settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("limits"), {"a.md": post("算力", "芯片")}))


_numbers = count()


def ask(client: FlaskClient, path: str = "", address: str = "192.0.2.1", **headers: str) -> int:
    """The status of an answer; by default that of a search that nobody sent before."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    path = path or f"/api/search?q={next(_numbers)}"
    with client.get(path, headers=named, environ_base={"REMOTE_ADDR": address}) as response:
        return response.status_code


def test_there_is_no_rate_limit_by_default(site: Settings) -> None:
    client = create_app(site).test_client()
    assert [ask(client) for _ in range(300)] == [200] * 300


def test_a_client_beyond_the_rate_gets_a_429_with_retry_after(site: Settings) -> None:
    client = create_app(replace(site, rate_limit="3/hour")).test_client()
    assert [ask(client) for _ in range(5)] == [200, 200, 200, 429, 429]
    response = client.get("/api/suggest?q=a", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert json.loads(response.data)["title"] == "Too many requests"
    assert 0 < int(response.headers["Retry-After"]) <= 3_601
    page = client.get("/search", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert (page.status_code, page.mimetype) == (429, "text/html")


def test_a_rate_limit_affects_no_other_client_and_no_monitoring(site: Settings) -> None:
    client = create_app(replace(site, rate_limit="1/hour")).test_client()
    assert [ask(client), ask(client), ask(client, address="192.0.2.2")] == [200, 429, 200]
    for path in ("/healthz", "/readyz", "/metrics", "/widget.js", "/box.js", "/widget.css", "/page.css"):
        assert ask(client, path) == 200, path


COUNTED = (
    "/api/search?q=算力", "/api/suggest?q=suan", "/api/recent", "/api/tags", "/api/related?url=/a/", "/search?q=算力",
    "/openapi.json", "/api/search?page=0", "/api/nothing", "/",
)  # fmt: skip


@pytest.mark.parametrize("path", COUNTED)
def test_what_must_be_computed_is_counted_once(site: Settings, path: str) -> None:
    client = create_app(replace(site, rate_limit="2/hour")).test_client()
    assert ask(client, path) != 429
    assert [ask(client), ask(client)] == [200, 429]
    fresh = create_app(replace(site, rate_limit="1/hour")).test_client()
    assert [ask(fresh), ask(fresh, path)] == [200, 429]


@pytest.mark.parametrize("path", COUNTED[:5])
def test_answers_that_the_server_or_the_browser_has_are_not_counted(site: Settings, path: str) -> None:
    client = create_app(replace(site, rate_limit="2/hour")).test_client()
    etag = client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.1"}).headers["ETag"]
    assert [ask(client, path) for _ in range(20)] == [200] * 20
    assert [ask(client, path, If_None_Match=etag) for _ in range(20)] == [304] * 20
    assert [ask(client), ask(client)] == [200, 429]
    assert ask(client, path) == 200  # nor refused


def test_a_reader_who_types_and_searches_for_a_minute_stays_within_the_rate_that_the_docs_propose(
    site: Settings,
) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    (rate,) = re.findall(r'^rate_limit = "(\d+/minute)"$', page, re.MULTILINE)
    client = create_app(replace(site, rate_limit=rate)).test_client()
    typed = [f"第{search}次搜索算力芯片"[:keys] for search in range(8) for keys in range(1, 12)]
    asked = [f"/api/search?q={words}&completions=6" for words in typed]
    for reader in range(6):  # behind one address
        assert {ask(client, f"{path}&tag={reader}") for path in asked} <= {200, 400}


@pytest.mark.parametrize("path", ["/api/search?q=x", "/search?q=x"])
def test_whoever_is_refused_is_told_when_to_come_back(site: Settings, path: str) -> None:
    in_flight = InFlight()
    client = create_app(replace(site, max_waiting=1, rate_limit="1/hour"), in_flight=in_flight).test_client()
    assert ask(client, path) == 200
    limited = client.get(f"{path}&page=2", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    in_flight.count = 2
    busy = client.get(path)
    assert (limited.status_code, busy.status_code) == (429, 503)
    assert 0 < int(limited.headers["Retry-After"]) <= 3_601
    assert int(busy.headers["Retry-After"]) == 1


def test_x_forwarded_for_is_ignored_until_a_proxy_is_trusted(site: Settings) -> None:
    client = create_app(replace(site, rate_limit="1/hour")).test_client()
    assert [ask(client, X_Forwarded_For=f"198.51.100.{number}") for number in range(3)] == [200, 429, 429]


def test_behind_a_trusted_proxy_the_address_it_adds_is_counted(site: Settings) -> None:
    client = create_app(replace(site, rate_limit="1/hour", trusted_hops=1)).test_client()
    # Addresses from the client precede the one that the proxy appends.
    seen = [ask(client, X_Forwarded_For=f"10.0.0.{number}, 198.51.100.1") for number in range(3)]
    assert seen == [200, 429, 429]
    assert ask(client, X_Forwarded_For="198.51.100.2") == 200


def test_with_two_trusted_proxies_the_last_but_one_address_is_counted(site: Settings) -> None:
    client = create_app(replace(site, rate_limit="1/hour", trusted_hops=2)).test_client()
    seen = [ask(client, X_Forwarded_For=f"evil, 198.51.100.{n}, 10.0.0.1") for n in (1, 1, 2)]
    assert seen == [200, 429, 200]


def test_links_have_the_prefix_of_a_trusted_proxy(site: Settings) -> None:
    client = create_app(replace(site, trusted_hops=1)).test_client()
    page = client.get("/search?q=a", headers={"X-Forwarded-Prefix": "/find"}).get_data(as_text=True)
    assert 'action="/find/search"' in page
    plain = create_app(site).test_client().get("/search?q=a", headers={"X-Forwarded-Prefix": "/find"})
    assert "/find" not in plain.get_data(as_text=True)


def test_an_unreadable_rate_is_an_error_at_start_up(site: Settings) -> None:
    with pytest.raises(SettingsError, match="rate_limit = 'often' is not a rate; write 600/minute"):
        create_app(replace(site, rate_limit="often"))


def test_too_many_requests_in_flight_are_a_503_for_a_second(site: Settings) -> None:
    in_flight = InFlight()
    client = create_app(replace(site, max_waiting=5), in_flight=in_flight).test_client()
    in_flight.count = 5
    assert ask(client) == 200
    in_flight.count = 6
    response = client.get("/api/search?q=a")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "Try again" in json.loads(response.data)["detail"]
    assert ask(client, "/healthz") == ask(client, "/metrics") == 200
    assert 'zhsearch_refused_total{reason="busy"} 1.0' in client.get("/metrics").get_data(as_text=True)


def test_a_body_that_is_too_large_is_a_413(site: Settings) -> None:
    client = create_app(replace(site, reindex_token="0123456789abcdef")).test_client()
    response = client.post("/api/reindex", data=b"x" * (MAX_BODY_BYTES + 1))
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


def test_all_workers_share_the_rate_limit(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text('rate_limit = "10/hour"\nworkers = 3\n')
    with serving(tmp_path, site) as server:
        seen = [server.ask(f"/api/search?q={number}")[0] for number in range(30)]
        assert seen == [200] * 10 + [429] * 20
        text = server.ask("/metrics")[2].decode()
        assert re.search(r'zhsearch_refused_total\{reason="rate"\} 20\.0', text)
