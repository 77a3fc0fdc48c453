"""Pages in, site searches out, by rule and not by hand: what someone types who knows what a page is about.

| kind | rule | wanted |
| --- | --- | --- |
| title words | two or three content words of a title, drawn at random, in their order | the page |
| quoted phrase | eight to sixteen Han characters of a body that no other page has, in quotes | the page first |
| tag and word | a content word of a title, narrowed to one of the page's tags | the page |

The same pages always give the same searches.
"""

import random
import re
from collections.abc import Iterator, Sequence

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

from .peer import Page, Question

KINDS = ("title words", "quoted phrase", "tag and word")
_HAN_RUN = re.compile("[\u4e00-\u9fd5]{8,}")
_SHORTEST, _LONGEST = 8, 16
_TRIES = 20  # phrases tried of one page


def make_searches(pages: Sequence[Page], segmenter: Segmenter) -> list[Question]:
    """A search of each kind for every page that has what it takes."""
    texts = [f"{page.title}\n{page.text}" for page in pages]
    made: list[Question] = []
    for number, page in enumerate(pages):
        rng = random.Random(number)
        made += _title_words(page, segmenter, rng)
        made += _phrase(page, texts, rng)
        made += _tag_and_word(page, segmenter, rng)
    return made


def _content_words(title: str, segmenter: Segmenter) -> list[str]:
    found = query_tokens(title, segmenter)
    telling = [word for word in found if not word.is_function_word and len(word.term) > 1]
    return list(dict.fromkeys(title[word.start : word.end] for word in telling))


def _title_words(page: Page, segmenter: Segmenter, rng: random.Random) -> Iterator[Question]:
    found = _content_words(page.title, segmenter)
    if len(found) > 1:
        drawn = sorted(rng.sample(range(len(found)), min(rng.choice((2, 3)), len(found))))
        yield Question(KINDS[0], " ".join(found[at] for at in drawn), pages=frozenset({page.path}))


def _phrase(page: Page, texts: Sequence[str], rng: random.Random) -> Iterator[Question]:
    runs = _HAN_RUN.findall(page.text)
    for _ in range(_TRIES if runs else 0):
        run = rng.choice(runs)
        size = min(rng.randint(_SHORTEST, _LONGEST), len(run))
        start = rng.randint(0, len(run) - size)
        phrase = run[start : start + size]
        if sum(phrase in text for text in texts) == 1:
            yield Question(KINDS[1], f'"{phrase}"', pages=frozenset({page.path}))
            return


def _tag_and_word(page: Page, segmenter: Segmenter, rng: random.Random) -> Iterator[Question]:
    found = _content_words(page.title, segmenter)
    if found and page.tags:
        yield Question(KINDS[2], rng.choice(found), rng.choice(page.tags), frozenset({page.path}))
