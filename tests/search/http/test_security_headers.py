"""Security headers of every response, and CORS by the list alone, never with credentials."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

PATHS = (
    "/search?q=a",
    "/api/search?q=a",
    "/api/nothing",
    "/nothing",
    "/a/",
    "/widget.js",
    "/openapi.json",
    "/metrics",
    "/readyz",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("headers"), {"a.md": post("算力", "芯片")}))


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_a_strict_content_security_policy(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert not any("unsafe" in value for value in policy.values())
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/search?q=a", "/nothing", "/a/", "/search?page=0"])
def test_a_page_cannot_be_framed_and_uses_no_device(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def origins(client: FlaskClient, origin: str, path: str = "/api/search?q=a") -> str | None:
    headers = client.get(path, headers={"Origin": origin}).headers
    assert "Access-Control-Allow-Credentials" not in headers
    return headers.get("Access-Control-Allow-Origin")


def test_no_origin_is_allowed_by_default(client: FlaskClient) -> None:
    assert origins(client, "https://news.example") is None


def test_an_origin_must_match_exactly(site: Settings) -> None:
    client = create_app(replace(site, cors_origins=("https://news.example",))).test_client()
    assert origins(client, "https://news.example") == "https://news.example"
    for origin in (
        "https://news.example.evil.example",
        "https://evil-news.example",
        "http://news.example",
        "https://news.example:444",
        "https://NEWS.example",
        "null",
        "",
    ):
        assert origins(client, origin) is None, origin
    assert (
        origins(client, "https://news.example", "/api/nothing") == "https://news.example"
    )  # the widget reads errors


def test_a_star_allows_every_origin_and_echoes_none(site: Settings) -> None:
    client = create_app(replace(site, cors_origins=("*",))).test_client()
    assert origins(client, "https://anyone.example") == origins(client, "") == "*"


def test_a_preflight_request_allows_nothing(site: Settings) -> None:
    client = create_app(
        replace(site, cors_origins=("https://news.example",), reindex_token="x" * 16)
    ).test_client()
    headers = {"Origin": "https://news.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/api/reindex", headers=headers)
    assert "Access-Control-Allow-Methods" not in response.headers
    assert "Access-Control-Allow-Headers" not in response.headers
