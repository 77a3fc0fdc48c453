"""The catalogues of messages in search/locale: texts collected, and compiled for gettext.

`make messages` runs this after a change of texts: it adds new texts to each .po, drops those that are gone, says
which have no translation yet, and writes the .mo files. Tests say when they are out of date.
"""

import errno
import io
import os
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from werkzeug.exceptions import default_exceptions

import zhsearch.index
import zhsearch.search
from tests.helpers.sites import ROOT
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.cli import main
from zhsearch.search.cli.language import help_text
from zhsearch.search.translation import DOMAIN, FOLDER, LOCALES

_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "translated": None, "Message": None, "counted_message": (1, 2), "count_of": (1, 2),
    "__init__": None,  # of errors with a text of their own
}  # fmt: skip
_EXTRACTORS = [("**.py", "python"), ("analytics/templates/*.html", "jinja2")]
_SECOND = ("CorruptIndexError", "ParameterError")  # the errors whose template is the second argument
_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
_PLACEHOLDERS = ("directory", "file", "path")  # click looks them up at import, and shows PATH in help
_ERRNOS = (
    errno.EACCES, errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EDQUOT, errno.EEXIST, errno.EFBIG, errno.EINVAL,
    errno.EIO, errno.EISDIR, errno.ELOOP, errno.EMFILE, errno.ENAMETOOLONG, errno.ENFILE, errno.ENOENT,
    errno.ENOMEM, errno.ENOSPC, errno.ENOTDIR, errno.ENOTEMPTY, errno.EPERM, errno.EROFS, errno.ESTALE,
)  # fmt: skip
_STATUSES = (400, 404, 405, 413, 414, 500, 503)  # of pages
_HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def texts() -> Catalog:
    """All texts that can be shown: ours, those of commands and options, click's, the system's."""
    catalog = Catalog()
    _add_our_texts(catalog)
    _add_texts_of_others(catalog)
    return catalog


def _add_our_texts(catalog: Catalog) -> None:
    for package in (zhsearch.index, zhsearch.search):  # every class of errors
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    keywords = {**_KEYWORDS, **{name: (2,) if name in _SECOND else None for name in errors(ZhsearchError)}}
    for folder in ("index", "search"):
        for name, _, text, _, _ in extract_from_dir(ROOT / folder, method_map=_EXTRACTORS, keywords=keywords):
            catalog.add(text, locations=[(f"{folder}/{name}", 0)])
    for name, text in _texts_of_commands("zhsearch", main):
        catalog.add(text, locations=[(name, 0)])


def _add_texts_of_others(catalog: Catalog) -> None:
    for part in _CLICK:
        file = Path(click.__file__).parent / f"{part}.py"
        for _, text, _, _ in extract_from_file("python", file, keywords={"_": None, "ngettext": (1, 2)}):
            if text not in _PLACEHOLDERS:
                catalog.add(text, locations=[(f"click/{part}.py", 0)])
    catalog.add("required", locations=[("click/core.py", 0)])  # click looks up a variable
    for code in _STATUSES:
        refusal = default_exceptions[code]
        for phrase in (refusal().name, str(refusal.description)):
            catalog.add(phrase, locations=[("werkzeug", 0)])
    for number in _ERRNOS:
        catalog.add(os.strerror(number), locations=[("errno", 0)])


def errors(family: type[ZhsearchError]) -> Iterator[str]:
    """The names of a class of errors and of those derived from it."""
    yield family.__name__
    for derived in family.__subclasses__():
        yield from errors(derived)


def _texts_of_commands(name: str, command: click.Command) -> Iterator[tuple[str, str]]:
    """(command, text) of the help of a command, its options and its sub-commands."""
    context = click.Context(command)
    shown = [command.help, command.short_help, command.options_metavar]
    shown += [parameter.help for parameter in command.params if isinstance(parameter, click.Option)]
    if isinstance(command, click.Group):
        shown.append(command.subcommand_metavar)
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            assert child
            yield from _texts_of_commands(f"{name} {each}", child)
    yield from ((name.replace(" ", "-"), help_text(text)) for text in shown if text)


def catalogue_file(locale: str) -> Path:
    """The file in which the translations of a language are edited."""
    return FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(locale: str) -> Catalog:
    """The translations of a language; empty before the first run."""
    source = catalogue_file(locale)
    if not source.exists():
        return Catalog(locale)
    with source.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def updated(locale: str, template: Catalog) -> bytes:
    """The .po of a language with the texts of today. It has no dates or lines, so that branches merge."""
    catalogue, fresh = read_catalogue(locale), Catalog(locale)
    for message in template:
        if message.id:
            old = catalogue.get(message.id)
            fresh.add(message.id, old.string if old else "", locations=message.locations)
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER.format(locale=locale).encode() + buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The .mo of a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts without a translation."""
    return [str(message.id) for message in catalogue if message.id and not _has_text(message.string)]


def _has_text(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    for locale in LOCALES.values():
        file = catalogue_file(locale)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(updated(locale, texts()))
        file.with_suffix(".mo").write_bytes(compiled(read_catalogue(locale)))
        for text in untranslated(read_catalogue(locale)):
            print(f"{locale}: no translation yet: {text}")
