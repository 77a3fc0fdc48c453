"""A file's bytes in, a post out, or why it is none: unpublished, or refused by name."""

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
from zhsearch.index.hugo.languages import language_tag
from zhsearch.index.hugo.param_shortcode import expand_params
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.hugo.urls import page_url
from zhsearch.index.hugo.values import scalar_text
from zhsearch.index.hugo.visibility import unpublished_reason
from zhsearch.index.markdown.reader import read_html, read_markdown
from zhsearch.index.models import Post

_MOST_VALUES = 1000  # tags of one post
_LONGEST_VALUE = 200  # characters of a tag
_LONGEST_TITLE = 500
_LONGEST_SUMMARY = 500


def read_post(
    site: Site, path: str, data: bytes, now: dt.datetime, written: float | None = None
) -> Post | None:
    """The post that `data`, the bytes of the file `path`, holds; None when the site does not publish it.

    `written` is when the file was, in seconds since 1970. Raises PostError with the reason when it cannot be
    indexed. What can be mended is, and said in `Post.warnings`.
    """
    found = read_page(site, path, data, now, written)
    return found if isinstance(found, Post) else None


class Unpublished(NamedTuple):
    """A page that is not indexed: why, and the address that it has or would have."""

    reason: str
    url: str


def read_page(
    site: Site, path: str, data: bytes, now: dt.datetime, written: float | None = None
) -> Post | Unpublished:
    """The same as `read_post`, but for an unpublished page why."""
    warnings: list[str] = []
    place = site.place(path)
    language = site.languages[place.language]
    own, fields, body = _read_fields(site, place, data, warnings)
    name = PurePosixPath(place.name).stem  # Hugo drops what follows one more dot: v1 of v1.0
    dates = read_dates(fields, language.zone, rules=language.dates, name=name, written=written)
    warnings += dates.unreadable
    title = scalar_text(fields.get("title")).strip()
    url = page_url(site, place, {"slug": dates.slug, **fields}, title, dates.date)
    if reason := unpublished_reason(language, fields, dates, now):
        return Unpublished(reason, url)
    markup = "html" if suffix_of(path) in HTML else "markdown"
    shown = title or _first_heading(body, markup) or place.name
    if len(shown) > _LONGEST_TITLE:
        warnings.append(f"title: {len(shown)} characters, more than {_LONGEST_TITLE}; the rest is left out")
    own_language = next(iter(_list(own, "lang", warnings)), "")
    params = fields.get("params")
    thumbnail = scalar_text(
        fields.get("thumbnail") or (params.get("thumbnail") if isinstance(params, dict) else None)
    )
    return Post(
        path=path,
        url=url,
        title=shown[:_LONGEST_TITLE],
        date=dates.date,
        lang=language_tag(own_language) if own_language else language.tag,
        tags=_list(fields, "tags", warnings),
        categories=_list(fields, "categories", warnings),
        thumbnail=thumbnail or None,
        markup=markup,
        body=expand_params(body, _spoken(fields, dates), language.params, is_html=markup == "html"),
        expires=None if language.build_expired else dates.expiry,
        warnings=tuple(warnings),
        summary=scalar_text(fields.get("summary"))[:_LONGEST_SUMMARY],
    )


def page_fields(site: Site, path: str, data: bytes) -> Mapping[str, Any]:
    """The front matter that counts on the page of the file `path`. Raises PostError where none can be
    read."""
    return _read_fields(site, site.place(path), data, [])[1]


def _read_fields(
    site: Site, place: ContentPath, data: bytes, warnings: list[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any], str]:
    """A page's own front matter, that with what is handed down to it, and its body."""
    own, body = split_front_matter(decode(data, warnings))
    return own, apply_cascades(own, _cascades(site, place, own), place.path, "page", place.language), body


def _spoken(fields: Mapping[str, Any], dates: Dates) -> Mapping[str, Any]:
    """A page's front matter as its templates have it: the date is the one that counts."""
    return {**fields, "date": dates.date} if dates.date else fields


def _cascades(site: Site, place: ContentPath, fields: Mapping[str, Any]) -> Iterator[Cascade]:
    """What is handed down to a page, by itself first."""
    yield from read_cascades(fields.get("cascade"), site.environment)
    yield from site.inherited_fields(place.language, place.folders)


def _list(fields: Mapping[str, Any], name: str, warnings: list[str]) -> tuple[str, ...]:
    """A list of texts, or one text; what is neither is left out with a warning."""
    value = fields.get(name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if len(items) > _MOST_VALUES:
        warnings.append(f"{name}: {len(items)} values, more than {_MOST_VALUES}; the rest is left out")
        items = items[:_MOST_VALUES]
    texts = [scalar_text(item).strip() for item in items]
    if any(len(text) > _LONGEST_VALUE for text in texts):
        warnings.append(f"{name}: a value of more than {_LONGEST_VALUE} characters; its rest is left out")
        texts = [text[:_LONGEST_VALUE] for text in texts]
    if any(not text and item not in (None, "") for text, item in zip(texts, items, strict=True)):
        warnings.append(f"{name}: neither a text nor a list of texts; left out")
    return tuple(dict.fromkeys(text for text in texts if text))


def _first_heading(body: str, markup: str) -> str:
    sections = (read_html if markup == "html" else read_markdown)(body).sections
    return sections[0].title if sections else ""


def read_files(
    site: Site, paths: tuple[str, ...], limit: int
) -> Iterator[tuple[str, bytes | PostError, os.stat_result | None]]:
    """(path, content or why there is none, its stat) of each file; `limit` in bytes."""
    for path in paths:
        try:
            with (site.content / path).open("rb") as file:
                stat = os.fstat(file.fileno())
                if stat.st_size > limit:
                    raise PostError(
                        f"{stat.st_size:,} bytes, more than max_post_bytes = {limit:,};"
                        " split it, or raise the setting"
                    )
                yield path, file.read(limit + 1), stat
        except PostError as problem:
            yield path, problem, None
        except OSError as problem:
            yield path, PostError(f"cannot be read: {problem.strerror}"), None
