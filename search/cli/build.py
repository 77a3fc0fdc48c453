"""`zhsearch build`: reindex and export in one run, for a site's CI."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.export import echo_export, warn_of_other_box
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors, setting_option
from zhsearch.search.cli.reindex import Runner, run_once
from zhsearch.search.static import check_place, export_site


@click.command(
    "build",
    cls=Command,
    examples=("zhsearch build public/zhsearch", "zhsearch build static/zhsearch --strict --json"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@setting_option("content")
@setting_option("html")
@index_option
@click.option("--full", is_flag=True, help="Analyse every post again, changed or not.")
@click.option("--strict", is_flag=True, help="Fail, and publish nothing, if a post must be skipped.")
@click.option("--allow-empty", is_flag=True, help="Publish an index without pages, too, if none is found.")
@click.option("-v", "--verbose", is_flag=True, help="List each page that is left out, with the reason.")
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
