"""A site's files in, posts out: every file that is not one is left out, unpublished, or refused by name."""

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from index.dates import read_dates
from index.errors import PostError, SiteError
from index.frontmatter import split_front_matter, text_of
from index.markdown import read_markdown
from index.records import Note, Post
from index.site import Site, language_tag, split_language
from index.urls import page_url

_MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
_HTML = frozenset({".html", ".htm"})
_UNREAD = frozenset({".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pandoc", ".pdc"})
_MOST_VALUES = 1000  # tags of one post
_LONGEST_VALUE = 200  # characters of a tag
_LONGEST_TITLE = 500
_LINK = "a symbolic link; Hugo does not follow it, and neither do we"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_BAD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # the last: bytes that are not UTF-8


@dataclass(frozen=True, slots=True)
class Found:
    """The content files of a site (paths relative to the content folder), and what was refused at sight."""

    paths: tuple[str, ...]
    refused: tuple[Note, ...] = field(default=())


def find_files(site: Site) -> Found:
    """Every file that Hugo would make a regular page of, in a stable order.

    Links are refused: Hugo does not follow them, and they may leave the folder or run in a circle. Raises
    SiteError when the content folder itself cannot be read.
    """
    paths: list[str] = []
    refused: list[Note] = []
    folders = [""]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(site.content / here) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as problem:
            if not here:
                raise SiteError(f"{site.content} cannot be read: {problem.strerror}") from problem
            refused.append(_note(here.rstrip("/"), f"cannot be read: {problem.strerror}"))
            continue
        # What lies under a leaf bundle (a folder with index.md) is its resources.
        leaf = any(_is_leaf(site, entry.name) for entry in entries)
        below = []
        for entry in entries:
            path = here + entry.name
            if entry.is_dir():
                if leaf or _is_ignored(entry.name):
                    continue
                if entry.is_symlink():
                    refused.append(_note(path, _LINK))
                else:
                    below.append(path + "/")
            elif _may_be_page(site, path) and (not leaf or _is_leaf(site, entry.name)):
                reason = _why_refused(path, entry)
                refused += [_note(path, reason)] if reason else []
                paths += [] if reason else [path]
        folders += reversed(below)
    return Found(tuple(paths), tuple(refused))


def _note(path: str, reason: str) -> Note:
    return Note(path.encode("utf-8", "backslashreplace").decode(), reason)


def _may_be_page(site: Site, path: str) -> bool:
    """Does its name say that it is a page, or would be one if we read such files?"""
    folder, _, name = path.rpartition("/")
    suffix = _suffix(name)
    if suffix not in _MARKDOWN | _HTML | _UNREAD or _is_ignored(name):
        return False
    stem = split_language(site, name)[0].lower()
    home = stem == "index" and not folder
    if stem == "_index" or home or stem.endswith(tuple(f".{key}" for key in site.disabled_languages)):
        return False
    return not any(pattern.search(str(site.content / path)) for pattern in site.ignore)


def _why_refused(path: str, entry: os.DirEntry[str]) -> str | None:
    """The reason why a file is not read, None if it is."""
    suffix = _suffix(path)
    if entry.is_symlink():
        return _LINK
    if not entry.is_file():
        return "not a regular file"
    if suffix in _UNREAD:
        return f"{suffix} is not read; only Markdown and HTML are"
    if _BAD_NAME.search(path):
        return "the file name has unprintable characters; rename it"
    return None


def _suffix(name: str) -> str:
    """`.md`; a dot at the beginning of a name makes no suffix, but hides the file."""
    return "." + name.rpartition(".")[2].lower()


def _is_ignored(name: str) -> bool:
    """Is it one of the files and folders that Hugo leaves out by their names?"""
    return name.startswith((".", "#")) or name.endswith("~")


def _is_leaf(site: Site, name: str) -> bool:
    return (
        name[:5].lower() == "index"
        and split_language(site, name)[0].lower() == "index"
        and _suffix(name) in _MARKDOWN | _HTML
    )


def read_post(site: Site, path: str, data: bytes, now: dt.datetime) -> Post | None:
    """The post that `data`, the bytes of the file `path`, holds; None when the site does not publish it.

    Raises PostError with the reason when it cannot be indexed. What can be mended is, and said in
    `Post.warnings`.
    """
    warnings: list[str] = []
    text = _decode(data, warnings)
    fields, body = split_front_matter(text)
    dates = read_dates(fields, site.zone)
    warnings += dates.unreadable
    if not _is_published(site, fields, dates.publish, dates.expiry, now):
        return None
    name = PurePosixPath(path)
    stem, language = split_language(site, name.name)
    title = text_of(fields.get("title")).strip()
    shown = title or _first_heading(body) or (name.parent.name if stem.lower() == "index" else stem)
    if len(shown) > _LONGEST_TITLE:
        warnings.append(f"title: {len(shown)} characters, more than {_LONGEST_TITLE}; the rest is left out")
    own_language = next(iter(_list(fields, "lang", warnings)), "")
    params = fields.get("params")
    thumbnail = text_of(
        fields.get("thumbnail") or (params.get("thumbnail") if isinstance(params, dict) else None)
    )
    return Post(
        path=path,
        url=page_url(site, path, fields, title, dates.date),
        title=shown[:_LONGEST_TITLE],
        date=dates.date,
        lang=language_tag(own_language) if own_language else site.languages[language],
        tags=_list(fields, "tags", warnings),
        categories=_list(fields, "categories", warnings),
        thumbnail=thumbnail or None,
        markup="html" if name.suffix.lower() in _HTML else "markdown",
        body=body,
        expires=None if site.build_expired else dates.expiry,
        warnings=tuple(warnings),
    )


def _decode(data: bytes, warnings: list[str]) -> str:
    """UTF-8 with or without a BOM, else GB18030, else UTF-8 with a few bytes broken; not text is refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        text = _decode_other(data, problem, warnings)
    strange = len(_CONTROL.findall(text))
    if strange > max(8, len(text) // 200):
        raise PostError("not a text file (binary data)")
    if strange:
        warnings.append("control characters were left out")
        text = _CONTROL.sub(" ", text)
    return text.replace("\r\n", "\n")


def _decode_other(data: bytes, problem: UnicodeDecodeError, warnings: list[str]) -> str:
    mended = data.decode("utf-8", "replace")
    if data.count(b"\0") <= len(data) // 200:
        if mended.count("\ufffd") <= max(3, len(mended) // 200):
            warnings.append(f"not UTF-8 at byte {problem.start}; the broken bytes show as \ufffd")
            return mended
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            warnings.append("read as GB18030; Hugo wants UTF-8, so convert the file")
            return text
    raise PostError(f"neither UTF-8 nor GB18030 text (byte {problem.start}); convert it to UTF-8")


def _is_published(
    site: Site,
    fields: Mapping[str, Any],
    publish: dt.datetime | None,
    expiry: dt.datetime | None,
    now: dt.datetime,
) -> bool:
    if _true(fields.get("draft")) and not site.build_drafts:
        return False
    if publish and publish > now and not site.build_future:
        return False
    if expiry and expiry <= now and not site.build_expired:
        return False
    build = fields.get("build", fields.get("_build"))
    if isinstance(build, dict):
        build = {str(key).lower(): text_of(value) for key, value in build.items()}
        if build.get("render") in ("never", "false", "link") or build.get("list") in ("never", "false"):
            return False
    return not _true(fields.get("headless"))


def _true(value: object) -> bool:
    return text_of(value).lower() in ("true", "1", "t")


def _list(fields: Mapping[str, Any], name: str, warnings: list[str]) -> tuple[str, ...]:
    """A list of texts, or one text; what is neither is left out with a warning."""
    value = fields.get(name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if len(items) > _MOST_VALUES:
        warnings.append(f"{name}: {len(items)} values, more than {_MOST_VALUES}; the rest is left out")
        items = items[:_MOST_VALUES]
    texts = [text_of(item).strip() for item in items]
    if any(len(text) > _LONGEST_VALUE for text in texts):
        warnings.append(f"{name}: a value of more than {_LONGEST_VALUE} characters; its rest is left out")
        texts = [text[:_LONGEST_VALUE] for text in texts]
    if any(not text and item not in (None, "") for text, item in zip(texts, items, strict=True)):
        warnings.append(f"{name}: neither a text nor a list of texts; left out")
    return tuple(dict.fromkeys(text for text in texts if text))


def _first_heading(body: str) -> str:
    _, sections = read_markdown(body)
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
