"""Ingestion: batches depend on sizes only, and the outcome of every file is reported."""

import datetime as dt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import CACHE, post, write_site
from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.hugo.source import HugoSource
from zhsearch.index.pipeline.ingest import FileBatch, Ingester, batches_of
from zhsearch.index.pipeline.pool import ingest_files
from zhsearch.index.segment.reader import SegmentReader
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState

NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def file_state(**changes: object) -> FileState:
    values = {"hash": "h", "size": 1, "modified": 0, "changed": 0, "inode": 1, "read": 10**9, "expires": None}
    return FileState(**(values | changes))  # type: ignore[arg-type]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=6), st.integers(0, 2_500_000), max_size=30))
def test_batches_hold_every_file_once_in_order_and_are_small(sizes: dict[str, int]) -> None:
    batches = list(batches_of(sizes, {}))
    assert [path for files in batches for path in files.paths] == list(sizes)
    for files in batches:
        assert len(files.paths) == 1 or sum(sizes[path] for path in files.paths) <= 500_000


def test_every_file_is_counted_once_and_documents_come_in_their_order(tmp_path: Path) -> None:
    posts = {
        "a.md": post("一", "貔貅"),
        "b.md": post("二", "麒麟", draft="true"),
        "c.md": "---\ntitle: [\n---\n",
        "d.md": post("四", "凤凰", date="2099-01-01"),
        "e.md": post("五", "白泽", date="never"),
    }
    settings = IndexSettings(content=write_site(tmp_path, posts), cache=CACHE)
    batch = Ingester(HugoSource(settings).reader, settings, Lexicon(), NOW).ingest(
        FileBatch((*posts, "missing.md"), {})
    )
    assert list(batch.indexed) == ["a.md", "e.md"]
    assert [(page.path, page.kind) for page in batch.unpublished] == [("b.md", "draft"), ("d.md", "future")]
    assert [note.path for note in batch.skipped] == ["c.md", "missing.md"]
    assert [note.path for note in batch.warnings] == ["e.md"]
    assert batch.files == 6
    assert batch.arrays is not None
    segment = SegmentReader(batch.arrays)
    assert [segment.document(page).title for page in range(len(segment))] == ["一", "五"]


def test_a_file_with_the_same_content_is_not_analysed_again(tmp_path: Path) -> None:
    settings = IndexSettings(content=write_site(tmp_path, {"a.md": post("一", "貔貅")}), cache=CACHE)
    ingester = Ingester(HugoSource(settings).reader, settings, Lexicon(), NOW)
    known = ingester.ingest(FileBatch(("a.md",), {})).indexed
    batch = ingester.ingest(FileBatch(("a.md",), known))
    assert (batch.indexed, batch.arrays) == ({}, None)
    read = batch.unchanged["a.md"].read
    assert read > known["a.md"].read
    assert batch.unchanged == {"a.md": known["a.md"]._replace(read=read)}


def test_a_file_that_had_just_changed_when_it_was_read_does_not_count_as_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    stat = file.stat()
    read = max(stat.st_mtime_ns, stat.st_ctime_ns)
    state = file_state(size=1, modified=stat.st_mtime_ns, changed=stat.st_ctime_ns, inode=stat.st_ino)
    assert not state._replace(read=read + 10**6).is_unchanged(stat)
    assert state._replace(read=read + 10**9).is_unchanged(stat)
    assert not state._replace(read=read + 10**9, size=2).is_unchanged(stat)


def test_a_post_is_expired_from_the_moment_on_that_it_names() -> None:
    assert not file_state().is_expired(NOW)
    assert file_state(expires=NOW.isoformat()).is_expired(NOW)
    assert not file_state(expires=(NOW + dt.timedelta(seconds=1)).isoformat()).is_expired(NOW)


def test_no_file_is_no_batch(tmp_path: Path) -> None:
    settings = IndexSettings(content=write_site(tmp_path, {"a.md": ""}), cache=CACHE)
    assert list(ingest_files(HugoSource(settings).reader, settings, Lexicon(), NOW, {}, {})) == []
