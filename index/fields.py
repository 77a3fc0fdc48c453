"""Names of the indexed fields and facets, shared by the writers and the readers of an index."""

import unicodedata

TEXT_FIELDS = ("title", "heading", "body", "label", "code")
"""The fields with terms. `label` is tags and categories, `code` the code blocks of the text: a
term of the text is posted in `body` or in `code`, at its position in the text."""

SHOWN_FIELDS = ("title", "body", "code")
"""The fields whose words a reader of the page sees."""

FACETS = ("tag", "category", "lang")
"""The facets: fields whose values count and filter pages, besides dates."""

LABELS = ("tag", "category")
"""Facets whose values are indexed as text, in the field `label`."""


def facet_key(value: str) -> str:
    """The key of a facet value; spellings that differ only in case or width share it."""
    return unicodedata.normalize("NFKC", value).casefold()
