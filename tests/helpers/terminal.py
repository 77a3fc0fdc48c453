"""Run a command in the foreground of a pseudo-terminal, and press Ctrl-C there."""

import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from tests.helpers.server import wait_for

_MAX_SECONDS = 8
"""Two seconds suffice where the machine has nothing else to do, and a hang lasted ten; not counted is for how long the
processes wait for a core."""

_IN_FOREGROUND = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def seconds_without_a_core(leader: int) -> float:
    """How long the threads of a terminal's processes were ready to run and had to wait for a core; 0 if not known."""
    waited = 0
    for schedule in Path("/proc").glob("[0-9]*/task/*/schedstat"):
        with suppress(OSError):
            if os.getsid(int(schedule.parts[2])) == leader:
                waited += int(schedule.read_text().split()[1])
    return waited / 1e9


class Terminal:
    """A process in the foreground of a pseudo-terminal of its own, and what it has printed there."""

    def __init__(self, command: list[str], folder: Path, environ: Mapping[str, str]) -> None:
        self._side, side_of_process = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_FOREGROUND, *command],
            cwd=folder,
            env={**os.environ, **environ},
            text=True,
            stdin=side_of_process,
            stdout=side_of_process,
            stderr=side_of_process,
            start_new_session=True,
        )
        os.close(side_of_process)
        self._output = bytearray()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # EIO: nobody has the terminal open any more
            while data := os.read(self._side, 65_536):
                self._output += data

    def text(self) -> str:
        return _STYLE.sub("", self._output.decode(errors="replace"))

    def wait_until_serving(self) -> None:
        """Wait for the line with the URL; the workers may start after it."""
        wait_for(lambda: self.process.poll() is not None or "stop with ctrl-c" in self.text().lower())
        assert self.process.poll() is None, self.text()

    def press_ctrl_c(self) -> None:
        os.write(self._side, b"\x03")

    def words_after_ctrl_c(self) -> list[str]:
        """Wait for the end of the process; returns what it has printed since Ctrl-C was pressed, progress apart."""
        pressed, held_up = time.monotonic(), 0.0
        while (code := self.process.poll()) is None and time.monotonic() < pressed + 120:
            held_up = max(held_up, seconds_without_a_core(self.process.pid))
            time.sleep(0.02)
        seconds = time.monotonic() - pressed - held_up
        self._reader.join(10)
        after = self.text().partition("^C")[2]
        assert seconds < _MAX_SECONDS, after
        assert code in (0, 130, -2), (code, after)  # -2: a shell reports it as 130
        return re.sub(r"indexing .*", "", after.replace("^C", " ")).split()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(10)
        os.close(self._side)


@contextmanager
def terminal(command: list[str], folder: Path, **environ: str) -> Iterator[Terminal]:
    """Run a command in a terminal until the block ends, in which it is killed if it still runs."""
    shell = Terminal(command, folder, environ)
    try:
        yield shell
    finally:
        shell.close()
