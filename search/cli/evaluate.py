"""`zhsearch eval`: relevance metrics on judged queries."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.analysis import get_segmenter, read_lexicon
from zhsearch.search.analytics import evaluate, read_judged
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.output import json_option, print_json, report_errors, terminal_output


@click.command(
    "eval",
    cls=Command,
    examples=("zhsearch eval questions.jsonl", "zhsearch eval questions.jsonl --json"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@report_errors
def command(file: Path, as_json: bool) -> None:
    """Measure relevance on the judged queries of FILE.

    FILE has JSON lines: documents, and queries with the documents that answer them. Their texts are plain,
    not Markdown. They are indexed in a temporary index; the live one is not touched.
    """
    settings = checked_settings()
    judged = read_judged(file)
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    segmenter = get_segmenter(settings.segmenter, settings.cache, lexicon)
    with backend_of(settings).temporary(judged.documents, segmenter) as engine:
        result = evaluate(engine, judged.queries, segmenter)
    metrics = {name: round(value, 4) for name, value in asdict(result).items()}
    if as_json:
        print_json(metrics)
    elif rich := terminal_output():
        rich.show_metrics(metrics)
    else:
        for name, value in metrics.items():
            click.echo(f"{name:12}  {value}")
