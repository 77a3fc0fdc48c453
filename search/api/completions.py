"""Completions as JSON types, and the one by pinyin that is searched where the text as typed finds nothing."""

import re
from collections.abc import Sequence

from zhsearch.search.api.schema import CompletionJson
from zhsearch.search.engine import Completion
from zhsearch.search.query import MAX_QUERY_CHARS

PINYIN_COMPLETIONS = 8
"""Completions among which one by pinyin is looked for."""

_LETTER = re.compile("[A-Za-z]")


def completions_json(completions: Sequence[Completion]) -> list[CompletionJson]:
    """Completions, the likeliest first."""
    return [
        {
            "text": completion.text,
            "kind": completion.kind,
            "pages": completion.pages,
            "marks": completion.marks,
            "url": completion.url,
        }
        for completion in completions
    ]


def may_be_pinyin(typed: str) -> bool:
    """Whether a text has letters of pinyin."""
    return _LETTER.search(typed) is not None


def first_by_pinyin(typed: str, completions: Sequence[Completion]) -> str | None:
    """The first word, tag or title among completions that has what was typed by pinyin alone."""
    from zhsearch.search.suggest.completion import read_typed  # noqa: PLC0415  it loads numpy

    text = read_typed(typed)
    for completion in completions:
        if (
            completion.kind != "heading"
            and len(completion.text) <= MAX_QUERY_CHARS
            and text not in read_typed(completion.text)
        ):
            return completion.text
    return None
