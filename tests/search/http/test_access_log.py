"""JSON logs: one line for each request, without queries and addresses."""

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.server import serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("logs"), {"a.md": post("算力", "芯片")}))


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "server.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_each_request_is_one_json_line_with_its_request_id(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text('log_format = "json"\n')
    with serving(tmp_path, site) as server:
        _, headers, _ = server.ask(
            "/api/search?q=%E7%AE%97%E5%8A%9B", {"X-Request-ID": "chosen-by-a-stranger"}
        )
        server.ask("/api/search?page=0")
    answered = [line for line in lines(tmp_path) if line.get("endpoint") == "api_search"]
    assert [line["status"] for line in answered] == [200, 400]
    assert answered[0]["request_id"] == headers["X-Request-ID"] != "chosen-by-a-stranger"
    assert answered[0]["took_ms"] > 0
    assert {"time", "level", "logger", "message", "method", "bytes"} <= set(answered[0])
    text = (tmp_path / "server.log").read_text()
    assert "算力" not in text
    assert "%E7" not in text
    assert "127.0.0.1" not in "".join(line for line in text.splitlines() if line.startswith("{"))


def test_a_trusted_proxy_sets_the_request_id_if_it_is_valid(site: Settings) -> None:
    client = create_app(replace(site, log_format="json", trusted_hops=1)).test_client()
    assert client.get("/healthz", headers={"X-Request-ID": "a-1.b_2"}).headers["X-Request-ID"] == "a-1.b_2"
    for wrong in ("", "a b", "x" * 65, "<script>", "算"):
        got = client.get("/healthz", headers={"X-Request-ID": wrong.encode().decode("latin-1")}).headers[
            "X-Request-ID"
        ]
        assert got != wrong
        assert len(got) == 16


def test_without_json_logs_responses_have_no_request_id(site: Settings) -> None:
    assert "X-Request-ID" not in create_app(site).test_client().get("/healthz").headers


def test_an_error_is_one_line_with_the_request_id(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text('log_format = "json"\n')
    settings = index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))
    with serving(tmp_path, settings) as server:
        shutil.rmtree(settings.index)
        for worker in server.family()[1:]:
            os.kill(worker, signal.SIGKILL)
        # A worker that was not killed yet goes on serving what it has open.
        _, headers, _ = wait_for(lambda: (answer := server.ask("/api/search"))[0] == 503 and answer)
    errors = [
        line for line in lines(tmp_path) if line["level"] == "ERROR" and "/api/search" in line["message"]
    ]
    assert headers["X-Request-ID"] in [line.get("request_id") for line in errors]
