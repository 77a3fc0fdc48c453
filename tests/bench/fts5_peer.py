"""SQLite FTS5, fed with this project's own words and n-grams: what the database that is everywhere makes of them.

Run as a program it is the process that indexes (`index CONTENT INDEX CACHE`) or answers one query
(`query INDEX CACHE TEXT [TAG]`).

| table | what it is |
| --- | --- |
| words | FTS5 without content: title, heading, body, label; terms joined by spaces, with positions |
| grams | FTS5 without content and positions: single characters and pairs of neighbours |
| pages | path, title and text |
| facets | page, facet, value |
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter

from .cutting import Cutter, asked_terms, batches, facets_of
from .peer import FIRST, Answer, Ask, Question, Wanted

_MODULE = "tests.bench.fts5_peer"
_FILE = "index.sqlite"
# Everything that is seen is part of a token: our terms are to stay whole.
_TOKENS = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
_TABLES = f"""
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
CREATE VIRTUAL TABLE words USING fts5(title, heading, body, label, content='', tokenize="{_TOKENS}");
CREATE VIRTUAL TABLE grams USING fts5(text, content='', detail=none, tokenize="{_TOKENS}");
CREATE TABLE pages (id INTEGER PRIMARY KEY, path TEXT, title TEXT, text TEXT);
CREATE TABLE facets (page INTEGER, facet TEXT, value TEXT, PRIMARY KEY (page, facet, value)) WITHOUT ROWID;
"""
_DONE = (
    "INSERT INTO words(words) VALUES ('optimize')",
    "INSERT INTO grams(grams) VALUES ('optimize')",
    "CREATE INDEX by_value ON facets (facet, value, page)",
    "COMMIT",
)
_TAGGED = "AND rowid IN (SELECT page FROM facets WHERE facet = 'tag' AND value = :tag)"
_FIRST = """
SELECT path, title FROM (
    SELECT rowid AS id FROM words WHERE words MATCH :match {tagged}
    ORDER BY bm25(words, 4.0, 1.5, 1.0, 1.5) LIMIT :first
) JOIN pages USING (id)
"""
_COUNT = "SELECT count(*) FROM words WHERE words MATCH :match {tagged}"
_FACETS = """
SELECT facet, value, count(*) FROM (SELECT rowid AS page FROM words WHERE words MATCH :match {tagged})
CROSS JOIN facets USING (page) GROUP BY facet, value
"""


class Fts5:
    """SQLite with pre-cut text. `cache` is where jieba, if it must be, keeps its dictionary."""

    name = "SQLite FTS5"
    recipe = (
        "SQLite FTS5, fed with the same words, positions, n-grams and stored text by this project's reading and"
        " cutting in one process; every word in any of four columns, bm25 with weights, quotes read as words;"
        " five facets by SQL"
    )
    answers = frozenset({Wanted.ROWS, Wanted.FACETS})

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [sys.executable, "-m", _MODULE, "index", str(content), str(index), str(self._cache)]

    def update_command(self, content: Path, index: Path) -> None:
        """See Peer. FTS5 can delete and add; which files changed would be for the recipe to find out."""

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = [question.tag] if question.tag else []
        return [sys.executable, "-m", _MODULE, "query", str(index), str(self._cache), question.text, *tag]

    @contextmanager
    def open(self, index: Path, wanted: Wanted) -> Iterator[Ask]:
        """See Peer."""
        segmenter = get_segmenter("auto", self._cache)
        with closing(sqlite3.connect(f"file:{index / _FILE}?mode=ro", uri=True)) as database:
            yield lambda question: _ask(database, question, segmenter, facets=wanted is Wanted.FACETS)


def has_fts5() -> bool:
    """Was Python's SQLite built with it?"""
    with closing(sqlite3.connect(":memory:")) as database:
        return bool(database.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0])


def _ask(
    database: sqlite3.Connection, question: Question, segmenter: Segmenter, *, facets: bool
) -> Callable[[], Answer]:
    quoted = [f'"{term.replace(chr(34), chr(34) * 2)}"' for term in asked_terms(question.text, segmenter)]
    values = {"match": " AND ".join(quoted), "tag": question.tag, "first": FIRST}
    tagged = _TAGGED if question.tag else ""

    def search() -> Answer:
        rows = database.execute(_FIRST.format(tagged=tagged), values).fetchall()
        (total,) = database.execute(_COUNT.format(tagged=tagged), values).fetchone()
        counted = database.execute(_FACETS.format(tagged=tagged), values).fetchall() if facets else []
        return Answer(
            total=total,
            paths=tuple(path for path, title in rows if title),
            tags=sum(facet == "tag" for facet, _, _ in counted),
        )

    return search


def _index(content: Path, index: Path, cache: Path) -> int:
    index.mkdir(parents=True)
    cutter = Cutter(get_segmenter("auto", cache))
    page = 0
    with closing(sqlite3.connect(index / _FILE, isolation_level=None)) as database:
        database.executescript(_TABLES)
        database.execute("BEGIN")
        for documents in batches(content):
            for document, texts in zip(documents, cutter.cut(documents), strict=True):
                page += 1
                *fields, grams = (_clean(text) for text in texts)
                database.execute(
                    "INSERT INTO words(rowid, title, heading, body, label) VALUES (?, ?, ?, ?, ?)",
                    (page, *fields),
                )
                database.execute("INSERT INTO grams(rowid, text) VALUES (?, ?)", (page, grams))
                shown = (page, document.path, _clean(document.title), _clean(document.text))
                database.execute("INSERT INTO pages VALUES (?, ?, ?, ?)", shown)
                values = [(page, facet, _clean(value)) for facet, value in facets_of(document)]
                database.executemany("INSERT OR IGNORE INTO facets VALUES (?, ?, ?)", values)
        for statement in _DONE:
            database.execute(statement)
    return page


def _clean(text: str) -> str:
    """Without halves of characters, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode()


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments[0] == "index":
        content, index, cache = map(Path, arguments[1:])
        print(json.dumps({"indexed": _index(content, index, cache)}))
        return
    folder, cache_folder, text, *tag = arguments[1:]
    with Fts5(Path(cache_folder)).open(Path(folder), Wanted.ROWS) as ask:
        answer = ask(Question("cold", text, tag[0] if tag else None))()
    print(json.dumps({"total": answer.total, "paths": answer.paths}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
