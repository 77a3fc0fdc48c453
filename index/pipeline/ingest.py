"""Ingestion of files in batches: read, parse, analyse, and build a segment of each batch."""

import datetime as dt
import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhsearch.index.analysis import Analyzer, Lexicon, get_segmenter
from zhsearch.index.arrays import Array
from zhsearch.index.errors import PostError, ZhsearchError
from zhsearch.index.generations import FileState
from zhsearch.index.hugo import NO_TEXT, Site, Unpublished, read_files, read_page, wanted_fields
from zhsearch.index.markdown import MarkdownOptions, read_html, read_markdown
from zhsearch.index.messages import Message
from zhsearch.index.models import Document, FileNotice, LeftOut, Post
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.settings import IndexSettings

_BATCH_BYTES = 500_000
_BATCH_FILES = 500
_MARKUP = re.compile(r"[*_`~\[\]<>&\\#|{}]|--|\.\.\.|[\"']|^\s*[-+\d]")


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Files to ingest together: their paths, and the states of those that were indexed before."""

    paths: tuple[str, ...]
    known: Mapping[str, FileState]


@dataclass(slots=True)
class IndexedBatch:
    """The result of ingesting a batch: states and notices by file, and a segment.

    `files` counts them all; `unpublished` are the posts that are not searched. `arrays` are those of a
    segment with the documents of `indexed`, in their order; None if there are none.
    """

    files: int = 0
    indexed: dict[str, FileState] = field(default_factory=dict)
    unchanged: dict[str, FileState] = field(default_factory=dict)
    unpublished: list[LeftOut] = field(default_factory=list)
    skipped: list[FileNotice] = field(default_factory=list)
    warnings: list[FileNotice] = field(default_factory=list)
    arrays: Mapping[str, Array] | None = None


class Ingester:
    """Ingests files of one site, as it is at the moment `now`."""

    def __init__(self, site: Site, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime) -> None:
        self._site = site
        self._wanted = wanted_fields(site, settings.search_fields, settings.facets)
        self._max_bytes = settings.max_post_bytes
        self._now = now
        self._dates_use_file_time = any(language.dates.need_file_time for language in site.languages.values())
        self._analyzer = Analyzer(get_segmenter(settings.segmenter, settings.cache, lexicon))

    def ingest(self, files: FileBatch) -> IndexedBatch:
        """Read the files, and analyse those that are new or changed.

        A post that cannot be indexed is skipped with a notice; SettingsError and the like are raised.
        """
        batch = IndexedBatch(files=len(files.paths))
        documents = []
        for path, data, stat in read_files(self._site, files.paths, self._max_bytes):
            try:
                document = self._document(path, data, stat, files.known.get(path), batch)
            except PostError as problem:
                batch.skipped.append(FileNotice(path, str(problem)))
            except ZhsearchError:
                raise
            except Exception as problem:  # one unexpected post must not stop the run
                reason = Message(
                    "cannot be read ({kind}: {problem})",
                    kind=type(problem).__name__,
                    problem=str(problem)[:120],
                )
                batch.skipped.append(FileNotice(path, reason))
            else:
                if document:
                    documents.append(document)
        if documents:
            batch.arrays = build_segment(documents, self._analyzer)
        return batch

    def _document(
        self,
        path: str,
        data: bytes | PostError,
        stat: os.stat_result | None,
        old: FileState | None,
        batch: IndexedBatch,
    ) -> Document | None:
        """The document of a file, None if none is to be indexed; records the outcome in `batch`."""
        if isinstance(data, PostError) or stat is None:
            raise data if isinstance(data, PostError) else PostError("cannot be read")
        read = time.time_ns()
        digest = self._hash(data, stat)
        if old and old.hash == digest and not old.is_expired(self._now):
            batch.unchanged[path] = old
            return None
        post = read_page(self._site, path, data, self._now, stat.st_mtime, wanted=self._wanted)
        if isinstance(post, Unpublished):
            if post.kind != NO_TEXT:
                batch.unpublished.append(LeftOut(path, post.kind, post.reason))
            return None
        document = make_document(post, self._site.markdown_options(path))
        batch.warnings += [FileNotice(path, warning) for warning in post.warnings]
        batch.indexed[path] = FileState(
            hash=digest,
            size=stat.st_size,
            modified=stat.st_mtime_ns,
            changed=stat.st_ctime_ns,
            inode=stat.st_ino,
            read=read,
            expires=post.expires.isoformat() if post.expires else None,
        )
        return document

    def _hash(self, data: bytes, stat: os.stat_result) -> str:
        """The hash of a file's content, and of its modification time if dates of pages depend on it."""
        time_stamp = str(stat.st_mtime_ns).encode() if self._dates_use_file_time else b""
        return hashlib.blake2b(data + time_stamp, digest_size=16).hexdigest()


def make_document(post: Post, options: MarkdownOptions | None = None) -> Document:
    """Extract the document of a post: visible text, sections and code. `options` are the site's for Markdown,
    None for the defaults."""
    is_html = post.markup == "html"
    text, sections, code = read_html(post.body) if is_html else read_markdown(post.body, options)
    meta = _visible_lines(post, options)
    return Document(
        path=post.path,
        url=post.url,
        title=post.title,
        date=post.date,
        lang=post.lang,
        tags=post.tags,
        categories=post.categories,
        thumbnail=post.thumbnail,
        summary=_visible_line(post.summary, options),
        kind=post.kind,
        text="\n".join([*([text] if text else []), *meta]),
        sections=sections,
        code=code,
        meta_start=(len(text) + 1 if text else 0) if meta else None,
        meta_weights=tuple(meta.values()),
        facets=post.facets,
    )


def _visible_lines(post: Post, options: MarkdownOptions | None) -> dict[str, float]:
    """The searched texts of a post's front matter as a reader sees them, with their weights; without those
    that repeat its title."""
    lines = {_visible_line(text, options): weight for text, weight in post.searched}
    return {line: weight for line, weight in lines.items() if line and line != post.title}


def _visible_line(text: str, options: MarkdownOptions | None) -> str:
    """A text of front matter, which may be Markdown, as a reader sees it on one line."""
    if _MARKUP.search(text):
        text = read_markdown(text, options).text
    return " ".join(text.split())


def batches_of(sizes: Mapping[str, int], known: Mapping[str, FileState]) -> Iterator[FileBatch]:
    """Group files (path -> bytes) into batches of up to half a megabyte and 500 files, in their order."""
    paths: list[str] = []
    batch_size = 0
    for path, size in sizes.items():
        if paths and (batch_size + size > _BATCH_BYTES or len(paths) == _BATCH_FILES):
            yield _batch(paths, known)
            paths, batch_size = [], 0
        paths.append(path)
        batch_size += size
    if paths:
        yield _batch(paths, known)


def _batch(paths: list[str], known: Mapping[str, FileState]) -> FileBatch:
    return FileBatch(tuple(paths), {path: known[path] for path in paths if path in known})
