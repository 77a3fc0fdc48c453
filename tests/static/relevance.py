"""The relevance of an export's answers beside the embedded engine's, on judged queries.

`python -m tests.static.relevance FILE.jsonl`: the metrics of `zhsearch eval`, for both.
"""

import argparse
import tempfile
from pathlib import Path

from tests.helpers.sites import CACHE
from tests.static.same import static_answers
from tests.static.searches import Search
from zhsearch.index.analysis import get_segmenter
from zhsearch.index.generations import open_current
from zhsearch.index.pipeline.temporary import index_documents
from zhsearch.search.analytics.evaluation import DEPTH, JudgedSet, Metrics, evaluate, metrics_of, read_judged
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site


def both_metrics(judged: JudgedSet, folder: Path) -> tuple[Metrics, Metrics]:
    """The metrics of the embedded engine, and of the files that are exported of the same index."""
    segmenter = get_segmenter("auto", CACHE)
    index = folder / "index"
    index_documents(judged.documents, index, segmenter)
    export_site(Settings(index=index, content=folder / "none"), folder / "files")
    searches = [Search("judged", {"q": query.text, "per_page": DEPTH}) for query in judged.queries]
    ranks = []
    for query, answer in zip(judged.queries, static_answers(folder / "files", searches), strict=True):
        paths = [hit["url"].strip("/") for hit in answer["results"]]
        ranks.append(next((rank for rank, path in enumerate(paths, 1) if path in query.relevant), None))
    return evaluate(open_current(index, EmbeddedEngine), judged.queries, segmenter), metrics_of(ranks)


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="+")
    for file in parser.parse_args().file:
        with tempfile.TemporaryDirectory() as folder:
            embedded, static = both_metrics(read_judged(file), Path(folder))
        print(f"{file.name}: {embedded.queries} queries")
        for name in ("mrr_at_10", "recall_at_1", "recall_at_10"):
            print(f"  {name:<14}{getattr(embedded, name):.4f} embedded  {getattr(static, name):.4f} files")


if __name__ == "__main__":
    main()
