"""An unknown parameter is refused by name, with the one that was meant."""

import pytest

from zhsearch.search.api import check_names
from zhsearch.search.api import parameters as params
from zhsearch.search.errors import ParameterError


def refusal(name: str, *values: str, known: object = params.OF_SEARCH) -> str:
    with pytest.raises(ParameterError) as refused:
        check_names([("q", ["a"]), (name, values or ("1",))], known)  # type: ignore[arg-type]
    assert refused.value.name == name[:40]
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("page_size", "per_page"),
        ("pageSize", "per_page"),
        ("per-page", "per_page"),
        ("perpage", "per_page"),
        ("limit", "per_page"),
        ("qq", "q"),
        ("Q", "q"),
        ("query", "q"),
        ("keyword", "q"),
        ("tags", "tag"),
        ("tag[]", "tag"),
        ("catgory", "category"),
        ("language", "lang"),
        ("since", "from"),
        ("until", "to"),
        ("order_by", "sort"),
        ("Page", "page"),
        ("expalin", "explain"),
        ("facet", "facets"),
        ("suggestions", "completions"),
        ("prefer-lang", "prefer_lang"),
    ],
)
def test_the_parameter_that_was_meant_is_proposed(name: str, meant: str) -> None:
    assert refusal(name) == f"{name}: unknown parameter; did you mean {meant}?"


def test_each_endpoint_proposes_its_own_parameters() -> None:
    assert refusal("limit", known=(*params.OF_SUGGEST,)).endswith("did you mean count?")
    with pytest.raises(ParameterError, match="did you mean url"):
        check_names([("path", ["/a/"])], params.OF_RELATED)
    with pytest.raises(ParameterError, match="known are count, lang"):
        check_names([("fbclid", ["1"])], params.OF_RECENT)
    with pytest.raises(ParameterError, match="q: unknown parameter; this endpoint has none"):
        check_names([("q", ["1"])], ())


def test_where_nothing_is_close_all_parameters_are_listed() -> None:
    assert refusal("utm_source").endswith(
        "known are q, tag, category, lang, from, to, sort, page, per_page, versions, facets, completions,"
        " prefer_lang, pinyin, suggested, explain"
    )


def test_a_long_or_broken_name_is_cut() -> None:
    assert len(refusal("x" * 8_000)) < 200
    with pytest.raises(ParameterError, match=r"^\?\?: unknown"):
        check_names([("\ud800\udfff", ["1"])], params.OF_SEARCH)


def test_one_value_is_taken_once_and_tags_any_number_of_times() -> None:
    assert refusal("page", "1", "2") == "page: given 2 times; give it once"
    assert refusal("per_page", "5", "5") == "per_page: given 2 times; give it once"
    check_names([("tag", ["a", "b", "c"])], params.OF_SEARCH)


def test_what_clients_add_against_caches_is_ignored() -> None:
    check_names([("q", ["a"]), ("_", ["1700000000000", "2"])], params.OF_SEARCH)
