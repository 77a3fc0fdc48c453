"""Plain, slow ways to say what the index holds, and documents to try the fast ones on."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from zhsearch.index.analysis.analyzer import _token
from zhsearch.index.analysis.folding import fold, simplify_characters, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.reader import SegmentReader

HAN = re.compile("[\u4e00-\u9fd5]+")
LETTERS_AND_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)*|[^\W\d_\u4e00-\u9fd5]+")
SEPARATORS = (r"[/:@&]", r"[-_'+#%]", r"\.")
LONGEST_TERM = 64
LONGEST_NESTED = 512

Places = list[tuple[int, list[int]]]
"""The pages of a term, and where it stands on each."""


def terms(text: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """(term, place) of a text folded and simplified by words: what it is indexed under, word by word."""
    found: list[tuple[str, int]] = []
    for match in _token().finditer(text):
        under = search if HAN.fullmatch(match[0]) else terms_of_token
        found += [(term, match.start() + place) for term, place in under(match[0], segmenter)]
    return found


def search(run: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    return [(word, start) for word, start, _ in segmenter.search(run)]


def terms_of_token(token: str, segmenter: Segmenter) -> list[tuple[str, int]]:
    """A token that is no Han run under its parts, then itself; a very long one under its runs' terms alone."""
    if len(token) > LONGEST_NESTED:
        runs = [match for match in re.finditer(r"[^\W_]+", token) if len(match[0]) <= LONGEST_TERM]
        return [
            (term, run.start() + place) for run in runs for term, place in terms_of_token(run[0], segmenter)
        ]
    found = [(token[start:end], start) for start, end in part_spans(token)]
    for run in HAN.finditer(token):
        found += [(word, run.start() + place) for word, place in search(run[0], segmenter)]
    found.sort(key=lambda term: (term[1], len(term[0])))
    return found + [(token, 0)] if len(token) <= LONGEST_TERM else found


def part_spans(token: str) -> list[tuple[int, int]]:
    """Ranges of the parts of a token at every level: `a/b-1.2` gives a, b-1.2, b, 1.2, 1, 2."""
    spans: dict[tuple[int, int], None] = {}
    level = [(0, len(token))]
    for separator in SEPARATORS:
        level = [
            (start + a, start + b) for start, end in level for a, b in between(separator, token[start:end])
        ]
        spans |= dict.fromkeys(level)
        for start, end in level:
            spans |= dict.fromkeys(match.span() for match in LETTERS_AND_DIGITS.finditer(token, start, end))
    return [(a, b) for a, b in spans if b - a < len(token) and b - a <= LONGEST_TERM]


def between(separator: str, text: str) -> list[tuple[int, int]]:
    cuts = [0, *(edge for cut in re.finditer(separator, text) for edge in cut.span()), len(text)]
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b]


def field_texts(document: Document) -> dict[str, str]:
    return {
        "title": document.title,
        "heading": "\n".join(section.title for section in document.sections),
        "body": document.text,
        "label": "\n".join(document.tags + document.categories),
    }


def field_terms(document: Document, segmenter: Segmenter) -> dict[str, list[tuple[str, int]]]:
    """What each field of a document is indexed under, each analysed for itself."""
    found = {
        field: terms(simplify_words(fold(text).text), segmenter)
        for field, text in field_texts(document).items()
    }
    folded = fold(document.text)

    def is_code(place: int) -> bool:
        return any(start <= folded.source(place, place + 1)[0] < end for start, end in document.code)

    found["code"] = [(term, place) for term, place in found["body"] if is_code(place)]
    found["body"] = [(term, place) for term, place in found["body"] if not is_code(place)]
    return found


def all_places(documents: Sequence[Document], segmenter: Segmenter) -> dict[str, dict[bytes, Places]]:
    """Field -> term -> places."""
    found: dict[str, dict[bytes, Places]] = {field: defaultdict(list) for field in TEXT_FIELDS}
    for page, document in enumerate(documents):
        for field, some in field_terms(document, segmenter).items():
            places = defaultdict(list)
            for term, place in some:
                places[term.encode()].append(place)
            for key, where in places.items():
                found[field][key].append((page, where))
    return {field: dict(some) for field, some in found.items()}


def places_in(part: SegmentReader) -> dict[str, dict[bytes, Places]]:
    """The same as a part has it."""
    found: dict[str, dict[bytes, Places]] = {field: {} for field in TEXT_FIELDS}
    for number, term in enumerate(part.all_terms()):
        for field in TEXT_FIELDS:
            row = part.row(field, number)
            if row is not None:
                pages, frequencies = part.postings(field, row)
                steps = np.split(part.steps(field, row), np.cumsum(frequencies)[:-1])
                places = [np.cumsum(some).tolist() for some in steps]
                found[field][term] = list(zip(pages.tolist(), places, strict=True))
    return found


def folded_lines(document: Document) -> str:
    """Title and blocks folded character by character, a line each."""
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
    """Documents, as any post may become one, whose every text is made of such lines."""
    section = st.builds(
        Section, lines, lines, st.integers(1, 6), st.integers(0, 10**6), st.integers(0, 10**6)
    )
    some = st.lists(lines, max_size=3).map(tuple)
    plain = st.builds(
        Document,
        path=lines,
        url=lines,
        title=lines | st.lists(lines, max_size=3).map("\n".join),
        date=st.none() | DATES,
        lang=st.sampled_from(["zh-CN", "zh-TW", "en"]),
        tags=some | lines.map(lambda tag: (tag, tag)),
        categories=some,
        thumbnail=st.none() | lines,
        text=st.lists(lines, max_size=6).map("\n".join),
        sections=st.lists(section, max_size=3).map(tuple),
    )
    return st.builds(with_code, plain, st.lists(st.booleans(), max_size=6))


def kept(document: Document) -> Document:
    """What a record keeps of a document."""
    return replace(document, code=())


def with_code(document: Document, is_code: list[bool]) -> Document:
    """The document with some of its blocks taken for code."""
    blocks = re.finditer("[^\n]+", document.text)
    code = (block.span() for block, chosen in zip(blocks, is_code, strict=False) if chosen)
    return replace(document, code=tuple(code))


DOCUMENTS = documents_of(LINES)


def document(text: str = "", **others: object) -> Document:
    """A document of which only some things matter."""
    plain: dict[str, object] = {
        "path": "a.md",
        "url": "/a/",
        "title": "",
        "date": None,
        "lang": "zh-CN",
        "tags": (),
        "categories": (),
        "thumbnail": None,
        "sections": (),
    }
    return Document(text=text, **(plain | others))  # type: ignore[arg-type]
