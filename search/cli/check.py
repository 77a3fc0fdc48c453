"""`zhsearch check`: compare the pages that would be indexed with those that Hugo publishes."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.analysis import read_lexicon
from zhsearch.index.audit import CheckResult, check
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command, examples
from zhsearch.search.cli.left_out import counts_of, echo_left_out
from zhsearch.search.cli.output import echo_error, json_option, print_json, report_errors, setting_option


@click.command(
    "check",
    cls=Command,
    epilog=examples("zhsearch check", "zhsearch check --content . --against public"),
)
@setting_option("content")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="A built site (public/) or its sitemap.xml. Default: what the installed hugo lists",
)
@json_option
@report_errors
def command(content: Path | None, against: Path | None, as_json: bool) -> None:
    """Compare the pages to index with those that Hugo publishes. Exits with 1 if they differ."""
    settings = checked_settings({"content": content})
    read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)  # an error ends a reindex, too
    result = check(settings, against)
    if as_json:
        print_json(asdict(result))
    else:
        _print(result)
    if result.missing or result.unlisted:
        sys.exit(1)


def _print(result: CheckResult) -> None:
    """Print every file and URL of the result, then remedies for differences, then a summary."""
    for notice in result.skipped:
        echo_error(f"skipped: {notice.path}: {notice.reason}", "yellow")
    echo_left_out(result.left_out)
    for notice in result.same_address:
        click.secho(f"same address: {notice.path}: {notice.reason}", fg="yellow")
    for notice in result.untold:
        click.secho(f"not compared: {notice.path}: {notice.reason}", dim=True)
    for notice in result.missing:
        click.secho(f"not on the site: {notice.reason} ({notice.path})", fg="red")
    for notice in result.unlisted:
        click.secho(f"not in the index: {notice.reason} ({notice.path})", fg="red")
    if result.missing:
        click.echo(
            "Hits for pages that are not on the site lead nowhere. Build the site again;"
            " if the pages are still missing, leave their files out: exclude in zhsearch.toml"
        )
    if result.unlisted:
        click.echo(
            "Pages that are not in the index cannot be found. See whether their files are skipped above;"
            " known differences: docs/hugo.md"
        )
    comparison = "compared with" if result.missing or result.unlisted else "the same as"
    if result.left_out:
        click.echo(f"not searched: {', '.join(counts_of(result.left_out_reasons))}")
    click.secho(f"{result.listed} pages, {comparison} {result.against}", bold=True)
