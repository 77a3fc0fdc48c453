"""The inputs of an indexing run, the outcome of its files, and its report."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from zhsearch.index.analysis import Lexicon
from zhsearch.index.errors import ZhsearchError
from zhsearch.index.generations import Generation
from zhsearch.index.generations.writer import IndexWriter
from zhsearch.index.messages import counted_message
from zhsearch.index.models import FileNotice, LeftOut, ReindexReport
from zhsearch.index.pipeline.ingest import IndexedBatch
from zhsearch.index.pipeline.left_out import count_by_kind, left_out_pages
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState, PageFiles, PageSource

Progress = Callable[[int, int], None]
"""A callback with (files done, files in total), called as a run proceeds."""


class StrictError(ZhsearchError):
    """A strict run met posts that it cannot index; nothing was published."""

    def __init__(self, skipped: tuple[FileNotice, ...]) -> None:
        names = ", ".join(notice.path for notice in skipped[:5]) + (", …" if len(skipped) > 5 else "")
        super().__init__(
            counted_message(
                "{count} post cannot be indexed ({names}); nothing was published. Fix it, or run without"
                " --strict",
                "{count} posts cannot be indexed ({names}); nothing was published. Fix them, or run without"
                " --strict",
                len(skipped),
                names=names,
            )
        )
        self.skipped = skipped


@dataclass(slots=True)
class Tally:
    """The outcome of the files so far. `live` are the states of the files whose pages will be live."""

    live: dict[str, FileState] = field(default_factory=dict)
    unchanged: int = 0
    indexed: list[str] = field(default_factory=list)
    unpublished: list[LeftOut] = field(default_factory=list)
    skipped: list[FileNotice] = field(default_factory=list)
    warnings: list[FileNotice] = field(default_factory=list)

    def add(self, batch: IndexedBatch) -> None:
        """Add a batch that was ingested."""
        self.live |= batch.unchanged | batch.indexed
        self.unchanged += len(batch.unchanged)
        self.indexed += batch.indexed
        self.unpublished += batch.unpublished
        self.skipped += batch.skipped
        self.warnings += batch.warnings

    def add_each(self, batches: Iterable[IndexedBatch]) -> Iterator[IndexedBatch]:
        """Add batches as they are iterated over."""
        for batch in batches:
            self.add(batch)
            yield batch


@dataclass(frozen=True, slots=True)
class Run:
    """The inputs of a run, which do not change while it runs.

    `base` is the generation that it builds upon, None if all posts are analysed; `known` are the states of
    its files. `lexicon` is the owner's, without site terms.
    """

    settings: IndexSettings
    source: PageSource
    lexicon: Lexicon
    signature: Mapping[str, str]
    writer: IndexWriter
    base: Generation | None
    known: Mapping[str, FileState]
    now: dt.datetime
    strict: bool
    allow_empty: bool
    progress: Progress


def make_report(
    generation: str,
    files: PageFiles,
    tally: Tally,
    before: Set[str],
    seconds: float,
    reason: str | None,
) -> ReindexReport:
    """The report of a run; `before` are the paths of the pages that were live when it began."""
    return ReindexReport(
        generation=generation,
        indexed=len(tally.indexed),
        unchanged=tally.unchanged,
        updated=sum(path in before for path in tally.indexed),
        deleted=len(before - tally.live.keys()),
        unpublished=len(tally.unpublished),
        unpublished_reasons=count_by_kind(tally.unpublished),
        excluded=len(files.excluded),
        duplicates=len(files.duplicates),
        left_out=left_out_pages(files, tally.unpublished),
        skipped=tuple(sorted(tally.skipped, key=lambda notice: notice.path)),
        warnings=tuple(tally.warnings),
        seconds=round(seconds, 3),
        rebuilt_because=reason,
    )
