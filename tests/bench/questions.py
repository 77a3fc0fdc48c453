"""Pages in, two hundred questions out, by rule: the same pages always give the same questions.

| kind | rule |
| --- | --- |
| rare, medium, frequent word | words of titles; the classes are thirds of the range of page counts on a log scale |
| two words | the first two words of a title |
| phrase | in quotes: two or more words as they stand together in a body |
| tag filter | a word of a title, narrowed to the post's first tag |
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

from .peer import Page, Question

WORD_KINDS = ("rare word", "medium word", "frequent word")
KINDS = (*WORD_KINDS, "two words", "phrase", "tag filter")
_COUNT = {"two words": 32, "phrase": 16, "tag filter": 8}
_WORDS_A_CLASS = 48
_Item = TypeVar("_Item")
_HAN_RUN = re.compile("(?<![\u4e00-\u9fd5])[\u4e00-\u9fd5]{5,}")
_SHORTEST, _LONGEST = 5, 12  # characters of a phrase


def make_questions(pages: Sequence[Page], segmenter: Segmenter) -> list[Question]:
    """The questions of a corpus, kind by kind; fewer where it has not enough of a kind."""
    titles = [_title_words(page, segmenter) for page in pages]
    made = _of_words(_page_counts(pages, titles, segmenter))
    spelt = [list(found.values()) for found in titles]
    two = [Question("two words", f"{found[0]} {found[1]}") for found in spelt if len(found) > 1]
    tagged = [
        Question("tag filter", found[0], tag=page.tags[0])
        for page, found in zip(pages, spelt, strict=True)
        if page.tags and found
    ]
    phrases = [Question("phrase", phrase) for page in pages if (phrase := _phrase(page, segmenter))]
    for kind, questions in (("two words", two), ("phrase", phrases), ("tag filter", tagged)):
        made += _spread(list(dict.fromkeys(questions)), _COUNT[kind])
    return [_with_pages(question, pages) if question.kind == "phrase" else question for question in made]


def make_queries(pages: Sequence[Page], segmenter: Segmenter, count: int) -> list[str]:
    """Up to `count` different queries as readers type them, in no order of size: words of titles, alone and
    two neighbours together."""
    found: dict[str, None] = {}
    for page in pages:
        spelt = list(_title_words(page, segmenter).values())
        found |= dict.fromkeys([*spelt, *map(" ".join, pairwise(spelt))])
    return _spread(list(found), count)


def _title_words(page: Page, segmenter: Segmenter) -> dict[str, str]:
    """The words of a title, term to spelling: of two characters or more, no function words, no numbers, no
    mixed ones (each engine would ask for something else)."""
    return {
        word.term: page.title[word.start : word.end]
        for word in query_tokens(page.title, segmenter)
        if word.kind != "compound" and len(word.term) > 1
        if not word.is_function_word and not word.term.isdigit()
    }


def _page_counts(
    pages: Sequence[Page], titles: Iterable[Mapping[str, str]], segmenter: Segmenter
) -> Counter[str]:
    """How many pages have each word that stands in a title."""
    asked = {term.encode(): word for found in titles for term, word in found.items()}
    analyzer = Analyzer(segmenter)
    counts: Counter[bytes] = Counter()
    for page in pages:
        present, _ = analyzer.analyze(simplify_words(fold(f"{page.title}\n{page.text}").text))
        counts.update(analyzer.vocabulary[term] for term in set(present.tolist()))
    return Counter({word: counts[term] for term, word in asked.items()})


def _of_words(counts: Counter[str]) -> list[Question]:
    top = max(counts.values(), default=1)
    classes: list[list[str]] = [[], [], []]
    for word, count in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        classes[(count**3 > top) + (count**3 > top**2)].append(word)
    everything = sorted(counts)
    return [
        Question(kind, word)
        for kind, found in zip(WORD_KINDS, classes, strict=True)
        for word in _spread(found or everything, _WORDS_A_CLASS)  # a handful of posts may lack a class
    ]


def _phrase(page: Page, segmenter: Segmenter) -> str | None:
    """Whole words that stand together past the first third of a page, without markup between them; quoted."""
    for run in _HAN_RUN.finditer(page.text, len(page.text) // 3):
        phrase, count = "", 0
        for word in segmenter.cut(run[0]):
            phrase, count = phrase + word, count + 1
            if len(phrase) >= _SHORTEST and count > 1:
                break
        if _SHORTEST <= len(phrase) <= _LONGEST and count > 1 and phrase in page.raw:
            return f'"{phrase}"'
    return None


def _with_pages(question: Question, pages: Sequence[Page]) -> Question:
    phrase = question.text.strip('"')
    holding = frozenset(page.path for page in pages if phrase in page.text)
    return Question(question.kind, question.text, question.tag, holding)


def _spread(items: Sequence[_Item], count: int) -> list[_Item]:
    """At most `count` items at even distances."""
    taken = min(count, len(items))
    return [items[(2 * number + 1) * len(items) // (2 * taken)] for number in range(taken)]
