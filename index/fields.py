"""The names of what is indexed of a page, for those who write it and those who read it."""

TEXT_FIELDS = ("title", "heading", "body", "label")
"""What words are sought in; `label` is tags and categories."""

FACETS = ("tag", "category", "lang")
"""What pages are counted by, beside their dates."""

LABELS = ("tag", "category")
"""The facets that are words as well: what the text field `label` is made of."""
