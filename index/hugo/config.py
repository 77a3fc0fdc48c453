"""The configuration of a Hugo site, merged into one table with lower-case keys.

Hugo reads one file in the root, then those in config/_default, then those in the environment's folder; later
values win. Source: Hugo's `config/configLoader.go` and `config/allconfig/load.go`.
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
from zhsearch.index.syntax_errors import syntax_error

_EXTENSIONS = ("toml", "yaml", "yml", "json")
_STEMS = ("hugo", "config")  # of the main file, in Hugo's order of preference


@dataclass(frozen=True, slots=True)
class Configuration:
    """The merged configuration of a site. Relative paths in it start at `root`; `files` are those that were
    read, in order."""

    root: Path
    values: dict[str, Any]
    files: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The file to name in an error about a value: the one whose values win."""
        return str(self.files[-1]) if self.files else "Hugo's configuration"

    @property
    def fingerprint(self) -> str:
        """A hash that changes with every byte of the files."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]


def read_configuration(root: Path, environment: str) -> Configuration | None:
    """Read the configuration in the folder `root`; None if it has none.

    Raises SiteError with the name of the file that cannot be read.
    """
    candidates = (root / f"{stem}.{extension}" for stem in _STEMS for extension in _EXTENSIONS)
    main_file = next((file for file in candidates if file.is_file()), None)
    values = _lower_keys(_parse(main_file)) if main_file else {}
    if not isinstance(values, dict):  # only a file in a configuration folder may be a list
        raise SiteError(
            "{main_file} contains a list; write names with values, such as title = …", main_file=main_file
        )
    files = [main_file] if main_file else []
    for folder in ("_default", environment):
        for file in _files_in(root / "config" / folder):
            values = merge_tables(values, _nest(file, _lower_keys(_parse(file))))
            files.append(file)
    return Configuration(root, values, tuple(files)) if files else None


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a configuration folder and its subfolders, in the order in which Hugo walks them."""
    if folder.is_dir():
        for entry in sorted(folder.iterdir()):
            if entry.is_dir():
                yield from _files_in(entry)
            elif entry.suffix.removeprefix(".") in _EXTENSIONS:
                yield entry


def _nest(file: Path, values: Any) -> dict[str, Any]:
    """Put the values of a file in a configuration folder under the key that its name denotes.

    `params.toml` is [params], `params.zh.toml` is [languages.zh.params], `languages.zh.toml` is
    [languages.zh].
    """
    if file.stem in _STEMS:
        return as_table(values)
    name, _, language = file.stem.lower().partition(".")
    if isinstance(values, dict) and list(values) == [name]:
        values = values[name]  # TOML cannot express a bare list, so authors repeat the name inside
    if not language:
        return {name: values}
    if name in ("menu", "menus", "params"):
        values = {"menus" if name == "menu" else name: values}
    return {"languages": {language: values}}


def _parse(file: Path) -> Any:
    data = b""
    try:
        data = file.read_bytes()
        text = data.decode("utf-8-sig")
        if file.suffix == ".toml":
            return tomllib.loads(text)
        values = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text) or {}
    # PyYAML's constructors raise AttributeError and LookupError: `!!timestamp x`, `!!int ""`.
    except (OSError, ValueError, RecursionError, AttributeError, LookupError, yaml.YAMLError) as problem:
        raise SiteError(syntax_error(file, data, problem)) from problem
    if not isinstance(values, dict | list):
        raise SiteError(
            "{file} contains a {kind}; write names with values, such as title: …",
            file=file,
            kind=type(values).__name__,
        )
    return values


def _lower_keys(value: Any) -> Any:
    """Lower the keys of all tables in a value: Hugo compares configuration keys without regard to case."""
    if isinstance(value, dict):
        return {str(key).lower(): _lower_keys(inner) for key, inner in value.items()}
    return [_lower_keys(inner) for inner in value] if isinstance(value, list) else value
