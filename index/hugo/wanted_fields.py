"""The fields of front matter, besides those of every page, that are searched or are facets of a site."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhsearch.index.front_fields import DEFAULT_SEARCH_FIELDS, MAX_FACETS, TAXONOMY_WEIGHT, is_facet_name
from zhsearch.index.hugo.site import Site
from zhsearch.index.hugo.values import as_table, scalar_text
from zhsearch.index.models import FieldText

_LABELS = ("tags", "categories")
_MAX_VALUES = 100  # of one field
_MAX_TEXT_CHARS = 2_000
_MAX_VALUE_CHARS = 200
_NAMES = ("name", "title")  # of an author that is a table


@dataclass(frozen=True, slots=True)
class WantedFields:
    """Which fields are read: `searched` with the weight of each, and `facets` with the fields of each."""

    searched: Mapping[str, float] = field(default_factory=lambda: DEFAULT_SEARCH_FIELDS)
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def searched_texts(self, fields: Mapping[str, Any]) -> tuple[FieldText, ...]:
        """The texts of a page's front matter that are searched, each once, with its largest weight."""
        weights: dict[str, float] = {}
        for name, weight in self.searched.items():
            for text in _texts(fields, name, _MAX_TEXT_CHARS):
                weights[text] = max(weight, weights.get(text, 0.0))
        return tuple(FieldText(text, weight) for text, weight in weights.items())

    def facet_values(self, fields: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The values of each facet on a page."""
        return {
            facet: tuple(
                dict.fromkeys(text for name in names for text in _texts(fields, name, _MAX_VALUE_CHARS))
            )
            for facet, names in self.facets.items()
        }


def wanted_fields(site: Site, search_fields: Mapping[str, float], facets: Sequence[str]) -> WantedFields:
    """The fields of a site: those of its taxonomies and those that its owner's settings name.

    A weight of 0 takes a field out of the search.
    """
    taxonomies = {
        plural.lower(): singular.lower()
        for language in site.languages.values()
        for plural, singular in language.taxonomies.items()
        if plural.lower() not in _LABELS
    }
    weights = {**dict.fromkeys(taxonomies, TAXONOMY_WEIGHT), **DEFAULT_SEARCH_FIELDS, **search_fields}
    declared = [
        singular
        for plural, singular in taxonomies.items()
        if is_facet_name(singular) and not {plural, singular} & set(facets)
    ]
    plurals = {singular: plural for plural, singular in taxonomies.items()}
    names = [*facets, *declared][:MAX_FACETS]
    return WantedFields(
        {name: weight for name, weight in weights.items() if weight},
        {name: tuple(dict.fromkeys((name, plurals.get(name, name), f"{name}s"))) for name in names},
    )


def _texts(fields: Mapping[str, Any], name: str, most: int) -> Iterator[str]:
    """The texts of a field, which is a text, a list, or a table with a name; Hugo has own fields in `params`
    as well."""
    value = fields.get(name)
    if value is None:
        value = as_table(fields.get("params")).get(name)
    for item in (value if isinstance(value, list) else [value])[:_MAX_VALUES]:
        named = next((item[key] for key in _NAMES if key in item), None) if isinstance(item, dict) else item
        if text := scalar_text(named).strip()[:most]:
            yield text
