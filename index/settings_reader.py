"""Read settings from zhsearch.toml, the environment and options; the later source wins.

The only module that reads the environment.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from zhsearch.index.errors import SettingsError
from zhsearch.index.setting_fields import Setting, settings_of
from zhsearch.index.settings import IndexSettings

FILE = "zhsearch.toml"
PREFIX = "ZHSEARCH_"

Group = TypeVar("Group", bound=IndexSettings)


class _Given(NamedTuple):
    """A value as a source gives it; `name` is the key as it is spelt there, `base` where a relative path
    starts."""

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
    """Read the settings of `group` that hold in `folder` (default: the working folder).

    `flags` are options of the command line by setting, None where one is not given. Raises SettingsError that
    names the key, the value, where it is from and what to do.
    """
    folder = folder or Path.cwd()
    environ = os.environ if environ is None else environ
    declared = settings_of(group)
    values: dict[str, Any] = {}
    if cache_home := environ.get("XDG_CACHE_HOME"):
        values["cache"] = Path(cache_home) / "zhsearch"
    for source in (_in_file(folder / FILE), _in_environment(environ), _in_flags(flags or {})):
        for given in source:
            values[given.key] = _convert(given, declared)
    settings = group(**values)
    return replace(settings, cache=settings.cache.expanduser())


def _in_file(file: Path) -> Iterator[_Given]:
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsError(f"{file} cannot be read: {problem}. Correct it or move it away.") from problem
    for key, value in table.items():
        yield _Given(key, value, f"{file}{_line_of(key, text)}", key, base=file.parent)


def _in_environment(environ: Mapping[str, str]) -> Iterator[_Given]:
    for name, value in environ.items():
        if name.startswith(PREFIX):
            yield _Given(name.removeprefix(PREFIX).lower(), value, "environment", name)


def _in_flags(flags: Mapping[str, object]) -> Iterator[_Given]:
    for key, value in flags.items():
        if value is not None:
            yield _Given(key, value, "command line", f"--{key.replace('_', '-')}")


def _line_of(key: str, toml: str) -> str:
    """`:` and the number of the line that sets the key; nothing where it cannot be told."""
    for number, line in enumerate(toml.splitlines(), start=1):
        if re.match(rf"""[\s\["']*{re.escape(key)}\b""", line):
            return f":{number}"
    return ""


def _convert(given: _Given, declared: Mapping[str, Setting]) -> object:
    setting = declared.get(given.key)
    if setting is None:
        raise SettingsError(f"{given.source}: unknown setting {given.name}. {_hint(given, declared)}")
    try:
        value = setting.convert(given.value)
    except ValueError as problem:
        shown = "…" if setting.secret else repr(given.value)
        raise SettingsError(f"{given.source}: {given.name} = {shown} {problem}.") from None
    return given.base / value if given.base and isinstance(value, Path) else value


def _hint(given: _Given, declared: Mapping[str, Setting]) -> str:
    """What an unknown setting may be a misspelling of, spelt as its source spells settings; else, all."""
    from difflib import get_close_matches  # noqa: PLC0415  for this error alone

    if near := get_close_matches(given.key, declared, n=1):
        upper = given.name.startswith(PREFIX)
        return f"Did you mean {f'{PREFIX}{near[0].upper()}' if upper else near[0]}?"
    return f"Known settings: {', '.join(declared)}."
