"""Indexing on request: authentication, replays, and that every accepted request is followed by a run."""

import hashlib
import hmac
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.generations.writer import open_writer
from zhsearch.search.http import reindex_hook
from zhsearch.search.http.app import create_app
from zhsearch.search.reindex_state import last_run
from zhsearch.search.settings import Settings, load_settings

TOKEN, SECRET = "token-of-sixteen-or-more", "secret-of-sixteen-or-more"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BODY = b'{"ref": "refs/heads/main"}'


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    settings = index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))
    return replace(settings, reindex_token=TOKEN, webhook_secret=SECRET)


def signed(body: bytes, secret: str = SECRET, delivery: str = "1") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-Hub-Signature-256": f"sha256={digest}",
        "X-GitHub-Delivery": delivery,
        "X-GitHub-Event": "push",
    }


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An item for each run that would have been started; those of the tests with a server are real."""
    runs: list[int] = []

    def start(settings: Settings) -> str:
        runs.append(1)
        return "started"

    monkeypatch.setattr(reindex_hook, "_start", start)
    return runs


def ask(client: FlaskClient, headers: dict[str, str], body: bytes = BODY) -> tuple[int, Any]:
    response = client.post("/api/reindex", data=body, headers=headers)
    return response.status_code, json.loads(response.data)


def test_without_a_secret_both_routes_are_a_404(site: Settings, started: list[int]) -> None:
    client = create_app(replace(site, reindex_token="", webhook_secret="")).test_client()
    for headers in ({}, {"Authorization": "Bearer "}, signed(BODY, ""), signed(BODY)):
        assert ask(client, headers)[0] == 404
    assert client.get("/api/reindex").status_code == 404
    assert not started


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {SECRET}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer é\udcff"},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha1=" + "0" * 40},
        {"X-Hub-Signature-256": signed(BODY)["X-Hub-Signature-256"].upper()},
        signed(BODY + b" "),
        signed(BODY, "another-secret-of-ours"),
        signed(BODY, TOKEN),
    ],
)
def test_a_request_without_the_secret_is_a_401(
    site: Settings, started: list[int], headers: dict[str, str]
) -> None:
    client = create_app(site).test_client()
    response = client.post("/api/reindex", data=BODY, headers={k: v.encode("latin-1", "replace").decode("latin-1") for k, v in headers.items()})  # fmt: skip
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert not started


def test_token_and_webhook_work_independently(site: Settings, started: list[int]) -> None:
    token = create_app(replace(site, webhook_secret="")).test_client()
    assert ask(token, BEARER)[0] == 202
    assert ask(token, signed(BODY, ""))[0] == 401
    webhook = create_app(replace(site, reindex_token="")).test_client()
    assert ask(webhook, signed(BODY))[0] == 202
    assert ask(webhook, {"Authorization": "Bearer "})[0] == 401
    assert webhook.get("/api/reindex").status_code == 401
    assert len(started) == 2


def test_a_replayed_delivery_starts_no_run(site: Settings, started: list[int]) -> None:
    client = create_app(site).test_client()
    assert ask(client, signed(BODY))[1]["status"] == "started"
    assert ask(client, signed(BODY)) == (200, {"status": "known", "poll": "/api/reindex"})
    assert ask(client, signed(BODY, delivery="2"))[1]["status"] == "known"  # the number is not signed
    assert ask(client, signed(b"{}", delivery="1"), b"{}")[1]["status"] == "known"
    assert ask(create_app(site).test_client(), signed(BODY))[1]["status"] == "known"  # of another worker
    assert ask(client, signed(b"{}", delivery="3"), b"{}")[1]["status"] == "started"
    assert len(started) == 2


def test_the_last_deliveries_are_remembered_and_older_ones_are_not(
    site: Settings, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex_hook, "MAX_DELIVERIES", 3)
    client = create_app(site).test_client()
    for number in range(4):
        body = str(number).encode()
        assert ask(client, signed(body, delivery=f"d{number}"), body)[0] == 202
    assert ask(client, signed(b"1", delivery="d1"), b"1")[0] == 200
    assert ask(client, signed(b"0", delivery="d0"), b"0")[0] == 202
    assert len((site.index / "service/deliveries").read_text().split()) <= 6


def test_an_unknown_parameter_starts_no_run_and_is_named_to_whoever_has_the_secret(
    site: Settings, started: list[int]
) -> None:
    client = create_app(site).test_client()
    for ask_hook in (client.post, client.get):
        response = ask_hook("/api/reindex?full=1", headers=BEARER)
        assert response.status_code == 400
        assert json.loads(response.data)["parameter"] == "full"
        assert ask_hook("/api/reindex?full=1").status_code == 401
    assert not started


def test_a_ping_starts_no_run(site: Settings, started: list[int]) -> None:
    assert ask(create_app(site).test_client(), signed(BODY) | {"X-GitHub-Event": "ping"}) == (
        200,
        {"status": "pong", "poll": "/api/reindex"},
    )
    assert not started


def test_an_index_folder_that_cannot_be_written_is_a_503(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.index / "service").write_text("in the way")
    client = create_app(site).test_client()
    status, problem = ask(client, BEARER)
    assert (status, "cannot be written" in problem["detail"]) == (503, True)
    assert str(site.index) not in problem["detail"]


def test_secrets_are_in_no_representation_and_no_error(tmp_path: Path, site: Settings) -> None:
    assert TOKEN not in repr(site)
    assert SECRET not in str(site)
    for name in ("reindex_token", "webhook_secret"):
        (tmp_path / "zhsearch.toml").write_text(f'{name} = "too-short"\n')
        with pytest.raises(Exception, match="is too short: use at least 16 ASCII characters") as caught:
            load_settings(folder=tmp_path, environ={})
        assert "too-short" not in str(caught.value)


@pytest.fixture
def server(tmp_path: Path, site: Settings) -> Any:
    (tmp_path / "zhsearch.toml").write_text(
        f'content = "."\nreindex_token = "{TOKEN}"\nwebhook_secret = "{SECRET}"\nlog_format = "json"\n'
    )
    with serving(tmp_path, site) as server:
        yield server


def run(server: Serving) -> str:
    status, headers, body = server.ask("/api/reindex", BEARER, data=b"")
    assert (status, headers["Location"]) == (202, "/api/reindex")
    return str(json.loads(body)["status"])


def state(server: Serving) -> Any:
    return json.loads(server.ask("/api/reindex", BEARER)[2])


def is_idle(server: Serving) -> Callable[[], bool]:
    return lambda: state(server)["status"] == "idle"


def add(server: Serving, word: str) -> None:
    (server.settings.content / f"content/{word}.md").write_text(post(word, word), encoding="utf-8")


def test_a_run_indexes_the_new_page_and_reports_its_state(server: Serving) -> None:
    add(server, "貔貅")
    assert run(server) == "started"
    wait_for(is_idle(server))
    assert state(server)["last"]["outcome"] == "done"
    assert state(server)["last"]["indexed"] == 1
    server.wait_for_documents(2)
    assert server.get("/api/search?q=%E8%B2%94%E8%B2%85")["total"] == 1
    log = (server.settings.content / "server.log").read_text()
    assert TOKEN not in log
    assert SECRET not in log


def test_a_run_that_finds_no_page_fails_and_the_old_index_serves(server: Serving) -> None:
    post_file = server.settings.content / "content/a.md"
    text = post_file.read_text(encoding="utf-8")
    post_file.unlink()
    assert run(server) == "started"
    wait_for(is_idle(server))
    wait_for(lambda: state(server)["last"]["outcome"] == "failed")
    assert "no page was found in" in state(server)["last"]["error"]
    assert "--allow-empty" in state(server)["last"]["error"]
    assert server.get("/readyz")["documents"] == 1
    post_file.write_text(text, encoding="utf-8")
    assert run(server) == "started"
    wait_for(is_idle(server))
    wait_for(lambda: state(server)["last"]["outcome"] == "done")


def test_a_request_during_a_run_is_followed_by_another_run(server: Serving) -> None:
    for number in range(6):
        add(server, f"新{number}")
        seen = run(server)
        assert seen in ("started", "queued")
        time.sleep(0.15 * number)
    # Between two runs it is idle for a moment too.
    wait_for(lambda: is_idle(server)() and not (server.settings.index / "service/again").exists())
    wait_for(is_idle(server))
    last = last_run(server.settings.index)
    assert last
    assert last["failed"] == 0
    server.wait_for_documents(7)
    assert not (server.settings.index / "service/again").exists()


def test_a_run_waits_for_another_writer(server: Serving) -> None:
    with open_writer(server.settings.index):
        add(server, "貔貅")
        assert run(server) == "started"
        time.sleep(2)
        assert state(server)["status"] == "running"
    wait_for(is_idle(server))
    server.wait_for_documents(2)


def test_a_run_outlives_its_worker_and_a_killed_run_blocks_nothing(
    server: Serving,
) -> None:
    with open_writer(server.settings.index):
        add(server, "貔貅")
        run(server)
        wait_for(lambda: len(server.family()) == 3)
        for worker in server.family()[1:]:
            os.kill(worker, signal.SIGKILL)
        wait_for(lambda: server.get("/readyz"))
        assert state(server)["status"] == "running"
    wait_for(is_idle(server))
    server.wait_for_documents(2)
    wait_for(lambda: not running(server))  # the lock is free a moment before the process ends
    with open_writer(server.settings.index):
        run(server)
        (pid,) = wait_for(lambda: len(found := running(server)) == 1 and found)
        os.kill(pid, signal.SIGKILL)
    wait_for(is_idle(server))
    wait_for(lambda: state(server)["last"]["error"] == "it was killed by signal 9")
    assert run(server) == "started"
    wait_for(is_idle(server))


def running(server: Serving) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--on-request" in words and str(server.settings.index).encode() in words:
            found.append(int(folder.name))
    return found
