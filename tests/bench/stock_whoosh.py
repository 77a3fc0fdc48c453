"""Stock Whoosh with `jieba.analyse.ChineseAnalyzer`, the recipe that everyone copies, as a peer.

Run as a program it is the process that indexes (`index CONTENT INDEX CACHE`) or answers one query
(`query INDEX CACHE TEXT [TAG]`), as the recipe's users would write it.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser
from whoosh.query import Term
from whoosh.searching import Searcher
from whoosh.sorting import Count, FieldFacet

from .peer import FIRST, Answer, Ask, Question, Wanted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's own escapes and pkg_resources
    import jieba
    from jieba.analyse import ChineseAnalyzer


_MODULE = "tests.bench.stock_whoosh"


class StockWhoosh:
    """The recipe of jieba's README. `cache` is a private folder for jieba's compiled dictionary."""

    name = "stock Whoosh + jieba"
    recipe = (
        "Whoosh, fields title and content TEXT(ChineseAnalyzer(), stored), path ID, tags KEYWORD;"
        " MultifieldParser; one writer; of facets only tags, by groupedby"
    )
    answers = frozenset({Wanted.ROWS, Wanted.FACETS})

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def index_command(self, content: Path, index: Path) -> list[str]:
        """See Peer."""
        return [sys.executable, "-m", _MODULE, "index", str(content), str(index), str(self._cache)]

    def update_command(self, content: Path, index: Path) -> None:
        """See Peer. Whoosh's documentation sketches incremental indexing; the recipe has none."""

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer."""
        tag = [question.tag] if question.tag else []
        return [sys.executable, "-m", _MODULE, "query", str(index), str(self._cache), question.text, *tag]

    @contextmanager
    def open(self, index: Path, wanted: Wanted) -> Iterator[Ask]:
        """See Peer."""
        _quiet_jieba(self._cache)
        whoosh = open_dir(str(index))
        parser = MultifieldParser(["title", "content"], whoosh.schema)
        with whoosh.searcher() as searcher:
            yield lambda question: _ask(searcher, parser, question, facets=wanted is Wanted.FACETS)
        whoosh.close()


def _ask(
    searcher: Searcher, parser: MultifieldParser, question: Question, *, facets: bool
) -> Callable[[], Answer]:
    query = parser.parse(question.text)
    tag = Term("tags", question.tag.lower()) if question.tag else None

    def search() -> Answer:
        groups = {"tags": FieldFacet("tags", allow_overlap=True, maptype=Count)} if facets else None
        results = searcher.search(query, limit=FIRST, filter=tag, groupedby=groups)
        return Answer(
            total=len(results),  # exact: Whoosh counts the rest when it is asked
            paths=tuple(hit["path"] for hit in results if hit["title"]),
            tags=len(results.groups("tags")) if facets else 0,
        )

    return search


def _quiet_jieba(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(cache)


def _index(content: Path, index: Path) -> int:
    from .posts import plain_posts  # noqa: PLC0415  a cold query must not pay for reading YAML

    index.mkdir(parents=True)
    analyzer = ChineseAnalyzer()
    schema = Schema(
        title=TEXT(analyzer=analyzer, stored=True),
        path=ID(stored=True),
        content=TEXT(analyzer=analyzer, stored=True),
        tags=KEYWORD(commas=True, lowercase=True, stored=True),
    )
    writer = create_in(str(index), schema).writer()
    indexed = 0
    for post in plain_posts(content):
        tags = ",".join(post.tags)
        writer.add_document(title=post.title, path=post.path, content=post.body, tags=tags)
        indexed += 1
    writer.commit()
    return indexed


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments[0] == "index":
        content, index, cache = map(Path, arguments[1:])
        _quiet_jieba(cache)
        print(json.dumps({"indexed": _index(content, index)}))
        return
    folder, cache_folder, text, *tag = arguments[1:]
    with StockWhoosh(Path(cache_folder)).open(Path(folder), Wanted.ROWS) as ask:
        answer = ask(Question("cold", text, tag[0] if tag else None))()
    print(json.dumps({"total": answer.total, "paths": answer.paths}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
