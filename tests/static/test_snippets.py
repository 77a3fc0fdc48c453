"""The scripts show of a page the same passages, with the same marks, as the server does."""

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from unicodedata import category

import pytest

from tests.helpers.reference import document, with_front_matter
from tests.helpers.sites import ROOT, default_segmenter, read_post
from tests.static.node import run
from tests.static.nodes import node_json
from tests.static.searches import Maker
from zhsearch.index.analysis import Segmenter, fold, fold_plain, simplify_characters, simplify_words
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import Document, Section
from zhsearch.index.segment.docstore import StoredDocument, store
from zhsearch.search.highlight.excerpt import _grapheme_start
from zhsearch.search.highlight.snippet import Highlighter, ShownPassage
from zhsearch.search.query import Query
from zhsearch.search.query.parser import parse

CORPUS = ROOT.parent / "shared" / "corpus"

_SNIPPETS = """
import { setTraditional } from "SRC/analysis/folding.js";
import { RecordText } from "SRC/highlight/record_text.js";
import { Highlighter } from "SRC/highlight/snippet.js";

function answer({ tables, words, mixed, pages, cases }) {
  setTraditional(tables);
  const segmenter = { cut: (run) => words[run] ?? [...run], lexicon: { mixed } };
  return cases.map(({ page, query, missing }) => {
    const text = new RecordText(pages[page]);
    const { titleMarks, best, passages } = new Highlighter(query, segmenter).snippet(text, missing);
    const shown = [best, ...passages].map((each) => [each.text, each.marks, each.section && [each.section.title, each.section.anchor]]);
    return [titleMarks, ...shown];
  });
}
"""

_GRAPHEMES = """
import { graphemeStart } from "SRC/highlight/excerpt.js";

function answer(points) {
  return points.filter((point) => graphemeStart(`ab${String.fromCodePoint(point)}c`, 2) < 2);
}
"""

_PIECES = [
    *("算力", "國產", "国产算力", "中国科学院", "C", "C++", "c语言", "卡拉OK", "2.307亿", "GPT-4o", "乾隆", "藉口", "的", "Kubernetes"),
    *("於倫敦", "カラ・オケ", "ｶﾞ", "한국", "é", "e\u0301", "\u0301", "ﬁ", "㎏", "㍿", "½", "ﷺ", "Ａ", "９", "ß", "𠮷", "𠮷🚀", "〇"),
    *("\u200b", "❤\ufe0f", "👩\u200d👧", "🇨🇳", "5G-A", "a/b-1.2", "user@example.com", "达·芬奇", "C 语言", "\x85", "\ufeff"),
    *("。", "，", "！」", "……", "? ", ". ", " ", "  ", "\t", "《", "》", "：", "x" * 70, "前" * 30, "a " * 20, "后。" * 20),
]  # fmt: skip
_LETTERS = ["算", "力", "。", "a", "é", "𠮷", "…", " ", "藉", "\u0301"]


class _Recorder:
    """A segmenter that keeps what it cut, for a script that has none."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self.lexicon = segmenter.lexicon
        self.words: dict[str, list[str]] = {}

    def cut(self, run: str) -> list[str]:
        self.words[run] = self._segmenter.cut(run)
        return self.words[run]


def _stored(page: Document) -> StoredDocument:
    title, blocks = " ".join(fold_plain(page.title).split()), fold_plain(page.text)
    record = store(page, blocks.encode())
    return StoredDocument(page.path, page.url, record, f"{title}\n{blocks}".encode)


def _record(page: Document) -> dict[str, Any]:
    """A page as it is exported."""
    text = page.text
    return {
        "title": page.title,
        "text": text,
        "summary": page.summary,
        "sections": [
            [section.title, section.anchor, text.count("\n", 0, section.start)] for section in page.sections
        ],
        "meta_line": None if page.meta_start is None else text.count("\n", 0, page.meta_start),
    }


def _script_query(query: Query) -> dict[str, Any]:
    clauses = {"should": query.should, "must": query.must}
    return {name: [node_json(node) for node in nodes] for name, nodes in clauses.items()}


def _tables(texts: Sequence[str]) -> dict[str, Any]:
    """The traditional characters of some texts, and the words that OpenCC converts otherwise."""
    pairs = {each: simplify_characters(each) for text in texts for each in fold(text).text}
    changed = {each: simplified for each, simplified in pairs.items() if each != simplified}
    words = [word for word in ("藉口", "乾隆", "瞭解") if simplify_words(word) != simplify_characters(word)]
    return {
        "from": "".join(changed),
        "to": "".join(changed.values()),
        "words": [[word, simplify_words(word)] for word in words],
    }


def _wrong(pages: Sequence[Document], cases: Sequence[tuple[int, str, list[int]]]) -> list[object]:
    """The (page, query text, missing clauses) that the scripts show otherwise, with both snippets."""
    segmenter = cast("Segmenter", recorder := _Recorder(default_segmenter()))
    stored = [_stored(page) for page in pages]
    queries = {text: parse(text, default_segmenter()) for _, text, _ in cases}
    expected = []
    for number, text, missing in cases:
        snippet = Highlighter(queries[text], segmenter).snippet(stored[number], missing=missing)
        shown = [_shown(passage) for passage in (snippet.best, *snippet.passages)]
        expected.append([[*map(list, snippet.title_marks)], *shown])
    value = {
        "tables": _tables([text for page in pages for text in (page.title, page.text)]),
        "words": recorder.words,
        "mixed": recorder.lexicon.mixed,
        "pages": [_record(page) for page in pages],
        "cases": [
            {"page": number, "query": _script_query(queries[text]), "missing": missing}
            for number, text, missing in cases
        ],
    }
    shown_by_script = run(_SNIPPETS, value)
    return [
        (case, right, left)
        for case, right, left in zip(cases, expected, shown_by_script, strict=True)
        if left != right
    ]


def _shown(passage: ShownPassage) -> list[object]:
    """A passage as the scripts give it: text, marks, section."""
    section = passage.section
    return [passage.text, [*map(list, passage.marks)], [section.title, section.anchor] if section else None]


def _posts(content: Path, count: int) -> list[Document]:
    """Some posts of a site, at even distances."""
    found = find_files(load_site(content))
    paths = found.paths[:: max(1, len(found.paths) // count)]
    now = datetime.now(UTC)
    posts = [read_post(found.site, path, (found.site.content / path).read_bytes(), now) for path in paths]
    return [make_document(post) for post in posts if post]


def _cases(pages: Sequence[Document], texts: Sequence[str]) -> Iterator[tuple[int, str, list[int]]]:
    """Each query with some pages that have a word of it, and with one taken at random."""
    rng = random.Random(7)
    folded = [f"{fold_plain(page.title)}\n{fold_plain(page.text)}" for page in pages]
    for text in texts:
        query = parse(text, default_segmenter())
        patterns = [clause.pattern for clause in query.positive()]
        matching = [
            number for number, page in enumerate(folded) if any(pattern in page for pattern in patterns)
        ]
        for number in [*rng.sample(matching, min(3, len(matching))), rng.randrange(len(pages))]:
            some = rng.sample(range(len(query.should)), min(1, len(query.should)))
            yield number, text, some if rng.random() < 0.2 else []


def _made_queries(pages: Sequence[Document], count: int) -> list[str]:
    return [search.parameters["q"] for search in Maker(pages, default_segmenter()).searches(count)]


def test_the_sample_posts_are_shown_as_by_the_server() -> None:
    pages = _posts(ROOT / "content", 100)
    assert not _wrong(pages, [*_cases(pages, _made_queries(pages, 300))])[:3]


@pytest.mark.parametrize("site", ["lctt", "servicemesher"])
def test_the_posts_of_a_corpus_are_shown_as_by_the_server(site: str) -> None:
    if not (CORPUS / site).is_dir():
        pytest.skip(f"the corpus {site} is not here")
    pages = _posts(CORPUS / site, 40)
    assert not _wrong(pages, [*_cases(pages, _made_queries(pages, 250))])[:3]


def _hard_page(rng: random.Random) -> Document:
    """A page of pieces that are hard to fold, to cut or to mark."""

    def line(most: int) -> str:
        return "".join(rng.choices(rng.choice([_PIECES, _PIECES, _LETTERS]), k=rng.randint(0, most)))

    text = "\n".join(line(rng.choice([3, 12, 80])) for _ in range(rng.randint(1, 8)))
    starts = sorted(rng.sample(range(len(text) + 1), min(rng.randint(0, 3), len(text))))
    sections = tuple(Section(line(2), f"s{start}", 2, start, len(text)) for start in starts)
    summary = line(4).strip() if rng.random() < 0.2 else ""
    page = document(text, title=line(5), sections=sections, summary=summary)
    front = [(line(6), 1.0) for _ in range(rng.choice([0, 0, 1, 2]))]
    return with_front_matter(page, front)


def _hard_query(page: Document, rng: random.Random) -> str:
    """A query of pieces, or of what the page has."""
    words = rng.sample(_PIECES[:40], rng.randint(1, 3))
    if page.text and rng.random() < 0.7:
        start = rng.randrange(len(page.text))
        piece = page.text[start : start + rng.choice([1, 2, 3, 8, 30, 130])].replace('"', "")
        words[rng.randrange(len(words))] = f'"{piece}"' if rng.random() < 0.5 else piece
    if rng.random() < 0.1:
        words[0] = f"title:{words[0]}"
    return " ".join(words)[:512]


def test_hard_texts_are_shown_as_by_the_server() -> None:
    rng = random.Random(23)
    pages = [_hard_page(rng) for _ in range(400)]
    cases = [
        (number, _hard_query(page, rng), list[int]()) for number, page in enumerate(pages) for _ in range(4)
    ]
    assert not _wrong(pages, cases)[:3]


def test_a_word_that_is_equal_by_a_phrase_alone_is_marked() -> None:
    pages = [document("又找一個藉口。", title="這是  藉口 ")]
    assert not _wrong(pages, [(0, "借口", [])])


def test_a_passage_begins_before_the_letter_that_a_mark_belongs_to() -> None:
    points = [point for point in range(sys.maxunicode + 1) if category(chr(point)) not in ("Cn", "Cs")]
    assert run(_GRAPHEMES, points) == [
        point for point in points if _grapheme_start(f"ab{chr(point)}c", 2) < 2
    ]
