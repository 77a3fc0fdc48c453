"""Shared by all commands: common options, error reporting, JSON on stdout."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from zhsearch.index.errors import SettingsError, ZhsearchError
from zhsearch.search.errors import ParameterError

index_option = click.option(
    "--index", type=click.Path(path_type=Path), help="Index folder. Default: .zhsearch"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def report_errors(function: Callable[..., None]) -> Callable[..., None]:
    """Print errors as one line on stderr; exit 2 for wrong usage, 1 for failures, 130 for Ctrl-C."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except ZhsearchError as error:
            echo_error(f"zhsearch: {error}", "red")
            sys.exit(2 if isinstance(error, ParameterError | SettingsError) else 1)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


def terminal_output() -> Any:
    """The module `rich_output` where stdout is a terminal; None in a pipe, where output stays plain lines.

    It is loaded here, since a query in a pipe must not wait for it.
    """
    if not sys.stdout.isatty():
        return None
    from zhsearch.search.cli import rich_output  # noqa: PLC0415  rich loads slowly

    return rich_output


def echo_error(line: str, colour: str | None = None) -> None:
    """Print a line on stderr, in colour where that is a terminal."""
    click.secho(line, err=True, fg=colour)


def print_json(value: object) -> None:
    """Print one JSON object on stdout, in UTF-8 whatever the locale, so that Chinese is never lost."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8"))
