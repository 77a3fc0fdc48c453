"""Discovery of the HTML files of a built site, and of those that are refused or left out by the owner."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from zhsearch.index.errors import SiteError
from zhsearch.index.glob import matches
from zhsearch.index.messages import Message, system_message
from zhsearch.index.models import FileNotice
from zhsearch.index.source import PageFiles

SUFFIXES = (".html", ".htm", ".xhtml")
_IGNORED = re.compile(r"[.#].*|.*~|node_modules|_?pagefind")
_BAD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SYMBOLIC_LINK = Message("a symbolic link; zhsearch does not follow it")


def find_html_files(folder: Path, exclude: Iterable[str] = ()) -> PageFiles:
    """Find the HTML files below a folder, by path.

    Files that match a pattern of `exclude`, or are in a folder that does, are left out. Symbolic links are
    refused: they may leave the folder or form a circle. Raises SiteError if the folder cannot be read.
    """
    if not folder.is_dir():
        raise SiteError(
            "{folder} is not a folder. Build the site, and give the folder that it is built into: --html DIR",
            folder=folder,
        )
    patterns = {pattern: pattern.removeprefix("./").strip("/") for pattern in exclude}
    walk = _Walk(folder, patterns)
    walk.visit("")
    if not (walk.paths or walk.excluded or walk.refused):
        raise SiteError(
            "{folder} has no HTML files. Build the site, and give the folder that it is built into:"
            " --html DIR",
            folder=folder.absolute(),
        )
    used = {notice.reason for notice in walk.excluded}
    reason = Message("matches nothing; write a path below the built site, such as drafts/**")
    unused = [_exclude_setting(pattern) for pattern in patterns if _exclude_setting(pattern) not in used]
    return PageFiles(
        paths=tuple(sorted(walk.paths)),
        refused=tuple(walk.refused),
        excluded=tuple(walk.excluded),
        warnings=tuple(FileNotice(setting, reason) for setting in unused),
    )


class _Walk:
    """A walk through the folders of a built site."""

    def __init__(self, folder: Path, patterns: dict[str, str]) -> None:
        self._folder = folder
        self._patterns = patterns
        self.paths: list[str] = []
        self.refused: list[FileNotice] = []
        self.excluded: list[FileNotice] = []

    def visit(self, top: str) -> None:
        """Visit a folder and all those below it."""
        pending = [top]
        while pending:
            folder = pending.pop()
            try:
                with os.scandir(self._folder / folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as problem:
                if not folder:
                    raise SiteError(
                        "{content} cannot be read: {problem}",
                        content=self._folder,
                        problem=system_message(problem),
                    ) from problem
                reason = Message("cannot be read: {problem}", problem=system_message(problem))
                self.refused.append(_notice(folder, reason))
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if _IGNORED.fullmatch(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                else:
                    self._add(path, entry)

    def _add(self, path: str, entry: os.DirEntry[str]) -> None:
        is_page = entry.name.lower().endswith(SUFFIXES)
        if entry.is_symlink() and (is_page or entry.is_dir()):
            self.refused.append(_notice(path, _SYMBOLIC_LINK))
        elif not is_page:
            return
        elif (pattern := self._excluding_pattern(path)) is not None:
            self.excluded.append(_notice(path, _exclude_setting(pattern)))
        elif not entry.is_file():
            self.refused.append(_notice(path, Message("not a regular file")))
        elif _BAD_NAME.search(path):
            reason = Message("the file name contains unprintable characters; rename it")
            self.refused.append(_notice(path, reason))
        else:
            self.paths.append(path)

    def _excluding_pattern(self, path: str) -> str | None:
        for written, pattern in self._patterns.items():
            if matches(pattern, path) or matches(f"{pattern}/**", path):
                return written
        return None


def _exclude_setting(pattern: str) -> str:
    return f"exclude = {pattern!r}"


def _notice(path: str, reason: str) -> FileNotice:
    return FileNotice(path.encode("utf-8", "backslashreplace").decode(), reason)
