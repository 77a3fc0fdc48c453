"""Catalogues of gettext, and the choice among them: messages of the command line and of errors, in the
reader's language.

The English text is the key. `make messages` collects the texts and compiles the catalogues in `locale/`. The
words of the search page are in `i18n`, which programs in other languages may look at.
"""

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from zhsearch.index.messages import Message

LOCALES = {"zh-CN": "zh_CN", "zh-TW": "zh_TW"}
"""The languages with a catalogue, by tag, and the names of their folders. English needs none."""

ENGLISH = "en"
DOMAIN = "zhsearch"
FOLDER = Path(__file__).parent / "locale"


def language_of(tag: str) -> str | None:
    """The language for a BCP 47 tag (`zh-Hant-HK`) or the name of a locale (`zh_HK.UTF-8`): zh-CN, zh-TW or
    en; None for another one."""
    primary, *rest = tag.strip().partition(".")[0].partition("@")[0].lower().replace("_", "-").split("-")
    if primary == "en":
        return ENGLISH
    if primary not in ("zh", "cmn", "yue"):
        return None
    if "hans" in rest:
        return "zh-CN"
    return "zh-TW" if {"hant", "tw", "hk", "mo"} & set(rest) else "zh-CN"


def best_language(tags: Iterable[str]) -> str:
    """The first language of the tags that there are texts in; English where there is none."""
    return next(filter(None, map(language_of, tags)), ENGLISH)


def translated(text: str, language: str, /, **fields: object) -> str:
    """A message, or a template with its fields, in a language; English where it has no translation."""
    if isinstance(text, Message):
        return _shown(text, language)
    template = _catalogue(language).gettext(text) if text else text
    return template.format(**_fields(fields, language)) if fields else template


def translated_count(one: str, many: str, count: int, language: str, /, **fields: object) -> str:
    """The template for a number, filled with it (`count`) and with the other fields."""
    template = _catalogue(language).ngettext(one, many, count)
    return template.format(count=count, **_fields(fields, language))


def load_catalogues() -> None:
    """Load the texts of all languages now: their files could not be opened when descriptors are short."""
    for language in LOCALES:
        _catalogue(language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The texts of a language, loaded when the first one is needed."""
    if language not in LOCALES:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [LOCALES[language]])


def _shown(message: Message, language: str) -> str:
    if language not in LOCALES:
        return message
    if message.many:
        count = message.fields["count"]
        template = _catalogue(language).ngettext(
            message.template, message.many, count if isinstance(count, int) else 0
        )
    else:
        template = _catalogue(language).gettext(message.template)
    return template.format(**_fields(message.fields, language)) if message.fields else template


def _fields(fields: dict[str, object], language: str) -> dict[str, object]:
    """The fields of a text, those that are messages in the language too."""
    return {
        name: _shown(value, language) if isinstance(value, Message) else value
        for name, value in fields.items()
    }
