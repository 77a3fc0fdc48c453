"""The schema for Whoosh: prebuilt terms go in as they are, with every position."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.formats import Positions

from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.whoosh_compat.schema import STORED_FIELDS, PrebuiltTerms, make_schema


def postings(terms: list[tuple[str, int]]) -> dict[str, tuple[int, float, list[int]]]:
    return {
        term.decode("utf-8", "surrogatepass"): (frequency, weight, Positions().decode_positions(encoded))
        for term, frequency, weight, encoded in PrebuiltTerms(stored=False).index(terms)
    }


def test_every_position_of_a_term_is_stored_in_order() -> None:
    assert postings([("算力", 4), ("国产", 0), ("算力", 2), ("算力", 2)]) == {
        "算力": (3, 3.0, [2, 2, 4]),
        "国产": (1, 1.0, [0]),
    }


def test_a_field_without_terms_has_no_postings() -> None:
    assert postings([]) == {}


@given(st.lists(st.tuples(st.text(st.characters(), max_size=3), st.integers(0, 10**6)), max_size=20))
@settings(max_examples=50)
def test_terms_of_any_characters_keep_their_positions(terms: list[tuple[str, int]]) -> None:
    names = {term for term, _ in terms}
    wanted = {name: sorted(place for term, place in terms if term == name) for name in names}
    assert postings(terms) == {
        name: (len(places), float(len(places)), places) for name, places in wanted.items()
    }


def test_the_schema_names_the_searched_fields_and_the_stored_ones() -> None:
    schema = make_schema()
    assert set(schema.names()) == {*TEXT_FIELDS, *STORED_FIELDS}
    assert set(schema.stored_names()) == {*STORED_FIELDS, "title"}
    assert set(schema.scorable_names()) == set(TEXT_FIELDS)


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_searched_fields_have_positions_for_phrases(field: str) -> None:
    assert make_schema()[field].format.supports("positions")


def test_a_schema_survives_the_pickle_that_whoosh_stores_it_in() -> None:
    assert pickle.loads(pickle.dumps(make_schema())) == make_schema()
