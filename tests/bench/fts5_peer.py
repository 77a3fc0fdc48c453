"""SQLite FTS5 as a peer, fed with this project's own terms and n-grams, so that only the index itself is compared.

| table | content |
| --- | --- |
| words | FTS5 without content: title, heading, body, label; terms joined by spaces, with positions: bm25 counts them |
| grams | FTS5 without content and positions: single characters and pairs of neighbours |
| pages | path, title and text |
| facets | page, facet, value |
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.models import Document

from .peer import TOP_N, Answer, AnswerDetail, Prepare, Question
from .pretokenized import Pretokenizer, document_batches, facet_values, query_terms
from .program import ProgramPeer

_FILE = "index.sqlite"
# Every visible character is part of a token, so that our terms stay whole.
_TOKENS = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
_TABLES = f"""
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
CREATE VIRTUAL TABLE words USING fts5(title, heading, body, label, content='', tokenize="{_TOKENS}");
CREATE VIRTUAL TABLE grams USING fts5(text, content='', detail=none, tokenize="{_TOKENS}");
CREATE TABLE pages (id INTEGER PRIMARY KEY, path TEXT, title TEXT, text TEXT);
CREATE TABLE facets (page INTEGER, facet TEXT, value TEXT, PRIMARY KEY (page, facet, value)) WITHOUT ROWID;
"""
_FINISH = (
    "INSERT INTO words(words) VALUES ('optimize')",
    "INSERT INTO grams(grams) VALUES ('optimize')",
    "CREATE INDEX by_value ON facets (facet, value, page)",
    "COMMIT",
)
_TAG_FILTER = "AND rowid IN (SELECT page FROM facets WHERE facet = 'tag' AND value = :tag)"
_TOP_HITS = """
SELECT path, title FROM (
    SELECT rowid AS id FROM words WHERE words MATCH :match {tag_filter}
    ORDER BY bm25(words, 4.0, 1.5, 1.0, 1.5) LIMIT :limit
) JOIN pages USING (id)
"""
_COUNT = "SELECT count(*) FROM words WHERE words MATCH :match {tag_filter}"
_FACETS = """
SELECT facet, value, count(*) FROM (SELECT rowid AS page FROM words WHERE words MATCH :match {tag_filter})
CROSS JOIN facets USING (page) GROUP BY facet, value
"""


class Fts5(ProgramPeer):
    """SQLite FTS5 with pre-tokenized text."""

    name = "SQLite FTS5"
    recipe = (
        "SQLite FTS5, fed with the same terms, n-grams and stored text by this project's reader and"
        " tokenizer in one process; with positions, without which it has no frequencies; every word in any of four"
        " columns, bm25 with weights, quotes read as words; five facets by SQL"
    )

    @contextmanager
    def open(self, index: Path, detail: AnswerDetail) -> Iterator[Prepare]:
        """See Peer."""
        segmenter = get_segmenter("auto", self._cache)
        with closing(sqlite3.connect(f"file:{index / _FILE}?mode=ro", uri=True)) as database:
            yield lambda question: _prepare(
                database, question, segmenter, facets=detail is AnswerDetail.FACETS
            )

    def build_index(self, content: Path, index: Path) -> int:
        """See ProgramPeer."""
        index.mkdir(parents=True)
        pretokenizer = Pretokenizer(get_segmenter("auto", self._cache))
        page = 0
        with closing(sqlite3.connect(index / _FILE, isolation_level=None)) as database:
            database.executescript(_TABLES)
            database.execute("BEGIN")
            for documents in document_batches(content):
                for document, texts in zip(documents, pretokenizer.tokenize(documents), strict=True):
                    page += 1
                    _insert(database, page, document, texts)
            for statement in _FINISH:
                database.execute(statement)
        return page


def has_fts5() -> bool:
    """Whether Python's SQLite was built with FTS5."""
    with closing(sqlite3.connect(":memory:")) as database:
        return bool(database.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0])


def _prepare(
    database: sqlite3.Connection, question: Question, segmenter: Segmenter, *, facets: bool
) -> Callable[[], Answer]:
    quoted = [f'"{term.replace(chr(34), chr(34) * 2)}"' for term in query_terms(question.text, segmenter)]
    values = {"match": " AND ".join(quoted), "tag": question.tag, "limit": TOP_N}
    tag_filter = _TAG_FILTER if question.tag else ""

    def search() -> Answer:
        rows = database.execute(_TOP_HITS.format(tag_filter=tag_filter), values).fetchall()
        (total,) = database.execute(_COUNT.format(tag_filter=tag_filter), values).fetchone()
        counts = database.execute(_FACETS.format(tag_filter=tag_filter), values).fetchall() if facets else []
        return Answer(
            total=total,
            paths=tuple(path for path, title in rows if title),
            tags=sum(facet == "tag" for facet, _, _ in counts),
        )

    return search


def _insert(database: sqlite3.Connection, page: int, document: Document, texts: Sequence[str]) -> None:
    """Add one document with the texts that the pretokenizer made of it."""
    *fields, grams = (_without_surrogates(text) for text in texts)
    database.execute(
        "INSERT INTO words(rowid, title, heading, body, label) VALUES (?, ?, ?, ?, ?)", (page, *fields)
    )
    database.execute("INSERT INTO grams(rowid, text) VALUES (?, ?)", (page, grams))
    stored = (page, document.path, _without_surrogates(document.title), _without_surrogates(document.text))
    database.execute("INSERT INTO pages VALUES (?, ?, ?, ?)", stored)
    values = [(page, facet, _without_surrogates(value)) for facet, value in facet_values(document)]
    database.executemany("INSERT OR IGNORE INTO facets VALUES (?, ?, ?)", values)


def _without_surrogates(text: str) -> str:
    """The text with `?` for every lone surrogate, which SQLite does not store."""
    return text.encode("utf-8", "replace").decode()


if __name__ == "__main__":
    Fts5.main(sys.argv[1:])
