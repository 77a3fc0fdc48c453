"""Options, error reporting and JSON output that all commands share."""

import json
import sys
import unicodedata
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from zhsearch.index.errors import SettingsError, ZhsearchError
from zhsearch.index.setting_fields import settings_of
from zhsearch.search.cli.interrupts import interrupt_code, interruptible
from zhsearch.search.cli.language import _, count_of, listed
from zhsearch.search.errors import ParameterError
from zhsearch.search.settings import Settings

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def setting_option(name: str) -> Decorator:
    """The option for a setting, with the help and default of the setting's declaration.

    Its value is None if it is not given, and is checked when settings are read.
    """
    declared, default = settings_of(Settings)[name], getattr(Settings(), name)
    text = declared.help.replace("`", "")
    return click.option(
        f"--{name.replace('_', '-')}",
        type=click.Path(path_type=Path) if isinstance(default, Path | None) else None,
        help=f"{text[0].upper()}{text[1:]}." + (f" Default: {default}" if default is not None else ""),
    )


index_option = setting_option("index")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


def report_errors(function: Callable[..., None]) -> Callable[..., None]:
    """Print errors as one line on stderr; exit 2 for wrong usage, 1 for failures, 130 for Ctrl-C."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            with interruptible():
                function(*args, **kwargs)
        except ZhsearchError as error:
            echo_problem(error)
            sys.exit(2 if isinstance(error, ParameterError | SettingsError) else 1)
        except KeyboardInterrupt:
            sys.exit(interrupt_code())

    return run


def terminal_output() -> Any:
    """The module `rich_output` where stdout is a terminal; None in a pipe, where output stays plain lines.

    It is imported here, since a query in a pipe must not wait for it.
    """
    if not sys.stdout.isatty():
        return None
    from zhsearch.search.cli import rich_output  # noqa: PLC0415  rich loads slowly

    return rich_output


def echo_problem(problem: ZhsearchError) -> None:
    """Print an error on stderr, in the reader's language."""
    echo_error(f"zhsearch: {_(str(problem))}", "red")


def echo_error(line: str, colour: str | None = None) -> None:
    """Print a line on stderr, in colour where that is a terminal."""
    click.secho(line, err=True, fg=colour)


def print_json(value: object) -> None:
    """Print one JSON object on stdout, in UTF-8 whatever the locale, so that Chinese is never lost."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8"))


def read_line(read: Mapping[str, Any]) -> str:
    """What a query was read as besides words, with the query text of each part; empty for words alone."""
    exactly = [_("exactly {text}", text=part["value"]) for part in read["phrases"]]
    either = [_("either {text}", text=part["value"]) for part in read["alternatives"]]
    fields = [_named_part(part) for part in read["filters"]]
    without = [_("without {text}", text=_named_part(part)) for part in read["exclusions"]]
    parts = [*exactly, *either, *fields, *without]
    return _("read as: {parts}", parts=listed(parts)) if parts else ""


def _named_part(part: Mapping[str, Any]) -> str:
    """The value of a part with the field that it names."""
    field, text = part["field"], str(part["value"])
    if field == "title":
        return _("title {text}", text=text)
    if field == "tag":
        return _("tag {text}", text=text)
    return _("category {text}", text=text) if field else text


def found_line(response: Mapping[str, Any]) -> str:
    """How many pages a search found, and whether they have all words of the query."""
    total = response["total"]
    if response["weak"]:
        return count_of(
            "nothing found; {count:,} page with only a part of the query",
            "nothing found; {count:,} pages with only a part of the query",
            total,
        )
    if response["relaxed"]:
        return count_of(
            "{count:,} page, some without all of the words",
            "{count:,} pages, some without all of the words",
            total,
        )
    return count_of("{count:,} page", "{count:,} pages", total)


def versions_line(hit: Mapping[str, Any]) -> str:
    """How many other versions a hit has, with those that are listed."""
    count = count_of("{count:,} more version", "{count:,} more versions", hit["version_count"])
    others = [f"{other['label'] or other['title']} {other['url']}" for other in hit["versions"]]
    return f"{count}: {listed(others)}"


def columns(text: str) -> int:
    """The columns of a text on a terminal, where Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in text)


def padded(text: str, width: int) -> str:
    """A text with blanks up to a number of columns."""
    return text + " " * (width - columns(text))


def hit_url(hit: Mapping[str, Any]) -> str:
    """The URL of a hit, with the anchor of its section."""
    section = hit["section"]
    return f"{hit['url']}#{section['anchor']}" if section else str(hit["url"])


def echo_parsed(explanation: Mapping[str, Any]) -> None:
    """Print how the query was segmented, optional words in parentheses, and how it was interpreted."""
    terms = [f"({word['term']})" if word["function"] else word["term"] for word in explanation["words"]]
    words = " | ".join(terms)
    if explanation["question"]:
        click.echo(_("read as a question: {words}", words=words))
    elif explanation["asks"]:
        click.echo(_("read as words, put as a question: {words}", words=words))
    else:
        click.echo(_("read as words: {words}", words=words))
    if explanation["phrases"]:
        click.echo(_("exactly: {phrases}", phrases=" | ".join(explanation["phrases"])))


def score_line(detail: Mapping[str, Any]) -> str:
    """One detail of an explained score as a line: score, channel, word, and the score by field."""
    fields = "  ".join(f"{field} {share:.2f}" for field, share in detail["fields"].items())
    return f"{detail['score']:8.2f}  {detail['channel']:7}  {detail['what']}  {fields}"
