"""The completion entries of a snapshot."""

from collections.abc import Iterator, Sequence

import numpy as np

from zhsearch.index.analysis import fold_plain
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.suggest.entries import (
    HEADING,
    TAG,
    TITLE,
    WORD,
    Entry,
    as_entry_text,
    completion_words,
    entries_shown_on,
)
from zhsearch.search.suggest.spelling import TermSource


class SnapshotEntries:
    """See EntrySource. Words are those of the snapshot's segments, or of other `sources`."""

    def __init__(self, snapshot: Snapshot, sources: Sequence[TermSource] | None = None) -> None:
        self._snapshot = snapshot
        self._sources = snapshot.segments if sources is None else sources

    def __iter__(self) -> Iterator[Entry]:
        """See EntrySource."""
        snapshot = self._snapshot
        yield from self._tags()
        order = np.argsort(snapshot.newest[snapshot.pages], kind="stable")
        for page in snapshot.pages[order].tolist():
            yield Entry(snapshot.title(page), TITLE, 1, page)
        yield from completion_words(self._sources)
        seen: set[str] = set()
        for page in snapshot.pages[order].tolist():
            for number, section in enumerate(snapshot.sections(page)):
                text = as_entry_text(fold_plain(section.title))
                if text not in seen:  # the newest page that has it
                    seen.add(text)
                    yield Entry(text, HEADING, 1, page, number)

    def shown(self, entries: Sequence[Entry]) -> list[tuple[str, str | None]]:
        """See EntrySource."""
        return list(map(self._shown, entries))

    def _shown(self, entry: Entry) -> tuple[str, str | None]:
        if entry.kind == TAG:
            return self._snapshot.facets["tag"].values[entry.number], None
        if entry.kind == WORD:
            return entry.text, None
        stored = self._snapshot.stored(entry.page)
        section = stored.sections[entry.number] if entry.kind == HEADING else None
        return entries_shown_on(stored.meta, section)

    def _tags(self) -> Iterator[Entry]:
        snapshot, facet = self._snapshot, self._snapshot.facets["tag"]
        counts = np.bincount(
            facet.ids[np.repeat(snapshot.live, np.diff(facet.starts))], minlength=len(facet.values)
        )
        for number, (text, pages) in enumerate(zip(facet.folded, counts.tolist(), strict=True)):
            if pages:
                yield Entry(as_entry_text(text), TAG, pages, number=number)
