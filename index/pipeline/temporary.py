"""Documents in, a throw-away index of them out: what texts that are no site's are tried on."""

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.generations.writer import open_writer
from zhsearch.index.models import Document
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.segment.builder import build_segment

_BATCH = 500


def index_documents(documents: Iterable[Document], folder: Path, segmenter: Segmenter) -> None:
    """Publish an index of the documents in the empty folder."""
    analyzer = Analyzer(segmenter)
    left, pages = iter(documents), 0
    with open_writer(folder) as writer, writer.new_folder() as building:
        segments = SegmentSet(building, None)
        while batch := list(itertools.islice(left, _BATCH)):
            segments.add(build_segment(batch, analyzer))
            pages += len(batch)
        segments.finish()
        manifest: dict[str, Any] = {"documents": pages, "segments": segments.listed, "files": {}}
        writer.publish(building, manifest, known=segments.checksums)
