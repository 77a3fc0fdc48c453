"""The seam to where pages come from: what an indexing run asks of Hugo's Markdown, or of a built site.

A `PageSource` has found its files; its `PageReader` reads them one by one, in any process of a run.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from zhsearch.index.errors import PostError
from zhsearch.index.messages import system_message
from zhsearch.index.models import Document, FileNotice, LeftOut, SiteInfo

_TIMESTAMP_MARGIN_NS = 50_000_000  # longer than the granularity of file times


class FileStat(Protocol):
    """What a state keeps of a file's `os.stat_result`."""

    @property
    def st_size(self) -> int:
        """Bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """When its content was modified, in nanoseconds since 1970."""

    @property
    def st_ctime_ns(self) -> int:
        """When anything of it changed."""

    @property
    def st_ino(self) -> int:
        """The inode."""


class FileState(NamedTuple):
    """The state of a file with a live page when a run read it.

    `hash` is that of its content; `size` (bytes), `modified`, `changed` and `inode` are from its stat; `read`
    is when it was read (times in nanoseconds since 1970), `expires` when the post does (ISO 8601). `built` is
    the built page that its text comes from, where that is another file: its path, even if it does not exist.
    `winner` is the path of another page at the same address, if that is live in its place.
    """

    hash: str
    size: int
    modified: int
    changed: int
    inode: int
    read: int
    expires: str | None
    built: str = ""
    winner: str = ""

    def is_expired(self, now: dt.datetime) -> bool:
        """Whether the post has expired."""
        return self.expires is not None and dt.datetime.fromisoformat(self.expires) <= now

    def is_unchanged(self, stat: FileStat) -> bool:
        """Whether a file with this stat certainly has the content that was hashed.

        False if the file changed so shortly before it was read that another change could have the same times.
        """
        return (
            stat.st_size == self.size
            and stat.st_mtime_ns == self.modified
            and stat.st_ctime_ns == self.changed
            and stat.st_ino == self.inode
            and max(self.modified, self.changed) < self.read - _TIMESTAMP_MARGIN_NS
        )

    def read_again(self, stat: FileStat, read: int) -> "FileState":
        """The state of the file when it was read again and had the same content."""
        state = file_state(self.hash, stat, read, built=self.built)
        return state._replace(expires=self.expires, winner=self.winner)


def file_state(
    digest: str, stat: FileStat, read: int, expires: dt.datetime | None = None, built: str = ""
) -> FileState:
    """The state of a file with this stat whose content has the hash `digest`."""
    return FileState(
        hash=digest,
        size=stat.st_size,
        modified=stat.st_mtime_ns,
        changed=stat.st_ctime_ns,
        inode=stat.st_ino,
        read=read,
        expires=expires.isoformat() if expires else None,
        built=built,
    )


def unread_bytes(file: str | Path, old: FileState | None, now: dt.datetime) -> int | None:
    """The size of a file that has to be read; None if it certainly has the content that `old` is the state
    of. A file that is deleted meanwhile has 0 bytes: whoever reads it reports that."""
    try:
        stat = os.stat(file, follow_symlinks=False)  # noqa: PTH116  a Path costs more
    except OSError:
        return 0
    return None if old and old.is_unchanged(stat) and not old.is_expired(now) else stat.st_size


def read_file(file: Path | str, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """The content of a file, and its stat. Raises PostError if it cannot be read or has more than `max_bytes`
    (the setting `max_post_bytes`)."""
    try:
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123  a Path and a buffer cost more
            stat = os.fstat(opened.fileno())
            if stat.st_size > max_bytes:
                raise PostError(
                    "{size:,} bytes, more than max_post_bytes = {most:,}; split the post, or raise"
                    " the setting",
                    size=stat.st_size,
                    most=max_bytes,
                )
            return opened.read(), stat
    except OSError as problem:
        raise PostError("cannot be read: {problem}", problem=system_message(problem)) from problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFiles:
    """The files of a source, with paths relative to its folder.

    `refused` files would be pages but cannot be read; `excluded` are left out by the owner's patterns,
    `duplicates` because another file is the site's page; `warnings` are about patterns that match no file,
    and about whatever the source does not support.
    """

    paths: tuple[str, ...]
    refused: tuple[FileNotice, ...] = ()
    excluded: tuple[FileNotice, ...] = ()
    duplicates: tuple[FileNotice, ...] = ()
    warnings: tuple[FileNotice, ...] = ()


class ReadPage(NamedTuple):
    """A file that was read: its state, its page (None: the one that is indexed), what was repaired in it."""

    state: FileState
    document: Document | None
    warnings: tuple[str, ...] = ()


class PageReader(Protocol):
    """Reads the files of a source one by one. Picklable, because processes share the files."""

    def read(self, path: str, old: FileState | None, now: dt.datetime) -> ReadPage | LeftOut | None:
        """The page of a file at the moment `now`, or why it is not searched; None if it makes no page. `old`
        is the state that it was indexed with. Raises PostError with the reason if the file cannot be read."""

    def address(self, path: str, now: dt.datetime) -> str:
        """The address of a file's page, searched or not; "" if it cannot be read."""


class PageOrder(Protocol):
    """The files of pages, and which of several pages at one address stays."""

    def file(self, path: str) -> str:
        """The path of the file of the page with this path, relative to the folder of the site's files."""

    def writing_order(self, path: str) -> tuple[int, str, str]:
        """The place of a page in the order in which the site's pages are written: of several at one address
        the last stays."""


class PageSource(PageOrder, Protocol):
    """Where the pages of a site come from."""

    @property
    def files(self) -> PageFiles:
        """The files that may be pages, in a stable order."""

    @property
    def reader(self) -> PageReader:
        """The reader of these files."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the files were looked for in."""

    @property
    def info(self) -> SiteInfo:
        """The site's title and home."""

    @property
    def facets(self) -> tuple[str, ...]:
        """The names of the site's own facets."""

    @property
    def signature(self) -> Mapping[str, str]:
        """What decides about all pages besides their files, by name; if it changes, all are read again."""

    def unread_bytes(self, path: str, old: FileState | None, now: dt.datetime) -> int | None:
        """The bytes to read of a file; None if its page is certainly that of the state `old`."""
