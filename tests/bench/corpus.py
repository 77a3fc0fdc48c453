"""The corpus of one benchmark run: a copy of some posts of a Hugo site, or posts grown from its sections."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.sites import read_post
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.models import Document

from .grow import grow
from .peer import Page
from .process import ROOT

LCTT = ROOT.parent / "shared/corpus/lctt"
SAMPLE = ROOT / "content"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The posts of one run. `content` holds their files and nothing else; `origin` says where they come from."""

    content: Path
    origin: str
    size: int  # bytes of the files
    pages: tuple[Page, ...]


def make_corpus(folder: Path | None, posts: int, work: Path, *, grown: bool = False) -> Corpus:
    """Copy `posts` published posts of `folder` (0: all), at even distances, into `work`.

    Without a folder the source is LCTT where it exists, else the sample site, repeated until there are enough.
    With `grown`, as many posts as requested are made of the sections of all posts; see `grow`.
    """
    source = folder or (LCTT if LCTT.is_dir() else SAMPLE)
    if grown:
        return _grown(source, posts, work)
    site = load_site(source)
    pages = _published(site, posts)
    copies = -(-posts // len(pages)) if folder is None and source == SAMPLE and pages else 1
    content = work / "site/content"
    _copy_configuration(source, content.parent)
    copied: list[Page] = []
    for copy in range(max(copies, 1)):
        for page in pages[: posts - len(copied) if posts else None]:
            path = f"copy{copy:03d}/{page.path}" if copy else page.path
            target = content / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site.content / page.path, target)
            copied.append(Page(path, page.title, page.text, page.tags, page.raw))
    origin = f"{source}, repeated {copies} times (no larger corpus found)" if copies > 1 else f"{source}"
    size = sum((content / page.path).stat().st_size for page in copied)
    return Corpus(content, origin, size, tuple(copied))


def grown_pages(folder: Path | None, posts: int, content: Path) -> Iterator[Page]:
    """Write so many posts made of the sections of `folder`, as `make_corpus` with `grown` does, one by one."""
    source = folder or (LCTT if LCTT.is_dir() else SAMPLE)
    _copy_configuration(source, content.parent)
    documents = [document for _, _, document in _documents(load_site(source), 0)]
    yield from grow(documents, posts, content) if documents else ()


def _grown(source: Path, posts: int, work: Path) -> Corpus:
    content = work / "site/content"
    pages = tuple(grown_pages(source, posts, content))
    origin = f"sections of the posts of {source}, half of the sentences taken from other posts"
    return Corpus(content, origin, sum(len(page.raw.encode()) for page in pages), pages)


def _published(site: Site, posts: int) -> list[Page]:
    """At most `posts` published posts, at even distances."""
    return [
        Page(path, document.title, document.text, document.tags, data.decode("utf-8", "replace"))
        for path, data, document in _documents(site, posts)
    ]


def _documents(site: Site, posts: int) -> Iterator[tuple[str, bytes, Document]]:
    """(path, file content, document) of at most `posts` published posts, at even distances."""
    files = find_files(site)
    site, paths = files.site, files.paths
    count = min(posts, len(paths)) if posts else len(paths)
    for number in range(count):
        path = paths[number * len(paths) // count]
        data = (site.content / path).read_bytes()
        try:
            post = read_post(site, path, data, dt.datetime.now(dt.UTC))
        except PostError:
            continue
        if post:
            yield path, data, make_document(post)


def _copy_configuration(source: Path, target: Path) -> None:
    """Copy the site's configuration, from where `load_site` finds it, beside the copied content."""
    target.mkdir(parents=True)
    for root in (source, source.absolute().parent):
        files = [path for stem in ("hugo", "config") for path in root.glob(f"{stem}.*") if path.is_file()]
        folder = root / "config/_default"
        for path in files:
            shutil.copyfile(path, target / path.name)
        if folder.is_dir():
            shutil.copytree(folder, target / "config/_default")
        if files or folder.is_dir():
            return
