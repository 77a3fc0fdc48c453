"""The language of the command line: texts of ours, and click's own, by the locale.

`_("text {field}", field=…)` and `count_of("{count} page", "{count} pages", n)` give a text in the reader's
language when it is printed; help texts are translated when they are asked for, from the commands as they are
declared. JSON and logs stay as they are.
"""

import copy
import gettext
import inspect
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from zhsearch.index.messages import Message
from zhsearch.index.settings_reader import wanted_languages
from zhsearch.search.translation import (
    DOMAIN,
    ENGLISH,
    FOLDER,
    LOCALES,
    best_language,
    translated,
    translated_count,
)

_IN_ENGLISH = "zhsearch.in_english"


def language() -> str:
    """The reader's language: zh-CN, zh-TW or en."""
    context = click.get_current_context(silent=True)
    if context and _IN_ENGLISH in context.meta:
        return ENGLISH
    return best_language(wanted_languages())


def speak_english() -> None:
    """Have the running command print English from now on, since its messages go to a log."""
    click.get_current_context().meta[_IN_ENGLISH] = True


def _(text: str, /, **fields: object) -> str:
    """A message, or a template with its fields, in the reader's language."""
    return translated(text, language(), **fields)


def count_of(one: str, many: str, count: int, /, **fields: object) -> str:
    """The template for one or for another number, which it has as `count`, in the reader's language."""
    return translated_count(one, many, count, language(), **fields)


def listed(texts: Iterable[str]) -> str:
    """Texts in a row, separated as in the reader's language."""
    return _(", ").join(texts)


class _ReaderFormatter(logging.Formatter):
    """The text of a log record, in the reader's language where it was logged as a message."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple):
            record = copy.copy(record)
            record.args = tuple(_(arg) if isinstance(arg, Message) else arg for arg in record.args or ())
        return super().format(record)


def _terminal_handler() -> logging.Handler:
    """A handler for warnings where nothing is set up to log them, so that a person reads them."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_ReaderFormatter())
    return handler


@contextmanager
def click_in(chosen: str) -> Iterator[None]:
    """Have click use a language for its own texts, by the means that it has: gettext's default domain.

    gettext chooses the file by the environment, which does not know ZHSEARCH_LANG; so LANGUAGE tells it.
    """
    if chosen not in LOCALES:
        yield
        return
    from zhsearch.search.cli.help_layout import WideHelpFormatter  # noqa: PLC0415  not for English

    last_resort, logging.lastResort = logging.lastResort, _terminal_handler()
    before = os.environ.get("LANGUAGE"), gettext.textdomain(), click.Context.formatter_class
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = LOCALES[chosen]
    click.Context.formatter_class = WideHelpFormatter
    try:
        yield
    finally:
        logging.lastResort = last_resort
        wanted, domain, click.Context.formatter_class = before
        gettext.textdomain(domain)
        if wanted is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = wanted


def in_language(command: click.Command, chosen: str) -> click.Command:
    """A copy of a command with its help in a language. The command as declared stays as it is."""
    copied = copy.copy(command)
    copied.params = [_parameter_in(parameter, chosen) for parameter in command.params]
    copied.help = _help_in(command.help, chosen)
    if chosen in LOCALES and command.short_help is None and copied.help:
        copied.short_help = copied.help.partition("\n\n")[0].partition("。")[0]
    else:
        copied.short_help = _help_in(command.short_help, chosen)
    copied.options_metavar = _help_in(command.options_metavar, chosen)
    if isinstance(command, click.Group) and isinstance(copied, click.Group):
        copied.subcommand_metavar = translated(command.subcommand_metavar, chosen)
        copied.commands = {name: in_language(each, chosen) for name, each in command.commands.items()}
    return copied


def _parameter_in(parameter: click.Parameter, chosen: str) -> click.Parameter:
    copied = copy.copy(parameter)
    if isinstance(copied, click.Option):
        copied.help = _help_in(copied.help, chosen)
    return copied


def help_text(text: str) -> str:
    """Help as one line for each paragraph, so that the catalogue does not depend on how source is wrapped.

    A paragraph with click's mark for fixed lines keeps them.
    """
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return "\n\n".join(each if each.startswith("\b") else " ".join(each.split()) for each in paragraphs)


def _help_in(text: str | None, chosen: str) -> str | None:
    return None if text is None else translated(help_text(text), chosen)
