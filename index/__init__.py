"""Markdown files in, a published Whoosh index out. Knows nothing of queries or HTTP."""
