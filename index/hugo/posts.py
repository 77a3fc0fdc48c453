"""Posts: decode a content file to a post, or to the reason why the page is not searched.

Whatever can be repaired is repaired and reported as a warning, so that one odd value never loses a post.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.cascade import Cascade, apply_cascades, read_cascades
from zhsearch.index.hugo.dates import Dates, read_dates
from zhsearch.index.hugo.discovery import HTML, suffix_of
from zhsearch.index.hugo.encoding import decode
from zhsearch.index.hugo.front_matter import split_front_matter
from zhsearch.index.hugo.languages import Language, language_tag
from zhsearch.index.hugo.param_shortcode import expand_params
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.hugo.urls import list_url, page_url
from zhsearch.index.hugo.values import as_table, scalar_text
from zhsearch.index.hugo.visibility import unpublished_reason
from zhsearch.index.hugo.wanted_fields import WantedFields
from zhsearch.index.markdown import ExtractedText, read_html, read_markdown
from zhsearch.index.messages import Message
from zhsearch.index.models import Post
from zhsearch.index.source import read_file

_MAX_VALUES = 1000  # of one list: tags, categories
_MAX_VALUE_CHARS = 200
_MAX_TITLE_CHARS = 500
_MAX_SUMMARY_CHARS = 500
_DEFAULT_FIELDS = WantedFields()
NO_TEXT = "no_text"
"""The kind of `Unpublished` for a list page without text of its own, of which nobody needs to be told."""


class Unpublished(NamedTuple):
    """A page that is not searched: why, as in `LeftOut` or NO_TEXT, and the address that it has or would
    have."""

    kind: str
    reason: str
    url: str


class _Source(NamedTuple):
    """A decoded file: its own front matter, the same with inherited values, and the body."""

    own_fields: Mapping[str, Any]
    fields: Mapping[str, Any]
    body: str


def read_page(
    site: Site,
    path: str,
    data: bytes,
    now: dt.datetime,
    mtime: float | None = None,
    *,
    wanted: WantedFields = _DEFAULT_FIELDS,
) -> Post | Unpublished:
    """The post in `data`, the bytes of the file `path`, or why it is not searched.

    `mtime` is in seconds since 1970; `wanted` are the fields of front matter, besides those of every page,
    that are searched or are facets. `Post.warnings` tell of repairs. Raises PostError if it is not indexable.
    """
    warnings: list[str] = []
    content_path = site.content_path(path)
    language = site.languages[content_path.language]
    source = _read_source(site, content_path, data, warnings)
    fields = source.fields
    dates = _dates(content_path, fields, language, mtime, warnings)
    title = scalar_text(fields.get("title")).strip()
    url = _url(site, content_path, {"slug": dates.slug, **fields}, title, dates.date)
    markup = "html" if suffix_of(site.file(path)) in HTML else "markdown"
    if reason := unpublished_reason(language, content_path.kind, fields, dates, now):
        return Unpublished(*reason, url)
    if content_path.kind != "page" and not _read_body(source.body, markup).text:
        return Unpublished(NO_TEXT, Message("no text of its own"), url)
    return Post(
        path=path,
        url=url,
        kind=content_path.kind,
        title=_title(title or _first_heading(source.body, markup) or _name(site, content_path), warnings),
        date=dates.date,
        lang=_language_tag(source.own_fields, language, warnings),
        tags=_texts(fields, "tags", warnings),
        categories=_texts(fields, "categories", warnings),
        thumbnail=_thumbnail(fields),
        markup=markup,
        body=_body(source, dates, language, markup),
        expires=None if language.build_expired else dates.expiry,
        warnings=tuple(warnings),
        summary=scalar_text(fields.get("summary"))[:_MAX_SUMMARY_CHARS],
        searched=wanted.searched_texts(fields),
        facets=wanted.facet_values(fields),
    )


def _dates(
    content_path: ContentPath,
    fields: Mapping[str, Any],
    language: Language,
    mtime: float | None,
    warnings: list[str],
) -> Dates:
    name = PurePosixPath(content_path.name).stem  # Hugo also drops what follows a further dot: v1 of v1.0
    dates = read_dates(fields, language.zone, rules=language.dates, name=name, mtime=mtime)
    warnings += dates.unreadable
    return dates


def _name(site: Site, content_path: ContentPath) -> str:
    """The title of a page without any: its name, for the home page the site's title."""
    title = site.languages[content_path.language].title if content_path.kind == "home" else ""
    return title or content_path.name or site.root.absolute().name


def _url(
    site: Site, content_path: ContentPath, fields: Mapping[str, Any], title: str, date: dt.datetime | None
) -> str:
    if content_path.kind == "page":
        return page_url(site, content_path, fields, title, date)
    return list_url(site, content_path.kind, content_path.language, content_path.folders)


def _body(source: _Source, dates: Dates, language: Language, markup: str) -> str:
    """The body with the parameters that its shortcodes print; for templates, `date` is the resolved date."""
    fields = {**source.fields, "date": dates.date} if dates.date else source.fields
    return expand_params(source.body, fields, language.params, is_html=markup == "html")


def page_fields(site: Site, path: str, data: bytes) -> Mapping[str, Any]:
    """The front matter of the page in the file `path`, with what it inherits. Raises PostError if it cannot
    be read."""
    return _read_source(site, site.content_path(path), data, []).fields


def _read_source(site: Site, content_path: ContentPath, data: bytes, warnings: list[str]) -> _Source:
    own_fields, body = split_front_matter(decode(data, warnings), warnings)
    cascades = _cascades(site, content_path, own_fields)
    fields = apply_cascades(own_fields, cascades, content_path.path, content_path.kind, content_path.language)
    return _Source(own_fields, fields, body)


def _cascades(site: Site, content_path: ContentPath, own_fields: Mapping[str, Any]) -> Iterator[Cascade]:
    """The cascades for a page: in Hugo its own apply to itself, before those of its sections."""
    yield from read_cascades(own_fields.get("cascade"), site.environment)
    yield from site.inherited_cascades(content_path.language, content_path.folders)


def _title(title: str, warnings: list[str]) -> str:
    if len(title) > _MAX_TITLE_CHARS:
        warnings.append(
            Message(
                "title: {count} characters, more than {most}; the rest is ignored",
                count=len(title),
                most=_MAX_TITLE_CHARS,
            )
        )
    return title[:_MAX_TITLE_CHARS]


def _first_heading(body: str, markup: str) -> str:
    sections = _read_body(body, markup).sections
    return sections[0].title if sections else ""


def _read_body(body: str, markup: str) -> ExtractedText:
    return (read_html if markup == "html" else read_markdown)(body)


def _language_tag(own_fields: Mapping[str, Any], language: Language, warnings: list[str]) -> str:
    """The page's own `lang`, else the tag of the language that Hugo builds it in."""
    own_tag = next(iter(_texts(own_fields, "lang", warnings)), "")
    return language_tag(own_tag) if own_tag else language.tag


def _thumbnail(fields: Mapping[str, Any]) -> str | None:
    value = fields.get("thumbnail") or as_table(fields.get("params")).get("thumbnail")
    return scalar_text(value) or None


def _texts(fields: Mapping[str, Any], name: str, warnings: list[str]) -> tuple[str, ...]:
    """The distinct texts of a list or of one text; anything else is left out with a warning."""
    value = fields.get(name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if len(items) > _MAX_VALUES:
        warnings.append(
            Message(
                "{name}: {count} values, more than {most}; the rest is ignored",
                name=name,
                count=len(items),
                most=_MAX_VALUES,
            )
        )
        items = items[:_MAX_VALUES]
    texts = [scalar_text(item).strip() for item in items]
    if any(len(text) > _MAX_VALUE_CHARS for text in texts):
        warnings.append(
            Message(
                "{name}: a value has more than {most} characters; its rest is ignored",
                name=name,
                most=_MAX_VALUE_CHARS,
            )
        )
        texts = [text[:_MAX_VALUE_CHARS] for text in texts]
    if any(not text and item not in (None, "") for text, item in zip(texts, items, strict=True)):
        warnings.append(
            Message(
                "{name}: a value is neither text nor a number and is ignored; write {name}: [a, b]", name=name
            )
        )
    return tuple(dict.fromkeys(text for text in texts if text))


def read_files(
    site: Site, paths: tuple[str, ...], max_bytes: int
) -> Iterator[tuple[str, bytes | PostError, os.stat_result | None]]:
    """Read files one by one: (path, content, its stat), or (path, error, None) if one cannot be read."""
    for path in paths:
        try:
            yield path, *read_file(site.content / site.file(path), max_bytes)
        except PostError as problem:
            yield path, problem, None
