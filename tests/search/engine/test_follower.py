"""Each request gets one engine; a new one is opened by one request while the old one answers the others."""

from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest

from zhsearch.index.errors import StoreError
from zhsearch.search.engine.follower import EngineFollower
from zhsearch.search.engine.protocol import Engine


class Follower(EngineFollower):
    """Follows `live`; its engines are bare objects."""

    def __init__(self) -> None:
        super().__init__(Path("index"))
        self.live: object | None = object()
        self.opening, self.go_on = Event(), Event()
        self.go_on.set()

    def _is_current(self) -> bool:
        return self._engine is self.live

    def _update(self) -> None:
        self.opening.set()
        self.go_on.wait(10)
        if self.live is None:
            raise StoreError("there is no index")
        self._engine = cast("Engine", self.live)


def test_a_request_gets_the_new_engine_and_keeps_the_old_one() -> None:
    follower = Follower()
    first = follower.engine()
    assert follower.engine() is first
    follower.live = object()
    assert follower.engine() is follower.live
    assert follower.engine() is not first


def test_while_one_request_opens_the_new_engine_others_get_the_old_one() -> None:
    follower = Follower()
    old = follower.engine()
    follower.live = object()
    follower.opening.clear()
    follower.go_on.clear()
    opening = Thread(target=follower.engine)
    opening.start()
    assert follower.opening.wait(10)
    assert follower.engine() is old
    follower.go_on.set()
    opening.join()
    assert follower.engine() is follower.live


def test_after_a_failure_and_after_a_release_an_engine_is_opened_again() -> None:
    follower = Follower()
    live, follower.live = follower.live, None
    with pytest.raises(StoreError):
        follower.engine()
    follower.live = live
    assert follower.engine() is live
    follower.release()
    follower.opening.clear()
    assert follower.engine() is live
    assert follower.opening.is_set()
