"""Extras of an answer: which facets are counted, and what else is asked for."""

import pytest

from zhsearch.index.front_fields import is_facet_name, read_facets
from zhsearch.search.api import Param
from zhsearch.search.api import parameters as params
from zhsearch.search.api.extras import Extras, read_extras
from zhsearch.search.errors import ParameterError


def test_nothing_is_asked_for_by_default() -> None:
    assert read_extras() == read_extras(facets="", completions="", prefer_lang="", pinyin="") == Extras()


def test_facets_are_counted_in_one_order_however_they_are_named() -> None:
    assert read_extras(facets="*,year,tag", own_facets=("author", "series")).facets == (
        "tag",
        "year",
        "author",
        "series",
    )
    assert read_extras(facets="none").facets == ()
    assert read_extras(facets="*").facets == ()
    assert read_extras(facets="tag,none").facets == ("tag",)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"facets": "tags"}, "facets"),
        ({"facets": "tag author"}, "facets"),
        ({"completions": "21"}, "completions"),
        ({"completions": "-1"}, "completions"),
        ({"prefer_lang": "x" * 257}, "prefer_lang"),
        ({"pinyin": "yes"}, "pinyin"),
    ],
)
def test_an_invalid_value_is_an_error_that_names_the_parameter(given: dict[str, str], name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name}: ") as caught:
        read_extras(**given)
    assert caught.value.name == name


def test_a_long_name_of_no_facet_is_cut() -> None:
    with pytest.raises(ParameterError) as caught:
        read_extras(facets="x" * 2_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("param", params.OF_SEARCH, ids=lambda param: param.name)
def test_a_facet_of_a_site_cannot_have_the_name_of_a_parameter(param: Param) -> None:
    assert not is_facet_name(param.name)
    with pytest.raises(ValueError, match="means something else in a search"):
        read_facets([param.name])


def test_a_parameter_wins_over_the_facet_of_an_older_index() -> None:
    known = params.of_search(["series", "pinyin"])
    assert [each.name for each in known].count("pinyin") == 1
    assert params.filtering(["series", "pinyin"]) == ["series"]
