"""Ingestion of files in batches: read, parse, analyse, and build a segment of each batch."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhsearch.index.analysis import Analyzer, Lexicon, get_segmenter
from zhsearch.index.arrays import Array
from zhsearch.index.errors import PostError, ZhsearchError
from zhsearch.index.messages import Message
from zhsearch.index.models import Document, FileNotice, LeftOut
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState, PageReader

_BATCH_BYTES = 500_000
_BATCH_FILES = 500


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
    """Ingests files of one source, as they are at the moment `now`."""

    def __init__(
        self, reader: PageReader, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime
    ) -> None:
        self._reader = reader
        self._now = now
        self._analyzer = Analyzer(get_segmenter(settings.segmenter, settings.cache, lexicon))

    def ingest(self, files: FileBatch) -> IndexedBatch:
        """Read the files, and analyse those that are new or changed.

        A post that cannot be indexed is skipped with a notice; SettingsError and the like are raised.
        """
        batch = IndexedBatch(files=len(files.paths))
        documents = []
        for path in files.paths:
            try:
                document = self._document(path, files.known.get(path), batch)
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

    def _document(self, path: str, old: FileState | None, batch: IndexedBatch) -> Document | None:
        """The document of a file, None if none is to be indexed; records the outcome in `batch`."""
        page = self._reader.read(path, old, self._now)
        if isinstance(page, LeftOut):
            batch.unpublished.append(page)
        elif page.document is None:
            batch.unchanged[path] = page.state
        else:
            batch.warnings += [FileNotice(path, warning) for warning in page.warnings]
            batch.indexed[path] = page.state
            return page.document
        return None


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
