"""The owner's judgements: which pages a query should find, in a file that `zhsearch eval` reads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message
from zhsearch.search.analytics import JudgedQuery, metrics_of, rank_of, with_known_addresses
from zhsearch.search.lab.comparison import Side
from zhsearch.search.query import MAX_QUERY_CHARS
from zhsearch.search.whole_file import write_whole

Verdict = Literal["right", "wrong", ""]
"""A hit answers the query, or does not; empty: it is not judged."""

_KEYS: Mapping[Verdict, str] = {"right": "relevant", "wrong": "wrong"}
_OWN_KEYS = {"query", *_KEYS.values()}


class Judgements:
    """The judged queries of a file of JSON lines: `{"query": …, "relevant": [urls], "wrong": [urls]}`.

    Lines with other fields, and documents, stay as they are.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the file. Raises ZhsearchError, which names the line, if it cannot be read."""
        try:
            text = self.file.read_text(encoding="utf-8-sig") if self.file.exists() else ""
        except (OSError, UnicodeDecodeError) as problem:
            reason = system_message(problem) if isinstance(problem, OSError) else problem
            raise ZhsearchError(
                "{file} cannot be read: {reason}. Give a file of JSON lines", file=self.file, reason=reason
            ) from problem
        numbered = enumerate(text.split("\n"), 1)
        return [self._line(number, line) for number, line in numbered if line.strip()]

    def _line(self, number: int, text: str) -> dict[str, Any]:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict) or not isinstance(line.get("query", ""), str):
            raise ZhsearchError(
                "{file}:{number}: not a JSON object with a query. Correct or delete the line",
                file=self.file,
                number=number,
            )
        return line

    def of(self, text: str) -> dict[str, Verdict]:
        """The verdicts on the pages of a query, by URL."""
        line = next((line for line in self.lines() if line.get("query") == text), {})
        return {url: verdict for verdict, key in _KEYS.items() for url in _pages(line, key)}

    def judge(self, text: str, url: str, verdict: Verdict) -> None:
        """Set the verdict on a page of a query, and write the file, whole or not at all."""
        with self._lock:
            lines = self.lines()
            line = next((line for line in lines if line.get("query") == text), None)
            if line is None:
                line = {"query": text}
                lines.append(line)
            for key in _KEYS.values():
                pages = [page for page in _pages(line, key) if page != url]
                line[key] = [*pages, url] if key == _KEYS.get(verdict) else pages
            if not any(_pages(line, key) for key in _KEYS.values()) and line.keys() <= _OWN_KEYS:
                lines.remove(line)
            write_whole(self.file, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines))

    def measured(self, sides: Sequence[Side]) -> dict[str, Any]:
        """The place of the first right page of each judged query on each side, the metrics of each side, and
        the queries with which the last side loses against the first."""
        queries = [
            with_known_addresses(sides[0].engine, JudgedQuery(line["query"], frozenset(pages)))
            for line in self.lines()
            if "query" in line
            and len(line.get("query", "")) <= MAX_QUERY_CHARS
            and (pages := _pages(line, "relevant"))
        ]
        ranks = [[rank_of(side.engine, query, side.segmenter) for query in queries] for side in sides]
        places = list(zip(*ranks, strict=True))
        rows = [{"query": query.text, "places": each} for query, each in zip(queries, places, strict=True)]
        lost = [
            query.text
            for query, each in zip(queries, places, strict=True)
            if _depth(each[-1]) > _depth(each[0])
        ]
        return {"queries": rows, "metrics": [asdict(metrics_of(each)) for each in ranks], "lost": lost}


def _pages(line: Mapping[str, Any], key: str) -> list[str]:
    pages = line.get(key, [])
    return [str(page) for page in (pages if isinstance(pages, list) else [pages])]


def _depth(place: int | None) -> float:
    return float("inf") if place is None else place
