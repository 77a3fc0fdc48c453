"""The query language: from a text to a tree of clauses."""
