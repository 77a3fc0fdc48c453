"""`kill -9` at random moments of runs, while a real server answers. How many: FAULT_ROUNDS (`make faults`: 240)."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.known import (
    Reader,
    answered,
    answers_of,
    assert_no_garbage,
    command,
    known,
    make_site,
    run,
    write_state,
)
from tests.server import serving
from tests.support import ROOT, live

PARTS = 4 if "FAULT_ROUNDS" in os.environ else 1  # side by side
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "25")) // PARTS


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_moment_a_run_leaves_the_old_or_the_new_index_in_whole(
    tmp_path: Path, part: int
) -> None:
    settings = make_site(tmp_path)
    run(settings)
    seconds = {}
    for flags in ((), ("--full",)):
        write_state(settings.content, 1 + len(flags))
        started = time.perf_counter()
        run(settings, *flags)
        seconds[flags] = time.perf_counter() - started
    old = known(settings, tmp_path / "scratch")
    rng = random.Random(part)
    published = 0
    with serving(tmp_path, settings) as server, Reader(server, old) as reader:
        for number in range(3, 3 + ROUNDS):
            write_state(settings.content, number)
            new = known(settings, tmp_path / "scratch")
            assert new != old
            reader.allowed = (old, new)
            flags = ("--full",) if number % 2 else ()
            with answered(reader):
                kill_at_some_moment(settings.index, command(settings, *flags), seconds[flags], rng)
                left = answers_of(settings.index)
            assert left in (old, new)
            published += left == new
            with answered(reader):
                run(settings, *flags)
            assert answers_of(settings.index) == new
            live(settings.index).verify()
            assert_no_garbage(settings, readers=3)
            reader.ask_all()
            old = new
            reader.allowed = (new,)
            reader.ask_all()
    assert not reader.bad, reader.bad[:3]
    print(f"{ROUNDS} runs killed, {published} of them after publishing; {reader.asked} answers compared")


def kill_at_some_moment(index: Path, command: list[str], seconds: float, rng: random.Random) -> None:
    """Kill the run: any time, or (half of the rounds) once it builds, which is when there is something to tear."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    if rng.random() < 0.5:
        time.sleep(rng.uniform(0.02, 1.05) * seconds)
    else:
        while process.poll() is None and not list((index / "generations").glob(".building-*")):
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.3) * seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_of_two_writers_one_waits_its_turn_or_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    settings = make_site(tmp_path)
    run(settings)
    old = known(settings, tmp_path / "scratch")
    with serving(tmp_path, settings) as server, Reader(server, old) as reader:
        told = 0
        for number in range(1, 1 + max(3, ROUNDS // 8)):
            write_state(settings.content, number)
            new = known(settings, tmp_path / "scratch")
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
                assert code == 0 or "is being written by process" in " ".join(text.split())
                told += code == 1
            assert answers_of(settings.index) == new
            assert_no_garbage(settings, readers=3)
            old = new
            reader.allowed = (new,)
            reader.ask_all()
    assert not reader.bad, reader.bad[:3]
    assert told
