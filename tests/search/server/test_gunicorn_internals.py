"""gunicorn's internals: those that the worker overrides or relies on are unchanged since they were reviewed."""

import hashlib
import inspect
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest
from gunicorn.arbiter import Arbiter
from gunicorn.http.parser import Parser
from gunicorn.workers.gthread import PollableMethodQueue, ThreadWorker

from tests.helpers.sites import ROOT
from zhsearch.search.server import gunicorn_app
from zhsearch.search.server.worker import Worker

OVERRIDDEN: dict[Callable[..., Any], str] = {
    ThreadWorker.__init__: "5681b8b542ea91bf",
    ThreadWorker.get_thread_pool: "003f3549a71b6d34",
    ThreadWorker.handle_quit: "36bd35a8dae5d2b5",
    ThreadWorker.run: "f92c7394d85715a4",
    ThreadWorker.init_signals: "65442e0602b05f37",
    ThreadWorker.wait_for_and_dispatch_events: "ea969b352482bd5c",
    ThreadWorker.accept: "f8dcead3dce5c851",
    ThreadWorker.handle: "ca85c9be3df75da4",
    ThreadWorker.notify: "7f509bc4046b0e97",
    ThreadWorker.murder_pending: "7bf11f46454296e1",
    ThreadWorker.murder_keepalived: "4459960c4ccc36d4",
    ThreadWorker._cap_keepalive: "745c8ac37108c74d",
    Arbiter.spawn_worker: "6abc0d90b0b9f80b",
    Arbiter.manage_workers: "518f2dd040ef6809",
}
RELIED_ON: dict[Callable[..., Any], str] = {
    ThreadWorker.init_process: "e4fc63a1a68e4f48",
    ThreadWorker.handle_request: "6d0de5b919102efc",
    ThreadWorker.set_accept_enabled: "140150ebfd3cae34",
    ThreadWorker.handle_exit: "b4e7decd4f9203ac",
    Arbiter.run: "1ddfab9d644f3a73",
    Arbiter.stop: "7138b6afd9c46ae0",
    Arbiter.handle_int: "353549167963ec58",
    PollableMethodQueue.defer: "4d722900967b8ad2",
    PollableMethodQueue.run_callbacks: "2583376785b0c53c",
    Parser.__init__: "604084ecb33b3dbd",
    Parser.__next__: "b8536520e95854d6",
}
"""Functions and the hashes of their source. If one differs, read what it does now, compare search/server with it,
and only then change the hash and the pin in pyproject.toml."""


def overridden(ours: type, theirs: type) -> dict[str, tuple[Any, Any]]:
    """The methods that a class of ours or its base defines anew, by name: (ours, gunicorn's)."""
    return {
        name: (getattr(ours, name), getattr(theirs, name))
        for our_class in ours.__mro__[: ours.__mro__.index(theirs)]
        for name, method in vars(our_class).items()
        if inspect.isfunction(method) and hasattr(theirs, name)
    }


def test_gunicorn_is_pinned_to_the_version_that_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"gunicorn=={version('gunicorn')}" in project["dependencies"]


def test_the_hash_of_every_overridden_method_is_listed() -> None:
    pairs = overridden(Worker, ThreadWorker) | overridden(gunicorn_app._Arbiter, Arbiter)
    assert {theirs for _, theirs in pairs.values()} == set(OVERRIDDEN)
    for name in ("murder_pending", "_cap_keepalive", "notify"):
        assert name in pairs, f"gunicorn no longer has {name}, so that ours is never called"


@pytest.mark.parametrize("name", sorted(overridden(Worker, ThreadWorker)))
def test_an_override_accepts_the_arguments_that_gunicorn_passes(name: str) -> None:
    ours, theirs = overridden(Worker, ThreadWorker)[name]
    if name != "__init__":  # which passes all arguments on
        wanted = inspect.signature(theirs).parameters.values()
        actual = inspect.signature(ours).parameters.values()
        assert [parameter.default for parameter in actual] == [parameter.default for parameter in wanted]


@pytest.mark.parametrize(
    ("function", "wanted"),
    (OVERRIDDEN | RELIED_ON).items(),
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_the_source_of_gunicorns_functions_is_as_reviewed(function: Callable[..., Any], wanted: str) -> None:
    source = inspect.getsource(function)
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == wanted, f"gunicorn changed:\n{source}"


def test_gunicorns_worker_has_the_attributes_that_ours_uses() -> None:
    attributes = set(ThreadWorker.__init__.__code__.co_names)
    assert {
        "nr_conns",
        "method_queue",
        "worker_connections",
        "tpool",
        "poller",
        "keepalived_conns",
    } <= attributes
