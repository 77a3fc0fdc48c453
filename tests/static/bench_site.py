"""A site for the benchmark of static searches: as many posts as wanted, varied from a corpus, as built HTML."""

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from tests.bench.corpus import make_corpus
from tests.bench.peer import Page
from zhsearch.index.analysis import QueryToken, Segmenter, query_tokens

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_FOREIGN_SHARE = 0.5  # of the sentences of a variation
_LAST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_MIN_WORD_CHARS = 2


class Post(NamedTuple):
    """A post of the site; `text` has a paragraph a line."""

    path: str
    title: str
    text: str
    tags: tuple[str, ...]


def varied_posts(folder: Path | None, count: int, work: Path, segmenter: Segmenter) -> list[Post]:
    """The posts of a corpus, then variations of them: half of the title and of the sentences are of other posts.

    The same corpus always gives the same posts.
    """
    pages = [page for page in make_corpus(folder, 0, work).pages if page.title and page.text]
    pool = [sentence for page in pages for sentence in _SENTENCE.findall(page.text)]
    posts = []
    for number in range(count):
        page = pages[number % len(pages)]
        rng = random.Random(number)
        title, text = page.title, page.text
        if number >= len(pages):
            title = _mixed_title(page, rng.choice(pages), segmenter)
            text = "\n".join(_mixed_line(line, pool, rng) for line in text.split("\n"))
        posts.append(Post(f"posts/{number}/", title, text, page.tags))
    return posts


def _mixed_title(page: Page, other: Page, segmenter: Segmenter) -> str:
    """The first half of the words of a title and the second half of those of another."""
    halves = []
    for each, is_first in ((page, True), (other, False)):
        words = query_tokens(each.title, segmenter)
        middle = words[len(words) // 2].start if words else 0
        halves.append(each.title[:middle] if is_first else each.title[middle:])
    return " ".join(half.strip() for half in halves).strip() or page.title


def _mixed_line(line: str, pool: Sequence[str], rng: random.Random) -> str:
    return "".join(
        rng.choice(pool) if rng.random() < _FOREIGN_SHARE else sentence
        for sentence in _SENTENCE.findall(line)
    )


def write_html(posts: Sequence[Post], folder: Path) -> None:
    """Write the built pages of posts below a folder."""
    for number, post in enumerate(posts):
        file = folder / post.path / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_html(post, _LAST_DAY - dt.timedelta(hours=6 * number)), encoding="utf-8")


def _html(post: Post, date: dt.datetime) -> str:
    tags = "".join(f'<meta property="article:tag" content="{escape(tag)}">' for tag in post.tags)
    title = escape(post.title)
    lines = "\n".join(f"<p>{escape(line)}</p>" for line in post.text.split("\n") if line.strip())
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="{date.isoformat()}">{tags}</head>\n'
        f"<body><article><h1>{title}</h1>\n{lines}\n</article></body></html>\n"
    )


class TitleQuery(NamedTuple):
    """Two words of the title of a post, which is the page that is wanted."""

    text: str
    path: str


def title_queries(posts: Sequence[Post], count: int, segmenter: Segmenter) -> Iterator[TitleQuery]:
    """Queries of two words of a title each, of different posts; the same posts always give the same queries."""
    rng = random.Random(23)
    for post in rng.sample(posts, len(posts)):
        words = dict.fromkeys(
            token.term for token in query_tokens(post.title, segmenter) if _is_telling(token)
        )
        if len(words) > 1 and count:
            count -= 1
            first, second = sorted(rng.sample(range(len(words)), 2))
            yield TitleQuery(f"{list(words)[first]} {list(words)[second]}", post.path)


def _is_telling(token: QueryToken) -> bool:
    return len(token.term) >= _MIN_WORD_CHARS and not token.is_function_word
