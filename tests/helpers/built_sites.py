"""Small built sites, written as HTML, and what would be indexed of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.helpers.sites import CACHE
from zhsearch.index.html.source import HtmlSource
from zhsearch.index.models import Document, LeftOut
from zhsearch.index.settings import IndexSettings
from zhsearch.search.settings import Settings

NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def page(body: str, *, head: str = "", title: str = "", lang: str = "zh-CN") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def write_pages(folder: Path, pages: Mapping[str, str]) -> Path:
    for name, html in pages.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, encoding="utf-8")
    return folder


def html_settings(folder: Path, **changes: object) -> Settings:
    """The settings of an index of the built site in a folder alone."""
    settings = Settings(content=folder, html=folder, index=folder.parent / "index", cache=CACHE)
    return replace(settings, **changes)  # type: ignore[arg-type]


def read_pages(folder: Path, settings: IndexSettings | None = None) -> dict[str, Document | LeftOut]:
    """The pages of a built site by path: what is indexed of each, or why it is left out."""
    source = HtmlSource(settings or html_settings(folder))
    pages: dict[str, Document | LeftOut] = {}
    for path in source.files.paths:
        read = source.reader.read(path, None, NOW)
        if isinstance(read, LeftOut):
            pages[path] = read
        else:
            assert read.document
            pages[path] = read.document
    return pages


def read_one(folder: Path, html: str, path: str = "posts/a/index.html", **settings: object) -> Document:
    """The document of the only page of a site."""
    write_pages(folder, {path: html})
    found = read_pages(folder, html_settings(folder, **settings))[path]
    assert isinstance(found, Document), found
    return found
