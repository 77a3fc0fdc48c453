"""Answers and the event loop: none is forgotten, wherever thread and loop interrupt each other."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, EVENT_WRITE
from types import FrameType
from typing import Any

import pytest

from zhsearch.search.server.answered import Answered
from zhsearch.search.server.connection import Connection


class Loop:
    """What the event loop does with answers: it takes them when it is woken."""

    def __init__(self) -> None:
        self.is_stopping = False
        self.answered = Answered(self.wake, lambda: self.is_stopping)
        self.wakes = 0
        self.taken: list[Connection] = []

    def wake(self) -> None:
        self.wakes += 1

    def take(self) -> None:
        self.taken += self.answered.take()


@pytest.fixture
def clients() -> Iterator[Callable[[], Connection]]:
    """Make connections whose next request the loop already waits for."""
    wires: list[socket.socket] = []

    def connect() -> Connection:
        wires.append(socket.socket())
        connection = Connection(wires[-1], "client", "server")
        connection.polled_for = EVENT_READ
        return connection

    yield connect
    for wire in wires:
        wire.close()


def test_the_loop_sleeps_on_where_it_only_waits_for_the_next_request(
    clients: Callable[[], Connection],
) -> None:
    loop, connection = Loop(), clients()
    loop.answered.put(connection)
    assert loop.wakes == 0
    loop.take()
    assert loop.taken == [connection]


@pytest.mark.parametrize("change", [{"polled_for": 0}, {"polled_for": EVENT_WRITE}, {"is_broken": True}])
def test_the_loop_is_woken_once_for_several_answers_with_work(
    clients: Callable[[], Connection], change: dict[str, Any]
) -> None:
    loop = Loop()
    for _ in range(2):
        three = [clients() for _ in range(3)]
        for connection in three:
            vars(connection).update(change)
            loop.answered.put(connection)
        loop.take()
        assert loop.taken[-3:] == three
    assert loop.wakes == 2


def test_a_loop_that_stops_waits_for_no_answer_in_vain(clients: Callable[[], Connection]) -> None:
    loop = Loop()
    loop.is_stopping = True
    loop.answered.put(clients())
    assert loop.wakes == 1


def test_what_is_answered_meanwhile_is_left_for_the_next_turn(clients: Callable[[], Connection]) -> None:
    loop, first, second = Loop(), clients(), clients()
    loop.answered.put(first)
    for connection in loop.answered.take():
        assert connection is first
        second.is_broken = True
        loop.answered.put(second)
    assert loop.wakes == 1
    loop.take()
    assert loop.taken == [second]


@contextmanager
def interrupted(function: Callable[..., Any], step: int, other: Callable[[], None]) -> Iterator[list[int]]:
    """Call `other` before this step of the interpreter in a function; the steps so far are in the list."""
    steps = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code is not function.__code__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps[0] += 1
            if steps[0] == step:
                other()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield steps
    finally:
        sys.settrace(before)


def test_a_change_by_the_loop_is_seen_at_whatever_step_of_a_thread_it_comes(
    clients: Callable[[], Connection],
) -> None:
    step = 0
    while True:
        step += 1
        loop, connection = Loop(), clients()

        def read_ahead(loop: Loop = loop, connection: Connection = connection) -> None:
            connection.polled_for = 0
            loop.take()

        with interrupted(Answered.put, step, read_ahead) as steps:
            loop.answered.put(connection)
        if steps[0] < step:
            break
        if loop.wakes:
            loop.take()
        assert loop.taken == [connection], step
    assert step > 10


@pytest.mark.parametrize("taker", [Answered.put, Answered.take])
def test_an_answer_is_taken_at_whatever_step_of_another_thread_or_the_loop_it_comes(
    clients: Callable[[], Connection], taker: Callable[..., Any]
) -> None:
    step = 0
    while True:
        step += 1
        loop, one, other = Loop(), clients(), clients()
        one.is_broken = other.is_broken = True

        def put_other(loop: Loop = loop, other: Connection = other) -> None:
            loop.answered.put(other)

        with interrupted(taker, step, put_other) as steps:
            loop.answered.put(one)
            woken = loop.wakes
            loop.take()
        if steps[0] < step:
            break
        assert woken
        if loop.wakes > woken:
            loop.take()
        assert set(loop.taken) == {one, other}, step
    assert step > 10
