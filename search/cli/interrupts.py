"""Ctrl-C without a stack trace, from the program's first line to its last.

Before a command runs and after it has run, nothing needs to be cleaned up: the process ends at once.
Meanwhile Ctrl-C raises KeyboardInterrupt, so that the command can clean up. Imports may be interrupted as
well, so that this module is the first of them, and has few itself.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PROGRAMS = ("zhsearch", "-m")  # "-m": Python still looks for the module that it runs


def interrupt_code() -> int:
    """The exit code after Ctrl-C: 0 for a server, whose usual end it is, so that `make run` has no error."""
    return 0 if sys.argv[1:2] == ["serve"] else 130


def end_on_interrupt() -> None:
    """Make Ctrl-C end this process at once, if it is the program and does not ignore Ctrl-C (`nohup`)."""
    program = os.path.basename(sys.argv[0])  # noqa: PTH119  pathlib takes milliseconds
    if program in _PROGRAMS and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt in this block. Where Python would drop it, the process ends."""
    if signal.getsignal(signal.SIGINT) is not _end:
        yield
        return
    sys.unraisablehook = _end_if_interrupted
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _end)


def _end(*_: Any) -> None:
    os._exit(interrupt_code())


def _end_if_interrupted(unraisable: Any) -> None:
    """Called by Python for an exception in a callback or a finalizer, which it would print and forget."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _end()
    sys.__unraisablehook__(unraisable)
