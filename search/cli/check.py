"""`zhsearch check`: compare the pages that would be indexed with those that Hugo publishes."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.analysis import read_lexicon
from zhsearch.index.audit import CheckResult, check
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, count_of, listed
from zhsearch.search.cli.left_out import counts_of, echo_left_out
from zhsearch.search.cli.output import echo_error, json_option, print_json, report_errors, setting_option


@click.command(
    "check",
    cls=Command,
    examples=("zhsearch check", "zhsearch check --content . --against public"),
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
        echo_error(_("skipped: {path}: {reason}", path=notice.path, reason=notice.reason), "yellow")
    echo_left_out(result.left_out)
    for notice in result.same_address:
        click.secho(_("same address: {path}: {reason}", path=notice.path, reason=notice.reason), fg="yellow")
    for notice in result.untold:
        click.secho(_("not compared: {path}: {reason}", path=notice.path, reason=notice.reason), dim=True)
    for notice in result.missing:
        click.secho(_("not on the site: {url} ({path})", url=notice.reason, path=notice.path), fg="red")
    for notice in result.unlisted:
        click.secho(_("not in the index: {url} ({path})", url=notice.reason, path=notice.path), fg="red")
    if result.missing:
        click.echo(
            _(
                "Hits for pages that are not on the site lead nowhere. Build the site again;"
                " if the pages are still missing, leave their files out: exclude in zhsearch.toml"
            )
        )
    if result.unlisted:
        click.echo(
            _(
                "Pages that are not in the index cannot be found. See whether their files are skipped above;"
                " known differences: docs/hugo.md"
            )
        )
    if result.left_out:
        click.echo(_("not searched: {counts}", counts=listed(counts_of(result.left_out_reasons))))
    if text := result.visible_text:
        found = 1 - text.missing / text.characters
        click.echo(_("the Markdown has {share:.1%} of the text that readers see", share=found))
        if text.pages:
            click.echo(
                _(
                    "The rest comes from templates and data, most of it in {paths}. To search it, index the"
                    " built pages as well: zhsearch reindex --html DIR",
                    paths=", ".join(text.pages),
                )
            )
    click.secho(_summary(result), bold=True)


def _summary(result: CheckResult) -> str:
    against = str(result.against)
    if result.missing or result.unlisted:
        return count_of(
            "{count:,} page, compared with {against}",
            "{count:,} pages, compared with {against}",
            result.listed,
            against=against,
        )
    return count_of(
        "{count:,} page, the same as {against}",
        "{count:,} pages, the same as {against}",
        result.listed,
        against=against,
    )
