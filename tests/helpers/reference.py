"""Slow, plain reference implementations of analysis and postings, and generated documents to test them on."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from tests.helpers.sites import default_segmenter
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import token_pattern
from zhsearch.index.arrays import Array, concat
from zhsearch.index.fields import META_UNITS, TEXT_FIELDS
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.segment.reader import SegmentReader

HAN = re.compile("[\u4e00-\u9fd5]+")
LETTERS_OR_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)*|[^\W\d_\u4e00-\u9fd5]+")
SEPARATORS = (r"[/:@&]", r"[-_'+#%]", r"\.")
MAX_TERM_CHARS = 64
MAX_NESTED_CHARS = 512

Postings = list[tuple[int, int]]
"""The pages of a term, and its frequency on each."""


def terms(text: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """(term, position) of a text folded and simplified by words, token by token."""
    found: list[tuple[str, int]] = []
    for match in token_pattern().finditer(text):
        terms_of = search if HAN.fullmatch(match[0]) else terms_of_token
        found += [(term, match.start() + offset) for term, offset in terms_of(match[0], segmenter)]
    return found


def search(run: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    return [(word, start) for word, start, _ in segmenter.search(run)]


def terms_of_token(token: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """The parts of a token that is not a Han run, then the token; of a very long one only its runs' terms."""
    if len(token) > MAX_NESTED_CHARS:
        runs = [match for match in re.finditer(r"[^\W_]+", token) if len(match[0]) <= MAX_TERM_CHARS]
        return [
            (term, run.start() + offset) for run in runs for term, offset in terms_of_token(run[0], segmenter)
        ]
    found = [(token[start:end], start) for start, end in part_spans(token)]
    for run in HAN.finditer(token):
        found += [(word, run.start() + offset) for word, offset in search(run[0], segmenter)]
    found.sort(key=lambda term: (term[1], len(term[0])))
    return found + [(token, 0)] if len(token) <= MAX_TERM_CHARS else found


def part_spans(token: str) -> list[tuple[int, int]]:
    """The spans of a token's parts at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2.

    Of a version after a letter its beginnings, too: `v1.2.3` gives `1.2.`.
    """
    spans: dict[tuple[int, int], None] = {}
    level = [(0, len(token))]
    for separator in SEPARATORS:
        level = [
            (start + a, start + b) for start, end in level for a, b in split(separator, token[start:end])
        ]
        spans |= dict.fromkeys(level)
        for start, end in level:
            spans |= dict.fromkeys(match.span() for match in LETTERS_OR_DIGITS.finditer(token, start, end))
    for version in re.finditer(r"(?<=[^\W\d_])[0-9]+(\.[0-9]+)+", token):
        numbers = version[0].split(".")
        beginnings = [".".join(numbers[:count]) + "." for count in range(2, len(numbers))]
        spans |= dict.fromkeys((version.start(), version.start() + len(text)) for text in beginnings)
    return [(a, b) for a, b in spans if b - a < len(token) and b - a <= MAX_TERM_CHARS]


def split(separator: str, text: str) -> list[tuple[int, int]]:
    """The spans between separators, without empty ones."""
    edges = [0, *(edge for match in re.finditer(separator, text) for edge in match.span()), len(text)]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def field_texts(document: Document) -> dict[str, str]:
    return {
        "title": document.title,
        "heading": "\n".join(section.title for section in document.sections),
        "body": document.text,
        "label": "\n".join(document.tags + document.categories),
    }


def field_terms(document: Document, segmenter: Segmenter) -> dict[str, list[tuple[str, int]]]:
    """The terms of each field of a document, each field analysed by itself."""
    by_field = {
        field: terms(simplify_words(fold(text).text), segmenter)
        for field, text in field_texts(document).items()
    }
    folded = fold(document.text)

    def is_code(position: int) -> bool:
        source = folded.source(position, position + 1)[0]
        return any(start <= source < end for start, end in document.code)

    body = by_field["body"]

    def weight(position: int) -> float:
        """Of front matter; 0 in the rest of the text."""
        source = folded.source(position, position + 1)[0]
        if document.meta_start is None or source < document.meta_start:
            return 0.0
        return document.meta_weights[document.text.count("\n", document.meta_start, source)]

    by_field["code"] = [(term, position) for term, position in body if is_code(position)]
    by_field["meta"] = [
        (term, position) for term, position in body for _ in range(round(weight(position) * META_UNITS))
    ]
    by_field["body"] = [
        (term, position) for term, position in body if not is_code(position) and not weight(position)
    ]
    return by_field


def expected_postings(
    documents: Sequence[Document], segmenter: Segmenter
) -> dict[str, dict[bytes, Postings]]:
    """Field -> term -> postings."""
    expected: dict[str, dict[bytes, Postings]] = {field: defaultdict(list) for field in TEXT_FIELDS}
    for page, document in enumerate(documents):
        for field, occurrences in field_terms(document, segmenter).items():
            for term, frequency in Counter(term for term, _ in occurrences).items():
                expected[field][term.encode()].append((page, frequency))
    return {field: dict(postings) for field, postings in expected.items()}


def segment_of(documents: Sequence[Document]) -> SegmentReader:
    """A segment of the documents, in memory."""
    return SegmentReader(build_segment(documents, Analyzer(default_segmenter())))


def segment_postings(segment: SegmentReader) -> dict[str, dict[bytes, Postings]]:
    """The postings of a segment, in the form of `expected_postings`."""
    found: dict[str, dict[bytes, Postings]] = {field: {} for field in TEXT_FIELDS}
    for number, term in enumerate(segment.all_terms()):
        for field in TEXT_FIELDS:
            row = segment.row(field, number)
            if row is not None:
                pages, frequencies = segment.postings(field, row)
                found[field][term] = list(zip(pages.tolist(), frequencies.tolist(), strict=True))
    return found


def folded_lines(document: Document) -> str:
    """Title and blocks folded character by character, one per line."""
    title = " ".join(simplify_characters(fold(document.title).text).split())
    return f"{title}\n{simplify_characters(fold(document.text).text)}"


PIECES = st.sampled_from(
    ["算力", "國產", "国产算力", "中国科学院", "C", "C++", "c语言", "卡拉OK", "2.307亿", "GPT-4o", "乾隆", "藉口", "的"]
    + ["於倫敦", "カラ・オケ", "한국", "é", "e\u0301", "\u0301", "ﬁ", "㎏", "㍿", "Ａ", "９", "ß", "𠮷", "〇", "\u200b"]
    + ["❤\ufe0f", "👩\u200d👧", "🇨🇳", "5G-A", "a/b-1.2", "user@example.com", *" .-/_'&@+#%，。", "  ", "\t"]
)  # fmt: skip
LINES = st.lists(PIECES, max_size=8).map("".join) | st.text(
    st.characters(exclude_characters="\n\0", exclude_categories=["Cs"]), max_size=8
)
DATES = st.datetimes(
    dt.datetime(1900, 1, 1),
    dt.datetime(2100, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m))),
)


def documents_of(lines: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Documents whose texts consist of lines of the given strategy."""
    section = st.builds(
        Section, lines, lines, st.integers(1, 6), st.integers(0, 10**6), st.integers(0, 10**6)
    )
    labels = st.lists(lines, max_size=3).map(tuple)
    plain = st.builds(
        Document,
        path=lines,
        url=lines,
        title=lines | st.lists(lines, max_size=3).map("\n".join),
        date=st.none() | DATES,
        lang=st.sampled_from(["zh-CN", "zh-TW", "en"]),
        tags=labels | lines.map(lambda tag: (tag, tag)),
        categories=labels,
        thumbnail=st.none() | lines,
        kind=st.sampled_from(["page", "section"]),
        text=st.lists(lines, max_size=6).map("\n".join),
        sections=st.lists(section, max_size=3).map(tuple),
    )
    coded = st.builds(with_code, plain, st.lists(st.booleans(), max_size=6))
    return st.builds(
        with_front_matter, coded, st.lists(st.tuples(lines, st.sampled_from([0.5, 1, 2.5])), max_size=3)
    )


def stored_form(document: Document) -> Document:
    """A document as the docstore returns it."""
    return replace(document, code=(), meta_weights=())


def with_code(document: Document, is_code: list[bool]) -> Document:
    """The document with some of its blocks marked as code."""
    blocks = re.finditer("[^\n]+", document.text)
    code = (block.span() for block, chosen in zip(blocks, is_code, strict=False) if chosen)
    return replace(document, code=tuple(code))


def with_front_matter(document: Document, texts: list[tuple[str, float]]) -> Document:
    """The document with texts of front matter, which have weights."""
    if not texts:
        return document
    lines = [" ".join(text.splitlines()) for text, _ in texts]
    return replace(
        document,
        text="\n".join([document.text, *lines]),
        meta_start=len(document.text) + 1,
        meta_weights=tuple(weight for _, weight in texts),
    )


DOCUMENTS = documents_of(LINES)


def document(text: str = "", **others: object) -> Document:
    """A document with defaults for the fields that a test does not care about."""
    plain: dict[str, object] = {
        "path": "a.md",
        "url": "/a/",
        "title": "",
        "date": None,
        "lang": "zh-CN",
        "tags": (),
        "categories": (),
        "thumbnail": None,
        "kind": "page",
        "sections": (),
    }
    return Document(text=text, **(plain | others))  # type: ignore[arg-type]


def joined_pieces(arrays: Iterable[tuple[str, Array | Iterator[Array]]]) -> dict[str, Array]:
    """Named arrays, some of them in pieces, as whole arrays."""
    return {name: array if isinstance(array, np.ndarray) else concat(list(array)) for name, array in arrays}
