"""`zhsearch build`: reindex and export in one run, for a site's CI."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.export import echo_export, warn_of_other_box
from zhsearch.search.cli.output import json_option, print_json, report_errors
from zhsearch.search.cli.reindex import Runner, run_once, run_options
from zhsearch.search.static import check_place, export_site


@click.command(
    "build",
    cls=Command,
    examples=("zhsearch build public/zhsearch", "zhsearch build static/zhsearch --strict --json"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@run_options
@json_option
@report_errors
def command(
    folder: Path,
    content: Path | None,
    html: Path | None,
    index: Path | None,
    full: bool,
    strict: bool,
    allow_empty: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date, and export it to DIR: reindex and export in one run."""
    flags = {"content": content, "html": html, "index": index}
    runner = Runner(
        flags, full=full, strict=strict, allow_empty=allow_empty, verbose=verbose, as_json=as_json
    )
    settings = runner.read()
    check_place(settings, folder)
    report = run_once(runner, settings)
    if not as_json:
        runner.show(report)
    export = export_site(settings, folder)
    if as_json:
        print_json({**asdict(runner.wanted(report)), "export": asdict(export)})
    else:
        echo_export(export, folder)
    warn_of_other_box(settings)
