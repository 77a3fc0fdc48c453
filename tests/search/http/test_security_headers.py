"""Security headers of every response."""

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
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
