"""`zhsearch eval`: relevance metrics on judged queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.analysis import Segmenter, get_segmenter, read_lexicon
from zhsearch.search.analytics import JudgedSet, evaluate, read_judged, unknown_pages, with_known_addresses
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import (
    echo_error,
    index_option,
    json_option,
    print_json,
    report_errors,
    terminal_output,
)
from zhsearch.search.engine import Engine
from zhsearch.search.settings import Settings


@click.command(
    "eval",
    cls=Command,
    examples=("zhsearch eval questions.jsonl", "zhsearch eval questions.jsonl --json"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@index_option
@json_option
@report_errors
def command(file: Path, index: Path | None, as_json: bool) -> None:
    """Measure relevance on the judged queries of FILE.

    FILE has JSON lines: queries with the pages of the site that answer them; or documents, and queries with
    the documents that answer them. Documents are plain text, and indexed in a temporary index.
    """
    settings = checked_settings({"index": index})
    judged = read_judged(file)
    with _engine(settings, judged) as (engine, segmenter):
        for page in [] if judged.documents else unknown_pages(engine, judged.queries):
            echo_error(_("{page} is not in the index: no query finds it", page=page), "yellow")
        queries = judged.queries
        if not judged.documents:
            queries = tuple(with_known_addresses(engine, query) for query in queries)
        result = evaluate(engine, queries, segmenter)
    metrics = {name: round(value, 4) for name, value in asdict(result).items()}
    if as_json:
        print_json(metrics)
    elif rich := terminal_output():
        rich.show_metrics(metrics)
    else:
        for name, value in metrics.items():
            click.echo(f"{name:12}  {value}")


@contextmanager
def _engine(settings: Settings, judged: JudgedSet) -> Iterator[tuple[Engine, Segmenter]]:
    """The engine with the documents of a file, or that of the live index, and its segmenter."""
    backend = backend_of(settings)
    if not judged.documents:
        engine = backend.open()
        yield engine, get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
        return
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    segmenter = get_segmenter(settings.segmenter, settings.cache, lexicon)
    with backend.temporary(judged.documents, segmenter) as engine:
        yield engine, segmenter
