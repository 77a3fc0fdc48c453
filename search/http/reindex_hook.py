"""The blueprint of `/api/reindex`: start `zhsearch reindex` for clients that know a secret.

They send the token as `Authorization: Bearer …`, or sign the body with the secret as GitHub's webhooks do
(`X-Hub-Signature-256`). A replay of one of the last deliveries, recognised by signature and number, starts no
run. A token can be used any number of times.
"""

import hashlib
import hmac
import logging
import subprocess
import sys
from fcntl import LOCK_EX, flock
from threading import Thread
from typing import Literal, NotRequired, TypedDict

from flask import Blueprint, Request, Response, current_app, json, request, url_for
from werkzeug.exceptions import NotFound, ServiceUnavailable

from zhsearch.search.api import check_names
from zhsearch.search.http.owner_token import has_token, unauthorized
from zhsearch.search.http.services import current_services
from zhsearch.search.reindex_state import (
    ReindexRuns,
    acquire_run_lock,
    is_running,
    last_run,
    record_killed,
    service_folder,
)
from zhsearch.search.settings import ServerSettings, Settings

MAX_DELIVERIES = 1_000
"""Deliveries that are remembered; the replay of an older one starts a run that finds nothing to do."""

reindex_hook = Blueprint("reindex_hook", __name__)

_log = logging.getLogger(__name__)


class ReindexAccepted(TypedDict):
    """The outcome of a request for a run: it was `started`; one is active and another follows it (`queued`);
    the delivery is a replay (`known`); it was a ping (`pong`). `poll` is the URL of the state."""

    status: Literal["started", "queued", "known", "pong"]
    poll: str


class ReindexStatus(TypedDict):
    """Whether a run on request is active, and the outcome of the last run, whoever started it."""

    status: Literal["running", "idle"]
    last: NotRequired[ReindexRuns]


@reindex_hook.post("/api/reindex")
def reindex() -> tuple[Response, int]:
    """Start a run, or queue one behind the active run."""
    settings = current_services().settings
    _require_secret(settings)
    delivery_keys = _authenticate(request, settings)
    check_names(request.args.lists(), ())
    try:
        accepted, status = _accept(settings, delivery_keys)
    except OSError as error:
        current_app.logger.error("a run of reindex cannot be started: %s", error)
        raise ServiceUnavailable("The index folder cannot be written; see the log") from None
    response = current_app.response_class(json.dumps(accepted), mimetype="application/json")
    response.headers["Location"] = accepted["poll"]
    return response, status


@reindex_hook.get("/api/reindex")
def reindex_state() -> Response:
    """The state of runs on request, and the outcome of the last run."""
    settings = current_services().settings
    _require_secret(settings)
    if not has_token(request, settings):
        raise unauthorized("The state needs the token: Authorization: Bearer …")
    check_names(request.args.lists(), ())
    status: ReindexStatus = {"status": "running" if is_running(settings.index) else "idle"}
    if last := last_run(settings.index):
        status["last"] = last
    return current_app.response_class(json.dumps(status), mimetype="application/json")


def _require_secret(settings: ServerSettings) -> None:
    if not settings.reindex_token and not settings.webhook_secret:
        raise NotFound("Indexing on request is off here: neither reindex_token nor webhook_secret is set")


def _authenticate(request: Request, settings: ServerSettings) -> tuple[str, ...]:
    """Check the secret, and return the keys that identify a webhook's delivery: hashes of its signature and
    its number; none with a token. Raises Unauthorized."""
    if has_token(request, settings):
        return ()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if settings.webhook_secret and signature:
        expected = hmac.new(settings.webhook_secret.encode(), request.get_data(cache=False), hashlib.sha256)
        expected_header = f"sha256={expected.hexdigest()}".encode()
        if hmac.compare_digest(expected_header, signature.encode("utf-8", "replace")):
            delivery = request.headers.get("X-GitHub-Delivery", "")
            return tuple(_key(value) for value in (signature, delivery) if value)
    raise unauthorized("The token or the signature is missing or wrong")


def _accept(settings: Settings, delivery_keys: tuple[str, ...]) -> tuple[ReindexAccepted, int]:
    """The response to an authenticated request, and its status. Raises OSError."""
    poll = url_for("reindex_hook.reindex_state")
    if delivery_keys and request.headers.get("X-GitHub-Event") == "ping":
        return {"status": "pong", "poll": poll}, 200
    if not delivery_keys:
        return {"status": _start(settings), "poll": poll}, 202
    with (service_folder(settings.index) / "deliveries").open("a+", encoding="ascii") as file:
        flock(file, LOCK_EX)  # released when the file is closed
        file.seek(0)
        known_keys = file.read().split()
        if not set(delivery_keys).isdisjoint(known_keys):
            return {"status": "known", "poll": poll}, 200
        status = _start(settings)
        file.seek(0)
        file.truncate()
        file.write("\n".join([*known_keys, *delivery_keys][-2 * MAX_DELIVERIES :]) + "\n")
    return {"status": status, "poll": poll}, 202


def _start(settings: Settings) -> Literal["started", "queued"]:
    lock = acquire_run_lock(settings.index)
    if lock is None:
        return "queued"
    command = [sys.executable, "-P", "-m", "zhsearch.search.cli", "reindex"]
    command += ["--content", str(settings.content), "--index", str(settings.index)]
    command += ["--html", str(settings.html)] if settings.html else []
    command += ["--json", "--on-request", str(lock)]
    with open(lock, "rb") as lock_file:  # noqa: PTH123  a descriptor, by which the new process inherits the lock
        process = subprocess.Popen(
            command,
            pass_fds=(lock_file.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # it outlives the worker that started it
        )
    Thread(target=_wait, args=(process, settings), daemon=True).start()
    return "started"


def _wait(process: "subprocess.Popen[bytes]", settings: Settings) -> None:
    """Wait for a run, which would otherwise stay as a zombie; if it was killed, record that."""
    code = process.wait()
    if code < 0:
        record_killed(settings.index, -code)
    if code:
        _log.error("the run of reindex on request ended with exit code %s", code)


def _key(text: str) -> str:
    return _digest(text).hex()[:32]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
