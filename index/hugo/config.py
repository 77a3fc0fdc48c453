"""A Hugo site's folder in, its configuration as one table with lower-case keys out.

Source: Hugo's `config/configLoader`: one file in the root, then config/_default, then the environment's
folder.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.values import as_table, merge_tables

_KINDS = ("toml", "yaml", "yml", "json")
_STEMS = ("hugo", "config")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the files of a site's configuration say together; `root` is the folder that paths in it begin
    at."""

    root: Path
    values: dict[str, Any]
    files: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The file to look at when a value is wrong."""
        return str(self.files[-1]) if self.files else "Hugo's configuration"

    @property
    def fingerprint(self) -> str:
        """Changes with every byte of the files."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]


def read_configuration(root: Path, environment: str) -> Configuration | None:
    """The configuration that lies in `root`; None where there is none. Raises SiteError naming the file that
    cannot be read."""
    names = (root / f"{stem}.{kind}" for stem in _STEMS for kind in _KINDS)
    named = next((file for file in names if file.is_file()), None)
    values = _lower(_read(named)) if named else {}
    if not isinstance(values, dict):  # only what lies in a configuration folder may be a list
        raise SiteError(f"{named} holds a list, not names with values")
    files = [named] if named else []
    for folder in ("_default", environment):
        for file in _files_in(root / "config" / folder):
            values = merge_tables(values, _placed(file, _lower(_read(file))))
            files.append(file)
    return Configuration(root, values, tuple(files)) if files else None


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a configuration folder in the order in which Hugo walks it."""
    if folder.is_dir():
        for entry in sorted(folder.iterdir()):
            if entry.is_dir():
                yield from _files_in(entry)
            elif entry.suffix.removeprefix(".") in _KINDS:
                yield entry


def _placed(file: Path, values: Any) -> dict[str, Any]:
    """What a file of a configuration folder says, under the key that its name stands for: `params.toml` is
    [params], `params.zh.toml` is [languages.zh.params], `languages.zh.toml` is [languages.zh]."""
    if file.stem in _STEMS:
        return as_table(values)
    name, _, language = file.stem.lower().partition(".")
    if isinstance(values, dict) and list(values) == [name]:
        values = values[name]  # wrapped, since a file cannot be a bare list
    if not language:
        return {name: values}
    own = {"menus" if name == "menu" else name: values} if name in ("menu", "menus", "params") else values
    return {"languages": {language: own}}


def _read(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix == ".toml":
            return tomllib.loads(text)
        values = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text) or {}
    # PyYAML's constructors raise AttributeError and LookupError: `!!timestamp x`, `!!int ""`.
    except (OSError, ValueError, RecursionError, AttributeError, LookupError, yaml.YAMLError) as problem:
        raise SiteError(f"{file} cannot be read: {' '.join(str(problem).split())[:200]}") from problem
    if not isinstance(values, dict | list):
        raise SiteError(f"{file} holds a {type(values).__name__}, not names with values")
    return values


def _lower(value: Any) -> Any:
    """Hugo's keys do not care about case."""
    if isinstance(value, dict):
        return {str(key).lower(): _lower(inner) for key, inner in value.items()}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value
