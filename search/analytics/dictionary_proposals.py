"""What readers search for in, lines for the owner's dictionary and synonyms out, for the owner to judge."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.engine.protocol import Engine

_RUN = re.compile("[\u4e00-\u9fd5]{2,6}")
_PLAIN = re.compile(r"[\w\s.+#'-]+")
_TOGETHER = 0.5  # of the pages with all words of a run; mostly side by side they are one word
_LEAST_PAGES = 2


class Proposal(NamedTuple):
    """A line for one of the owner's files, and why."""

    line: str
    why: str


def propose_words(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Words that readers search for, that pages have as they stand, and that the segmenter cuts."""
    found: dict[str, Proposal] = {}
    for text in texts:
        for run in text.split():
            if run in found or not _RUN.fullmatch(run):
                continue
            cut = [word.term for word in query_tokens(run, segmenter)]
            if "".join(cut) != run or len(cut) < 2:
                continue  # one word already, or words that overlap
            side_by_side, pages = _total(engine, segmenter, f'"{run}"'), _total(engine, segmenter, run)
            if side_by_side >= max(_LEAST_PAGES, _TOGETHER * pages):
                why = f"{side_by_side} pages have it; it is cut {' '.join(cut)}"
                found[run] = Proposal(run, why)
    return list(found.values())


def propose_synonyms(engine: Engine, segmenter: Segmenter, texts: Iterable[str]) -> list[Proposal]:
    """Texts that find nothing, with what is on the site and was probably meant."""
    found: list[Proposal] = []
    for text in texts:
        if _PLAIN.fullmatch(text) and not _total(engine, segmenter, text):
            meant = engine.did_you_mean(text)
            if meant and (pages := _total(engine, segmenter, meant)):
                found.append(Proposal(f"{text} => {meant}", f"found on {pages} pages"))
    return found


def _total(engine: Engine, segmenter: Segmenter, text: str) -> int:
    found = engine.search(read_parameters(q=text).query(segmenter))
    return 0 if found.relaxed else found.total
