"""`zhsearch check`: compare the pages that would be indexed with those that Hugo publishes."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.audit.check import check
from zhsearch.index.settings import load_settings
from zhsearch.search.cli.output import echo_error, json_option, print_json, report_errors


@click.command("check")
@click.option(
    "--content", type=click.Path(path_type=Path), help="A site's root or content folder. Default: content"
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="A built site (public/) or its sitemap.xml. Default: what the installed hugo lists",
)
@json_option
@report_errors
def command(content: Path | None, against: Path | None, as_json: bool) -> None:
    """Compare the pages that would be indexed with those that Hugo publishes; exit 1 if they differ."""
    found = check(load_settings(flags={"content": content}), against)
    if as_json:
        print_json(asdict(found))
    else:
        for notice in found.skipped:
            echo_error(f"skipped: {notice.path}: {notice.reason}", "yellow")
        for notice in found.left_out:
            click.secho(f"not searched: {notice.path}: {notice.reason}", dim=True)
        for notice in found.untold:
            click.secho(f"not compared: {notice.path}: {notice.reason}", dim=True)
        for notice in found.missing:
            click.secho(f"not on the site: {notice.reason} ({notice.path})", fg="red")
        for notice in found.unlisted:
            click.secho(f"not in the index: {notice.reason} ({notice.path})", fg="red")
        same = "the same as" if not found.missing and not found.unlisted else "compared with"
        click.secho(f"{found.listed} pages, {same} {found.against}", bold=True)
    if found.missing or found.unlisted:
        sys.exit(1)
