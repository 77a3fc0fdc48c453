"""Read settings from zhsearch.toml, the environment and options; the later source wins.

The only module that reads the environment.
"""

import logging
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import Message, system_message
from zhsearch.index.setting_fields import Setting, settings_of
from zhsearch.index.settings import IndexSettings
from zhsearch.index.syntax_errors import syntax_error

FILE = "zhsearch.toml"
PREFIX = "ZHSEARCH_"
LANGUAGE = "ZHSEARCH_LANG"
"""The language of messages. No setting: errors in zhsearch.toml are told in it."""

_log = logging.getLogger(__name__)

Group = TypeVar("Group", bound=IndexSettings)


class _RawSetting(NamedTuple):
    """A setting as one source has it, before conversion.

    `source` and `name` (the key as that source spells it) are for error messages; relative paths start at
    `base`.
    """

    key: str
    value: object
    source: str
    name: str
    base: Path | None = None


def read_settings(
    group: type[Group],
    *,
    flags: Mapping[str, object] | None = None,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Group:
    """Read the settings of `group` for `folder` (default: the working folder).

    `flags` are the command line's options by setting, None for those that are absent. Raises SettingsError,
    which names the key, the value, its source and the remedy.
    """
    folder = folder or Path.cwd()
    environ = os.environ if environ is None else environ
    declared = settings_of(group)
    values: dict[str, Any] = {}
    if cache_home := environ.get("XDG_CACHE_HOME"):
        values["cache"] = Path(cache_home) / "zhsearch"
    for source in (_in_file(folder / FILE), _in_environment(environ, declared), _in_flags(flags or {})):
        for raw in source:
            values[raw.key] = _convert(raw, declared)
    if values.get("html") and "content" not in values:
        values["content"] = values["html"]  # a folder `content` may be another generator's
    settings = group(**values)
    return replace(settings, cache=settings.cache.expanduser())


def variable_of(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """The environment variable that wins over a setting in zhsearch.toml; None if none does."""
    variable = f"{PREFIX}{name.upper()}"
    return variable if variable in (os.environ if environ is None else environ) else None


def wanted_languages(environ: Mapping[str, str] | None = None) -> list[str]:
    """The languages for messages that the environment names, the preferred first, as names of locales.

    ZHSEARCH_LANG, else what gettext looks at: LANGUAGE, unless the locale is C, then the locale of messages.
    """
    environ = os.environ if environ is None else environ
    if chosen := environ.get(LANGUAGE):
        return [chosen]
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or "C"
    if locale.partition(".")[0] in ("C", "POSIX"):
        return []
    return [name for name in environ.get("LANGUAGE", "").split(":") if name] or [locale]


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """The text of a settings file and its table, both empty if there is no file. Raises SettingsError if it
    cannot be read, or is not TOML."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return "", {}
    except OSError as problem:
        raise SettingsError(
            "{file} cannot be read: {problem}. Correct it or move it away.",
            file=file,
            problem=system_message(problem),
        ) from problem
    try:
        text = data.decode()
        return text, tomllib.loads(text)
    except ValueError as problem:
        raise SettingsError("{problem}.", problem=syntax_error(file, data, problem)) from problem


def _in_file(file: Path) -> Iterator[_RawSetting]:
    text, table = read_toml(file)
    for key, value in table.items():
        yield _RawSetting(key, value, f"{file}{_line_of(key, text)}", key, base=file.parent)


def _in_environment(environ: Mapping[str, str], declared: Mapping[str, Setting]) -> Iterator[_RawSetting]:
    """The settings among the variables; for others with our prefix there is a warning. They are no error,
    since systems set some of their own accord: Kubernetes, for a service called zhsearch."""
    for name, value in environ.items():
        if name.startswith(PREFIX) and name != LANGUAGE:
            raw = _RawSetting(name.removeprefix(PREFIX).lower(), value, Message("environment"), name)
            if raw.key in declared:
                yield raw
            else:
                _warn(
                    Message(
                        "environment: {name} is not a setting and is ignored. {hint}",
                        name=name,
                        hint=_hint(raw, declared),
                    )
                )


@cache  # settings may be read again and again: for each run, for each reload
def _warn(message: str) -> None:
    _log.warning("zhsearch: %s", message)


def _in_flags(flags: Mapping[str, object]) -> Iterator[_RawSetting]:
    for key, value in flags.items():
        if value is not None:
            yield _RawSetting(key, value, Message("command line"), f"--{key.replace('_', '-')}")


def _line_of(key: str, toml: str) -> str:
    """`:` and the number of the line that sets the key; "" if no line is recognised."""
    for number, line in enumerate(toml.splitlines(), start=1):
        if re.match(rf"""[\s\["']*{re.escape(key)}\b""", line):
            return f":{number}"
    return ""


def _convert(raw: _RawSetting, declared: Mapping[str, Setting]) -> object:
    setting = declared.get(raw.key)
    if setting is None:
        raise SettingsError(
            "{source}: unknown setting {name}. {hint}",
            source=raw.source,
            name=raw.name,
            hint=_hint(raw, declared),
        )
    try:
        value = setting.convert(raw.value)
    except ValueError as problem:
        shown = "…" if setting.secret else _as_written(raw.value)
        raise SettingsError(
            "{source}: {name} = {shown} {problem}.",
            source=raw.source,
            name=raw.name,
            shown=shown,
            problem=problem,
        ) from None
    return raw.base / value if raw.base and isinstance(value, Path) else value


def _as_written(value: object) -> str:
    """A value as its owner wrote it, on one line."""
    if isinstance(value, Mapping):
        pairs = (f'"{key}" = {_as_written(inner)}' for key, inner in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _hint(raw: _RawSetting, declared: Mapping[str, Setting]) -> str:
    """The remedy for an unknown setting: the closest name, spelled as in its source, or all names."""
    if isinstance(raw.value, dict) and set(raw.value) & set(declared):
        return Message(
            "Settings are in no table: write them at the beginning of the file, without [{name}].",
            name=raw.name,
        )
    from difflib import get_close_matches  # noqa: PLC0415  needed for this error only

    if closest := get_close_matches(raw.key, declared, n=1):
        upper = raw.name.startswith(PREFIX)
        return Message("Did you mean {name}?", name=f"{PREFIX}{closest[0].upper()}" if upper else closest[0])
    return Message("Known settings: {names}.", names=", ".join(declared))
