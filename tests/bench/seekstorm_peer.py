"""SeekStorm, a Rust library, as a peer, with the Chinese word segmentation of its own."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.segmenter import Segmenter

from .native import NativePeer, facet_lists
from .peer import AnswerDetail
from .pretokenized import document_batches
from .programs import version

_SETS = ("tag", "category")  # the facets with several values
_END = " "  # SeekStorm takes what the end of a text cuts off as one more word, before the words that it consists of


class SeekStorm(NativePeer):
    """SeekStorm with plain text; quoted queries go to it as they are."""

    name = "SeekStorm"
    answers = frozenset(AnswerDetail)

    @property
    def recipe(self) -> str:
        """See Peer."""
        return (
            f"SeekStorm {version('seekstorm')} (Rust), plain text by this project's reader, its own Chinese words,"
            " BM25F with weights, every word in any of title, text and labels, memory-mapped; one commit at the end;"
            " no n-grams; positions, by which it finds quoted words; five facets; excerpts are two fragments of the text;"
            " times measured within it"
        )

    def query_text(self, text: str, segmenter: Segmenter) -> str:
        """See NativePeer."""
        return text + _END

    def records(self, content: Path) -> Iterable[dict[str, Any]]:
        """See NativePeer. A facet with one value is no list.

        One without a value gets an empty one, or the document would count for the first value of the index, and be
        found by it.
        """
        for documents in document_batches(content):
            for document in documents:
                facets = {
                    name: (values or [""]) if name in _SETS else "".join(values)
                    for name, values in facet_lists(document).items()
                }
                labels = " ".join(document.tags + document.categories)
                texts = {
                    "path": document.path,
                    "title": document.title + _END,
                    "text": document.text + _END,
                    "label": labels + _END,
                }
                yield {**texts, **facets}


if __name__ == "__main__":
    SeekStorm.main(sys.argv[1:])
