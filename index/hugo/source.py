"""The source of a Hugo site: its Markdown and HTML files as pages."""

import datetime as dt
import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zhsearch.index.errors import PostError
from zhsearch.index.front_fields import weights_text
from zhsearch.index.hugo.discovery import ContentFiles, find_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.posts import NO_TEXT, Unpublished, read_page
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.hugo.wanted_fields import WantedFields, wanted_fields
from zhsearch.index.models import LeftOut, Post, SiteInfo
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import (
    FileState,
    PageFiles,
    PageReader,
    ReadPage,
    file_state,
    read_file,
    unread_bytes,
)


@dataclass(frozen=True)
class HugoReader:
    """Reads the content files of one site. `wanted` are the fields of front matter that are searched."""

    site: Site
    wanted: WantedFields
    max_bytes: int

    @cached_property
    def dates_use_file_time(self) -> bool:
        """Whether dates of pages may be those of their files, which then belong to what is hashed."""
        return any(language.dates.need_file_time for language in self.site.languages.values())

    def read(self, path: str, old: FileState | None, now: dt.datetime) -> ReadPage | LeftOut | None:
        """The page of a content file, or why it is not searched; None for a list without a text of its own.
        Raises PostError."""
        data, stat = self.read_file(path)
        read = time.time_ns()
        digest = self.digest(data, stat)
        if old and old.hash == digest and not old.is_expired(now):
            return ReadPage(old.read_again(stat, read), None)
        post = self.post(path, data, stat, now)
        if not isinstance(post, Post):
            return post
        document = make_document(post, self.site.markdown_options(path))
        return ReadPage(file_state(digest, stat, read, post.expires), document, post.warnings)

    def read_file(self, path: str) -> tuple[bytes, os.stat_result]:
        """The content of a file, and its stat. Raises PostError if it cannot be read."""
        return read_file(f"{self.site.content}/{self.site.file(path)}", self.max_bytes)

    def post(self, path: str, data: bytes, stat: os.stat_result, now: dt.datetime) -> Post | LeftOut | None:
        """The post in a file's content, or why it is not searched; None for a list without a text of its own.
        Raises PostError."""
        post = read_page(self.site, path, data, now, stat.st_mtime, wanted=self.wanted)
        if not isinstance(post, Unpublished):
            return post
        return None if post.kind == NO_TEXT else LeftOut(path, post.kind, post.reason)

    def address(self, path: str, now: dt.datetime) -> str:
        """The address of a file's page, searched or not; "" if it cannot be read."""
        try:
            data, stat = self.read_file(path)
            return read_page(self.site, path, data, now, stat.st_mtime).url
        except PostError:
            return ""

    def digest(self, data: bytes, stat: os.stat_result) -> str:
        """The hash of a file's content, and of its modification time if dates of pages depend on it."""
        time_stamp = str(stat.st_mtime_ns).encode() if self.dates_use_file_time else b""
        return hashlib.blake2b(data + time_stamp, digest_size=16).hexdigest()


class HugoSource:
    """The content files of a Hugo site."""

    def __init__(self, settings: IndexSettings) -> None:
        """Load the site and find its files. Raises SiteError if that is not possible."""
        site = load_site(settings.content, settings.environment, drafts=settings.drafts)
        self._files: ContentFiles = find_files(site, settings.exclude, section_pages=settings.section_pages)
        self._settings = settings
        self.site = self._files.site
        self.wanted = wanted_fields(self.site, settings.search_fields, settings.facets)
        self.content_reader = HugoReader(self.site, self.wanted, settings.max_post_bytes)
        self.reader: PageReader = self.content_reader

    @property
    def files(self) -> PageFiles:
        """The files that Hugo makes pages of."""
        return self._files

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of its mounts."""
        return mounted_folders(self.site)

    @property
    def info(self) -> SiteInfo:
        """Title and home, of the default language."""
        return self.site.info

    @property
    def facets(self) -> tuple[str, ...]:
        """The site's own facets: its taxonomies, and the fields that the owner names."""
        return tuple(self.wanted.facets)

    @property
    def signature(self) -> Mapping[str, str]:
        """The configuration, what `_index` files hand down, and the settings about front matter."""
        return {
            "source": "hugo",
            "site": self.site.fingerprint,
            "sections": self.site.cascade_fingerprint,
            "search_fields": weights_text(self._settings.search_fields),
            "facets": ", ".join(self._settings.facets),
        }

    def unread_bytes(self, path: str, old: FileState | None, now: dt.datetime) -> int | None:
        """The bytes to read of a file; None if it certainly did not change."""
        return unread_bytes(f"{self.site.content}/{self.site.file(path)}", old, now)

    def file(self, path: str) -> str:
        """The content file of a page."""
        return self.site.file(path)

    def writing_order(self, path: str) -> tuple[int, str, str]:
        """The place of a page in the order in which Hugo writes pages."""
        return self.site.writing_order(path)


def mounted_folders(site: Site) -> tuple[Path, ...]:
    """The folders on disk that a site's content consists of, resolved."""
    return tuple(dict.fromkeys((site.content / mount.source).resolve() for mount in site.mounts))
