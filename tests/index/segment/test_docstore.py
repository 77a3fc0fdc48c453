"""The doc store: any document comes back as it went in, from few bytes."""

import datetime as dt
import zlib
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, LINES, document, documents_of, folded_lines, stored_form
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.models import Document, PageMeta, Section
from zhsearch.index.segment.docstore import StoredDocument, store

ODD_LINES = LINES | st.text(st.characters(exclude_characters="\n"), max_size=6)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def opened(document: Document, folded: bytes | None = None) -> StoredDocument:
    folded = encoded(folded_lines(document)) if folded is None else folded
    record = store(document, blocks_of(folded))
    return StoredDocument(document.path, document.url, record, lambda: folded)


def blocks_of(folded: bytes) -> bytes:
    return folded[folded.index(b"\n") + 1 :]


def round_trip(document: Document) -> Document:
    return opened(document).document()


def assert_round_trip(document: Document) -> None:
    found, document = round_trip(document), stored_form(document)
    for field in fields(Document):
        assert getattr(found, field.name) == getattr(document, field.name)
    if found.date and document.date:
        assert found.date.utcoffset() == document.date.utcoffset()


@given(DOCUMENTS)
@settings(max_examples=30)
def test_a_document_comes_back_as_it_went_in(document: Document) -> None:
    assert_round_trip(document)


@given(documents_of(ODD_LINES))
@settings(max_examples=25)
def test_even_lone_surrogates_and_control_characters_come_back(document: Document) -> None:
    assert_round_trip(document)


@given(DOCUMENTS)
@settings(max_examples=30)
def test_folding_keeps_the_lines_by_which_a_record_is_split(document: Document) -> None:
    assert len(folded_lines(document).split("\n")) == len(document.text.split("\n")) + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n\n",
        "\ud800",
        "a\udfff\n\ud83d\ude00",
        "國產算力加速，" * 2_000,
        "\n".join(f"第{line}段：國產算力，乾隆年間" for line in range(5_000)),
        "\n".join("㍿ﬁ" * 900 for _ in range(20)),
        "x" * 1_000_000,
        "國" * 50_000 + "\n短\n" + "\u200b" * 40_000 + "\n" + "末" * 50_000,
        "\n" * 40_000,
        "".join(chr(0x4E00 + index * 7919 % 20_000) for index in range(60_000)),
    ],
    ids=lambda text: f"{len(text)}{text[:4]!r}",
)
def test_a_text_of_any_length_and_kind_comes_back(text: str) -> None:
    assert_round_trip(document(text, title="題 \n 目", tags=("甲", "甲")))


@pytest.mark.parametrize("length", range(14_995, 15_006))
def test_lines_about_as_long_as_a_slice_come_back(length: int) -> None:
    assert_round_trip(document("\n".join(["a" * length, "b", "c" * (length - 2), "d" * 32_767])))


def test_a_head_of_many_sections_comes_back() -> None:
    sections = tuple(
        Section(f"第 {number} 節\n續", f"h-{number}", 2, number, number + 1) for number in range(3_000)
    )
    assert_round_trip(document("文", sections=sections, title="長\n" * 20_000))


@pytest.mark.parametrize(
    "date",
    ["2025-02-13T08:01:14+00:00", "2025-02-13T00:30:00.000001+08:00", "1999-12-31T23:59:59-11:30", None],
)
def test_a_date_keeps_its_offset(date: str | None) -> None:
    found = round_trip(document(date=dt.datetime.fromisoformat(date) if date else None))
    assert (found.date.isoformat() if found.date else None) == date


@given(st.lists(DOCUMENTS, min_size=2, max_size=2), st.data())
@settings(max_examples=15)
def test_a_record_can_use_any_folded_text_of_as_many_lines(
    documents: list[Document], data: st.DataObject
) -> None:
    first, second = documents
    lines = len(first.text.split("\n")) + 1
    other = "\n".join((folded_lines(second).split("\n") * lines)[: lines - 1] + ["末"])
    assert opened(first, encoded(other)).document() == stored_form(first)


@given(DOCUMENTS, st.integers(0, 300), st.data())
@settings(max_examples=60)
def test_the_lines_from_a_position_on_are_those_as_written(
    document: Document, times: int, data: st.DataObject
) -> None:
    long = replace(document, text="\n".join([document.text, *["國產算力加速"] * times]))
    folded = folded_lines(long)
    stored, body = opened(long, encoded(folded)), folded.index("\n") + 1
    position = data.draw(st.integers(body, max(body, len(folded) - 1)))
    # As far as the text goes, or the lines of front matter.
    written, last = long.text.split("\n"), None
    number = folded.count("\n", body, position)
    if long.meta_start is not None:
        meta = long.text.count("\n", 0, long.meta_start)
        last = meta if number < meta else None
    lines = list(stored.lines(position))
    assert [line.text for line in lines] == written[number:last]
    assert [line.folded for line in lines] == folded[body:].split("\n")[number:last]
    assert lines[0].folded_start <= position <= lines[0].folded_start + len(lines[0].folded)
    for line in lines:
        assert folded.startswith(f"\n{line.folded}", line.folded_start - 1)
    assert list(stored.lines(position)) == lines
    for field in fields(PageMeta):
        assert getattr(stored.meta, field.name) == getattr(long, field.name)


@pytest.mark.parametrize("text", ["\n", "文\n", "文\n\n", "\n".join("文" * 900 for _ in range(3)) + "\n"])
def test_the_lines_at_the_end_are_the_empty_ones_there(text: str) -> None:
    stored = opened(document(text, title="題"))
    position = len(stored.folded) - 1
    number = stored.folded.count("\n", 2, position)
    assert [line.text for line in stored.lines(position)] == text.split("\n")[number:]


def test_the_section_of_a_position_is_the_last_that_began() -> None:
    stored_document = document(
        "前\n甲\n乙\n丙",
        sections=(Section("甲", "a", 2, 2, 6), Section("丙", "c", 3, 6, 7)),
    )
    stored = opened(stored_document)
    body = stored.folded.index("\n") + 1
    assert [stored.section_at(body + offset) for offset in (0, 2, 4, 6)] == [
        None,
        *stored_document.sections[:1] * 2,
        stored_document.sections[1],
    ]


@pytest.mark.parametrize("record", [b"", b"abc", b"\xff" * 40, bytes(40)])
def test_data_that_is_not_a_record_is_refused_as_damaged(record: bytes) -> None:
    with pytest.raises(CorruptIndexError, match="zhsearch reindex --full"):
        StoredDocument("a.md", "/a/", record, lambda: encoded("題\n文")).document()


@pytest.mark.parametrize("folded", [b"\xff", b"\xe9\xa2", b"\n\xed"])
def test_a_folded_text_that_is_no_text_is_refused_as_damaged(folded: bytes) -> None:
    stored = StoredDocument("a.md", "/a/", store(document("文"), "文".encode()), lambda: folded)
    with pytest.raises(CorruptIndexError, match="zhsearch reindex --full"):
        stored.document()


def test_a_hit_that_shows_its_meta_alone_reads_no_text() -> None:
    def never() -> bytes:
        raise AssertionError

    record = store(document("文" * 1_000, title="題"), ("文" * 1_000).encode())
    stored = StoredDocument("a.md", "/a/", record, never)
    assert stored.meta.title == "題"
    assert stored.sections == ()
    assert 2_000 < stored.estimated_bytes < 10_000


def test_a_text_is_read_once_for_all_that_is_shown_of_it() -> None:
    reads = []

    def read() -> bytes:
        reads.append(1)
        return encoded(folded_lines(long))

    long = document("\n".join(f"第{line}段：國產算力" for line in range(2_000)), title="題")
    stored = StoredDocument("a.md", "/a/", store(long, blocks_of(read())), read)
    reads.clear()
    for position in (5, 500, 9_000):
        next(stored.lines(position))
        stored.section_at(position)
    assert stored.document() == stored_form(long)
    assert len(reads) == 1


def test_a_record_is_far_smaller_than_its_text_deflated() -> None:
    text = "\n".join(
        "".join(chr(0x4E00 + (line * 31 + column * column * 7) % 3_000) for column in range(200))
        for line in range(50)
    )
    stored_document = document(text)
    blocks = blocks_of(encoded(folded_lines(stored_document)))
    assert len(store(stored_document, blocks)) * 3 < len(zlib.compress(text.encode(), 9))
    assert store(stored_document, blocks) == store(replace(stored_document), blocks)


@pytest.mark.parametrize("text", ["甲\n\u200b", "\u200b\n\u200b", "甲\n", "\n"])
def test_front_matter_that_folds_to_nothing_comes_back(text: str) -> None:
    meta_start = text.index("\n") + 1
    assert_round_trip(replace(document("x"), text=text, meta_start=meta_start, meta_weights=(1.0,)))


def test_a_text_that_folds_to_nothing_comes_back() -> None:
    for text in ("\u200b", "\u200b\n", "\n\u200b"):
        assert_round_trip(replace(document("x"), text=text))
