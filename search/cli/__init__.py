"""The command line: `zhsearch COMMAND`."""

from zhsearch.search.cli.interrupts import end_on_interrupt

end_on_interrupt()

from zhsearch.search.cli.main import main  # noqa: E402  what it imports may be interrupted

__all__ = ["main"]
