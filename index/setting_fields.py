"""Declare settings as dataclass fields that carry their conversion, limits and help.

A setting is written once, as a field of its group: reading, checking, `--help` and docs/configuration.md all
follow from it. A conversion accepts a value from TOML, the environment (a string) or an option. It raises
ValueError for an invalid one, with a message that continues `key = value`.
"""

import re
from collections.abc import Callable
from dataclasses import field, fields
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.boosts import MAX_FACTOR, MIN_FACTOR, read_boosts
from zhsearch.index.front_fields import MAX_WEIGHT, read_facets, read_search_fields
from zhsearch.index.messages import Message
from zhsearch.index.origin import ANY, read_origin

Convert = Callable[[object], object]

_METADATA = "setting"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
# What the package `limits` reads as one limit; it is not imported here, since it loads slowly.
_RATE = re.compile(
    r"\s*[0-9]+\s*(?:/|\s*per\s*)\s*[0-9]*\s*(?:second|minute|hour|day|month|year)s?\s*", re.IGNORECASE
)
_COLOUR = re.compile("#(?:[0-9a-f]{3}){1,2}")
_MIN_SECRET_CHARS = 16  # a shorter one can be guessed


class Setting(NamedTuple):
    """The declaration of a setting, apart from its name, type and default.

    `limits` is the range or the choices in Markdown, `see` a Markdown link to more about it. The value of a
    `secret` setting is never shown: not by an error, nor by the group's repr.
    """

    convert: Convert
    help: str
    limits: str = ""
    see: str = ""
    secret: bool = False


def settings_of(group: type) -> dict[str, Setting]:
    """The settings of a group (a dataclass) by name, in the order of their declaration."""
    return {declared.name: declared.metadata[_METADATA] for declared in fields(group)}


# Each of these declares a field of one type. They return Any, as `dataclasses.field` does for a type checker.


def path(default: str | None, help: str, *, see: str = "") -> Any:
    """A file or folder; an empty value is None where that is the default."""
    converted = Path(default) if default is not None else None
    return _declare(converted, Setting(partial(_to_path, optional=default is None), help, see=see))


def boolean(default: bool, help: str, *, see: str = "") -> Any:
    """true or false, 1 or 0."""
    return _declare(default, Setting(_to_boolean, help, see=see))


def switch(help: str, *, see: str = "") -> Any:
    """true, false, or "auto", which is the default: then the circumstances decide."""
    return _declare("auto", Setting(_to_switch, help, limits="`auto`, `true`, `false`", see=see))


def integer(default: int, low: int, high: int, help: str) -> Any:
    """A whole number from `low` to `high`, both included."""
    convert = partial(_to_integer, low=low, high=high)
    return _declare(default, Setting(convert, help, limits=f"{low:,}–{high:,}"))


def string(default: str, help: str, *, secret: bool = False) -> Any:
    """Any string."""
    return _declare(default, Setting(_to_string, help, secret=secret))


def choice(default: str, choices: tuple[str, ...], help: str, *, see: str = "") -> Any:
    """One string of a list."""
    limits = ", ".join(f"`{each}`" for each in choices)
    return _declare(default, Setting(partial(_to_choice, choices=choices), help, limits=limits, see=see))


def name(default: str, help: str) -> Any:
    """A name of lower-case letters, digits, `-` and `_`, starting with a letter."""
    return _declare(default, Setting(_to_name, help, limits="a–z, 0–9, `-`, `_`"))


def token(help: str) -> Any:
    """A secret that requests must present; empty by default, which means none."""
    limits = f"{_MIN_SECRET_CHARS} ASCII characters or more"
    return _declare("", Setting(_to_token, help, limits=limits, secret=True))


def strings(default: tuple[str, ...], help: str) -> Any:
    """A list of strings, separated by commas in the environment; `/` at the end of one is dropped."""
    return _declare(default, Setting(_to_strings, help))


def origins(help: str, *, see: str = "") -> Any:
    """A list of origins of pages, in the spelling of browsers, or `*`; none by default."""
    return _declare((), Setting(_to_origins, help, see=see))


def origin(help: str) -> Any:
    """An origin of pages, in the spelling of browsers; empty by default, which means none."""
    return _declare("", Setting(_to_origin, help))


def colours(help: str, *, see: str = "") -> Any:
    """A colour, or one for light and one for dark pages, as a tuple of `#rrggbb`; empty by default."""
    return _declare((), Setting(_to_colours, help, limits="`#rgb`, `#rrggbb`, or two", see=see))


def rate(help: str, *, see: str = "") -> Any:
    """A rate such as 600/minute; empty by default, which means none."""
    return _declare("", Setting(_to_rate, help, see=see))


def factors(help: str) -> Any:
    """Factors by folder (`posts/news`) or tag (`tag:教程`); none by default."""
    setting = Setting(read_boosts, help, limits=f"factors {MIN_FACTOR:g}–{MAX_FACTOR:g}")
    return field(default_factory=dict, metadata={_METADATA: setting})


def weights(help: str, *, see: str = "") -> Any:
    """Weights by field of front matter; none by default."""
    setting = Setting(read_search_fields, help, limits=f"weights 0–{MAX_WEIGHT:g}", see=see)
    return field(default_factory=dict, metadata={_METADATA: setting})


def facets(help: str, *, see: str = "") -> Any:
    """Names of facets; none by default."""
    return _declare((), Setting(read_facets, help, see=see))


def _declare(default: object, setting: Setting) -> Any:
    return field(default=default, repr=not setting.secret, metadata={_METADATA: setting})


def _to_path(value: object, *, optional: bool) -> Path | None:
    if optional and value == "":
        return None
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError(Message("is not a path"))
    return Path(value).expanduser()


def _to_boolean(value: object) -> bool:
    if str(value).lower() not in _BOOLEANS:
        raise ValueError(Message("is not a boolean: use true or false"))
    return _BOOLEANS[str(value).lower()]


def _to_switch(value: object) -> bool | str:
    if value != "auto" and str(value).lower() not in _BOOLEANS:
        raise ValueError(Message("is unknown: use {others} or {last}", others="auto, true", last="false"))
    return "auto" if value == "auto" else _to_boolean(value)


def _to_integer(value: object, *, low: int, high: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise ValueError(Message("is not a whole number: use {low} to {high}", low=low, high=high)) from None
    if not low <= number <= high:
        raise ValueError(Message("is out of range: use {low} to {high}", low=low, high=high))
    return number


def _to_string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(Message("is not a string: put it in quotes"))
    return value


def _to_choice(value: object, *, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(
            Message("is unknown: use {others} or {last}", others=", ".join(choices[:-1]), last=choices[-1])
        )
    return str(value)


def _to_name(value: object) -> str:
    text = _to_string(value)
    if not re.fullmatch("[a-z][a-z0-9_-]*", text):
        raise ValueError(Message("must be lower-case letters, digits, - and _, starting with a letter"))
    if len(text) > 100:
        raise ValueError(Message("is too long: use at most 100 characters"))
    return text


def _to_token(value: object) -> str:
    text = _to_string(value)
    if not text.isascii():
        raise ValueError(
            Message(
                "has other characters than ASCII: use at least {least} ASCII characters",
                least=_MIN_SECRET_CHARS,
            )
        )
    if text and len(text) < _MIN_SECRET_CHARS:
        raise ValueError(
            Message("is too short: use at least {least} ASCII characters", least=_MIN_SECRET_CHARS)
        )
    return text


def _to_rate(value: object) -> str:
    text = _to_string(value)
    if text and not _RATE.fullmatch(text):
        raise ValueError(Message('is not a rate: write "600/minute" or "20/second"'))
    return text


def _to_colours(value: object) -> tuple[str, ...]:
    wrong = Message('is not a colour: write "#b3261e", or ["#b3261e", "#ff8a80"] for light and dark pages')
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or len(items) > 2:
        raise ValueError(wrong)
    colours = [item.strip().lower() for item in items if isinstance(item, str)]
    if colours == [""]:
        return ()
    if len(colours) < len(items) or not all(map(_COLOUR.fullmatch, colours)):
        raise ValueError(wrong)
    return tuple(c if len(c) == 7 else "#" + "".join(digit * 2 for digit in c[1:]) for c in colours)


def _to_strings(value: object) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError(Message('is not a list of strings: write ["a", "b"], or a,b in the environment'))
    return tuple(item.strip().rstrip("/") for item in items if item.strip())


def _to_origins(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text if text == ANY else read_origin(text) for text in _to_strings(value)))


def _to_origin(value: object) -> str:
    text = _to_string(value).strip()
    return read_origin(text) if text else ""
