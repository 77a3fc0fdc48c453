"""The files of a site's page, found by its address or path, and why one of them is not searched."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from zhsearch.index.errors import PostError
from zhsearch.index.messages import Message
from zhsearch.index.models import LeftOut
from zhsearch.index.pipeline import open_source
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import PageSource


class PageFile(NamedTuple):
    """A file, and what the next run of reindex makes of it.

    `kind` is `page` for a page that is searched, `broken` for one that cannot be read, `no_page` for a list
    without a text of its own, and otherwise that of `LeftOut`. `reason` says what decided it; it is empty for
    a page. `url` is the address, empty if it is not known.
    """

    path: str
    url: str
    kind: str
    reason: str


def page_files(settings: IndexSettings, name: str, now: dt.datetime) -> list[PageFile]:
    """The files with this path, or whose page has this address, published or not.

    Raises SiteError if the site cannot be read.
    """
    source = open_source(settings)
    return [_page_file(source, path, url, now) for path, url in _found(source, name, now)]


def _found(source: PageSource, name: str, now: dt.datetime) -> list[tuple[str, str]]:
    """(path, address) of the files. Those whose path has the last part of the address are tried first:
    reading all takes seconds where there are many."""
    files = source.files
    notices = (*files.refused, *files.excluded, *files.duplicates)
    paths = list(dict.fromkeys((*files.paths, *(notice.path for notice in notices))))
    if by_path := [path for path in paths if path == name.removeprefix("./").removeprefix("content/")]:
        return [(path, _address(source, path, now)) for path in by_path]
    wanted = _comparable(name)
    last = wanted.rpartition("/")[2].removesuffix(".html").lower()
    likely = [path for path in paths if last and last in path.lower()]
    return _at(source, likely, wanted, now) or _at(source, sorted({*paths} - {*likely}), wanted, now)


def _at(source: PageSource, paths: list[str], wanted: str, now: dt.datetime) -> list[tuple[str, str]]:
    """(path, address) of the files whose page has an address."""
    addressed = ((path, _address(source, path, now)) for path in paths)
    return [(path, url) for path, url in addressed if url and _comparable(url) == wanted]


def _address(source: PageSource, path: str, now: dt.datetime) -> str:
    try:
        return source.reader.address(path, now)
    except (PostError, OSError):
        return ""


def _comparable(url: str) -> str:
    """The path of a URL, without what differs between ways to write it."""
    try:
        return unquote(urlsplit(url).path).strip("/").removesuffix("/index.html")
    except ValueError:
        return url


def _page_file(source: PageSource, path: str, url: str, now: dt.datetime) -> PageFile:
    files = source.files
    for kind, notices in (
        ("broken", files.refused),
        ("excluded", files.excluded),
        ("duplicate", files.duplicates),
    ):
        for notice in notices:
            if notice.path == path:
                return PageFile(path, url, kind, notice.reason)
    try:
        page = source.reader.read(path, None, now)
    except PostError as problem:
        return PageFile(path, url, "broken", str(problem))
    if page is None:
        return PageFile(path, url, "no_page", Message("a list of pages without a text of its own"))
    if isinstance(page, LeftOut):
        return PageFile(path, url, page.kind, page.reason)
    return PageFile(path, page.document.url if page.document else url, "page", "")
