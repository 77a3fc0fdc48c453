"""The source of a built site: its HTML files as pages, whatever generator made them."""

import datetime as dt
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

from zhsearch.index.front_fields import DEFAULT_SEARCH_FIELDS, MAX_FACETS, weights_text
from zhsearch.index.html.discovery import find_html_files
from zhsearch.index.html.reader import HtmlReader
from zhsearch.index.html.site_rules import read_rules
from zhsearch.index.hugo import WantedFields
from zhsearch.index.models import SiteInfo
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState, PageFiles, unread_bytes


class HtmlSource:
    """The HTML files of a built site."""

    def __init__(self, settings: IndexSettings) -> None:
        """Find the files, and what they share. Raises SiteError if there are none."""
        assert settings.html
        self._settings = settings
        self._folder = settings.html
        self.files: PageFiles = find_html_files(self._folder, settings.exclude)
        self._rules = read_rules(
            self._folder, self.files.paths, base=settings.html_base, max_bytes=settings.max_post_bytes
        )
        self.facets: tuple[str, ...] = tuple(dict.fromkeys((*settings.facets, *self._rules.facets)))[
            :MAX_FACETS
        ]
        weights = {**DEFAULT_SEARCH_FIELDS, **settings.search_fields}
        wanted = WantedFields(
            {name: weight for name, weight in weights.items() if weight},
            {name: (name, f"{name}s") for name in self.facets},
        )
        self.reader = HtmlReader(self._folder, self._rules, wanted, settings.max_post_bytes)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folder of the site."""
        return (self._folder,)

    @property
    def info(self) -> SiteInfo:
        """The name that its pages give the site, and its base."""
        return SiteInfo(self._rules.name, self._rules.base)

    @property
    def signature(self) -> Mapping[str, str]:
        """The settings about fields, and the facets that pages name."""
        return {
            "source": "html",
            "selectolax": importlib.metadata.version("selectolax"),
            "search_fields": weights_text(self._settings.search_fields),
            "facets": ", ".join(self.facets),
        }

    def unread_bytes(self, path: str, old: FileState | None, now: dt.datetime) -> int | None:
        """The bytes to read of a file; None if neither it nor what the site's pages share changed."""
        is_current = old is not None and old.hash.startswith(f"{self._rules.fingerprint}.")
        return unread_bytes(f"{self._folder}/{path}", old if is_current else None, now)
