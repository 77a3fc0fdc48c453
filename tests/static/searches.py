"""Searches made by rule from the pages of an index, of every kind that the query language has.

The same pages always give the same searches. A search is a request's parameters, as `/api/search` takes them.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import opencc

from zhsearch.index.analysis import Segmenter, query_tokens
from zhsearch.index.models import Document

_HAN_RUN = re.compile("[\u4e00-\u9fd5]{3,}")
_LATIN = re.compile("[A-Za-z]{4,14}")
_MIXED = re.compile(r"[A-Za-z]+[-./+#0-9][A-Za-z0-9.+#-]*|[0-9]+(?:\.[0-9]+)+")
_NUMBER = re.compile("[0-9一二三四五六七八九十]{1,4}[年月日个种章倍次]")


class Search(NamedTuple):
    """A request, and the rule that made it."""

    kind: str
    parameters: dict[str, Any]


class Maker:
    """Makes searches from pages."""

    def __init__(self, pages: Sequence[Document], segmenter: Segmenter, seed: int = 23) -> None:
        self._pages = [page for page in pages if len(page.text) > 100]
        self._segmenter = segmenter
        self._random = random.Random(seed)

    def searches(self, count: int) -> Iterator[Search]:
        """`count` searches, the kinds in turns."""
        kinds: list[tuple[str, Callable[[], dict[str, Any] | None]]] = [
            (name, getattr(self, f"_{name}")) for name in KINDS
        ]
        made = tries = 0
        while made < count and tries < 20 * count:
            name, make = kinds[tries % len(kinds)]
            tries += 1
            if parameters := make():
                made += 1
                yield Search(name, parameters)

    def _page(self) -> Document:
        return self._random.choice(self._pages)

    def _words(self, text: str) -> list[str]:
        tokens = query_tokens(text, self._segmenter)
        return [text[token.start : token.end] for token in tokens if not token.is_function_word]

    def _some(self, words: Sequence[str], least: int, most: int) -> list[str]:
        count = min(self._random.randint(least, most), len(words))
        places = sorted(self._random.sample(range(len(words)), count))
        return [words[place] for place in places]

    def _line(self) -> str:
        lines = [line for line in self._page().text.split("\n") if len(line) > 12]
        return self._random.choice(lines) if lines else self._page().title

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.findall(self._page().text)
        return self._random.choice(found) if found else None

    def _title_words(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._page().title), 2, 3)
        return {"q": " ".join(words)} if words else None

    def _title(self) -> dict[str, Any]:
        return {"q": self._page().title[:60]}

    def _one_word(self) -> dict[str, Any] | None:
        words = self._words(self._line())
        return {"q": self._random.choice(words)} if words else None

    def _text_words(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._line()), 2, 4)
        return {"q": " ".join(words)} if words else None

    def _words_of_two_pages(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._line()), 1, 2) + self._some(self._words(self._line()), 1, 2)
        return {"q": " ".join(words)} if len(words) > 1 else None

    def _phrase(self) -> dict[str, Any] | None:
        run = self._match(_HAN_RUN)
        if run is None:
            return None
        size = self._random.randint(2, min(8, len(run)))
        start = self._random.randint(0, len(run) - size)
        return {"q": f'"{run[start : start + size]}"'}

    def _piece(self) -> dict[str, Any] | None:
        run = self._match(_HAN_RUN)
        return {"q": run[: self._random.randint(2, 6)]} if run else None

    def _question(self) -> dict[str, Any] | None:
        words = self._words(self._line())
        start = self._random.choice(["如何", "什么是", "为什么", "怎样"])
        return {"q": f"{start}{''.join(words[:4])}？"} if len(words) > 2 else None

    def _sentence(self) -> dict[str, Any]:
        return {"q": self._line()[:40]}

    def _latin(self) -> dict[str, Any] | None:
        word = self._match(_LATIN)
        return {"q": word} if word else None

    def _latin_beginning(self) -> dict[str, Any] | None:
        word = self._match(_LATIN)
        return {"q": word[: self._random.randint(2, 6)]} if word else None

    def _latin_pair(self) -> dict[str, Any] | None:
        words = _LATIN.findall(self._line())
        return {"q": " ".join(words[:2])} if len(words) > 1 else None

    def _mixed(self) -> dict[str, Any] | None:
        word = self._match(_MIXED)
        return {"q": word} if word else None

    def _number(self) -> dict[str, Any] | None:
        word = self._match(_NUMBER)
        return {"q": word} if word else None

    def _excluded(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._page().title), 2, 2)
        return {"q": f"{words[0]} -{words[1]}"} if len(words) > 1 else None

    def _either(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._line()), 2, 2)
        return {"q": " OR ".join(words)} if len(words) > 1 else None

    def _in_title(self) -> dict[str, Any] | None:
        words = self._words(self._page().title)
        return {"q": f"title:{self._random.choice(words)}"} if words else None

    def _filtered(self) -> dict[str, Any] | None:
        page = self._page()
        words = self._some(self._words(page.title), 1, 2)
        if not words or not page.tags:
            return None
        filters: dict[str, Any] = {"tag": [self._random.choice(page.tags)]}
        if page.date and self._random.random() < 0.5:
            filters["from"] = f"{page.date.year}"
        return {"q": " ".join(words), **filters}

    def _sorted(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._line()), 1, 2)
        order = self._random.choice(["newest", "oldest"])
        return {"q": " ".join(words), "sort": order} if words else None

    def _second_page(self) -> dict[str, Any] | None:
        words = self._words(self._line())
        return {"q": self._random.choice(words), "page": 2} if words else None

    def _traditional(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._page().title), 1, 3)
        return {"q": _to_traditional().convert(" ".join(words))} if words else None

    def _full_width(self) -> dict[str, Any] | None:
        words = self._some(self._words(self._page().title), 1, 2)
        wide = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
        return {"q": " ".join(words).translate(wide)} if words else None


KINDS = tuple(
    name.removeprefix("_")
    for name, value in vars(Maker).items()
    if callable(value) and name not in ("__init__", "searches", "_page", "_words", "_some", "_line", "_match")
)
"""The rules, each a method."""


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")
