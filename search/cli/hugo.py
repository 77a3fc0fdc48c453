"""`zhsearch hugo`: `init` for a Hugo site, under its older name, and the box's HTML to paste."""

from pathlib import Path

import click

from zhsearch.search.cli.commands import Group
from zhsearch.search.cli.init import (
    check_url_given,
    force_option,
    pin_option,
    print_init_result,
    static_option,
    theme_option,
    url_option,
)
from zhsearch.search.cli.output import json_option, print_json, report_errors
from zhsearch.search.widget import snippet, static_bundle, widget_bundle, write_partials


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
@url_option
@static_option
@theme_option
@pin_option
@force_option
@json_option
@report_errors
def init(
    site: Path, url: str | None, static: bool, theme: str | None, pin: bool, force: bool, as_json: bool
) -> None:
    """Write partials into SITE (default: here). Run it again after each upgrade of zhsearch."""
    check_url_given(url, static)
    result = write_partials(site, url, static=static, theme=theme, pin=pin, force=force)
    print_init_result(result, as_json=as_json)


@command.command(
    "snippet",
    examples=(
        "zhsearch hugo snippet --url https://search.example",
        "zhsearch hugo snippet --url /zh --lang en --no-pin",
    ),
)
@url_option
@static_option
@click.option("--lang", default="zh-CN", show_default=True, help="Language of its texts: zh-CN, zh-TW or en.")
@pin_option
@json_option
@report_errors
def snippet_command(url: str | None, static: bool, lang: str, pin: bool, as_json: bool) -> None:
    """Print the HTML to paste into any page, with the script's integrity value."""
    check_url_given(url, static)
    url = url or "/zhsearch"
    html = snippet(url, lang=lang, pin=pin, static=static)
    if as_json:
        bundle = static_bundle() if static else widget_bundle()
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
