"""The choice of the source that the settings name."""

from collections.abc import Iterable
from pathlib import Path

from zhsearch.index.hugo import HugoSource, load_site, mounted_folders
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import PageSource


def open_source(settings: IndexSettings) -> PageSource:
    """The source of a site's pages, with its files found. Raises SiteError if it cannot be read."""
    return HugoSource(settings)


def source_folders(settings: IndexSettings) -> Iterable[Path]:
    """The folders whose files decide about pages. Raises SiteError if the site cannot be read."""
    return mounted_folders(load_site(settings.content, settings.environment, drafts=settings.drafts))
