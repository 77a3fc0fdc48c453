"""The command line: `zhsearch COMMAND`."""

from zhsearch.search.cli.main import main

__all__ = ["main"]
