"""The names of what is indexed of a page, for those who write it and those who read it."""

import unicodedata

TEXT_FIELDS = ("title", "heading", "body", "label", "code")
"""What words are sought in. `label` is tags and categories, `code` the blocks of code of a page's text: a
word of the text stands in the body or in the code, at its place of the text."""

SHOWN_FIELDS = ("title", "body", "code")
"""Where the words of a page stand that its reader sees."""

FACETS = ("tag", "category", "lang")
"""What pages are counted by, beside their dates."""

LABELS = ("tag", "category")
"""The facets that are words as well: what the text field `label` is made of."""


def facet_key(value: str) -> str:
    """The key of a facet value; spellings that differ only in case or width share it."""
    return unicodedata.normalize("NFKC", value).casefold()
