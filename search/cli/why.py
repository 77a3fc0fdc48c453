"""`zhsearch why`: why a page is searched or not, and why a query finds it or does not."""

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from zhsearch.index.analysis import get_segmenter
from zhsearch.index.audit import PageFile, page_files
from zhsearch.index.messages import Message
from zhsearch.index.models import Document
from zhsearch.search.analytics import MAX_DEPTH, Diagnosis, ScoredHit, diagnose, diagnosis_json, find_document
from zhsearch.search.api import details_json, explain_query, page_json
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.commands import TextCommand
from zhsearch.search.cli.language import _, count_of, listed
from zhsearch.search.cli.output import (
    echo_parsed,
    index_option,
    json_option,
    print_json,
    report_errors,
    score_line,
    setting_option,
)
from zhsearch.search.engine import Engine, ScoreDetail
from zhsearch.search.settings import Settings


class _Answer(NamedTuple):
    """What is known of a page: as it is indexed, its files if it is not, and what a query makes of it."""

    page: Document | None
    files: list[PageFile]
    diagnosis: Diagnosis | None = None
    parsed: Mapping[str, Any] | None = None

    @property
    def is_found(self) -> bool:
        """Whether the page is indexed, and the query, if there is one, finds it."""
        return self.page is not None and (self.diagnosis is None or self.diagnosis.hit is not None)


@click.command(
    "why",
    cls=TextCommand,
    examples=(
        "zhsearch why /posts/hello/",
        "zhsearch why posts/hello.md 算力 芯片",
    ),
)
@click.argument("page", nargs=-1, required=True, metavar="PAGE [QUERY]")
@setting_option("content")
@index_option
@json_option
@report_errors
def command(page: tuple[str, ...], content: Path | None, index: Path | None, as_json: bool) -> None:
    """Explain why a page is searched or not, and why a query finds it or does not.

    PAGE is its address, or its file below the content folder. Exits with 1 if it is not found.
    """
    settings = checked_settings({"content": content, "index": index})
    answer = _answer(settings, page[0], " ".join(page[1:]))
    if as_json:
        print_json(_as_json(answer))
    else:
        _echo(answer, page[0])
    if not answer.is_found:
        sys.exit(1)


def _answer(settings: Settings, name: str, text: str) -> _Answer:
    engine = backend_of(settings).open()
    page, files = find_document(engine, name), []
    if page is None:
        files = page_files(settings, name, dt.datetime.now(dt.UTC))
        files = [_with_winner(engine, file) for file in files]
        pages = [engine.document(file.url) for file in files if file.kind == "page"]
        page = next(filter(None, pages), None)
    if page is None or not text:
        return _Answer(page, files)
    segmenter = get_segmenter(settings.segmenter, settings.cache, engine.lexicon)
    diagnosis = diagnose(engine, text, page, segmenter)
    return _Answer(page, files, diagnosis, explain_query(diagnosis.query, segmenter))


def _with_winner(engine: Engine, file: PageFile) -> PageFile:
    """A file, as a duplicate if another one is the page at its address."""
    page = engine.document(file.url) if file.kind == "page" and file.url else None
    if page is None or page.path == file.path:
        return file
    reason = Message("has the same address as {winner}, which Hugo takes", winner=page.path)
    return file._replace(kind="duplicate", reason=reason)


def _echo(answer: _Answer, name: str) -> None:
    if answer.page is None:
        _echo_files(answer.files, name)
        return
    _echo_page(answer.page)
    if answer.diagnosis and answer.parsed:
        echo_parsed(answer.parsed)
        _echo_clauses(answer.diagnosis)
        _echo_place(answer.diagnosis)


def _echo_files(files: list[PageFile], name: str) -> None:
    """Print why each file is not searched."""
    if not files:
        click.echo(_("no page of the site has the address or file {name}", name=name))
        click.echo(_("zhsearch check compares the site's pages with those that Hugo publishes"))
    for file in files:
        if file.kind == "page":
            click.echo(_("{path} is not indexed yet: run zhsearch reindex", path=file.path))
        elif file.kind == "broken":
            click.secho(_("skipped: {path}: {reason}", path=file.path, reason=_(file.reason)), fg="yellow")
        else:
            click.echo(_("not searched: {path}: {reason}", path=file.path, reason=_(file.reason)))


def _echo_page(page: Document) -> None:
    click.secho(page.title, bold=True)
    date = page.date.date().isoformat() if page.date else _("no date")
    facts = ", ".join((date, page.lang, *page.tags, *page.categories))
    click.echo(_("indexed: {url} ({path}), {facts}", url=page.url, path=page.path, facts=facts))


def _echo_clauses(diagnosis: Diagnosis) -> None:
    """Print how the page has each word, and which required parts it fails."""
    for text, details, closest in diagnosis.clauses:
        if details:
            click.echo(_("has {text}: {places}", text=text, places=_places(details)))
        elif closest:
            click.secho(_("lacks {text}; like it: {words}", text=text, words=listed(closest)), fg="yellow")
        else:
            click.secho(_("lacks {text}", text=text), fg="yellow")
    for part in diagnosis.failed:
        click.secho(_("fails {part}", part=part), fg="yellow")


def _places(details: Sequence[ScoreDetail]) -> str:
    """The fields in which a page has a word, with what it matched there if that is another text."""
    return "; ".join(f"{detail.what} ({', '.join(detail.fields) or detail.channel})" for detail in details)


def _echo_place(diagnosis: Diagnosis) -> None:
    found = count_of("{count:,} page is found", "{count:,} pages are found", diagnosis.total)
    if not diagnosis.hit:
        click.secho(_("not a hit; {found}: {why}", found=found, why=_obstacle_text(diagnosis)), fg="red")
        return
    hit, before = diagnosis.hit, diagnosis.before
    click.secho(
        _("place {place:,}; {found}: {score:.2f} points", place=hit.place, found=found, score=hit.score),
        fg="green",
    )
    _echo_details(hit)
    if before:
        click.echo(
            _(
                "before it: {title} ({url}), {score:.2f} points",
                title=before.page.title,
                url=before.page.url,
                score=before.score,
            )
        )
        _echo_details(before)


def _echo_details(hit: ScoredHit) -> None:
    for detail in details_json(hit.details):
        click.secho(f"  {score_line(detail)}", dim=True)


def _obstacle_text(diagnosis: Diagnosis) -> str:
    obstacle = diagnosis.obstacle
    if obstacle == "no_page":
        return _("no page has the words of the query")
    if obstacle == "required":
        return _("it fails what the query requires")
    if obstacle == "all_words":
        return _("others have all words of the query")
    if obstacle == "too_few_words":
        return _("it has too few words of the query")
    if obstacle == "copy":
        below = diagnosis.shown_below
        url = below.url if below else "-"
        return _("it is shown as another version of {url}", url=url)
    return _("it comes after the first {count:,} hits", count=MAX_DEPTH)


def _as_json(answer: _Answer) -> dict[str, Any]:
    page, diagnosis = answer.page, answer.diagnosis
    return {
        "indexed": page is not None,
        "page": {**page_json(page), "path": page.path} if page else None,
        "files": [file._asdict() for file in answer.files],
        "query": None if diagnosis is None else {"explain": answer.parsed, **diagnosis_json(diagnosis)},
    }
