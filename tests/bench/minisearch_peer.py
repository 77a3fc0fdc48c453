"""MiniSearch, a JavaScript library, as a peer in Node, fed with this project's own terms."""

import sys
from collections.abc import Sequence
from typing import Any

from zhsearch.index.models import Document

from .native import PretokenizedPeer
from .programs import version


class MiniSearch(PretokenizedPeer):
    """MiniSearch: an index in memory, read whole from JSON. It has neither positions nor n-grams."""

    name = "MiniSearch"

    @property
    def recipe(self) -> str:
        """See Peer."""
        return (
            f"MiniSearch {version('minisearch')} (Node), fed with the same terms and stored text, without n-grams; an index"
            " in memory, read whole from JSON; every word in any of four fields, quotes read as words; five facets counted"
            " over the hits; times measured within it; a cold start gets its words already cut"
        )

    def record(self, document: Document, texts: Sequence[str]) -> dict[str, Any]:
        """See PretokenizedPeer."""
        record = super().record(document, texts)
        del record["grams"]
        return record


if __name__ == "__main__":
    MiniSearch.main(sys.argv[1:])
