"""Writes tried changes into the owner's files: the word files, and zhsearch.toml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.settings_reader import FILE, read_toml, variable_of
from zhsearch.search.lab.changes import Changes
from zhsearch.search.settings import Settings
from zhsearch.search.whole_file import write_whole


def write_changes(changes: Changes, settings: Settings, folder: Path) -> list[Path]:
    """Write changes into the files that `settings` name, and settings into the zhsearch.toml of a folder.

    A word file that the settings do not name is made there, and named. Comments and order of zhsearch.toml
    stay. Returns the files. Raises ZhsearchError if one cannot be written; those before it are then.
    """
    texts: dict[Path, str] = {}
    added: dict[str, Any] = dict(changes.tables)
    for name, text in changes.words.items():
        file: Path | None = getattr(settings, name)
        if file is None:
            file = folder / f"{name}.txt"
            if file.exists():
                raise ZhsearchError(
                    '{file} exists, and is not in use. Name it first in {settings}: {name} = "{file_name}"',
                    file=file,
                    settings=FILE,
                    name=name,
                    file_name=file.name,
                )
            added[name] = file.name
        texts[file] = text
    for name in added:
        if variable := variable_of(name):
            raise ZhsearchError(
                "{name} in {settings} would have no effect: the environment variable {variable} wins."
                " Change or unset it, and start the lab again",
                name=name,
                settings=FILE,
                variable=variable,
            )
    if added:
        texts[folder / FILE] = _with(folder / FILE, added)
    for file, text in texts.items():
        write_whole(file, text)
    return list(texts)


def _with(file: Path, values: Mapping[str, Any]) -> str:
    """The text of zhsearch.toml with some settings replaced; keys of a table keep their comments."""
    import tomlkit  # noqa: PLC0415  only writing needs it

    before, _ = read_toml(file)
    document: dict[str, Any] = tomlkit.parse(before)
    for name, value in values.items():
        present = document.get(name)
        if isinstance(value, Mapping) and isinstance(present, dict):
            for key in [key for key in present if key not in value]:
                del present[key]
            for key, number in value.items():
                if present.get(key) != number:
                    present[key] = number
        elif isinstance(value, Mapping):
            table = tomlkit.inline_table()
            table.update(value)
            document[name] = table
        else:
            document[name] = value
    return tomlkit.dumps(document)
