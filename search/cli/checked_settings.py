"""The settings of a command, checked as a whole: a wrong one is told by every command, not only where it is
used.

`load_settings` checks each value by itself; here is what depends on files and installed packages.
"""

from collections.abc import Mapping
from pathlib import Path

from zhsearch.index.analysis import uses_rjieba
from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import system_message
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings, load_settings


def checked_settings(flags: Mapping[str, object] | None = None) -> Settings:
    """Read all settings, command-line options (`flags`) first. Raises SettingsError for the first that is
    wrong. The lines of word files are not read, which takes a second for thousands of words."""
    settings = load_settings(flags=flags)
    for name in ("dictionary", "stop_words", "synonyms"):
        _check_readable(name, getattr(settings, name))
    uses_rjieba(settings.segmenter)
    backend_of(settings).check()
    return settings


def _check_readable(name: str, file: Path | None) -> None:
    try:
        if file:
            file.open("rb").close()
    except OSError as problem:
        raise SettingsError(
            "{name} = {file} cannot be read: {problem}. Correct the setting or the file.",
            name=name,
            file=repr(str(file)),
            problem=system_message(problem),
        ) from problem
