"""Bleve, a Go library, as a peer, fed with this project's own terms and n-grams."""

import sys

from .native import PretokenizedPeer
from .programs import version


class Bleve(PretokenizedPeer):
    """Bleve with its default store, scorch."""

    name = "Bleve"

    @property
    def recipe(self) -> str:
        """See Peer."""
        return (
            f"Bleve {version('bleve')} (Go), fed with the same terms, frequencies, n-grams and stored text; batches of 200"
            " posts; every word in any of four fields, quotes read as words; five facets; times measured within it; a"
            " cold start gets its words already cut"
        )


if __name__ == "__main__":
    Bleve.main(sys.argv[1:])
