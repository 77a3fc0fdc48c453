"""The schema for Whoosh: prebuilt terms go in as they are, counted."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.formats import Frequency

from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.whoosh_compat.schema import STORED_FIELDS, PrebuiltTerms, make_schema


def postings(terms: list[str]) -> dict[str, tuple[int, float, int]]:
    return {
        term.decode("utf-8", "surrogatepass"): (frequency, weight, Frequency().decode_frequency(encoded))
        for term, frequency, weight, encoded in PrebuiltTerms(stored=False).index(terms)
    }


def test_the_occurrences_of_a_term_are_counted() -> None:
    assert postings(["算力", "国产", "算力", "算力"]) == {"算力": (3, 3.0, 3), "国产": (1, 1.0, 1)}


def test_a_field_without_terms_has_no_postings() -> None:
    assert postings([]) == {}


@given(st.lists(st.text(st.characters(), max_size=3), max_size=20))
@settings(max_examples=50)
def test_terms_of_any_characters_are_counted(terms: list[str]) -> None:
    counts = [(term, terms.count(term)) for term in terms]
    assert postings(terms) == {term: (count, float(count), count) for term, count in counts}


def test_the_schema_names_the_searched_fields_and_the_stored_ones() -> None:
    schema = make_schema()
    assert set(schema.names()) == {*TEXT_FIELDS, *STORED_FIELDS}
    assert set(schema.stored_names()) == {*STORED_FIELDS, "title"}
    assert set(schema.scorable_names()) == set(TEXT_FIELDS)


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_searched_fields_have_frequencies_and_no_positions(field: str) -> None:
    format_ = make_schema()[field].format
    assert format_.supports("frequency")
    assert not format_.supports("positions")


def test_a_schema_survives_the_pickle_that_whoosh_stores_it_in() -> None:
    assert pickle.loads(pickle.dumps(make_schema())) == make_schema()
