"""Stock Whoosh with `jieba.analyse.ChineseAnalyzer` as a peer: the recipe that everyone copies, written as its users would."""

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

from .peer import TOP_N, Answer, AnswerDetail, Prepare, Question
from .program import ProgramPeer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's own escapes and pkg_resources
    import jieba
    from jieba.analyse import ChineseAnalyzer


class StockWhoosh(ProgramPeer):
    """The recipe of jieba's README."""

    name = "stock Whoosh + jieba"
    recipe = (
        "Whoosh, fields title and content TEXT(ChineseAnalyzer(), stored), path ID, tags KEYWORD;"
        " MultifieldParser; one writer; of facets only tags, by groupedby"
    )

    @contextmanager
    def open(self, index: Path, detail: AnswerDetail) -> Iterator[Prepare]:
        """See Peer."""
        _configure_jieba(self._cache)
        whoosh = open_dir(str(index))
        parser = MultifieldParser(["title", "content"], whoosh.schema)
        with whoosh.searcher() as searcher:
            yield lambda question: _prepare(searcher, parser, question, facets=detail is AnswerDetail.FACETS)
        whoosh.close()

    def build_index(self, content: Path, index: Path) -> int:
        """See ProgramPeer."""
        from .posts import plain_posts  # noqa: PLC0415  a cold query must not pay for reading YAML

        _configure_jieba(self._cache)
        index.mkdir(parents=True)
        writer = create_in(str(index), _schema()).writer()
        indexed = 0
        for post in plain_posts(content):
            tags = ",".join(post.tags)
            writer.add_document(title=post.title, path=post.path, content=post.body, tags=tags)
            indexed += 1
        writer.commit()
        return indexed


def _prepare(
    searcher: Searcher, parser: MultifieldParser, question: Question, *, facets: bool
) -> Callable[[], Answer]:
    query = parser.parse(question.text)
    tag = Term("tags", question.tag.lower()) if question.tag else None

    def search() -> Answer:
        groups = {"tags": FieldFacet("tags", allow_overlap=True, maptype=Count)} if facets else None
        results = searcher.search(query, limit=TOP_N, filter=tag, groupedby=groups)
        return Answer(
            total=len(results),  # exact: len() makes Whoosh count all matches
            paths=tuple(hit["path"] for hit in results if hit["title"]),
            tags=len(results.groups("tags")) if facets else 0,
        )

    return search


def _configure_jieba(cache: Path) -> None:
    """Silence jieba's log and keep its compiled dictionary in `cache`."""
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(cache)


def _schema() -> Schema:
    analyzer = ChineseAnalyzer()
    return Schema(
        title=TEXT(analyzer=analyzer, stored=True),
        path=ID(stored=True),
        content=TEXT(analyzer=analyzer, stored=True),
        tags=KEYWORD(commas=True, lowercase=True, stored=True),
    )


if __name__ == "__main__":
    StockWhoosh.main(sys.argv[1:])
