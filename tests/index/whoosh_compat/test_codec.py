"""A stock Whoosh searcher opens our segments, and finds, counts and scores as it would in an index of its own."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import create_in, open_dir
from whoosh.reading import IndexReader, TermNotFound
from whoosh.searching import Searcher

from tests.helpers.reference import document, field_terms, joined_pieces, with_code, with_front_matter
from tests.helpers.sites import default_segmenter, read_post
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.posts import read_files
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.merge import LiveSegment, merge
from zhsearch.index.segment.reader import SUFFIX, SegmentReader
from zhsearch.index.whoosh_compat.codec import ArrayCodec, write_toc
from zhsearch.index.whoosh_compat.schema import STORED_FIELDS, make_schema

CHUNKS = [
    "国产算力",
    "中国科学院",
    "算力",
    "芯片",
    "GPT-4o",
    "C++",
    "c语言",
    "gpu",
    "GPUs",
    "乾隆",
    "藉口",
    "𠮷",
    "カラ・オケ",
    "한국",
]
CHUNKS += ["2.307亿", "5G-A", "python", "pythons", "phyton", "a/b-1.2", "的", "，", "。", " ", "\n", "中国", "大学", "北京大学", "é", "👩"]  # fmt: skip
T = TypeVar("T")
FIELDS = st.sampled_from(TEXT_FIELDS)


@dataclass(repr=False)
class Pair:
    """The same pages in our segments and in a stock index, split alike."""

    ours: Searcher
    stock: Searcher
    documents: list[Document]
    terms: list[tuple[str, bytes]]


def some_documents(count: int, seed: int) -> list[Document]:
    """Documents of few words, so that queries for several find something."""
    chance = random.Random(seed)

    def text(most: int) -> str:
        return "".join(chance.choices(CHUNKS, k=chance.randint(0, most)))

    documents = [
        with_front_matter(
            with_code(
                document(
                    text(40),
                    path=f"{number}.md",
                    url=f"/{number}/",
                    title=text(5).replace("\n", " "),
                    date=dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
                    if number % 3
                    else None,
                    lang=chance.choice(["zh-CN", "en"]),
                    tags=tuple(text(2) for _ in range(chance.randint(0, 3))),
                    categories=tuple(text(1) for _ in range(chance.randint(0, 1))),
                    sections=tuple(Section(text(3), "s", 2, 0, 1) for _ in range(chance.randint(0, 2))),
                ),
                [True, number % 2 == 0],
            ),
            [(text(4), 1.5)] * (number % 3),
        )
        for number in range(count)
    ]
    return [
        *documents[: count // 2],
        document("算力 " * 700 + "gpu " * 256),
        document(),
        *documents[count // 2 :],
    ]


def write_segments(
    folder: Path, batches: Sequence[Sequence[Document]], deleted: Sequence[int], whole: bool
) -> None:
    folder.mkdir()
    readers = [SegmentReader(build_segment(batch, Analyzer(default_segmenter()))) for batch in batches]
    if whole:
        readers = [
            SegmentReader(
                joined_pieces(
                    merge([LiveSegment(reader, np.ones(len(reader), dtype=np.bool_)) for reader in readers])
                )
            )
        ]
    segments = []
    first = 0
    for number, reader in enumerate(readers):
        with ArrayWriter(folder / f"p{number}{SUFFIX}") as writer:
            for name, array in reader.arrays.items():
                writer.add(name, array)
        segments.append(
            (f"p{number}", len(reader), [page - first for page in deleted if 0 <= page - first < len(reader)])
        )
        first += len(reader)
    write_toc(folder, segments)


def write_stock(
    folder: Path, batches: Sequence[Sequence[Document]], deleted: Sequence[int], whole: bool
) -> None:
    """Whoosh's own writer and codec, fed with the same terms."""
    folder.mkdir()
    index = create_in(str(folder), make_schema())
    for batch in [list(chain.from_iterable(batches))] if whole else batches:
        writer = index.writer()
        for each in batch:
            stored = {name: getattr(each, name) for name in STORED_FIELDS}
            fields = {
                field: [term for term, _ in terms]
                for field, terms in field_terms(each, default_segmenter()).items()
            }
            writer.add_document(**stored, **fields, _stored_title=each.title)
        writer.commit(merge=False)
    writer = index.writer()
    for page in deleted:
        writer.delete_document(page)
    writer.commit(merge=False)
    index.close()


def pair_of(
    folder: Path, batches: Sequence[Sequence[Document]], deleted: Sequence[int] = (), *, whole: bool = False
) -> Iterator[Pair]:
    write_segments(folder / "ours", batches, deleted, whole)
    write_stock(folder / "stock", batches, deleted, whole)
    documents = [each for batch in batches for each in batch]
    with (
        open_dir(str(folder / "ours")).searcher() as ours,
        open_dir(str(folder / "stock")).searcher() as stock,
    ):
        yield Pair(ours, stock, documents, list(stock.reader().all_terms()))


@pytest.fixture(
    scope="module", params=["two segments", "pages deleted", "merged into one", "merged, pages deleted"]
)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    documents = some_documents(24, seed=1)
    deleted = (0, 5, 6, 20, len(documents) - 1) if "deleted" in request.param else ()
    batches = [documents[:11], documents[11:]]
    yield from pair_of(tmp_path_factory.mktemp("pair"), batches, deleted, whole="merged" in request.param)


@pytest.fixture(scope="module")
def real(shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    site = load_site(shared("corpus/lctt"))
    now = dt.datetime.now(dt.UTC)
    paths = find_files(site).paths[::33][:60]
    documents = []
    for path, data, _ in read_files(site, paths, 1 << 20):
        assert isinstance(data, bytes)
        post = read_post(site, path, data, now)
        if post:
            documents.append(make_document(post))
    assert len(documents) >= 50
    yield from pair_of(tmp_path_factory.mktemp("real"), [documents[:25], documents[25:]], [3, 40])


def one_of(many: Sequence[T]) -> st.SearchStrategy[T]:
    """As `sampled_from`, which would prepare to print them all."""
    return st.integers(0, len(many) - 1).map(lambda at: many[at])


def terms_of(pair: Pair) -> st.SearchStrategy[tuple[str, str]]:
    """(field, term) pairs: terms of the field, of another field, of no field."""
    present = one_of(pair.terms).map(lambda name: (name[0], name[1].decode()))
    return present | st.tuples(
        FIELDS, st.sampled_from(["缺席", "", "\U0010ffff"]) | present.map(lambda name: name[1])
    )


def fuzzy(name: tuple[str, str], distance: int, prefix: int, *, constant: bool) -> query.Query:
    prefix = min(prefix, len(name[1]))
    return query.FuzzyTerm(*name, maxdist=distance, prefixlength=prefix, constantscore=constant)


def plain_queries(pair: Pair) -> st.SearchStrategy[query.Query]:
    """One clause."""
    some, at = terms_of(pair), st.integers(0, 2)
    return st.one_of(
        some.map(lambda name: query.Term(*name)),
        st.builds(lambda name, end: query.Prefix(name[0], name[1][:end]), some, at),
        st.builds(lambda name, end: query.Wildcard(name[0], name[1][:end] + "?*"), some, at),
        st.builds(lambda name, start: query.Wildcard(name[0], "*" + name[1][start:]), some, at),
        st.builds(fuzzy, some, st.sampled_from([1, 1, 1, 2]), at, constant=st.booleans()),
        st.builds(lambda a, b: query.TermRange(a[0], *sorted((a[1], b[1]))), some, some),
        st.sampled_from([query.Every(), *map(query.Every, TEXT_FIELDS)]),
    )


def queries(pair: Pair) -> st.SearchStrategy[query.Query]:
    """Clauses combined. Exclusions are outermost: within And, Whoosh asks an exhausted matcher for its page."""
    boosted = terms_of(pair).map(lambda name: query.Term(*name, boost=2.5))
    positive = st.recursive(
        plain_queries(pair) | boosted,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(query.And),
            st.lists(inner, min_size=1, max_size=3).map(query.Or),
            st.lists(inner, min_size=1, max_size=3).map(query.DisjunctionMax),
            st.builds(lambda a, b: query.AndMaybe(a, b), inner, inner),
            st.builds(lambda a, b: query.Require(a, b), inner, inner),
            inner.map(lambda one: query.ConstantScoreQuery(one, 3.0)),
        ),
        max_leaves=5,
    )
    return st.one_of(
        positive,
        positive,
        positive.map(query.Not),
        st.builds(lambda a, b: query.AndNot(a, b), positive, positive),
        st.builds(lambda a, b: query.And([a, query.Not(b)]), positive, positive),
        st.builds(lambda a, b: query.Or([a, query.Not(b)]), positive, positive),
    )


def hits(searcher: Searcher, asked: query.Query) -> dict[int, float]:
    """The score of each live page found: Whoosh's Not lets a deleted last page through."""
    results = searcher.search(asked, limit=None)
    found = {results.docnum(at): results.score(at) for at in range(len(results))}
    return {page: score for page, score in found.items() if not searcher.reader().is_deleted(page)}


def top_scores(searcher: Searcher, asked: query.Query) -> list[float]:
    results = searcher.search(asked, limit=5)
    return [results.score(at) for at in range(results.scored_length())]


def assert_same_hits(pair: Pair, asked: query.Query) -> None:
    assert hits(pair.ours, asked) == pytest.approx(hits(pair.stock, asked), rel=1e-9, abs=1e-9)


def facts(reader: IndexReader, field: str, term: bytes) -> tuple[Any, ...]:
    info = reader.term_info(field, term)
    return (
        reader.doc_frequency(field, term),
        reader.frequency(field, term),
        info.weight(),
        info.doc_frequency(),
        info.min_length(),
        info.max_length(),
        info.max_weight(),
        info.min_id(),
        info.max_id(),
    )


def postings(reader: IndexReader, field: str, term: bytes) -> list[tuple[int, float, int]]:
    matcher = reader.postings(field, term)
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value_as("frequency")))
        matcher.next()
    return found


@given(data=st.data())
@settings(max_examples=12)
def test_any_query_finds_the_same_pages_with_the_same_scores(pair: Pair, data: st.DataObject) -> None:
    assert_same_hits(pair, data.draw(queries(pair)))


def test_queries_of_real_posts_find_the_same_pages_with_the_same_scores(real: Pair) -> None:
    chance = random.Random(2)

    def word() -> query.Query:
        field, term = chance.choice(real.terms)
        return query.Term(field, term.decode())

    for _ in range(25):
        field, term = chance.choice(real.terms)
        common = query.Or([query.Term("body", "的"), query.Term("body", "linux")])
        for asked in (
            query.Prefix(field, term.decode()[:2]),
            query.Or([word(), word()]),
            query.And([common, word()]),
            query.AndNot(common, word()),
        ):
            assert_same_hits(real, asked)


def test_terms_and_frequencies_of_real_posts_are_the_same(real: Pair) -> None:
    ours, stock = real.ours.reader(), real.stock.reader()
    assert list(ours.all_terms()) == real.terms
    for field, term in real.terms[::60]:
        assert facts(ours, field, term) == facts(stock, field, term)
        assert postings(ours, field, term) == postings(stock, field, term)


@given(data=st.data())
@settings(max_examples=10)
def test_the_best_few_are_the_same(pair: Pair, data: st.DataObject) -> None:
    clauses = data.draw(st.lists(plain_queries(pair), min_size=1, max_size=3))
    for asked in (query.And(clauses), query.Or(clauses)):
        wanted = top_scores(pair.stock, asked)
        assert top_scores(pair.ours, asked) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_every_term_alone_has_the_same_scores(pair: Pair) -> None:
    for field, term in pair.terms:
        assert_same_hits(pair, query.Term(field, term.decode()))


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_whoosh_says_of_a_phrase_that_the_field_has_no_positions(pair: Pair, field: str) -> None:
    asked = query.Phrase(field, ["国产", "算力"])
    with pytest.raises(query.QueryError, match=f"Phrase search: '{field}' field has no positions"):
        pair.ours.search(asked)


def test_the_stored_fields_are_the_documents(pair: Pair) -> None:
    for page, each in enumerate(pair.documents):
        wanted = {name: getattr(each, name) for name in (*STORED_FIELDS, "title")}
        assert pair.ours.stored_fields(page) == wanted
        assert {**dict.fromkeys(wanted), **pair.stock.stored_fields(page)} == wanted


def test_readers_have_the_same_terms_in_the_same_order(pair: Pair) -> None:
    ours, stock = pair.ours.reader(), pair.stock.reader()
    assert list(ours.all_terms()) == list(stock.all_terms()) == pair.terms
    assert sorted(ours.indexed_field_names()) == sorted(stock.indexed_field_names())
    for field in TEXT_FIELDS:
        assert list(ours.lexicon(field)) == list(stock.lexicon(field))
        assert list(ours.field_terms(field)) == list(stock.field_terms(field))
        for prefix in ("", "国", "g", "\U0010ffff"):
            assert list(ours.expand_prefix(field, prefix)) == list(stock.expand_prefix(field, prefix))
        assert ours.most_frequent_terms(field, 10) == stock.most_frequent_terms(field, 10)


def test_readers_have_the_same_statistics_of_every_term(pair: Pair) -> None:
    ours, stock = pair.ours.reader(), pair.stock.reader()
    leaves = [(a, b) for (a, _), (b, _) in zip(ours.leaf_readers(), stock.leaf_readers(), strict=True)]
    for field, term in pair.terms:
        assert facts(ours, field, term) == facts(stock, field, term)
        for one, other in leaves:
            assert ((field, term) in one) == ((field, term) in other)
            if (field, term) in other:
                assert facts(one, field, term) == facts(other, field, term)


def test_readers_iterate_over_terms_with_their_statistics(pair: Pair) -> None:
    for (one, _), (other, _) in zip(
        pair.ours.reader().leaf_readers(), pair.stock.reader().leaf_readers(), strict=True
    ):
        found, wanted = (
            [(term, info.weight(), info.doc_frequency()) for term, info in leaf] for leaf in (one, other)
        )
        assert found == wanted
        for_prefix = [
            [(term, info.weight()) for term, info in leaf.iter_prefix("body", "中")] for leaf in (one, other)
        ]
        assert for_prefix[0] == for_prefix[1]


def test_every_posting_of_every_term_is_read_through_whoosh(pair: Pair) -> None:
    for field, term in pair.terms:
        found = postings(pair.ours.reader(), field, term)
        assert found == postings(pair.stock.reader(), field, term)


def test_an_absent_term_is_absent_in_the_same_ways(pair: Pair) -> None:
    label = next(term for field, term in pair.terms if field == "body" and ("label", term) not in pair.terms)
    for reader in (pair.ours.reader(), pair.stock.reader()):
        for field, term in (("body", "缺席".encode()), ("label", label), ("text", label), ("nothing", label)):
            assert (field, term) not in reader
        for term in ("缺席".encode(), label):
            assert (reader.doc_frequency("label", term), reader.frequency("label", term)) == (0, 0)
            with pytest.raises(TermNotFound):
                reader.term_info("label", term)


@given(data=st.data())
@settings(max_examples=8)
def test_terms_a_few_edits_away_are_the_same(pair: Pair, data: st.DataObject) -> None:
    field, term = data.draw(one_of(pair.terms))
    text = term.decode() + data.draw(st.sampled_from(["", "x", "国"]))
    most, prefix = data.draw(st.integers(1, 2)), data.draw(st.integers(0, min(2, len(text))))
    found = sorted(pair.ours.reader().terms_within(field, text, most, prefix))
    assert found == sorted(pair.stock.reader().terms_within(field, text, most, prefix))


def test_readers_count_pages_and_lengths_alike(pair: Pair) -> None:
    ours, stock = pair.ours.reader(), pair.stock.reader()
    assert (ours.doc_count(), ours.doc_count_all()) == (stock.doc_count(), stock.doc_count_all())
    assert ours.has_deletions() == stock.has_deletions()
    assert list(ours.all_doc_ids()) == list(stock.all_doc_ids())
    for page in range(len(pair.documents)):
        assert ours.is_deleted(page) == stock.is_deleted(page)
    for field in TEXT_FIELDS:
        for name in ("field_length", "min_field_length", "max_field_length"):
            assert getattr(ours, name)(field) == getattr(stock, name)(field)
        for page in range(len(pair.documents)):
            length = stock.doc_field_length(page, field)
            assert ours.doc_field_length(page, field) == (length or 0)


@given(
    batches=st.lists(st.integers(0, 10**6).map(lambda seed: some_documents(3, seed)), min_size=1, max_size=3)
)
@settings(max_examples=3)
def test_any_pages_in_any_segments_are_found_alike(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Document]]
) -> None:
    for pair in pair_of(tmp_path_factory.mktemp("any"), batches, [1]):
        assert list(pair.ours.reader().all_terms()) == pair.terms
        for (field, term), (_, other) in pairwise(pair.terms[::5]):
            assert_same_hits(
                pair, query.Or([query.Term(field, term.decode()), query.Term("body", other.decode())])
            )


def test_writing_through_whoosh_says_what_to_run_instead(tmp_path: Path) -> None:
    write_segments(tmp_path / "ours", [[document("算力")]], [], whole=False)
    index = open_dir(str(tmp_path / "ours"))
    (segment,) = index._segments()
    codec = segment.codec()
    assert isinstance(codec, ArrayCodec)
    for write in (codec.per_document_writer, codec.field_writer):
        with pytest.raises(NotImplementedError, match="run zhsearch reindex"):
            write(index.storage, segment)
    with pytest.raises(NotImplementedError, match="run zhsearch reindex"):
        segment.delete_document(0)
    writer = index.writer()
    with pytest.raises(NotImplementedError, match="run zhsearch reindex"):
        writer.delete_document(0)
    writer.cancel()
    index.close()
