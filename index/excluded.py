"""The files that an owner leaves out (the setting `exclude`), and notices about files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhsearch.index.glob import matches
from zhsearch.index.models import FileNotice

# Surrogates stand for bytes of the name that are not UTF-8.
_BAD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ExcludePatterns:
    """The patterns of `exclude` as they are written, each with the one that paths are compared with."""

    patterns: Mapping[str, str]

    def setting_for(self, path: str) -> str | None:
        """The first pattern that matches a file or a folder that it is in, as a setting; None without one."""
        for written, pattern in self.patterns.items():
            if matches(pattern, path) or matches(f"{pattern}/**", path):
                return _setting(written)
        return None

    def unused(self, excluded: Iterable[FileNotice], reason: str) -> tuple[FileNotice, ...]:
        """A notice for each pattern that left no file out; `excluded` have their settings as reasons."""
        used = {notice.reason for notice in excluded}
        settings = map(_setting, self.patterns)
        return tuple(FileNotice(setting, reason) for setting in settings if setting not in used)


def file_notice(path: str, reason: str) -> FileNotice:
    """A notice about a file whose name may not be UTF-8."""
    return FileNotice(path.encode("utf-8", "backslashreplace").decode(), reason)


def has_bad_name(path: str) -> bool:
    """Whether a path has characters that cannot be printed."""
    return _BAD_NAME.search(path) is not None


def _setting(pattern: str) -> str:
    return f"exclude = {pattern!r}"
