"""A codec and a schema with which stock Whoosh opens our segments."""

from zhsearch.index.whoosh_compat.codec import write_toc

__all__ = ["write_toc"]
