"""The source of a Hugo site with its built pages: pages and front matter from Markdown, text from HTML.

What shortcodes, render hooks, includes and data files make is in the built pages alone. Which pages there
are, their dates, tags and addresses the Markdown says best.
"""

import datetime as dt
import importlib.metadata
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from zhsearch.index.errors import PostError
from zhsearch.index.html.discovery import find_html_files
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.reader import HtmlReader, content_hash
from zhsearch.index.html.site_rules import read_rules
from zhsearch.index.hugo import HugoReader, HugoSource, make_document
from zhsearch.index.markdown import ExtractedText
from zhsearch.index.messages import Message
from zhsearch.index.models import LeftOut, Post
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileStat, FileState, ReadPage, file_state


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

    def read(self, path: str, old: FileState | None, now: dt.datetime) -> ReadPage | LeftOut:
        """The page of a content file, or why it is not searched. Raises PostError."""
        data, stat = self.hugo.read_file(path)
        read = time.time_ns()
        digest = f"{self.html.rules.fingerprint}.{self.hugo.digest(data, stat)}"
        if old and old.hash.startswith(f"{digest}.") and not old.is_expired(now):
            built, built_stat = self._read_built(old.built)
            if old.hash == f"{digest}.{content_hash(built)}":
                same = file_state(old.hash, pair_stat(stat, built_stat), read, built=old.built)
                return ReadPage(same._replace(expires=old.expires), None)
        post = self.hugo.post(path, data, stat, now)
        if isinstance(post, LeftOut):
            return post
        name = self._built_file(post)
        built, built_stat = self._read_built(name)
        warnings = list(post.warnings)
        body = self._body(name, built, post.title, warnings)
        document = make_document(post, self.hugo.site.markdown_options(path), body=body)
        state = file_state(
            f"{digest}.{content_hash(built)}", pair_stat(stat, built_stat), read, post.expires, name
        )
        return ReadPage(state, document, tuple(warnings))

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

    def _built_file(self, post: Post) -> str:
        """The path of a post's built page, by its address."""
        site = self.hugo.site
        key = site.content_path(post.path).language
        several_hosts = len({language.root for language in site.languages.values()}) > 1
        below = path_below(post.url, site.languages[key].root)
        return f"{key}/{below}" if several_hosts else below

    def _read_built(self, name: str) -> tuple[bytes, os.stat_result | None]:
        """The content of a built page and its stat; nothing if there is none."""
        try:
            return self.html.read_file(name) if name else (b"", None)
        except PostError:
            return b"", None


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
        self.reader = BuiltHugoReader(
            self.content_reader, HtmlReader(self._html, self._rules, max_bytes=settings.max_post_bytes)
        )

    @property
    def signature(self) -> Mapping[str, str]:
        """That of the content; what built pages share is in the hashes of their texts."""
        version = importlib.metadata.version("selectolax")
        return {**super().signature, "source": "hugo, html", "selectolax": version}

    def unread_bytes(self, path: str, old: FileState | None, now: dt.datetime) -> int | None:
        """The bytes to read of a file and its built page; None if certainly neither changed."""
        try:
            stat = os.stat(f"{self._content}/{path}", follow_symlinks=False)  # noqa: PTH116  a Path costs more
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
