"""The comparison behind `zhsearch check`: the pages that would be indexed beside those that Hugo publishes.

Addresses are predicted from the Markdown files. Any release of Hugo may change a rule, and a site may use
one that is not read, so an owner can compare the prediction with the real list: of the installed Hugo, of a
built site, or of its sitemap.
"""

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from zhsearch.index.audit.built_site import PublishedPages, read_built_site
from zhsearch.index.audit.installed_hugo import build_pages, find_hugo, list_pages
from zhsearch.index.errors import PostError, SiteError
from zhsearch.index.hugo import (
    ContentFiles,
    Site,
    Unpublished,
    as_bool,
    as_lower_table,
    find_files,
    load_site,
    page_fields,
    read_files,
    read_page,
    scalar_text,
)
from zhsearch.index.messages import Message, counted_message
from zhsearch.index.models import FileNotice, LeftOut
from zhsearch.index.pipeline import count_by_kind, left_out_pages, same_address_notice, unmatched_boosts
from zhsearch.index.settings import IndexSettings

if TYPE_CHECKING:
    from zhsearch.index.audit.visible_text import VisibleText

_HUGO_LIST, _SITEMAP, _BUILT_SITE = Message("hugo list"), Message("a sitemap"), Message("a built site")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a comparison; its fields are the names in the JSON of `zhsearch check --json`.

    `against` names what our list was compared with, `listed` counts our pages. `missing` are pages of ours
    that the site lacks (our path, address), `unlisted` pages of the site that we lack (where it was seen,
    address). `untold` were not compared, because a list such as `against` never contains them; `left_out`
    are files that are not searched (`left_out_reasons` counts them by kind, as in `LeftOut`), and `skipped`
    files that cannot be read, each with its reason. `same_address`: pages that share an address with another.
    `visible_text` compares the texts of built pages with those of the Markdown, where there are any.
    """

    against: str
    listed: int
    missing: tuple[FileNotice, ...]
    unlisted: tuple[FileNotice, ...]
    untold: tuple[FileNotice, ...]
    left_out: tuple[LeftOut, ...]
    skipped: tuple[FileNotice, ...]
    left_out_reasons: Mapping[str, int] = field(default_factory=dict)
    same_address: tuple[FileNotice, ...] = ()
    visible_text: "VisibleText | None" = None


@dataclass(slots=True)
class _IndexedPages:
    """The pages of the content, as they would be indexed.

    `indexed` and `hidden` (on the site, but not searched) map decoded addresses to paths of files; `tags` are
    those of indexed pages.
    """

    indexed: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    left_out: tuple[LeftOut, ...] = ()
    same_address: list[FileNotice] = field(default_factory=list)
    skipped: list[FileNotice] = field(default_factory=list)


class _Reference(NamedTuple):
    """What our pages are compared with: its name, its kind (`_HUGO_LIST`, …), and its pages."""

    name: str
    kind: str
    published: PublishedPages


def check(
    settings: IndexSettings, against: Path | None = None, now: dt.datetime | None = None
) -> CheckResult:
    """Compare the pages that would be indexed with those that Hugo publishes.

    `against` is a built site (`public/`) or its sitemap.xml. Without it the installed `hugo` is run, or
    `public/` is read if there is none. Raises SiteError if there is nothing to compare with.
    """
    if not settings.has_content:
        raise SiteError(
            "{html} is a built site, and there is no content to compare it with. Give the Hugo site:"
            " --content DIR",
            html=settings.html,
        )
    all_files = find_files(load_site(settings.content, settings.environment, drafts=settings.drafts))
    site = all_files.site
    now = now or dt.datetime.now(dt.UTC)
    pages = _indexed_pages(all_files, settings, now)
    known = pages.indexed | pages.hidden
    reference = _find_reference(site, against, known)
    published = reference.published.pages
    lacking = {path: url for url, path in sorted(pages.indexed.items()) if url not in published}
    not_compared, omitted = _not_compared(site, reference, lacking, settings.max_post_bytes)
    return CheckResult(
        against=reference.name,
        listed=len(pages.indexed),
        missing=tuple(FileNotice(path, url) for path, url in lacking.items() if path not in omitted),
        unlisted=tuple(FileNotice(seen, url) for url, seen in sorted(published.items()) if url not in known),
        untold=not_compared,
        left_out=pages.left_out,
        skipped=(
            *pages.skipped,
            *unmatched_boosts(settings.boosts, pages.indexed.values(), pages.tags),
        ),
        left_out_reasons=count_by_kind(pages.left_out),
        same_address=tuple(pages.same_address),
        visible_text=_visible_text(settings, reference, against, now),
    )


def _visible_text(
    settings: IndexSettings, reference: _Reference, against: Path | None, now: dt.datetime
) -> "VisibleText | None":
    """Compare texts where built pages are at hand: those of the reference, or of the setting `html`."""
    candidates = (Path(reference.name), against, settings.html)
    folder = next((candidate for candidate in candidates if candidate and candidate.is_dir()), None)
    if folder is None:
        return None
    from zhsearch.index.audit.visible_text import compare_visible_text  # noqa: PLC0415  a parser in C

    return compare_visible_text(settings, folder, now)


def _indexed_pages(all_files: ContentFiles, settings: IndexSettings, now: dt.datetime) -> _IndexedPages:
    """Read all files, including those that the owner excludes, because they are pages of the site."""
    site = all_files.site
    included = find_files(site, settings.exclude)
    excluded = {notice.path for notice in included.excluded}
    pages = _IndexedPages(skipped=[*all_files.refused, *included.warnings])
    unpublished = []
    for path, data, stat in read_files(site, all_files.paths, settings.max_post_bytes):
        try:
            if isinstance(data, PostError):
                raise data
            page = read_page(site, path, data, now, stat.st_mtime if stat else None)
        except PostError as problem:
            pages.skipped.append(FileNotice(path, str(problem)))
            continue
        url = unquote(page.url)
        if isinstance(page, Unpublished):
            if path not in excluded:
                unpublished.append(LeftOut(path, page.kind, page.reason))
            pages.hidden[url] = path
        elif path in excluded:
            pages.hidden[url] = path
        else:
            if url in pages.indexed:
                pages.same_address.append(same_address_notice(path, page.url, pages.indexed[url]))
            pages.indexed[url] = path
            pages.tags.update(page.tags)
    pages.left_out = left_out_pages(included, unpublished)
    return pages


def _find_reference(site: Site, against: Path | None, known: Mapping[str, str]) -> _Reference:
    """The list to compare with; `known` are the addresses of the content, with the paths of their files."""
    hugo = None if against else find_hugo()
    if hugo:
        published = list_pages(hugo, site)
        if published:
            return _Reference(hugo, _HUGO_LIST, published)
        return _Reference(hugo, _BUILT_SITE, build_pages(hugo, site, known))
    location = against or site.root / "public"
    if not against and not location.exists():
        raise SiteError(
            "there is nothing to compare with: hugo is not installed, and {location} does not exist."
            " Install hugo, or build the site and give its folder: --against DIR",
            location=location,
        )
    kind = _SITEMAP if location.is_file() else _BUILT_SITE
    return _Reference(str(location), kind, read_built_site(location, site, known))


def _not_compared(
    site: Site, reference: _Reference, lacking: Mapping[str, str], max_bytes: int
) -> tuple[tuple[FileNotice, ...], set[str]]:
    """The pages lacking in the reference (path -> address) that a list of its kind never contains.

    Returns notices for the owner, and the paths of these pages.
    """
    languages = reference.published.languages
    other_languages = {
        path for path in lacking if languages and site.content_path(path).language not in languages
    }
    notices = _omitted_by_front_matter(site, reference, lacking.keys() - other_languages, max_bytes)
    omitted = other_languages | {notice.path for notice in notices}
    if other_languages:
        names = sorted({site.content_path(path).language for path in other_languages})
        reason = counted_message(
            "{count} page; the sitemap contains only {languages}. Compare with that of each language",
            "{count} pages; the sitemap contains only {languages}. Compare with that of each language",
            len(other_languages),
            languages=", ".join(sorted(languages)),
        )
        notices.insert(0, FileNotice(", ".join(names), reason))
    return tuple(notices), omitted


def _omitted_by_front_matter(
    site: Site, reference: _Reference, paths: Set[str], max_bytes: int
) -> list[FileNotice]:
    """The pages whose front matter keeps them out of Hugo's lists or sitemap; a built site has them all."""
    notices: list[FileNotice] = []
    if reference.kind == _BUILT_SITE:
        return notices
    for path, data, _ in read_files(site, tuple(sorted(paths)), max_bytes):
        fields = {} if isinstance(data, PostError) else page_fields(site, path, data)
        build = as_lower_table(fields.get("_build", fields.get("build")))
        sitemap = as_lower_table(fields.get("sitemap"))
        if scalar_text(build.get("list")).lower() == "local":
            notices.append(
                FileNotice(
                    path, Message("build.list is local, so {kind} does not contain it", kind=reference.kind)
                )
            )
        elif reference.kind == _SITEMAP and as_bool(sitemap.get("disable")):
            notices.append(
                FileNotice(path, Message("sitemap.disable is true, so the sitemap does not contain it"))
            )
    return notices
