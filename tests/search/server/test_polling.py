"""The connections that the event loop watches."""

import socket
from collections.abc import Iterator
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector

import pytest

from zhsearch.search.server.connection import Connection, State
from zhsearch.search.server.polling import Polled


@pytest.fixture
def poller() -> Iterator[DefaultSelector]:
    with DefaultSelector() as poller:
        yield poller


@pytest.fixture
def connections() -> Iterator[list[Connection]]:
    wires = [wire for _ in range(3) for wire in socket.socketpair()]
    yield [Connection(wire, "client", "server") for wire in wires[::2]]
    for wire in wires:
        wire.close()


def test_the_connection_that_has_waited_longest_is_first(
    poller: DefaultSelector, connections: list[Connection]
) -> None:
    polled = Polled(poller, lambda _: None)
    for connection in connections:
        polled.add(connection, State.IDLE, 10)
    polled.add(connections[0], State.READING, 10)
    assert list(polled) == [*connections[1:], connections[0]]


def test_a_connection_that_is_removed_is_watched_until_told_otherwise(
    poller: DefaultSelector, connections: list[Connection]
) -> None:
    events: list[Connection] = []
    polled, connection = Polled(poller, events.append), connections[0]
    polled.add(connection, State.WRITING, 10)
    polled.remove(connection)
    assert connection not in polled
    assert poller.get_key(connection.wire).events == EVENT_WRITE
    for key, _ in poller.select(0):
        key.data(key.fileobj)
    assert events == [connection]
    polled.add(connection, State.IDLE, 10)
    assert poller.get_key(connection.wire).events == EVENT_READ
    polled.watch(connection, 0)
    assert not poller.get_map()


def test_a_deadline_counts_from_the_time_given(
    poller: DefaultSelector, connections: list[Connection]
) -> None:
    polled = Polled(poller, lambda _: None)
    for connection, state in zip(connections, (State.IDLE, State.READING, State.IDLE), strict=True):
        polled.add(connection, state, 10, since=100.0)
    connections[2].deadline = 105.0
    assert polled.expired(104.0) == []
    assert polled.expired(105.0) == [connections[2]]
    polled.cap_idle(107.0)
    assert [connection.deadline for connection in connections] == [107.0, 110.0, 105.0]
