"""A folder of Hugo posts in, the corpus of one run out: a copy of as many posts as were asked for."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.posts import read_post
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.models import Document
from zhsearch.index.pipeline.ingest import make_document

from .grow import grow
from .peer import Page
from .process import ROOT

LCTT = ROOT.parent / "shared/corpus/lctt"
SAMPLE = ROOT / "content"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The posts of one run. `content` holds nothing but their files; `origin` says where they come from."""

    content: Path
    origin: str
    size: int  # bytes of their files
    pages: tuple[Page, ...]


def make_corpus(folder: Path | None, posts: int, work: Path, *, grown: bool = False) -> Corpus:
    """Copy `posts` published posts (0: all), evenly taken from those of `folder`, into `work`.

    Without a folder it is LCTT where that is at hand, else the sample site, repeated until there are enough.
    `grown`: as many posts as asked for, made of sections of all those that there are; see `grow`.
    """
    source = folder or (LCTT if LCTT.is_dir() else SAMPLE)
    site = load_site(source)
    if grown:
        return _grown(source, site, posts, work)
    pages = _published(site, posts)
    copies = -(-posts // len(pages)) if folder is None and source == SAMPLE and pages else 1
    content = work / "site/content"
    _copy_configuration(source, content.parent)
    made: list[Page] = []
    for copy in range(max(copies, 1)):
        for page in pages[: posts - len(made) if posts else None]:
            path = f"copy{copy:03d}/{page.path}" if copy else page.path
            target = content / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site.content / page.path, target)
            made.append(Page(path, page.title, page.text, page.tags, page.raw))
    origin = f"{source}, repeated {copies} times (no larger corpus at hand)" if copies > 1 else f"{source}"
    size = sum((content / page.path).stat().st_size for page in made)
    return Corpus(content, origin, size, tuple(made))


def _grown(source: Path, site: Site, posts: int, work: Path) -> Corpus:
    content = work / "site/content"
    _copy_configuration(source, content.parent)
    documents = [document for _, _, document in _documents(site, 0)]
    made = tuple(grow(documents, posts, content)) if documents else ()
    origin = f"sections of {len(documents)} posts of {source}, half of the sentences taken from other posts"
    return Corpus(content, origin, sum(len(page.raw.encode()) for page in made), made)


def _published(site: Site, posts: int) -> list[Page]:
    """As many published posts as asked for, at even distances."""
    return [
        Page(path, document.title, document.text, document.tags, data.decode("utf-8", "replace"))
        for path, data, document in _documents(site, posts)
    ]


def _documents(site: Site, posts: int) -> Iterator[tuple[str, bytes, Document]]:
    """(path, the file's bytes, document) of as many published posts as asked for, at even distances."""
    found = find_files(site)
    site, paths = found.site, found.paths
    wanted = min(posts, len(paths)) if posts else len(paths)
    for number in range(wanted):
        path = paths[number * len(paths) // wanted]
        data = (site.content / path).read_bytes()
        try:
            post = read_post(site, path, data, dt.datetime.now(dt.UTC))
        except PostError:
            continue
        if post:
            yield path, data, make_document(post)


def _copy_configuration(source: Path, target: Path) -> None:
    """The site's own configuration, from where `load_site` finds it, to beside the copied content."""
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
