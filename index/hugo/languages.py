"""A site's configuration in, what holds for the pages of one language out.

A language's own table goes over the site's, key by key; source: Hugo's `config/allconfig`.
"""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from zhsearch.index.errors import SiteError
from zhsearch.index.glob import admits, matches
from zhsearch.index.hugo.cascade import Cascade, read_cascades, target_languages
from zhsearch.index.hugo.config import Configuration
from zhsearch.index.hugo.dates import DateRules, read_date_rules
from zhsearch.index.hugo.goldmark import read_markdown_options
from zhsearch.index.hugo.values import as_bool, as_strings, as_table, merge_tables, scalar_text
from zhsearch.index.markdown.options import MarkdownOptions

_TAXONOMIES = {"tag": "tags", "category": "categories"}
_LISTS = ("section", "taxonomy", "term")


@dataclass(frozen=True, slots=True)
class Permalink:
    """A pattern for the addresses of the pages whose path matches; an empty path matches all."""

    pattern: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """What the output format HTML makes of addresses: `path` goes between the site's root and the page's own
    path (`amp/`), `file` is a name in a page's folder other than index.html, `is_ugly` and `is_never_ugly` go
    over the site's uglyURLs."""

    path: str = ""
    file: str = ""
    is_ugly: bool = False
    is_never_ugly: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """The rules for the pages of one language. `tag` is what readers see; `root` the path of its base URL and
    `prefix` what the addresses of its pages begin with, both with a slash at either end. The first of
    `permalinks` that matches counts, and so does the first of `cascades` that sets a key;
    `list_permalinks` are those of the other kinds of pages. `pager` is the folder of a list's further
    pages."""

    key: str = "en"
    tag: str = "en"
    root: str = "/"
    prefix: str = "/"
    zone: dt.tzinfo = dt.UTC
    permalinks: tuple[Permalink, ...] = ()
    list_permalinks: Mapping[str, tuple[Permalink, ...]] = field(default_factory=dict)
    dates: DateRules = field(default_factory=DateRules)
    cascades: tuple[Cascade, ...] = ()
    build_drafts: bool = False
    build_future: bool = False
    build_expired: bool = False
    lower_paths: bool = True
    remove_accents: bool = False
    ugly_urls: bool = False
    ugly_sections: frozenset[str] = frozenset()
    has_pages: bool = True
    outputs: tuple[str, ...] = ("html",)
    taxonomies: tuple[str, ...] = tuple(_TAXONOMIES.values())
    pager: str = "page"
    html: HtmlFormat = HtmlFormat()
    params: Mapping[str, Any] = field(default_factory=dict)
    markup: MarkdownOptions = field(default_factory=MarkdownOptions)


def read_language(
    configuration: Configuration, key: str, *, default: bool, several_hosts: bool, environment: str
) -> Language:
    """The rules for the language `key`. Raises SiteError where the time zone is none."""
    site = configuration.values
    own = as_table(as_table(site.get("languages")).get(key))
    values = {**site, **own}
    tag = own.get("locale") or own.get("languagecode")
    site_tag = site.get("locale") or site.get("languagecode")
    try:
        zone: dt.tzinfo = zoneinfo.ZoneInfo(str(values.get("timezone") or "UTC"))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as problem:
        raise SiteError(f"{configuration.name}: timeZone cannot be read: {problem}") from problem
    try:
        path = urlsplit(str(values.get("baseurl") or "")).path.strip("/")
    except ValueError as problem:
        raise SiteError(f"{configuration.name}: baseURL cannot be read: {problem}") from problem
    root = f"/{path}/" if path else "/"
    in_subfolder = not several_hosts and (not default or as_bool(site.get("defaultcontentlanguageinsubdir")))
    ugly = site.get("uglyurls")
    return Language(
        key=key,
        tag=language_tag(str(tag or (site_tag if default and site_tag else key))),
        root=root,
        prefix=f"{root}{key}/" if in_subfolder else root,
        zone=zone,
        permalinks=_permalinks(values.get("permalinks"), "page", key, environment),
        list_permalinks={
            kind: _permalinks(values.get("permalinks"), kind, key, environment) for kind in _LISTS
        },
        dates=read_date_rules(as_table(values.get("frontmatter"))),
        cascades=read_cascades(values.get("cascade"), environment, key if "cascade" in own else ""),
        build_drafts=as_bool(site.get("builddrafts")),
        build_future=as_bool(site.get("buildfuture")),
        build_expired=as_bool(site.get("buildexpired")),
        lower_paths=not as_bool(values.get("disablepathtolower")),
        remove_accents=as_bool(values.get("removepathaccents")),
        ugly_urls=as_bool(ugly),
        ugly_sections=frozenset(name for name, value in as_table(ugly).items() if as_bool(value)),
        has_pages="page" not in (kind.lower() for kind in as_strings(values.get("disablekinds"))),
        outputs=tuple(as_strings(as_table(values.get("outputs")).get("page"))) or ("html",),
        taxonomies=tuple(as_strings(list(as_table(values.get("taxonomies", _TAXONOMIES)).values()))),
        pager=_pager(values),
        html=_html_format(as_table(as_table(values.get("outputformats")).get("html"))),
        params=merge_tables(as_table(site.get("params")), as_table(own.get("params"))),
        markup=read_markdown_options(values),
    )


def _html_format(values: Mapping[str, Any]) -> HtmlFormat:
    path, name = (scalar_text(values.get(key)).strip("/") for key in ("path", "basename"))
    return HtmlFormat(
        path=f"{path}/" if path else "",
        file=f"{name}.html" if name not in ("", "index") else "",
        is_ugly=as_bool(values.get("ugly")),
        is_never_ugly=as_bool(values.get("nougly")),
    )


def _pager(values: Mapping[str, Any]) -> str:
    """Versions before 0.128 had it at the top."""
    own = scalar_text(as_table(values.get("pagination")).get("path")) or scalar_text(
        values.get("paginatepath")
    )
    return own.strip("/") or "page"


def _permalinks(value: Any, kind: str, language: str, environment: str) -> tuple[Permalink, ...]:
    """From the flat form (`posts = …`, of pages and terms), the one by kind (`[permalinks.page]`), and the
    list with targets."""
    if isinstance(value, list):
        rules = []
        for entry in map(as_table, value):
            target = as_table(entry.get("target"))
            where = scalar_text(target.get("environment"))
            fits = matches(scalar_text(target.get("kind")), kind) and matches(where, environment)
            if fits and admits(target_languages(target), language):
                path = scalar_text(target.get("path")).lower()
                rules.append(Permalink(scalar_text(entry.get("pattern")), path))
        return tuple(rules)
    flat = as_table(value) if kind in ("page", "term") else {}
    both: Mapping[str, Any] = flat | as_table(as_table(value).get(kind))
    return tuple(
        Permalink(pattern, f"/{{{name},{name}/**}}" if (name := section.strip(" /")) else "/*")
        for section, pattern in both.items()
        if isinstance(pattern, str)
    )


def language_tag(text: str) -> str:
    """A language tag in the form of BCP 47: zh-cn becomes zh-CN, ZH-hant-tw becomes zh-Hant-TW."""
    first, *rest = text.replace("_", "-").split("-")
    cased = (part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)
    return "-".join([first.lower(), *cased])
