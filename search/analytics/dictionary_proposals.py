"""Proposals for the owner's dictionary and synonyms, derived from what readers search for."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.analysis import HAN, Segmenter, query_tokens
from zhsearch.search.api import read_parameters
from zhsearch.search.engine import Engine

_RUN = re.compile(rf"[{HAN}]{{2,6}}")
_PLAIN = re.compile(r"[\w\s.+#'-]+")
_MIN_ADJACENT = 0.5  # share of the pages with all words of a run that have them side by side
_MIN_PAGES = 2


class Proposal(NamedTuple):
    """A line for one of the owner's files, and the reason to add it."""

    line: str
    why: str


def propose_words(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Propose dictionary words: Han runs that readers search for, that pages have verbatim and that the
    segmenter splits."""
    proposals: dict[str, Proposal] = {}
    for text in texts:
        for run in text.split():
            if run in proposals or not _RUN.fullmatch(run):
                continue
            terms = [token.term for token in query_tokens(run, segmenter)]
            if "".join(terms) != run or len(terms) < 2:
                continue  # one word already, or overlapping words
            adjacent, pages = _total(engine, segmenter, f'"{run}"'), _total(engine, segmenter, run)
            if adjacent >= max(_MIN_PAGES, _MIN_ADJACENT * pages):
                why = f"{adjacent} pages have it; it is split into {' '.join(terms)}"
                proposals[run] = Proposal(run, why)
    return list(proposals.values())


def propose_synonyms(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Propose synonyms: queries without hits, each with the correction that has some."""
    proposals: list[Proposal] = []
    for text in texts:
        if _PLAIN.fullmatch(text) and not _total(engine, segmenter, text):
            correction = engine.did_you_mean(text)
            if correction and (pages := _total(engine, segmenter, correction)):
                proposals.append(Proposal(f"{text} => {correction}", f"found on {pages} pages"))
    return proposals


def _total(engine: Engine, segmenter: Segmenter, text: str) -> int:
    """The number of pages with all words of a query; 0 where it had to be relaxed."""
    result = engine.search(read_parameters(q=text).query(segmenter))
    return 0 if result.relaxed else result.total
