"""A temporary index of documents that belong to no site, such as judged test collections."""

import datetime as dt
import itertools
from collections.abc import Iterable
from pathlib import Path

from zhsearch.index.analysis import Analyzer, Segmenter
from zhsearch.index.generations import Manifest
from zhsearch.index.generations.writer import open_writer
from zhsearch.index.models import Document
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.segment.builder import build_segment

_BATCH_DOCUMENTS = 500


def index_documents(documents: Iterable[Document], folder: Path, segmenter: Segmenter) -> None:
    """Publish an index of the documents in the empty folder."""
    analyzer = Analyzer(segmenter)
    remaining, count = iter(documents), 0
    with open_writer(folder) as writer, writer.new_folder() as building:
        segments = SegmentSet(building, None)
        while batch := list(itertools.islice(remaining, _BATCH_DOCUMENTS)):
            segments.add(build_segment(batch, analyzer))
            count += len(batch)
        segments.finish()
        manifest = Manifest(created=dt.datetime.now(dt.UTC), documents=count, segments=segments.entries)
        writer.publish(building, manifest, {}, known_checksums=segments.checksums)
