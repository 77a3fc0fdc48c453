"""`zhsearch check`: a site in, how our list of its pages differs from Hugo's out."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.index.audit.check import check
from zhsearch.search.cli.output import echo_error, json_option, print_json, report_errors, setting_option
from zhsearch.search.settings import load_settings


@click.command("check")
@setting_option("content")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="A built site (public/) or its sitemap.xml. Default: what the installed hugo lists",
)
@json_option
@report_errors
def command(content: Path | None, against: Path | None, as_json: bool) -> None:
    """Compare the pages that would be indexed with those that Hugo publishes; fails where they differ."""
    found = check(load_settings(flags={"content": content}), against)
    if as_json:
        print_json(asdict(found))
    else:
        for note in found.skipped:
            echo_error(f"skipped: {note.path}: {note.reason}", "yellow")
        for note in found.left_out:
            click.secho(f"not searched: {note.path}: {note.reason}", dim=True)
        for note in found.untold:
            click.secho(f"not compared: {note.path}: {note.reason}", dim=True)
        for note in found.missing:
            click.secho(f"not on the site: {note.reason} ({note.path})", fg="red")
        for note in found.unlisted:
            click.secho(f"not in the index: {note.reason} ({note.path})", fg="red")
        same = "the same as" if not found.missing and not found.unlisted else "compared with"
        click.secho(f"{found.listed} pages, {same} {found.against}", bold=True)
    if found.missing or found.unlisted:
        sys.exit(1)
