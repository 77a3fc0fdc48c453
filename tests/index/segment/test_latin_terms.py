"""The terms that have Latin letters or digits, chosen from all at once as one by one."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.arrays import pack_strings
from zhsearch.index.segment.latin_terms import latin_terms

_TERMS = st.sets(st.text("az059AZ.+-é人工ａ𠮷", min_size=1, max_size=5), max_size=30)


@given(_TERMS)
def test_terms_with_latin_parts_of_their_own_are_left_out(texts: set[str]) -> None:
    terms = sorted(text.encode() for text in texts)
    found = latin_terms(*pack_strings(terms))

    chosen = [
        number
        for number, term in enumerate(terms)
        if term.isalnum() or (not term.isascii() and re.search(b"[0-9a-z]", term))
    ]
    assert found.numbers.tolist() == chosen
    assert found.is_plain.tolist() == [terms[number].isalnum() for number in chosen]
    assert found.text == b"\n".join([b"", *(terms[number] for number in chosen), b""])
    ends = np.array([len(terms[number]) for number in chosen], dtype=np.int64)
    assert found.starts[:-1].tolist() == [
        int(start) for start in np.cumsum(np.append(1, ends + 1))[: len(chosen)]
    ]
