"""Exact texts with Latin letters: what terms tell is what the texts themselves have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.reference import document, segment_of
from zhsearch.search.embedded.latin_runs import LatinRun, runs_of
from zhsearch.search.embedded.leaves import LeafScorer
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Pattern, Phrase
from zhsearch.search.ranking import FieldNorms, mean_lengths

PIECES = [
    *("rate", "limit", "rates", "elimit", "mp4", "mp", "4", "40", "t恤", "4s店", "10万", "c++", "naïve", "ａｐｉ", "API"),
    *(" ", "  ", "-", "_", ".", "/", "@", "，", "。", "国产", "國產", "ガ", "é", "ß", "\n", "x" * 70, "a1b2" * 20),
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
SOUGHT = st.lists(
    st.sampled_from(
        [
            "rate",
            "limit",
            "ate",
            "lim",
            "mp4",
            "p4",
            "4",
            "api",
            " ",
            "-",
            "国",
            "+",
            "s店",
            "t恤",
            "ve",
            "xxx",
            "2a1",
            "b2a1b",
            "1b2 ",
        ]
    ),
    min_size=1,
    max_size=3,
).map("".join)


def snapshot_of(texts: list[str]) -> Snapshot:
    """A snapshot of pages with these titles and texts, one segment a page or two."""
    documents = [
        document(text, title=text.replace("\n", " ")[:12] or "题", path=f"{n}.md")
        for n, text in enumerate(texts)
    ]
    snapshot = object.__new__(Snapshot)
    snapshot.segments = [segment_of(documents[first : first + 2]) for first in range(0, len(documents), 2)]
    snapshot._firsts = [*range(0, len(documents), 2), len(documents)]
    snapshot.size = snapshot.count = len(documents)
    snapshot.live, snapshot.all_live = np.ones(len(documents), dtype=np.bool_), True
    snapshot.pages = np.arange(len(documents))
    snapshot.lengths = np.concatenate([segment.lengths for segment in snapshot.segments], axis=1)
    return snapshot


@given(st.lists(TEXT, min_size=1, max_size=5), SOUGHT, st.booleans(), st.sampled_from([None, "title"]))
@settings(max_examples=150, deadline=None)
def test_a_text_is_found_on_the_pages_that_contain_it(
    texts: list[str], sought: str, bounded: bool, field: str | None
) -> None:
    snapshot = snapshot_of(texts)
    norms = FieldNorms(snapshot.lengths, mean_lengths(snapshot.lengths, snapshot.live))
    found = LeafScorer(snapshot, norms).phrase(Phrase(sought, field, bounded), None).hits.pages.tolist()
    pattern = Pattern(sought, bounded)
    folded = [segment.folded(page) for segment in snapshot.segments for page in range(len(segment))]
    lines = [text.split(b"\n")[:1] if field else text.split(b"\n") for text in folded]
    assert found == [page for page, own in enumerate(lines) if any(map(pattern.is_in, own))]


@pytest.mark.parametrize(
    ("pattern", "bounded", "runs"),
    [
        ("rate limit", False, [("rate", False, True), ("limit", True, False)]),
        ("rate limit", True, [("rate", True, True), ("limit", True, True)]),
        ("1 a", True, [("1", True, True), ("a", True, True)]),
        ("第1步", False, [("1", True, True)]),
        ("ab", False, []),
        ("国产", True, []),
    ],
)
def test_a_run_is_a_whole_term_where_something_else_stands_beside_it(
    pattern: str, bounded: bool, runs: list[tuple[str, bool, bool]]
) -> None:
    assert runs_of(pattern, bounded=bounded) == tuple(LatinRun(*run) for run in runs)
