"""`zhsearch query`: search in the terminal; with --json, the response of `/api/search`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from zhsearch.index.analysis import get_segmenter
from zhsearch.search.api import SORTS, read_parameters, run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.output import index_option, json_option, print_json, report_errors, terminal_output
from zhsearch.search.highlight import split_marks
from zhsearch.search.settings import load_settings


@click.command("query", context_settings={"ignore_unknown_options": True})  # -word excludes
@click.argument("text")
@click.option("--tag", multiple=True, help="Only pages with this tag; repeat for any of several.")
@click.option("--category", help="Only this category.")
@click.option("--lang", help="Only this language, such as zh-TW.")
@click.option("--from", "since", help="First year, month or day: 2025, 2025-02, 2025-02-13.")
@click.option("--to", "until", help="Last year, month or day, inclusive.")
@click.option("--sort", help=f"One of {', '.join(SORTS)}.")
@click.option("--page", help="Page of the results, from 1.")
@click.option("--per-page", help="Results on a page, up to 50.")
@click.option("--explain", is_flag=True, help="Explain how the query was read and how each hit was scored.")
@index_option
@json_option
@report_errors
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
    explain: bool,
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
    engine = backend_of(settings).open()
    segmenter = get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
    found = run_search(engine, parameters, segmenter, explained=explain)
    if as_json:
        print_json(found)
    else:
        if "explain" in found:
            _echo_reading(found["explain"])
        rich = terminal_output()
        (rich.show_hits if rich else _echo_hits)(found)


def _echo_hits(found: Mapping[str, Any]) -> None:
    note = ", most of the words" if found["relaxed"] else ""
    click.secho(f"{found['total']} pages{note}  ({found['took_ms']} ms)", dim=True)
    for result in found["results"]:
        section = result["section"]
        place = f"{result['url']}#{section['anchor']}" if section else result["url"]
        date = (result["date"] or "")[:10]
        title = _marked(result["title"], result["title_marks"], bold=True)
        click.echo(title + click.style(f"  {date}  {', '.join(result['tags'])}", dim=True))
        click.secho(place, fg="cyan")
        click.echo(_marked(result["excerpt"], result["excerpt_marks"]))
        for part in result.get("explain", ()):
            fields = "  ".join(f"{field} {share:.2f}" for field, share in part["fields"].items())
            click.secho(f"  {part['score']:8.2f}  {part['channel']:6}  {part['what']}  {fields}", dim=True)
        click.echo()


def _echo_reading(explained: Mapping[str, Any]) -> None:
    """Print how the query was segmented, optional words in parentheses, and how it was interpreted."""
    cut = [f"({word['term']})" if word["function"] else word["term"] for word in explained["words"]]
    taken = "a question" if explained["question"] else "put as a question" if explained["asks"] else "words"
    click.echo(f"read as {taken}: {' | '.join(cut)}")
    if explained["phrases"]:
        click.echo(f"exactly: {' | '.join(explained['phrases'])}")


def _marked(text: str, marks: list[list[int]], *, bold: bool = False) -> str:
    return "".join(
        click.style(piece, fg="yellow" if marked else None, bold=bold or None)
        for piece, marked in split_marks(text, marks)
    )
