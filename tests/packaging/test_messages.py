"""The catalogues of messages: up to date, complete, and with the placeholders of the English texts."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from tests.helpers.sites import ROOT
from tests.packaging.messages import catalogue_file, errors, read_catalogue, texts, untranslated, updated
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.translation import LOCALES


@pytest.fixture(scope="module")
def template() -> Catalog:
    return texts()


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_text_is_translated(template: Catalog, locale: str) -> None:
    assert catalogue_file(locale).read_bytes() == updated(locale, template), "run `make messages`"
    assert untranslated(read_catalogue(locale)) == []


@pytest.mark.parametrize("locale", LOCALES.values())
def test_what_is_compiled_is_what_is_edited(locale: str) -> None:
    with catalogue_file(locale).with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert _strings(compiled) == _strings(read_catalogue(locale)), "run `make messages`"


@pytest.mark.parametrize("locale", LOCALES.values())
def test_translations_have_the_placeholders_of_the_english_text(locale: str) -> None:
    for message in read_catalogue(locale):
        english = message.id[-1] if isinstance(message.id, list | tuple) else message.id
        shown = message.string[0] if isinstance(message.string, list | tuple) else message.string
        if english and shown:
            assert _placeholders(shown) == _placeholders(english), english


def test_errors_and_notices_can_be_translated() -> None:
    """An f-string has no template to look up: write the template and its fields."""
    family = {*errors(ZhsearchError), "FileNotice", "Message"}
    found = []
    for file in sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "search").rglob("*.py")]):
        for call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            about = 1 if name in ("FileNotice", "CorruptIndexError", "ParameterError") else 0
            if name in family and any(isinstance(part, ast.JoinedStr) for part in call.args[about:]):
                found.append(f"{file.relative_to(ROOT)}:{call.lineno}")
    assert found == []


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _strings(catalogue: Catalog) -> dict[object, object]:
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): message.string[0]
        if isinstance(message.string, list | tuple)
        else message.string
        for message in catalogue
        if message.id
    }


def _placeholders(text: str) -> set[str]:
    if "%(" in text:
        return set(re.findall(r"%\(\w+\)s", text))
    try:
        return {
            f"{name}:{spec}:{kind}" for _, name, spec, kind in Formatter().parse(text) if name is not None
        }
    except ValueError:  # a text without fields, with braces of its own
        return set()
