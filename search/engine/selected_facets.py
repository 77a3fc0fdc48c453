"""Selected facet values: those that the filters of a query name."""

from collections.abc import Collection, Mapping

from zhsearch.index.fields import DATE_FACETS, facet_key
from zhsearch.search.query import Filters, day_range


def selected_values(filters: Filters, keys: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
    """(facet, key) of each selected value that an index has; `keys` are those that it has, by facet.

    Selected are the values of the filters, and the year or month that the range of days is, if it is one.
    """
    selected = [
        (name, key)
        for name, values in filters.by_facet().items()
        for key in dict.fromkeys(map(facet_key, values))
        if key in keys[name]
    ]
    if filters.first_day and filters.last_day:
        days = filters.first_day, filters.last_day
        selected += [
            (name, period) for name in DATE_FACETS for period in keys[name] if day_range(period) == days
        ]
    return selected
