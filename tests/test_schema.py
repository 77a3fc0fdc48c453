"""The shape of the index: what goes in comes out again, and positions lead back to the text."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from whoosh.formats import Positions

from index.records import Document, Section, Token
from index.schema import TEXT_FIELDS, Terms, make_schema, read_card, read_record, to_whoosh
from tests.support import the_segmenter

TEXT = st.text(st.sampled_from([*"国产算力GPT-4o C++é㍿ﬁ\U00020bb7", "\u200b"]), max_size=20)
DOCUMENTS = st.builds(
    Document,
    path=TEXT,
    url=TEXT,
    title=TEXT,
    date=st.none() | st.datetimes(timezones=st.timezones()),
    lang=st.sampled_from(["zh-CN", "en"]),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    categories=st.lists(TEXT, max_size=3).map(tuple),
    thumbnail=st.none() | TEXT,
    summary=TEXT,
    text=st.lists(TEXT.filter(bool), max_size=4).map("\n".join),
    sections=st.lists(st.builds(Section, TEXT, TEXT, st.integers(1, 6), st.integers(0), st.integers(0)), max_size=3).map(tuple),
)  # fmt: skip


def iso(date: dt.datetime | None) -> str | None:
    return date.isoformat() if date else None


@given(DOCUMENTS)
def test_a_document_comes_out_of_the_index_as_it_went_in(document: Document) -> None:
    stored = to_whoosh(document, the_segmenter())
    found = read_record({"record": str(stored["record"])})
    assert iso(found.date) == iso(document.date)
    assert {name: getattr(found, name) for name in Document.__slots__ if name != "date"} == {
        name: getattr(document, name) for name in Document.__slots__ if name != "date"
    }


@given(DOCUMENTS)
def test_a_card_holds_what_facets_and_sorting_need(document: Document) -> None:
    stored = to_whoosh(document, the_segmenter())
    assert isinstance(stored["card"], bytes)
    card = read_card(stored["card"])
    assert (card.url, card.lang) == (document.url, document.lang)
    assert (tuple(card.tags), tuple(card.categories)) == (document.tags, document.categories)
    assert card.day == (int(document.date.strftime("%Y%m%d")[-8:].lstrip("0")) if document.date else 0)
    assert card.instant == (document.date.timestamp() if document.date else None)
    for name, length in zip(TEXT_FIELDS, card.lengths, strict=True):
        terms = stored[name]
        assert isinstance(terms, list)
        assert len(terms) == length


def test_the_day_is_the_authors_and_the_instant_the_worlds() -> None:
    early = dt.datetime.fromisoformat("2025-02-13T00:30:00+08:00")
    document = Document("a.md", "/a/", "题", early, "zh-CN", (), (), None, "", "文", ())
    stored = to_whoosh(document, the_segmenter())
    assert isinstance(stored["card"], bytes)
    card = read_card(stored["card"])
    assert card.day == 20250213
    assert card.instant == dt.datetime(2025, 2, 12, 16, 30, tzinfo=dt.UTC).timestamp()


def test_every_place_of_a_term_is_stored_in_order() -> None:
    tokens = [Token("算力", 4, 6), Token("国产", 0, 2), Token("算力", 2, 4)]
    found = {
        term.decode(): (frequency, Positions().decode_positions(encoded))
        for term, frequency, _, encoded in Terms().index(tokens)
    }
    assert found == {"算力": (2, [2, 4]), "国产": (1, [0])}


def test_the_substring_channel_is_folded_title_first() -> None:
    document = Document(
        "a.md", "/a/", "國產  ＧＰＵ", None, "zh-TW", ("標籤",), (), None, "", "乾隆\n年間", ()
    )
    assert to_whoosh(document, the_segmenter())["folded"] == "国产 gpu\n干隆\n年间".encode()


def test_the_schema_has_a_field_for_every_part() -> None:
    assert set(make_schema().names()) == {"path", *TEXT_FIELDS, "folded", "card", "record"}
