"""A small site whose front matter has what themes show beside title and text (item 6)."""

import json
import re
from pathlib import Path

import jieba

from tests.bench.corpus import Corpus
from tests.bench.peer import Page

from .pairs import LIMIT, Pair
from .texts import HAN, Texts

FIELDS = ("description", "summary", "lead", "subtitle", "author", "keywords", "series")
_LISTS = ("keywords", "series")
_RUN = re.compile(f"{HAN}{{8,14}}")


def make_fields_site(corpus: Corpus, work: Path) -> Corpus:
    """Posts with a title and some text of the corpus; one field of each has words of another page."""
    content = work / "site/content"
    content.mkdir(parents=True)
    (work / "site/hugo.toml").write_text(
        'baseURL = "https://x.example/"\nlocale = "zh-CN"\n', encoding="utf-8"
    )
    values = [run[0] for page in corpus.pages if (run := _RUN.search(page.text, len(page.text) // 2))]
    pages = []
    for number, page in enumerate(corpus.pages[: LIMIT + LIMIT // 10]):
        field, value = FIELDS[number % len(FIELDS)], values[-1 - number]
        data = {"title": page.title, field: [value] if field in _LISTS else value}
        body = page.text[:300].replace("<", "").replace("{", "")
        path = f"{number:03d}.md"
        raw = f"{json.dumps(data, ensure_ascii=False)}\n\n{body}\n"
        (content / path).write_text(raw, encoding="utf-8")
        pages.append(Page(path, page.title, f"{body}\n{value}", (), raw))
    return Corpus(content, "fields", sum(len(page.raw.encode()) for page in pages), tuple(pages))


def shown_fields(texts: Texts) -> list[Pair]:
    """The first three words of the value of a field."""
    values = (text.rsplit("\n", 1)[1] for text in texts.sources)
    words = ("".join(list(jieba.cut(value, HMM=False))[:3]) for value in values)
    return [pair for pair in (Pair(w, texts.holding(w)) for w in words if len(w) > 2) if pair.wanted]
