"""`zhsearch eval`: a file of documents and questions in, how well search finds the answers out."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.analysis.lexicon import read_lexicon
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.search.analytics.evaluation import evaluate, read_judged
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import json_option, print_json, report_errors, tables
from zhsearch.search.settings import load_settings


@click.command("eval")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@report_errors
def command(file: Path, as_json: bool) -> None:
    """Measure relevance on FILE, lines of JSON: documents, and questions with the documents that answer them.

    Texts are plain. They are indexed into a throw-away index; the one in use is not touched.
    """
    settings = load_settings()
    judged = read_judged(file)
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    segmenter = get_segmenter(settings.segmenter, settings.cache, lexicon)
    with backend_of(settings).temporary(judged.documents, segmenter) as engine:
        found = evaluate(engine, judged.questions, segmenter)
    figures = {name: round(value, 4) for name, value in asdict(found).items()}
    if as_json:
        print_json(figures)
    elif rich := tables():
        rich.show_figures(figures)
    else:
        for name, value in figures.items():
            click.echo(f"{name:12}  {value}")
