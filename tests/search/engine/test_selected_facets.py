"""Selected facet values: those that the filters of a query name."""

import pytest

from zhsearch.search.engine.selected_facets import selected_values
from zhsearch.search.query.model import Filters

KEYS = {
    "tag": ["ai", "教程"],
    "category": ["news"],
    "lang": ["zh"],
    "year": ["2024", "2025"],
    "month": ["2024-02", "2025-12"],
}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), []),
        (Filters(tags=("ＡＩ", "无", "ai")), [("tag", "ai")]),
        (Filters(tags=("教程",), categories=("News",)), [("tag", "教程"), ("category", "news")]),
        (Filters(first_day=20240101, last_day=20241231), [("year", "2024")]),
        (Filters(first_day=20240201, last_day=20240229), [("month", "2024-02")]),
        (Filters(first_day=20240201, last_day=20240228), []),
        (Filters(first_day=20240101), []),
    ],
)
def test_values_of_filters_and_the_period_of_the_days_are_selected(
    filters: Filters, expected: list[tuple[str, str]]
) -> None:
    assert selected_values(filters, KEYS) == expected
