"""A sitecustomize module: forks the program at many instants, and sends SIGINT to each child.

No instant depends on time: they are every n-th import and opening of a file in the main process, and its exit; none
while it writes a generation, which a child would remove. The environment names the folder of the results: a file for
each child, with its exit status and all it printed.
"""

import atexit
import os
import signal
import sys
from pathlib import Path
from typing import Any

_FOLDER, _STRIDE = Path(os.environ["INTERRUPTING"]), int(os.environ["INTERRUPTING_EACH"])
_FIRST = "zhsearch.search.cli.main"  # imported after the first lines of the program
_main_process = os.getpid()
_is_running = _is_writing = _is_child = False
_instants = 0


def interrupt_a_child(instant: str) -> None:
    """Fork, interrupt the child here, and wait for its end."""
    global _is_child
    output = _FOLDER / f"{_instants}.out"
    child = os.fork()
    if not child:
        _is_child = True
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.kill(os.getpid(), signal.SIGINT)
        return
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    output.with_suffix(".json").write_text(f'{{"instant": {instant!r}, "code": {code}}}'.replace("'", '"'))


def on_event(event: str, arguments: tuple[Any, ...]) -> None:
    global _is_running, _is_writing, _instants
    if (
        event not in ("import", "open", "os.mkdir")
        or _is_writing
        or _is_child
        or os.getpid() != _main_process
    ):
        return
    _is_writing = ".building-" in str(arguments[0])
    if event == "import" and arguments[0] == _FIRST:
        _is_running = True
    if not _is_running:
        return
    _instants += 1
    if _instants % _STRIDE == 1:
        _is_running = False  # what is opened for this one is no instant
        interrupt_a_child(f"{event} {str(arguments[0])[-60:]}")
        _is_running = not _is_child


def at_exit() -> None:
    global _instants
    if not _is_child and os.getpid() == _main_process:
        _instants += 1
        interrupt_a_child("exit")


sys.addaudithook(on_event)
atexit.register(at_exit)  # the first that is registered is the last to be called
