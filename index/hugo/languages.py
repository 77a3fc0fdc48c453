"""The rules for the pages of one language of a site.

Hugo builds a site once for each language; a language's own table overrides the site's configuration, key by
key. Source: Hugo's `config/allconfig` and https://gohugo.io/configuration/languages/
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
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
from zhsearch.index.markdown import MarkdownOptions
from zhsearch.index.models import PageKind

_DEFAULT_TAXONOMIES = {"tag": "tags", "category": "categories"}
_LIST_KINDS: tuple[PageKind, ...] = ("section", "taxonomy", "term")
_KINDS: tuple[PageKind, ...] = ("page", "home", *_LIST_KINDS)
_HTML = ("html",)


@dataclass(frozen=True, slots=True)
class Permalink:
    """A pattern for the addresses of the pages whose path matches `path`; an empty path matches all."""

    pattern: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """The settings of the output format HTML that change addresses.

    `path` goes between the site's root and the page's own path (`amp/`), `file` is a name other than
    index.html in a page's folder, `is_ugly` and `is_never_ugly` override the site's uglyURLs.
    """

    path: str = ""
    file: str = ""
    is_ugly: bool = False
    is_never_ugly: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """The rules for the pages of one language.

    `tag` is its BCP 47 tag, `title` the site's title in it; `root` is the path of its base URL, `prefix` the
    path that its pages' addresses begin with, both with a slash at either end. Of `permalinks` the first that
    matches wins, of `cascades` the first that sets a key. `list_permalinks` are those of list pages, by kind;
    `pager` is the folder of their further pages. `outputs` are the output formats of the kinds of pages that
    are built.
    """

    key: str = "en"
    tag: str = "en"
    title: str = ""
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
    outputs: Mapping[PageKind, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(_KINDS, _HTML))
    taxonomies: Mapping[str, str] = field(default_factory=lambda: _taxonomies(_DEFAULT_TAXONOMIES))
    pager: str = "page"
    html: HtmlFormat = HtmlFormat()
    params: Mapping[str, Any] = field(default_factory=dict)
    markdown: MarkdownOptions = field(default_factory=MarkdownOptions)


def read_language(
    configuration: Configuration, key: str, *, is_default: bool, several_hosts: bool, environment: str
) -> Language:
    """Read the rules for the language `key`.

    `is_default`: it is the language of files that name none; `several_hosts`: each language has a base URL of
    its own. Raises SiteError if the time zone or the base URL is invalid.
    """
    site = configuration.values
    own = as_table(as_table(site.get("languages")).get(key))
    values = {**site, **own}
    root = _base_path(configuration, values)
    has_subfolder = not is_default or as_bool(site.get("defaultcontentlanguageinsubdir"))
    return Language(
        key=key,
        tag=_tag(site, own, key, is_default=is_default),
        title=" ".join(scalar_text(values.get("title")).split()),
        root=root,
        prefix=f"{root}{key}/" if has_subfolder and not several_hosts else root,
        zone=_time_zone(configuration, values),
        permalinks=_permalinks(values.get("permalinks"), "page", key, environment),
        list_permalinks={
            kind: _permalinks(values.get("permalinks"), kind, key, environment) for kind in _LIST_KINDS
        },
        dates=read_date_rules(as_table(values.get("frontmatter"))),
        cascades=read_cascades(values.get("cascade"), environment, key if "cascade" in own else ""),
        build_drafts=as_bool(site.get("builddrafts")),
        build_future=as_bool(site.get("buildfuture")),
        build_expired=as_bool(site.get("buildexpired")),
        lower_paths=not as_bool(values.get("disablepathtolower")),
        remove_accents=as_bool(values.get("removepathaccents")),
        ugly_urls=as_bool(site.get("uglyurls")),
        ugly_sections=_ugly_sections(site.get("uglyurls")),
        outputs=_outputs(values),
        taxonomies=_taxonomies(as_table(values.get("taxonomies", _DEFAULT_TAXONOMIES))),
        pager=_pager(values),
        html=_html_format(as_table(as_table(values.get("outputformats")).get("html"))),
        params=merge_tables(as_table(site.get("params")), as_table(own.get("params"))),
        markdown=read_markdown_options(values),
    )


def _taxonomies(table: Mapping[str, Any]) -> dict[str, str]:
    """The singular of each taxonomy by its plural, which is its field of front matter and its address."""
    return {plural: singular for singular, value in table.items() for plural in as_strings(value)}


def _outputs(values: Mapping[str, Any]) -> dict[PageKind, tuple[str, ...]]:
    """The output formats of each kind of page that the site builds."""
    disabled = set(map(str.lower, as_strings(values.get("disablekinds"))))
    outputs = as_table(values.get("outputs"))
    return {kind: tuple(as_strings(outputs.get(kind))) or _HTML for kind in _KINDS if kind not in disabled}


def _base_path(configuration: Configuration, values: Mapping[str, Any]) -> str:
    """The path of `baseURL`, with a slash at either end."""
    try:
        path = urlsplit(str(values.get("baseurl") or "")).path.strip("/")
    except ValueError as problem:
        raise SiteError(
            "{configuration}: baseURL is invalid: {problem}",
            configuration=configuration.name,
            problem=problem,
        ) from problem
    return f"/{path}/" if path else "/"


def _time_zone(configuration: Configuration, values: Mapping[str, Any]) -> dt.tzinfo:
    """The site's `timeZone`, for dates without an offset."""
    try:
        return zoneinfo.ZoneInfo(str(values.get("timezone") or "UTC"))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as problem:
        raise SiteError(
            "{configuration}: timeZone is invalid: {problem}. Write a name such as Asia/Shanghai",
            configuration=configuration.name,
            problem=problem,
        ) from problem


def _tag(site: Mapping[str, Any], own: Mapping[str, Any], key: str, *, is_default: bool) -> str:
    """The language tag that readers see: the language's own, for the default language the site's, else its
    key. `languageCode` is the older name of `locale`."""
    tag = own.get("locale") or own.get("languagecode")
    if not tag and is_default:
        tag = site.get("locale") or site.get("languagecode")
    return language_tag(str(tag or key))


def _ugly_sections(value: Any) -> frozenset[str]:
    """The sections with ugly addresses where `uglyURLs` is a table of sections."""
    return frozenset(name for name, is_ugly in as_table(value).items() if as_bool(is_ugly))


def _html_format(values: Mapping[str, Any]) -> HtmlFormat:
    path, base_name = (scalar_text(values.get(key)).strip("/") for key in ("path", "basename"))
    return HtmlFormat(
        path=f"{path}/" if path else "",
        file=f"{base_name}.html" if base_name not in ("", "index") else "",
        is_ugly=as_bool(values.get("ugly")),
        is_never_ugly=as_bool(values.get("nougly")),
    )


def _pager(values: Mapping[str, Any]) -> str:
    """The folder of the further pages of lists: `pagination.path`, before Hugo 0.128 `paginatePath`."""
    path = scalar_text(as_table(values.get("pagination")).get("path"))
    return (path or scalar_text(values.get("paginatepath"))).strip("/") or "page"


def _permalinks(value: Any, kind: str, language: str, environment: str) -> tuple[Permalink, ...]:
    """The permalink patterns for a kind of page, from any of the three forms that Hugo reads.

    The flat form (`posts = …`) is for pages and terms, the form by kind is `[permalinks.page]`, and the
    newest is a list of patterns with targets. Source: https://gohugo.io/configuration/permalinks/
    """
    if isinstance(value, list):
        return tuple(_permalinks_with_targets(map(as_table, value), kind, language, environment))
    flat = as_table(value) if kind in ("page", "term") else {}
    by_section: Mapping[str, Any] = flat | as_table(as_table(value).get(kind))
    return tuple(
        Permalink(pattern, f"/{{{name},{name}/**}}" if (name := section.strip(" /")) else "/*")
        for section, pattern in by_section.items()
        if isinstance(pattern, str)
    )


def _permalinks_with_targets(
    entries: Iterable[Mapping[str, Any]], kind: str, language: str, environment: str
) -> Iterator[Permalink]:
    for entry in entries:
        target = as_table(entry.get("target"))
        if (
            matches(scalar_text(target.get("kind")), kind)
            and matches(scalar_text(target.get("environment")), environment)
            and admits(target_languages(target), language)
        ):
            yield Permalink(scalar_text(entry.get("pattern")), scalar_text(target.get("path")).lower())


def language_tag(text: str) -> str:
    """A language tag in the form of BCP 47: zh-cn becomes zh-CN, ZH_hant_tw becomes zh-Hant-TW."""
    language, *subtags = text.replace("_", "-").split("-")
    cased = (
        subtag.upper() if len(subtag) == 2 else subtag.title() if len(subtag) == 4 else subtag
        for subtag in subtags
    )
    return "-".join([language.lower(), *cased])
