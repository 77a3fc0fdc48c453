"""The choice of the source that the settings name: a site's Markdown, its built pages, or both together.

Built pages are read with a parser that only they need, so that it is loaded for them alone.
"""

from pathlib import Path

from zhsearch.index.hugo import HugoSource, load_site, mounted_folders
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import PageSource


def open_source(settings: IndexSettings) -> PageSource:
    """The source of a site's pages, with its files found. Raises SiteError if it cannot be read."""
    if settings.html is None:
        return HugoSource(settings)
    from zhsearch.index.html import BuiltHugoSource, HtmlSource  # noqa: PLC0415  a parser in C

    return BuiltHugoSource(settings) if settings.has_content else HtmlSource(settings)


def source_folders(settings: IndexSettings) -> tuple[Path, ...]:
    """The folders whose files decide about pages. Raises SiteError if the site cannot be read."""
    html = (settings.html.resolve(),) if settings.html else ()
    if not settings.has_content:
        return html
    site = load_site(settings.content, settings.environment, drafts=settings.drafts)
    return *mounted_folders(site), *html
