"""The source of a Hugo site with its built pages: pages and front matter from Markdown, text from HTML.

What shortcodes, render hooks, includes and data files make is in the built pages alone. Which pages there
are, their dates, tags and addresses the Markdown says best.
"""

import datetime as dt
import importlib.metadata
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import unquote

from zhsearch.index.errors import PostError
from zhsearch.index.html.discovery import find_html_files
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.reader import HtmlReader, content_hash
from zhsearch.index.html.site_rules import read_rules
from zhsearch.index.hugo import CONTENT_ADAPTER, HugoReader, HugoSource, list_url, make_document
from zhsearch.index.markdown import ExtractedText
from zhsearch.index.messages import Message
from zhsearch.index.models import LeftOut, Post
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileStat, FileState, PageFiles, ReadPage, file_state, unread_bytes


class PairStat(NamedTuple):
    """The stat of two files as that of one, which differs if one of them changes."""

    st_size: int
    st_mtime_ns: int
    st_ctime_ns: int
    st_ino: int


def pair_stat(first: os.stat_result, second: os.stat_result | None) -> FileStat:
    """The stat of a content file and of its built page, which may not exist."""
    if second is None:
        return first
    return PairStat(
        first.st_size + second.st_size,
        max(first.st_mtime_ns, second.st_mtime_ns),
        max(first.st_ctime_ns, second.st_ctime_ns),
        (first.st_ino * 1_000_003) ^ second.st_ino,
    )


@dataclass(frozen=True)
class BuiltHugoReader:
    """Reads content files together with their built pages."""

    hugo: HugoReader
    html: HtmlReader
    adapted: frozenset[str] = frozenset()
    """Built pages that a content adapter makes: they are all that there is of these pages."""

    def read(self, path: str, old: FileState | None, now: dt.datetime) -> ReadPage | LeftOut | None:
        """The page of a content file, or why it is not searched. Raises PostError."""
        if path in self.adapted:
            return self.html.read(path, old, now)
        data, stat = self.hugo.read_file(path)
        read = time.time_ns()
        digest = f"{self.html.rules.fingerprint}.{self.hugo.digest(data, stat)}"
        if old and old.hash.startswith(f"{digest}.") and not old.is_expired(now):
            built, built_stat = self._read_built(old.built)
            if old.hash == f"{digest}.{content_hash(built)}":
                return ReadPage(old.read_again(pair_stat(stat, built_stat), read), None)
        post = self.hugo.post(path, data, stat, now)
        if not isinstance(post, Post):
            return post
        name = self.built_file(path, post.url)
        built, built_stat = self._read_built(name)
        warnings = list(post.warnings)
        body = self._body(name, built, post.title, warnings)
        document = make_document(post, self.hugo.site.markdown_options(path), body=body)
        state = file_state(
            f"{digest}.{content_hash(built)}", pair_stat(stat, built_stat), read, post.expires, name
        )
        return ReadPage(state, document, tuple(warnings))

    def address(self, path: str, now: dt.datetime) -> str:
        """The address of a file's page, searched or not; "" if it cannot be read."""
        return (self.html if path in self.adapted else self.hugo).address(path, now)

    def texts(self, path: str, now: dt.datetime) -> tuple[str, str] | None:
        """The text of a page by its Markdown, and by its built page; None if it has no such page. Raises
        PostError."""
        data, stat = self.hugo.read_file(path)
        post = self.hugo.post(path, data, stat, now)
        if not isinstance(post, Post):
            return None
        built, _ = self._read_built(self.built_file(path, post.url))
        body = self._body("", built, post.title, []) if built else None
        return (make_document(post, self.hugo.site.markdown_options(path)).text, body.text) if body else None

    def _body(self, name: str, built: bytes, title: str, warnings: list[str]) -> ExtractedText | None:
        """What the built page shows; None where the text has to come from the Markdown."""
        if not built:
            warnings.append(
                Message(
                    "has no built page {file}; its text is that of the Markdown. Build the site", file=name
                )
            )
            return None
        return self.html.body(decode_html(built, warnings), title)

    def built_file(self, path: str, url: str) -> str:
        """The path of the page that is built from the content file `path`, by its address."""
        site = self.hugo.site
        key = site.content_path(path).language
        several_hosts = len({language.root for language in site.languages.values()}) > 1
        below = path_below(url, site.languages[key].root)
        return f"{key}/{below}" if several_hosts else below

    def _read_built(self, name: str) -> tuple[bytes, os.stat_result | None]:
        """The content of a built page and its stat; nothing if there is none."""
        try:
            return self.html.read_file(name) if name else (b"", None)
        except PostError:
            return b"", None


def _is_adapter(path: str) -> bool:
    return path.rpartition("/")[2].lower() == CONTENT_ADAPTER


def path_below(url: str, root: str) -> str:
    """The path of the file that Hugo builds for an address on a site with this root."""
    path = unquote(url, errors="surrogateescape").removeprefix(root.rstrip("/")).lstrip("/")
    if path.endswith("/") or not path:
        return f"{path}index.html"
    return path if path.endswith((".html", ".htm")) else f"{path}/index.html"


class BuiltHugoSource(HugoSource):
    """The content files of a Hugo site, with the pages that Hugo built from them."""

    def __init__(self, settings: IndexSettings) -> None:
        """Load the site, find its files, and what its built pages share. Raises SiteError."""
        super().__init__(settings)
        assert settings.html
        self._html = settings.html
        paths = find_html_files(self._html).paths
        root = self.site.languages[self.site.default_language].root
        self._rules = read_rules(self._html, paths, base=root, max_bytes=settings.max_post_bytes)
        self._content = self.site.content
        wanted = self.wanted
        html_reader = HtmlReader(self._html, self._rules, wanted, settings.max_post_bytes)
        reader = BuiltHugoReader(self.content_reader, html_reader)
        adapted = self._adapted_pages(reader, paths)
        self._adapted = frozenset(adapted)
        self.reader = self.built_reader = replace(reader, adapted=self._adapted)
        content = super().files
        refused = tuple(notice for notice in content.refused if not (adapted and _is_adapter(notice.path)))
        self._all_files = replace(content, paths=(*content.paths, *adapted), refused=refused)

    @property
    def files(self) -> PageFiles:
        """The content files, and the built pages that content adapters make."""
        return self._all_files

    def _adapted_pages(self, reader: BuiltHugoReader, paths: Sequence[str]) -> tuple[str, ...]:
        """The built pages below a section with a content adapter that no content file stands for."""
        content, site = super().files, self.site
        sections: list[str] = []
        for adapter in filter(_is_adapter, (notice.path for notice in content.refused)):
            place = site.content_path(adapter)
            url = list_url(site, "section", place.language, place.folders)
            sections.append(reader.built_file(adapter, url))
        if not sections:
            return ()
        known = set(sections)
        prefixes = tuple(section.removesuffix("index.html") for section in sections)
        notices = (*content.excluded, *content.duplicates)
        now = dt.datetime.now(dt.UTC)
        for path in (*content.paths, *(notice.path for notice in notices)):
            known.add(reader.built_file(path, self.content_reader.address(path, now)))
        return tuple(path for path in paths if path.startswith(prefixes) and path not in known)

    @property
    def signature(self) -> Mapping[str, str]:
        """That of the content; what built pages share is in the hashes of their texts."""
        version = importlib.metadata.version("selectolax")
        return {**super().signature, "source": "hugo, html", "selectolax": version}

    def unread_bytes(self, path: str, old: FileState | None, now: dt.datetime) -> int | None:
        """The bytes to read of a file and its built page; None if certainly neither changed."""
        if path in self._adapted:
            is_current = old is not None and old.hash.startswith(f"{self._rules.fingerprint}.")
            return unread_bytes(f"{self._html}/{path}", old if is_current else None, now)
        try:
            stat = os.stat(f"{self._content}/{self.site.file(path)}", follow_symlinks=False)  # noqa: PTH116  a Path costs more
        except OSError:
            return 0
        if old is None or not old.hash.startswith(f"{self._rules.fingerprint}."):
            return stat.st_size
        try:
            built = os.stat(f"{self._html}/{old.built}")  # noqa: PTH116
        except OSError:
            built = None
        unchanged = old.is_unchanged(pair_stat(stat, built)) and not old.is_expired(now)
        return None if unchanged else stat.st_size + (built.st_size if built else 0)

    def file(self, path: str) -> str:
        """The content file of a page, or the built page that a content adapter makes."""
        return path if path in self._adapted else super().file(path)

    def writing_order(self, path: str) -> tuple[int, str, str]:
        """As Hugo writes them; pages of content adapters first."""
        return (-1, "", path) if path in self._adapted else super().writing_order(path)
