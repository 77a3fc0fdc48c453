"""Changes to words and weights that are tried before they are written."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import Message, system_message
from zhsearch.index.setting_fields import settings_of
from zhsearch.search.settings import Settings, load_settings

WORD_FILES = ("dictionary", "stop_words", "synonyms")
"""The settings that name files of words, a line each."""

TABLES = ("boosts", "search_fields")
"""The settings that are tables of numbers."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Whole texts of word files, and whole tables, by setting; those that are not named stay as they are."""

    words: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.words or self.tables)

    def texts(self) -> dict[str, str]:
        """The changed texts by setting."""
        return {**self.words, **{name: _lines_of(table) for name, table in self.tables.items()}}

    def settings_in(self, folder: Path) -> dict[str, object]:
        """Write the word files to a folder; the settings that name them, and the tables, as flags."""
        flags: dict[str, object] = dict(self.tables)
        for name, text in self.words.items():
            file = folder / f"{name}.txt"
            file.write_text(text, encoding="utf-8")
            flags[name] = file
        return flags


def read_changes(texts: Mapping[str, str], current: Mapping[str, str]) -> Changes:
    """The changes that texts by setting make to the current ones.

    A table is written in lines of TOML: `"posts/news" = 1.5`. Raises SettingsError for what cannot be read.
    """
    given = {name: text.replace("\r\n", "\n") for name, text in texts.items()}
    changed = {name: text for name, text in given.items() if text != current.get(name)}
    words = {name: text for name, text in changed.items() if name in WORD_FILES}
    tables = {name: _table(name, text) for name, text in changed.items() if name in TABLES}
    return Changes(words, tables)


def current_texts(settings: Settings) -> dict[str, str]:
    """The texts of the owner's word files, and the tables in lines of TOML, by setting."""
    texts = {}
    for name in WORD_FILES:
        file: Path | None = getattr(settings, name)
        texts[name] = _text_of(file) if file else ""
    for name in TABLES:
        table: Mapping[str, float] = getattr(settings, name)
        texts[name] = _lines_of(table)
    return texts


def changed_settings(changes: Changes, folder: Path) -> Settings:
    """The owner's settings with changes, whose word files are written to a folder. Raises SettingsError."""
    return load_settings(flags=changes.settings_in(folder))


def _text_of(file: Path) -> str:
    """The text of a word file. Raises SettingsError if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = system_message(problem) if isinstance(problem, OSError) else Message("not UTF-8")
        raise SettingsError("{file} cannot be read: {reason}", file=file, reason=reason) from problem


def _table(name: str, text: str) -> Mapping[str, float]:
    try:
        table = tomllib.loads(text)
        settings_of(Settings)[name].convert(table)
    except ValueError as problem:
        raise SettingsError(
            '{name}: {problem}. A line is "posts/news" = 1.5', name=name, problem=problem
        ) from problem
    return table


def _lines_of(table: Mapping[str, float]) -> str:
    return "".join(f"{_quoted(key)} = {value!r}\n" for key, value in table.items())


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
