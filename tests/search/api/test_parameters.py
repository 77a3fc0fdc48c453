"""Parameters: a value out of range is an error that names the parameter, never clamped."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import default_segmenter
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.errors import ParameterError
from zhsearch.search.query.date_range import day_range


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"page": "0"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "x"}, "page"),
        ({"page": "１"}, "page"),
        ({"per_page": "0"}, "per_page"),
        ({"per_page": "51"}, "per_page"),
        ({"per_page": "1.5"}, "per_page"),
        ({"sort": "evil"}, "sort"),
        ({"since": "2025-13"}, "from"),
        ({"since": "x"}, "from"),
        ({"since": "２０２５"}, "from"),
        ({"since": "0000"}, "from"),
        ({"until": "2025-02-30"}, "to"),
        ({"until": "2025-2"}, "to"),
        ({"since": "2026", "until": "2025"}, "from"),
        ({"since": "2025-02-14", "until": "2025-02-13"}, "from"),
        ({"q": "a" * 513}, "q"),
    ],
)
def test_an_invalid_value_is_an_error_that_names_the_parameter(given: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name}: ") as caught:
        read_parameters(**given)
    assert caught.value.name == name


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2025", "2025", (20250101, 20251231)),
        ("2025-02", "2025-02", (20250201, 20250228)),
        ("2024-02", "2024-02", (20240201, 20240229)),
        ("2025-02-13", "2025-02-13", (20250213, 20250213)),
        ("2025-02-13", "2025", (20250213, 20251231)),
        ("2025", None, (20250101, None)),
        (None, "2025-06", (None, 20250630)),
    ],
)
def test_a_date_range_includes_its_last_year_month_or_day(
    since: str | None, until: str | None, days: tuple[int | None, int | None]
) -> None:
    filters = read_parameters(since=since, until=until).query(default_segmenter()).filters
    assert (filters.first_day, filters.last_day) == days


def test_empty_values_mean_the_default() -> None:
    assert read_parameters(tag=["", "a", "a"], category="", sort="", page="", since="") == read_parameters(
        tag=["a"]
    )


def test_lone_surrogates_are_replaced() -> None:
    assert read_parameters(q="算\ud800力").q == "算?力"


def test_a_query_may_have_512_characters() -> None:
    assert len(read_parameters(q="算" * 512).q) == 512


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
def test_every_day_month_and_year_of_the_calendar_is_valid(day: dt.date) -> None:
    number = int(f"{day:%Y%m%d}".zfill(8))
    assert day_range(day.isoformat()) == (number, number)
    for text in (day.isoformat()[:7], day.isoformat()[:4]):
        first, last = day_range(text)
        assert first <= number <= last
