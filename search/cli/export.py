"""`zhsearch export`: write the live index as static files, for sites without a server."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import echo_error, index_option, json_option, print_json, report_errors
from zhsearch.search.settings import Settings
from zhsearch.search.static import ExportReport, export_site
from zhsearch.search.widget import installed_box


@click.command(
    "export",
    cls=Command,
    examples=("zhsearch export public/zhsearch", "zhsearch export public/zhsearch --json"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@index_option
@json_option
@report_errors
def command(folder: Path, index: Path | None, as_json: bool) -> None:
    """Write the live index as static files to DIR, for sites without a server."""
    settings = checked_settings({"index": index})
    report = export_site(settings, folder)
    if as_json:
        print_json(asdict(report))
    else:
        echo_export(report, folder)
    warn_of_other_box(settings)


def warn_of_other_box(settings: Settings) -> None:
    """Warn where the pages of a Hugo site name another script than the export has: browsers refuse it."""
    folders = (Path(), settings.content, settings.content.parent)
    box = next(filter(None, map(installed_box, folders)), None)
    if box and box.is_static and not box.is_current:
        echo_error(
            _(
                "The site's search box is of another version of zhsearch, and browsers will refuse its"
                " script. Write it again, and build the site: zhsearch init --static"
            ),
            "yellow",
        )


def echo_export(report: ExportReport, folder: Path) -> None:
    """Print what an export did."""
    click.echo(
        _(
            "{files:,} files in {folder}, {written:,} of them new, {megabytes:.1f} MB, {seconds:.1f} s",
            files=report.files,
            folder=folder,
            written=report.written,
            megabytes=report.bytes / 1e6,
            seconds=report.seconds,
        )
    )
