"""`zhsearch init`: write the search box into a site of any generator."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.search.cli.commands import Command
from zhsearch.search.cli.language import _, listed
from zhsearch.search.cli.output import json_option, print_json, report_errors
from zhsearch.search.widget import GENERATORS, THEMES, InitResult, add_box

url_option = click.option(
    "--url",
    help="URL of the search server: https://search.example, or a path such as /zh. With --static that of"
    " the export; default: the folder zhsearch below the site's base",
)
static_option = click.option(
    "--static", is_flag=True, help="The box reads the files of an export (zhsearch build), without a server."
)
pin_option = click.option(
    "--pin/--no-pin",
    default=True,
    help="Pin the script by version and integrity value, or load the version that is served.",
)
theme_option = click.option(
    "--theme", type=click.Choice(THEMES), help="Default: the theme of the site's configuration."
)
force_option = click.option("--force", is_flag=True, help="Replace files even if they were edited.")


@click.command(
    "init",
    cls=Command,
    examples=(
        "zhsearch init --url https://search.example",
        "zhsearch init --static",
        "zhsearch init . --url /zh --generator html",
    ),
)
@click.argument("site", type=click.Path(path_type=Path, file_okay=False), default=Path())
@url_option
@static_option
@click.option("--generator", type=click.Choice(GENERATORS), help="Default: recognised from the site's files.")
@theme_option
@pin_option
@force_option
@json_option
@report_errors
def command(
    site: Path,
    url: str | None,
    static: bool,
    generator: str | None,
    theme: str | None,
    pin: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write the search box into SITE (default: here). Run it again after each upgrade of zhsearch."""
    check_url_given(url, static)
    result = add_box(site, url, static=static, generator=generator, theme=theme, pin=pin, force=force)
    print_init_result(result, as_json=as_json)


def check_url_given(url: str | None, static: bool) -> None:
    """Without a URL only the box of an export finds its answers. Raises UsageError."""
    if url is None and not static:
        raise click.MissingParameter(param_type="option", param_hint="--url")


def print_init_result(result: InitResult, *, as_json: bool) -> None:
    """Print the result for a person, or as JSON."""
    if as_json:
        print_json(asdict(result))
    else:
        echo_init_result(result)


def echo_init_result(result: InitResult) -> None:
    """Print which files were written, and the steps that are left to the owner."""
    if result.generator != "hugo":
        click.echo(_("Generator: {generator}", generator=result.generator))
    for path in result.written:
        click.secho(_("wrote      {path}", path=path), fg="green")
    for path in result.unchanged:
        click.secho(_("unchanged  {path}", path=path), dim=True)
    _echo_settings(result)
    click.echo("\n" + _todo_heading(result) + "\n")
    for line in result.todo:
        click.echo(_(line))


def _todo_heading(result: InitResult) -> str:
    if not result.todo:
        return _("Nothing is left to do by hand: build the site.")
    if result.theme == THEMES[-1]:
        return _("Still to do by hand:")
    return _("Theme: {theme}. Still to do by hand:", theme=result.theme)


def _echo_settings(result: InitResult) -> None:
    """Print what the search server needs to know of the site, and whether zhsearch.toml says so."""
    if not result.settings:
        return
    states = [_("added {keys}", keys=_(" and ").join(result.added))] if result.added else []
    if result.present:
        states.append(_("{keys} there already", keys=_(" and ").join(result.present)))
    state = listed(states) or _("nothing added")
    click.echo("\n" + _("zhsearch.toml: {state}.", state=state))
    click.echo(_("A search server that runs elsewhere needs in its own:") + "\n")
    for line in result.settings:
        click.echo(f"  {line}")
