"""`zhsearch report`: query statistics, and words proposed for the dictionary and the synonyms."""

from pathlib import Path
from typing import Any

import click

from zhsearch.index.analysis import get_segmenter
from zhsearch.search.analytics import (
    Proposal,
    delete_query_log,
    propose_synonyms,
    propose_words,
    read_query_log,
)
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, count_of
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors


@click.command(
    "report",
    cls=Command,
    examples=("zhsearch report", "zhsearch report --top 50 --least 1"),
)
@click.option(
    "--top",
    default=20,
    show_default=True,
    type=click.IntRange(1, 1_000),
    help="Queries in each list.",
)
@click.option(
    "--least", default=3, show_default=True, type=click.IntRange(1), help="Hide queries with fewer searches."
)
@click.option("--forget", is_flag=True, help="Delete the counts after showing them.")
@index_option
@json_option
@report_errors
def command(top: int, least: int, forget: bool, index: Path | None, as_json: bool) -> None:
    """Show frequent queries, queries without hits, and words to add."""
    settings = checked_settings({"index": index})
    since, counted = read_query_log(settings.index)
    shown = {text: counts for text, counts in counted.items() if counts.searches >= least}
    frequent = sorted(shown, key=lambda text: (-shown[text].searches, text))
    without_hits = sorted(
        (text for text in shown if shown[text].without), key=lambda text: (-shown[text].without, text)
    )
    engine = backend_of(settings).open()
    segmenter = get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
    report: dict[str, Any] = {
        "since": since,
        "searches": sum(counts.searches for counts in counted.values()),
        "without": sum(counts.without for counts in counted.values()),
        "top": [{"query": text, "searches": shown[text].searches} for text in frequent[:top]],
        "nothing_found": [{"query": text, "searches": shown[text].without} for text in without_hits[:top]],
        "dictionary": propose_words(engine, segmenter, frequent[: 10 * top])[:top],
        "synonyms": propose_synonyms(engine, segmenter, without_hits[: 10 * top])[:top],
    }
    if as_json:
        print_json(
            {
                **report,
                "dictionary": [proposal._asdict() for proposal in report["dictionary"]],
                "synonyms": [proposal._asdict() for proposal in report["synonyms"]],
            }
        )
    else:
        _echo_report(report)
    if forget:
        delete_query_log(settings.index)


def _echo_report(report: dict[str, Any]) -> None:
    if report["since"] is None:
        click.echo(_("No searches have been counted yet. Set statistics = true to count them."))
        return
    click.secho(
        count_of(
            "{count:,} search since {since}, {without:,} without hits",
            "{count:,} searches since {since}, {without:,} without hits",
            report["searches"],
            since=report["since"],
            without=report["without"],
        ),
        bold=True,
    )
    for name, title in (("top", _("Searched for most")), ("nothing_found", _("Found nothing"))):
        _heading(title, report[name])
        for row in report[name]:
            click.echo(f"{row['searches']:8,}  {row['query']}")
    _echo_proposals(_("Words for the dictionary"), report["dictionary"])
    _echo_proposals(_("Lines for the synonyms"), report["synonyms"])


def _echo_proposals(title: str, proposals: list[Proposal]) -> None:
    _heading(title, proposals)
    for line, why in proposals:
        click.echo(f"  {line}  # {_(why)}")


def _heading(title: str, rows: list[Any]) -> None:
    if rows:
        click.secho(f"\n{title}", bold=True)
