"""Names of the indexed fields and facets, shared by the writers and the readers of an index."""

import unicodedata

TEXT_FIELDS = ("title", "heading", "body", "label", "code", "meta")
"""The fields with terms. `label` is tags and categories, `code` the code blocks of the text, `meta` its lines
that come from front matter (description, author): a term of the text is posted in `body`, `code` or `meta`,
at its position in the text."""

META_UNITS = 2
"""Occurrences that one in `meta` is posted as, for a weight of 1: each field of front matter has a weight of
its own, in halves."""

SHOWN_FIELDS = ("title", "body", "code", "meta")
"""The fields whose words a reader of the page sees."""

FACETS = ("tag", "category", "lang")
"""The facets of every index: fields whose values count and filter pages, besides dates. An index may have
others, which are those of its site."""

DATE_FACETS = ("year", "month")
"""The facets by date."""

LABELS = ("tag", "category")
"""Facets whose values are indexed as text, in the field `label`."""


def facet_array(facet: str) -> str:
    """The prefix of the names of a facet's arrays in a segment, and of its field in a cluster: names that a
    site gives its facets clash with no other."""
    return facet if facet in (*FACETS, *DATE_FACETS) else f"facet_{facet}"


def facet_key(value: str) -> str:
    """The key of a facet value; spellings that differ only in case or width share it."""
    return unicodedata.normalize("NFKC", value).casefold()
