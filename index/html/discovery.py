"""Discovery of the HTML files of a built site, and of those that are refused or left out by the owner."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from zhsearch.index.errors import SiteError
from zhsearch.index.excluded import ExcludePatterns, file_notice, has_bad_name
from zhsearch.index.messages import Message, system_message
from zhsearch.index.models import FileNotice
from zhsearch.index.source import PageFiles

SUFFIXES = (".html", ".htm", ".xhtml")
_IGNORED = re.compile(r"[.#].*|.*~|node_modules|_?pagefind")
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
    patterns = ExcludePatterns({pattern: pattern.removeprefix("./").strip("/") for pattern in exclude})
    walk = _Walk(folder, patterns)
    walk.visit("")
    if not (walk.paths or walk.excluded or walk.refused):
        raise SiteError(
            "{folder} has no HTML files. Build the site, and give the folder that it is built into:"
            " --html DIR",
            folder=folder.absolute(),
        )
    reason = Message("matches nothing; write a path below the built site, such as drafts/**")
    return PageFiles(
        paths=tuple(sorted(walk.paths)),
        refused=tuple(walk.refused),
        excluded=tuple(walk.excluded),
        warnings=patterns.unused(walk.excluded, reason),
    )


class _Walk:
    """A walk through the folders of a built site."""

    def __init__(self, folder: Path, patterns: ExcludePatterns) -> None:
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
                self.refused.append(file_notice(folder, reason))
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
            self.refused.append(file_notice(path, _SYMBOLIC_LINK))
        elif not is_page:
            return
        elif setting := self._patterns.setting_for(path):
            self.excluded.append(file_notice(path, setting))
        elif not entry.is_file():
            self.refused.append(file_notice(path, Message("not a regular file")))
        elif has_bad_name(path):
            reason = Message("the file name contains unprintable characters; rename it")
            self.refused.append(file_notice(path, reason))
        else:
            self.paths.append(path)
