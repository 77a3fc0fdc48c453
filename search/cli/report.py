"""`zhsearch report`: what readers searched for, and words proposed for the dictionary and the synonyms."""

from collections.abc import Sequence
from pathlib import Path

import click

from zhsearch.index.analysis import get_segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message
from zhsearch.search.analytics import (
    CountedText,
    Proposal,
    SearchReport,
    delete_search_counts,
    make_report,
    read_search_counts,
    report_json,
    report_page,
)
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, count_of, language
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors
from zhsearch.search.whole_file import write_whole


@click.command(
    "report",
    cls=Command,
    examples=("zhsearch report", "zhsearch report --html report.html", "zhsearch report --top 50 --least 1"),
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
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report with charts as one HTML page to this file.",
)
@click.option("--forget", is_flag=True, help="Delete the counts after showing them.")
@index_option
@json_option
@report_errors
def command(top: int, least: int, forget: bool, html: Path | None, index: Path | None, as_json: bool) -> None:
    """Show frequent queries, queries without hits, and words to add."""
    settings = checked_settings({"index": index})
    engine = backend_of(settings).open()
    segmenter = get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
    counts = read_search_counts(settings.index)
    report = make_report(counts, engine, segmenter, top=top, least=least)
    if html:
        write_whole(html, report_page(report, engine.site.title, language()))
        click.secho(_("wrote {path}", path=html), err=True)
    if as_json:
        print_json(report_json(report))
    elif not html:
        _echo_report(report)
    if forget:
        _forget(settings.index)


def _forget(index: Path) -> None:
    try:
        delete_search_counts(index)
    except OSError as problem:
        raise ZhsearchError(
            "{file} cannot be written: {reason}", file=index / "service", reason=system_message(problem)
        ) from problem


def _echo_report(report: SearchReport) -> None:
    if report.since is None:
        click.echo(_("No searches have been counted yet. Set statistics = true to count them."))
        return
    click.secho(
        count_of(
            "{count:,} search since {since}, {without:,} without hits",
            "{count:,} searches since {since}, {without:,} without hits",
            report.searches,
            since=report.since,
            without=report.without,
        ),
        bold=True,
    )
    _echo_texts(_("Searched for most"), report.top)
    _echo_texts(_("Found nothing"), report.nothing_found)
    _echo_texts(_("Found one or two"), report.few_found)
    _echo_texts(_("No page has all words"), report.relaxed)
    _echo_proposals(_("Words for the dictionary"), report.dictionary)
    _echo_proposals(_("Lines for the synonyms"), report.synonyms)


def _echo_texts(title: str, texts: Sequence[CountedText]) -> None:
    _heading(title, texts)
    for text, searches in texts:
        click.echo(f"{searches:8,}  {_printable(text)}")


def _echo_proposals(title: str, proposals: Sequence[Proposal]) -> None:
    _heading(title, proposals)
    for line, why in proposals:
        click.echo(f"  {_printable(line)}  # {_(why)}")


def _heading(title: str, rows: Sequence[object]) -> None:
    if rows:
        click.secho(f"\n{title}", bold=True)


def _printable(text: str) -> str:
    """A text without control characters, which a terminal obeys."""
    return "".join(character if character.isprintable() else " " for character in text)
