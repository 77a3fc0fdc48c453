"""A synthetic corpus of any size: sections of real posts, with half of the sentences taken from other posts.

Real sentences keep the vocabulary, the frequencies and the lengths of the language. The posts make no sense, so
they serve to measure sizes and times, not relevance.
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
_FOREIGN_SHARE = 0.5  # of the sentences
_MIN_SECTION_CHARS = 40
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
                rng.choice(pool) if rng.random() < _FOREIGN_SHARE else sentence
                for sentence in _SENTENCE.findall(line)
            )
            for line in text.split("\n")
        ]
        body = "\n\n".join(_as_paragraph(block) for block in blocks if block.strip())
        path = f"posts/{number // 1000:04d}/{number}.md"
        raw = f"{_front_matter(document, title, number)}\n{body}\n"
        file = content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(raw, encoding="utf-8")
        yield Page(path, title, body, document.tags, raw)


def _sections(document: Document) -> Iterator[tuple[str, str]]:
    """(title, text) of the part before the first heading and of each section, where it is long enough."""
    starts = [section.start for section in document.sections]
    first = document.text[: starts[0]] if starts else document.text
    sections = [(document.title, first)]
    for section, end in zip(document.sections, [*starts[1:], len(document.text)], strict=False):
        sections.append((section.title, document.text[section.start : end].partition("\n")[2]))
    yield from ((title, text) for title, text in sections if title and len(text) >= _MIN_SECTION_CHARS)


def _as_paragraph(block: str) -> str:
    """The block without characters at its start that Markdown would read as markup."""
    return re.sub(r"^[\s>#*+\-=_~`|:<\[!\d]+", "", block).replace("<", " ")


def _front_matter(document: Document, title: str, number: int) -> str:
    fields = {
        "title": title,
        "date": (_FIRST_DAY + dt.timedelta(hours=number % 90_000)).isoformat(),
        "tags": list(document.tags),
        "categories": list(document.categories),
    }
    return f"---\n{yaml.safe_dump(fields, allow_unicode=True, sort_keys=False)}---\n"
