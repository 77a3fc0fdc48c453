"""Posts in, a far larger corpus out: their sections, with half of the sentences taken from other posts.

Real words in real sentences keep the vocabulary, the frequencies and the lengths of the language; what is
made this way reads like nothing, so that it is good for sizes and times and for no question of quality.
"""

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from zhsearch.index.models import Document

from .peer import Page

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_FOREIGN = 0.5  # of the sentences
_SHORTEST = 40  # characters of a section worth a page
_FIRST_DAY = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)


def grow(documents: Sequence[Document], count: int, content: Path) -> Iterator[Page]:
    """Write `count` posts below `content`; the same documents always give the same posts."""
    sections = [(document, title, text) for document in documents for title, text in _sections(document)]
    pool = [sentence for _, _, text in sections for sentence in _SENTENCE.findall(text)]
    for number in range(count):
        document, title, text = sections[number % len(sections)]
        rng = random.Random(number)
        blocks = [
            "".join(
                rng.choice(pool) if rng.random() < _FOREIGN else sentence
                for sentence in _SENTENCE.findall(line)
            )
            for line in text.split("\n")
        ]
        body = "\n\n".join(_harmless(block) for block in blocks if block.strip())
        path = f"posts/{number // 1000:04d}/{number}.md"
        raw = f"{_front_matter(document, title, number)}\n{body}\n"
        file = content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(raw, encoding="utf-8")
        yield Page(path, title, body, document.tags, raw)


def _sections(document: Document) -> Iterator[tuple[str, str]]:
    """(title, text) of what stands before the first heading and of each section, if long enough."""
    starts = [section.start for section in document.sections]
    first = document.text[: starts[0]] if starts else document.text
    found = [(document.title, first)]
    for section, end in zip(document.sections, [*starts[1:], len(document.text)], strict=False):
        found.append((section.title, document.text[section.start : end].partition("\n")[2]))
    yield from ((title, text) for title, text in found if title and len(text) >= _SHORTEST)


def _harmless(block: str) -> str:
    """A block that Markdown reads as the paragraph that it was."""
    return re.sub(r"^[\s>#*+\-=_~`|:<\[!\d]+", "", block).replace("<", " ")


def _front_matter(document: Document, title: str, number: int) -> str:
    fields = {
        "title": title,
        "date": (_FIRST_DAY + dt.timedelta(hours=number % 90_000)).isoformat(),
        "tags": list(document.tags),
        "categories": list(document.categories),
    }
    return f"---\n{yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)}---\n"
