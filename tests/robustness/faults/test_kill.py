"""`kill -9` at random moments of runs while a real server answers; FAULT_ROUNDS sets how often (`make faults`: 240)."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.server import serving
from tests.helpers.sites import ROOT, current_generation
from tests.index.generations.test_store import HOLD
from tests.robustness.faults.states import (
    IS_LONG,
    Reader,
    answered,
    answers_of,
    assert_no_garbage,
    command,
    expected_answers,
    make_site,
    run,
    run_command,
    write_state,
)
from zhsearch.search.settings import Settings

SHARDS = 4 if IS_LONG else 1  # in parallel
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "6")) // SHARDS


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_run_killed_at_any_moment_leaves_the_old_or_the_new_index_complete(
    tmp_path: Path, shard: int
) -> None:
    settings = make_site(tmp_path)
    run(settings)
    pace = Pace(settings)
    old = expected_answers(settings, tmp_path / "scratch")
    rng = random.Random(shard)
    before = after = 0
    with serving(tmp_path, settings) as server, Reader(server, old) as reader:
        for number in range(3, 3 + 4 * ROUNDS):  # some runs end before they are killed
            if before + after == ROUNDS:
                break
            write_state(settings.content, number)
            new = expected_answers(settings, tmp_path / "scratch")
            assert new != old
            reader.allowed = (old, new)
            flags = ("--full",) if number % 2 else ()
            with answered(reader):
                killed = kill_at_some_moment(settings, flags, pace, rng)
                left = answers_of(settings.index)
            assert left in (old, new)
            after += killed and left == new
            before += killed and left == old
            with answered(reader):
                run(settings, *flags)
            assert answers_of(settings.index) == new
            current_generation(settings.index).verify()
            assert_no_garbage(settings, readers=3)
            reader.ask_all()
            old = new
            reader.allowed = (new,)
            reader.ask_all()
    assert not reader.bad, reader.bad[:3]
    print(f"{before} runs killed before publishing, {after} after; {reader.requests} answers compared")
    assert before + after == ROUNDS
    assert before
    assert after or SHARDS == 1  # few rounds may miss that moment


class Pace:
    """The time to wait before a run is killed: measured at first, then adapted to whether runs were caught or had
    ended, because the load of the machine changes."""

    def __init__(self, settings: Settings) -> None:
        self.seconds: dict[tuple[tuple[str, ...], bool], float] = {}
        for flags in ((), ("--full",)):
            write_state(settings.content, 1 + len(flags))
            started = time.perf_counter()
            run_command(settings, *flags)
            whole = time.perf_counter() - started
            self.seconds |= {(flags, False): whole, (flags, True): 0.3 * whole}

    def learn(self, flags: tuple[str, ...], *, building: bool, caught: bool) -> None:
        """Adapt the wait so that about four of five runs are caught."""
        self.seconds[flags, building] *= 1.1 if caught else 0.6


def kill_at_some_moment(settings: Settings, flags: tuple[str, ...], pace: Pace, rng: random.Random) -> bool:
    """Kill a run at a random moment, in half of the rounds only once it writes a generation.

    Returns whether it was still running.
    """
    building = rng.random() < 0.5
    seconds = rng.uniform(0.02, 1) * pace.seconds[flags, building]
    process = subprocess.Popen(
        command(settings, *flags),
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while building and process.poll() is None and not list(settings.index.glob("generations/.building-*")):
        time.sleep(0.001)
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    caught = process.wait() == -signal.SIGKILL
    pace.learn(flags, building=building, caught=caught)
    return caught


def test_of_two_writers_both_succeed_or_one_names_the_other_and_nothing_is_lost(tmp_path: Path) -> None:
    settings = make_site(tmp_path)
    run(settings)
    old = expected_answers(settings, tmp_path / "scratch")
    with serving(tmp_path, settings) as server, Reader(server, old) as reader:
        for number in range(1, 1 + max(2, ROUNDS // 8)):
            write_state(settings.content, number)
            new = expected_answers(settings, tmp_path / "scratch")
            reader.allowed = (old, new)
            with answered(reader):
                both = [
                    subprocess.Popen(
                        command(settings, "--full"), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE
                    )
                    for _ in range(2)
                ]
                ends = [
                    (process.communicate(timeout=120)[1].decode(), process.returncode) for process in both
                ]
            assert 0 in {code for _, code in ends}
            for text, code in ends:
                assert code == 0 or re.search(
                    "is being written by (process [0-9]+|another process)", " ".join(text.split())
                )
            assert answers_of(settings.index) == new
            assert_no_garbage(settings, readers=3)
            old = new
            reader.allowed = (new,)
            reader.ask_all()
    assert not reader.bad, reader.bad[:3]


def test_a_second_run_fails_and_names_the_process_that_writes(tmp_path: Path) -> None:
    settings = make_site(tmp_path)
    run(settings)
    old = answers_of(settings.index)
    hold = [sys.executable, "-c", HOLD, str(settings.index)]
    holder = subprocess.Popen(hold, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        write_state(settings.content, 1)
        completed = subprocess.run(
            command(settings), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert completed.returncode == 1
        assert f"is being written by process {holder.pid}" in " ".join(completed.stderr.split())
        assert answers_of(settings.index) == old
    finally:
        holder.kill()
        holder.communicate()
    run(settings)
    assert answers_of(settings.index) == expected_answers(settings, tmp_path / "scratch") != old
