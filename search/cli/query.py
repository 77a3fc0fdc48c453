"""`zhsearch query`: search in the terminal; with --json, the response of `/api/search`."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from zhsearch.index.analysis import get_segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.api import SORTS, read_parameters, run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import TextCommand
from zhsearch.search.cli.language import _
from zhsearch.search.cli.output import (
    echo_parsed,
    found_line,
    hit_url,
    index_option,
    json_option,
    print_json,
    read_line,
    report_errors,
    score_line,
    terminal_output,
    versions_line,
)
from zhsearch.search.errors import ParameterError
from zhsearch.search.highlight import split_marks


def _complete_tag(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The tags that begin with a text; without blanks, which shells would take for several words."""
    try:
        engine = backend_of(checked_settings({"index": ctx.params.get("index")})).open()
    except ZhsearchError:
        return []
    tags = [tag["value"] for tag in engine.tags() if tag["value"].startswith(incomplete)]
    return [tag for tag in tags if not re.search(r"""[\s"'\\$`&|;<>()*?!#~]""", tag)]


@click.command(
    "query",
    cls=TextCommand,
    examples=(
        "zhsearch query 算力 芯片",
        "zhsearch query '\"国产算力\" -手机' --from 2025",
        "zhsearch query --tag qq --sort newest DeepSeek",
    ),
)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--tag",
    multiple=True,
    shell_complete=_complete_tag,
    help="Only pages with this tag; repeat it to allow several tags.",
)
@click.option("--category", help="Only pages in this category.")
@click.option("--lang", help="Only pages in this language, such as zh-TW.")
@click.option(
    "--facet",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only pages with this value of a facet of the site, such as series=…; repeat it for others.",
)
@click.option("--from", "since", help="First year, month or day: 2025, 2025-02, 2025-02-13.")
@click.option("--to", "until", help="Last year, month or day, inclusive.")
@click.option("--sort", type=click.Choice(SORTS), help="Order of the hits. Default: relevance")
@click.option("--page", help="Page of the results, from 1.")
@click.option("--per-page", help="Results on a page, up to 50.")
@click.option("--all-versions", is_flag=True, help="Show each version of a page as a hit of its own.")
@click.option("--explain", is_flag=True, help="Explain how the query was parsed and how each hit was scored.")
@index_option
@json_option
@report_errors
def command(
    text: tuple[str, ...],
    tag: tuple[str, ...],
    category: str | None,
    lang: str | None,
    facet: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: str | None,
    page: str | None,
    per_page: str | None,
    all_versions: bool,
    explain: bool,
    index: Path | None,
    as_json: bool,
) -> None:
    """Search the index for TEXT.

    Query language: words, "exact text", -without or NOT without, a OR b, title:x, tag:x, category:x. After
    --, everything is text, also what looks like an option.
    """
    settings = checked_settings({"index": index})
    engine = backend_of(settings).open()
    parameters = read_parameters(
        q=" ".join(text),
        tag=tag,
        category=category,
        lang=lang,
        since=since,
        until=until,
        sort=sort,
        page=page,
        per_page=per_page,
        versions="all" if all_versions else None,
        facets=_facet_values(facet, engine.facets),
    )
    segmenter = get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
    response = run_search(engine, parameters, segmenter, explained=explain)
    if as_json:
        print_json(response)
    else:
        _echo_response(response)


def _echo_response(response: Mapping[str, Any]) -> None:
    """Print how the query was parsed and read, then the hits."""
    if "explain" in response:
        echo_parsed(response["explain"])
    if line := read_line(response["read"]):
        click.secho(line, dim=True)
    rich = terminal_output()
    (rich.show_hits if rich else _echo_hits)(response)


def _facet_values(options: Sequence[str], facets: Sequence[str]) -> dict[str, list[str]]:
    """The values by facet of options such as series=…; `facets` are the site's own."""
    values: dict[str, list[str]] = {}
    for option in options:
        name, _equals, value = option.partition("=")
        if name not in facets:
            raise ParameterError(
                "facet",
                "{option!r} names none of the facets of this index: {names}",
                option=option,
                names=", ".join(facets) or "-",
            )
        values.setdefault(name, []).append(value)
    return values


def _echo_hits(response: Mapping[str, Any]) -> None:
    click.secho(f"{found_line(response)}  ({response['took_ms']} ms)", dim=True)
    if response["suggestion"]:
        click.echo(_("did you mean {suggestion}?", suggestion=response["suggestion"]))
    for hit in response["results"]:
        date = (hit["date"] or "")[:10]
        title = _marked(hit["title"], hit["title_marks"], bold=True)
        click.echo(title + click.style(f"  {date}  {', '.join(hit['tags'])}", dim=True))
        click.secho(hit_url(hit), fg="cyan")
        click.echo(_marked(hit["excerpt"], hit["excerpt_marks"]))
        if hit["missing"]:
            struck = " ".join(click.style(word, strikethrough=True) for word in hit["missing"])
            click.echo(click.style(_("missing: "), dim=True) + struck)
        if hit["version_count"]:
            click.secho(versions_line(hit), dim=True)
        for detail in hit.get("explain", ()):
            click.secho(f"  {score_line(detail)}", dim=True)
        click.echo()


def _marked(text: str, marks: list[list[int]], *, bold: bool = False) -> str:
    return "".join(
        click.style(piece, fg="yellow" if is_mark else None, bold=bold or None)
        for piece, is_mark in split_marks(text, marks)
    )
