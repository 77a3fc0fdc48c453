"""Writes tried changes into the owner's files: the word files, and zhsearch.toml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message
from zhsearch.index.settings_reader import FILE, read_toml
from zhsearch.search.lab.changes import Changes
from zhsearch.search.settings import Settings


def write_changes(changes: Changes, settings: Settings, folder: Path) -> list[Path]:
    """Write changes into the files that `settings` name, and settings into the zhsearch.toml of a folder.

    A word file that the settings do not name is made there, and named. Each file is written whole or not at
    all; comments and order of zhsearch.toml stay. Returns the files. Raises ZhsearchError if one cannot be
    written.
    """
    written: list[Path] = []
    added: dict[str, Any] = dict(changes.tables)
    for name, text in changes.words.items():
        file: Path | None = getattr(settings, name)
        if file is None:
            file = folder / f"{name}.txt"
            added[name] = file.name
        _write(file, text)
        written.append(file)
    if added:
        file = folder / FILE
        _write(file, _with(file, added))
        written.append(file)
    return written


def _with(file: Path, values: Mapping[str, Any]) -> str:
    """The text of zhsearch.toml with some settings replaced."""
    import tomlkit  # noqa: PLC0415  only writing needs it

    before, _ = read_toml(file)
    document: dict[str, Any] = tomlkit.parse(before)
    for name, value in values.items():
        if isinstance(value, Mapping):
            table = tomlkit.inline_table()
            table.update(value)
            value = table
        document[name] = value
    return tomlkit.dumps(document)


def _write(file: Path, text: str) -> None:
    new_file = file.with_name(f".{file.name}.new")
    try:
        new_file.write_text(text, encoding="utf-8")
        new_file.replace(file)
    except OSError as problem:
        new_file.unlink(missing_ok=True)
        raise ZhsearchError(
            "{file} cannot be written: {reason}", file=file, reason=system_message(problem)
        ) from problem
