"""A request to index again in, one running `zhsearch reindex` out, for those who know a secret.

Two ways to show that: the token as `Authorization: Bearer …`, or a webhook's body signed with the secret as
GitHub does it (`X-Hub-Signature-256`). A signature that was accepted is not accepted again, nor is a delivery
of the same number: as many as are remembered. A token is as good as whoever has it.
"""

import hashlib
import hmac
import logging
import subprocess
import sys
from fcntl import LOCK_EX, flock
from threading import Thread
from typing import Literal, NotRequired, TypedDict

from flask import Flask, Request, Response, json, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, ServiceUnavailable, Unauthorized

from zhsearch.search.reindex_state import (
    ReindexRuns,
    acquire_run_lock,
    is_running,
    last_run,
    record_killed,
    service_folder,
)
from zhsearch.search.settings import ServerSettings, Settings

REMEMBERED = 1_000
"""Deliveries that cannot be replayed; an older one costs a run that finds nothing to do."""

_log = logging.getLogger(__name__)


class ReindexAccepted(TypedDict):
    """What became of a request for a run: it was `started`; one is at work and another follows (`queued`); it
    was asked for before (`known`); nothing was to be done (`pong`). `poll` is where to ask how it goes."""

    status: Literal["started", "queued", "known", "pong"]
    poll: str


class ReindexStatus(TypedDict):
    """Is a run at work that was started on request, and what became of the last run, whoever started it?"""

    status: Literal["running", "idle"]
    last: NotRequired[ReindexRuns]


def install_reindex_routes(app: Flask, settings: Settings) -> None:
    """Add `POST /api/reindex` and its status to the app. Without a secret both are not there."""

    @app.post("/api/reindex")
    def reindex() -> tuple[Response, int]:
        _must_be_on(settings)
        keys = _proof(request, settings)
        try:
            asked, status = _ask(settings, keys)
        except OSError as problem:
            app.logger.error("a run of reindex cannot be started: %s", problem)
            raise ServiceUnavailable("The index folder cannot be written here; see the log") from None
        response = app.response_class(json.dumps(asked), mimetype="application/json")
        response.headers["Location"] = asked["poll"]
        return response, status

    @app.get("/api/reindex")
    def reindex_state() -> Response:
        _must_be_on(settings)
        if not _has_token(request, settings):
            raise _unauthorized("Only the token shows the state: Authorization: Bearer …")
        state: ReindexStatus = {"status": "running" if is_running(settings.index) else "idle"}
        if last := last_run(settings.index):
            state["last"] = last
        return app.response_class(json.dumps(state), mimetype="application/json")


def _must_be_on(settings: ServerSettings) -> None:
    if not settings.reindex_token and not settings.webhook_secret:
        raise NotFound("Indexing on request is off here: no reindex_token and no webhook_secret is set")


def _proof(request: Request, settings: ServerSettings) -> tuple[str, ...]:
    """What shows that the request may be made: nothing to remember of a token, of a webhook its signature and
    its delivery's number. Raises Unauthorized."""
    if _has_token(request, settings):
        return ()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if settings.webhook_secret and signature:
        made = hmac.new(settings.webhook_secret.encode(), request.get_data(cache=False), hashlib.sha256)
        if hmac.compare_digest(f"sha256={made.hexdigest()}".encode(), signature.encode("utf-8", "replace")):
            delivery = request.headers.get("X-GitHub-Delivery", "")
            return tuple(_key(one) for one in (signature, delivery) if one)
    raise _unauthorized("The token or the signature is missing or wrong")


def _has_token(request: Request, settings: ServerSettings) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # Hashed first: compare_digest tells how long its arguments are.
    same = hmac.compare_digest(_digest(given.strip()), _digest(settings.reindex_token))
    return bool(settings.reindex_token) and scheme.lower() == "bearer" and same


def _unauthorized(why: str) -> Unauthorized:
    return Unauthorized(why, www_authenticate=WWWAuthenticate("bearer"))


def _ask(settings: Settings, keys: tuple[str, ...]) -> tuple[ReindexAccepted, int]:
    poll = url_for("reindex_state")
    if keys and request.headers.get("X-GitHub-Event") == "ping":
        return {"status": "pong", "poll": poll}, 200
    if not keys:
        return {"status": _start(settings), "poll": poll}, 202
    with (service_folder(settings.index) / "deliveries").open("a+", encoding="ascii") as file:
        flock(file, LOCK_EX)  # let go with the file
        file.seek(0)
        known = file.read().split()
        if not set(keys).isdisjoint(known):
            return {"status": "known", "poll": poll}, 200
        status = _start(settings)
        file.seek(0)
        file.truncate()
        file.write("\n".join([*known, *keys][-2 * REMEMBERED :]) + "\n")
    return {"status": status, "poll": poll}, 202


def _start(settings: Settings) -> Literal["started", "queued"]:
    lock = acquire_run_lock(settings.index)
    if lock is None:
        return "queued"
    with open(lock, "rb") as held:  # noqa: PTH123  a descriptor; the process that inherits it holds the lock on
        command = [
            sys.executable,
            "-P",
            "-m",
            "zhsearch.search.cli",
            "reindex",
            "--content",
            str(settings.content),
        ]
        command += ["--index", str(settings.index), "--json", "--on-request", str(lock)]
        run = subprocess.Popen(
            command,
            pass_fds=(held.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # it goes on when the worker that started it does not
        )
    Thread(target=_await, args=(run, settings), daemon=True).start()
    return "started"


def _await(run: "subprocess.Popen[bytes]", settings: Settings) -> None:
    code = run.wait()
    if code < 0:
        record_killed(settings.index, -code)
    if code:
        _log.error("the run of reindex that was asked for ended with %s", code)


def _key(text: str) -> str:
    return _digest(text).hex()[:32]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
