"""Proposals for the owner's dictionary and synonyms, derived from what readers search for."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.analysis import HAN, Segmenter, query_tokens
from zhsearch.index.messages import counted_message
from zhsearch.search.api import read_parameters
from zhsearch.search.engine import Engine

_HAN_WORD = re.compile(f"[{HAN}]{{2,6}}")
_PLAIN_QUERY = re.compile(r"[\w\s.+#'-]+")
_MIN_ADJACENT = 0.5  # share of the pages with all parts of a word that have them side by side
_MIN_PAGES = 2


class Proposal(NamedTuple):
    """A line for one of the owner's files, and the reason to add it."""

    line: str
    why: str


def propose_words(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Propose dictionary words: Han words that readers search for, that pages contain verbatim and that the
    segmenter splits."""
    proposals: dict[str, Proposal] = {}
    for text in texts:
        for word in text.split():
            if word in proposals or not _HAN_WORD.fullmatch(word):
                continue
            terms = [token.term for token in query_tokens(word, segmenter)]
            if "".join(terms) != word or len(terms) < 2:
                continue  # one word already, or overlapping words
            adjacent, pages = _total(engine, segmenter, f'"{word}"'), _total(engine, segmenter, word)
            if adjacent >= max(_MIN_PAGES, _MIN_ADJACENT * pages):
                why = counted_message(
                    "{count} page has it; it is split into {words}",
                    "{count} pages have it; it is split into {words}",
                    adjacent,
                    words=" ".join(terms),
                )
                proposals[word] = Proposal(word, why)
    return list(proposals.values())


def propose_synonyms(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Propose synonyms: queries without hits, each with a correction that has hits."""
    proposals: list[Proposal] = []
    for text in texts:
        if _PLAIN_QUERY.fullmatch(text) and not _total(engine, segmenter, text):
            correction = engine.did_you_mean(text, segmenter)
            if correction and (pages := _total(engine, segmenter, correction)):
                proposals.append(
                    Proposal(
                        f"{text} => {correction}",
                        counted_message("found on {count} page", "found on {count} pages", pages),
                    )
                )
    return proposals


def _total(engine: Engine, segmenter: Segmenter, text: str) -> int:
    """The number of pages with all words of a query; 0 if it had to be relaxed."""
    query = read_parameters(q=text).query(segmenter, engine.facets)
    result = engine.search(engine.expand(query))
    return 0 if result.relaxed else result.total
