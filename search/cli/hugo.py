"""`zhsearch hugo`: write the search box into a Hugo site, or print its HTML."""

from dataclasses import asdict
from pathlib import Path

import click

from zhsearch.search.cli.commands import Group
from zhsearch.search.cli.language import _, listed
from zhsearch.search.cli.output import json_option, print_json, report_errors
from zhsearch.search.widget import THEMES, InitResult, snippet, widget_bundle, write_partials

_url_option = click.option(
    "--url", required=True, help="URL of the search server: https://search.example, or a path such as /zh"
)
_pin_option = click.option(
    "--pin/--no-pin",
    default=True,
    help="Pin the script by version and integrity value, or load the version that is served.",
)


@click.group("hugo", cls=Group)
def command() -> None:
    """Add the search box and lists of posts and tags to a Hugo site."""


@command.command(
    "init",
    examples=(
        "zhsearch hugo init --url https://search.example",
        "zhsearch hugo init . --url /zh --theme papermod",
    ),
)
@click.argument("site", type=click.Path(path_type=Path, file_okay=False), default=Path())
@_url_option
@click.option("--theme", type=click.Choice(THEMES), help="Default: the theme of the site's configuration.")
@_pin_option
@click.option("--force", is_flag=True, help="Replace files even if they were edited.")
@json_option
@report_errors
def init(site: Path, url: str, theme: str | None, pin: bool, force: bool, as_json: bool) -> None:
    """Write partials into SITE (default: here). Run it again after each upgrade of zhsearch."""
    result = write_partials(site, url, theme=theme, pin=pin, force=force)
    if as_json:
        print_json(asdict(result))
    else:
        echo_init_result(result)


def echo_init_result(result: InitResult) -> None:
    """Print which files were written, and the steps that are left to the owner."""
    for path in result.written:
        click.secho(_("wrote      {path}", path=path), fg="green")
    for path in result.unchanged:
        click.secho(_("unchanged  {path}", path=path), dim=True)
    _echo_settings(result)
    click.echo("\n" + _todo_heading(result.theme) + "\n")
    for line in result.todo:
        click.echo(_(line))


def _todo_heading(theme: str) -> str:
    if theme == THEMES[-1]:
        return _("Still to do by hand:")
    return _("Theme: {theme}. Still to do by hand:", theme=theme)


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


@command.command(
    "snippet",
    examples=(
        "zhsearch hugo snippet --url https://search.example",
        "zhsearch hugo snippet --url /zh --lang en --no-pin",
    ),
)
@_url_option
@click.option("--lang", default="zh-CN", show_default=True, help="Language of its texts: zh-CN, zh-TW or en.")
@_pin_option
@json_option
@report_errors
def snippet_command(url: str, lang: str, pin: bool, as_json: bool) -> None:
    """Print the HTML to paste into any page, with the script's integrity value."""
    html = snippet(url, lang=lang, pin=pin)
    if as_json:
        bundle = widget_bundle()
        print_json(
            {
                "html": html,
                "src": bundle.address(url),
                "integrity": bundle.integrity,
                "version": bundle.version,
            }
        )
    else:
        click.echo(html, nl=False)
