"""CORS by the list alone, never with credentials; a blocked origin is logged once, with the line that allows it."""

import json
import logging
import re
import signal
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.http.cors import MAX_WARNINGS, advice
from zhsearch.search.settings import Settings, load_settings

SITE = "https://blog.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("cors"), {"a.md": post("算力", "芯片")}))


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


@pytest.mark.parametrize("allowed", ["*", SITE])
def test_a_page_that_may_read_answers_may_read_when_to_come_back(site: Settings, allowed: str) -> None:
    client = create_app(replace(site, cors_origins=(allowed,), rate_limit="1/hour")).test_client()
    for number in range(2):
        response = client.get(f"/api/search?q={number}", headers={"Origin": SITE})
    assert (response.status_code, "Retry-After" in response.headers) == (429, True)
    assert response.headers["Access-Control-Allow-Origin"] == allowed
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    other = create_app(site).test_client().get("/api/tags", headers={"Origin": SITE})
    assert "Access-Control-Expose-Headers" not in other.headers


@pytest.mark.parametrize(
    "origin",
    [
        SITE,
        "http://localhost:1313",
        "http://[::1]:8000",
        "tauri://localhost",
        "https://xn--fsqu00a.xn--fiqs8s",
    ],
)
def test_the_line_that_the_log_proposes_is_a_setting_that_allows_the_origin(
    site: Settings, tmp_path: Path, origin: str
) -> None:
    (tmp_path / "zhsearch.toml").write_text("cors_origins" + advice(origin, ()).rpartition("cors_origins")[2])
    allowing = load_settings(folder=tmp_path, environ={}).cors_origins
    client = create_app(replace(site, cors_origins=allowing)).test_client()
    assert origins(client, origin) == origin


def test_a_preflight_request_allows_nothing(site: Settings) -> None:
    client = create_app(
        replace(site, cors_origins=("https://news.example",), reindex_token="x" * 16)
    ).test_client()
    headers = {"Origin": "https://news.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/api/reindex", headers=headers)
    assert "Access-Control-Allow-Methods" not in response.headers
    assert "Access-Control-Allow-Headers" not in response.headers


def warnings_of(
    caplog: pytest.LogCaptureFixture, settings: Settings, *origins: str, path: str = "/api/search?q=a"
) -> list[str]:
    """What an app logs when pages of these origins ask, one after the other."""
    client = create_app(settings).test_client()
    with caplog.at_level(logging.WARNING, logger="zhsearch.search.http.cors"):
        caplog.clear()
        for origin in origins:
            client.get(path, headers={"Origin": origin})
    return [record.getMessage() for record in caplog.records]


def test_a_blocked_origin_is_logged_once_with_the_line_that_allows_it(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (warning,) = warnings_of(caplog, site, SITE, SITE, SITE)
    assert f"Pages of {SITE} may not read answers" in warning
    line = warning.rpartition(": cors_origins")[2]
    assert tomllib.loads(f"cors_origins{line}") == {"cors_origins": [SITE]}


def test_the_line_keeps_the_origins_that_are_allowed_already(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    allowed = replace(site, cors_origins=("https://news.example",))
    (warning,) = warnings_of(caplog, allowed, "https://news.example", SITE)
    assert warning.endswith(f'cors_origins = ["https://news.example", "{SITE}"]')


@pytest.mark.parametrize("path", ["/api/suggest?q=a", "/api/recent", "/api/search?page=0"])
def test_every_answer_of_the_api_that_is_withheld_is_a_reason(
    site: Settings, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    assert len(warnings_of(caplog, site, SITE, path=path)) == 1


@pytest.mark.parametrize("path", ["/search?q=a", "/widget.js", "/healthz", "/nothing", "/api/nothing"])
def test_what_no_script_of_another_site_reads_is_no_reason(
    site: Settings, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    assert warnings_of(caplog, site, SITE, path=path) == []


def test_the_servers_own_origin_and_allowed_ones_are_not_logged(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert warnings_of(caplog, site, "http://localhost", "https://localhost", "") == []
    assert warnings_of(caplog, replace(site, cors_origins=("*",)), SITE) == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example\x1b[31m",
        'https://evil.example", "*"]',
        "https://evil.example/\u202e",
        "https://[::1",
        "javascript:alert(1)",
        "%s%n",
        "x" * 7_000,
        "é\xff",
    ],
)
def test_a_hostile_origin_is_shown_in_printable_ascii_and_short_and_no_line_is_proposed(
    site: Settings, caplog: pytest.LogCaptureFixture, origin: str
) -> None:
    (warning,) = warnings_of(caplog, site, origin)
    assert warning.isascii()
    assert warning.isprintable()
    assert len(warning) < 200
    assert "cors_origins" not in warning


def test_pages_from_files_are_told_that_no_setting_helps(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (warning,) = warnings_of(caplog, site, "null")
    assert "Open them from a web server" in warning
    assert "cors_origins" not in warning


def test_the_number_of_logged_origins_is_bounded(site: Settings, caplog: pytest.LogCaptureFixture) -> None:
    warnings = warnings_of(caplog, site, *(f"https://{number}.example" for number in range(3 * MAX_WARNINGS)))
    assert len(warnings) == MAX_WARNINGS + 1
    assert "Further blocked origins are not logged" in warnings[-1]


@pytest.mark.parametrize(
    ("origin", "remedy"),
    [
        (SITE, f'cors_origins = ["{SITE}"]'),
        ("http://localhost:1313", 'cors_origins = ["http://localhost:1313"]'),
        ("null", "Open them from a web server."),
    ],
)
def test_healthz_tells_any_page_what_allows_its_origin_and_nothing_of_others(
    site: Settings, origin: str, remedy: str
) -> None:
    client = create_app(replace(site, cors_origins=("https://intranet.example",))).test_client()
    response = client.get("/healthz", headers={"Origin": origin})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    health = json.loads(response.data)
    assert health["status"] == "ok"
    assert health["warning"].endswith(remedy)
    assert "intranet" not in health["warning"]


def test_healthz_says_nothing_of_origins_where_none_is_blocked(client: FlaskClient, site: Settings) -> None:
    assert json.loads(client.get("/healthz").data) == {"status": "ok"}
    allowing = create_app(replace(site, cors_origins=(SITE,))).test_client()
    response = allowing.get("/healthz", headers={"Origin": SITE})
    assert json.loads(response.data) == {"status": "ok"}
    assert response.headers["Access-Control-Allow-Origin"] == SITE


def blocked_lines(server: Serving) -> list[str]:
    log = (server.settings.content / "server.log").read_text()
    return re.findall(r"^Pages of .*$", log, re.MULTILINE)


def test_all_workers_of_a_server_log_an_origin_once_and_the_line_allows_it_after_a_reload(
    site: Settings,
) -> None:
    with serving(site.content, site, "--workers", "2") as server:
        wait_for(lambda: len(server.family()) == 3)
        for _ in range(20):
            assert "Access-Control-Allow-Origin" not in server.headers("/api/recent", Origin=SITE)
        assert len(blocked_lines(server)) == 1
        (line,) = re.findall(r"cors_origins = .*", blocked_lines(server)[0])
        Path(site.content / "zhsearch.toml").write_text(line)
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: server.headers("/api/recent", Origin=SITE)["Access-Control-Allow-Origin"] == SITE)
