"""`zhsearch query`: a query in, hits out, as a reader sees them or as `/api/search` gives them."""

from pathlib import Path
from typing import Any

import click

from index.segment import get_segmenter
from index.settings import load_settings
from index.store import open_live
from search.answer import answer
from search.console import index_option, json_option, print_json, told
from search.marks import pieces
from search.parameters import SORTS, read_parameters
from search.whoosh_engine import WhooshEngine


@click.command("query", context_settings={"ignore_unknown_options": True})  # -word excludes, it is no option
@click.argument("text")
@click.option("--tag", multiple=True, help="Only pages with this tag; repeat for any of several.")
@click.option("--category", help="Only this category.")
@click.option("--lang", help="Only this language, such as zh-TW.")
@click.option("--from", "since", help="First year, month or day: 2025, 2025-02, 2025-02-13.")
@click.option("--to", "until", help="Last year, month or day, inclusive.")
@click.option("--sort", help=f"One of {', '.join(SORTS)}.")
@click.option("--page", help="Page of the results, from 1.")
@click.option("--per-page", help="Results on a page, up to 50.")
@index_option
@json_option
@told
def command(
    text: str,
    tag: tuple[str, ...],
    category: str | None,
    lang: str | None,
    since: str | None,
    until: str | None,
    sort: str | None,
    page: str | None,
    per_page: str | None,
    index: Path | None,
    as_json: bool,
) -> None:
    """Search: words, "exact text", -without, a OR b, title:x, tag:x, category:x."""
    settings = load_settings(flags={"index": index})
    parameters = read_parameters(
        q=text,
        tag=tag,
        category=category,
        lang=lang,
        since=since,
        until=until,
        sort=sort,
        page=page,
        per_page=per_page,
    )
    engine = open_live(settings.index, WhooshEngine)
    found = answer(engine, parameters, get_segmenter(settings.segmenter, settings.cache))
    if as_json:
        print_json(found)
    else:
        _tell_answer(found)


def _tell_answer(found: dict[str, Any]) -> None:
    note = ", most of the words" if found["relaxed"] else ""
    click.secho(f"{found['total']} pages{note}  ({found['took_ms']} ms)", dim=True)
    for result in found["results"]:
        section = result["section"]
        place = f"{result['url']}#{section['anchor']}" if section else result["url"]
        date = (result["date"] or "")[:10]
        title = _marked(result["title"], result["title_marks"], bold=True)
        click.echo(title + click.style(f"  {date}  {', '.join(result['tags'])}", dim=True))
        click.secho(place, fg="cyan")
        click.echo(_marked(result["excerpt"], result["excerpt_marks"]) + "\n")


def _marked(text: str, marks: list[list[int]], *, bold: bool = False) -> str:
    return "".join(
        click.style(piece, fg="yellow" if marked else None, bold=bold or None)
        for piece, marked in pieces(text, marks)
    )
