"""Hugo partials that add the search box, the newest posts and the tags to a site's theme.

What happens to files that an owner edited: `stamped_files`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zhsearch.index.hugo import language_tag, read_configuration
from zhsearch.index.messages import Message
from zhsearch.search.widget.init_result import (
    BoxSource,
    InitResult,
    build_steps,
    checked_url,
    differing_steps,
    template_values,
    write_files,
)
from zhsearch.search.widget.site_settings import server_settings
from zhsearch.search.widget.stamped_files import HUGO_STAMP, InitError, filled, read_file, without_stamp
from zhsearch.search.widget.theme_header import BUTTON, Header, header_with_button

_PARTIALS = {
    f"layouts/partials/zhsearch/{name}": name for name in ("script.html", "search.html", "button.html")
}
_LISTS = {f"layouts/partials/zhsearch/{name}": name for name in ("recent.html", "taglist.html")}
# Lists that an export leaves to the site, whose build lists the same pages at the same time.
_LISTED = ("recent.html", "taglist.html", "mainroad.recent.html", "mainroad.taglist.html")
_THEMES: dict[str, dict[str, str]] = {  # file in the site: template
    "mainroad": {
        f"layouts/partials/widgets/{name}.html": f"mainroad.{name}.html"
        for name in ("search", "recent", "taglist")
    },
    "papermod": {
        **_LISTS,
        "layouts/partials/zhsearch/button.html": "papermod.button.html",
        "layouts/zhsearch.html": "papermod.page.html",
        "content/search.md": "papermod.search.md",
    },
    "stack": {**_LISTS, "layouts/partials/widget/search.html": "stack.search.html"},
    "other": _LISTS,
}
THEMES = tuple(_THEMES)
# Below the site's base, which a build may set by --baseURL, as GitHub Pages does.
_EXPORT = '{{ "zhsearch" | relURL }}'
# Many themes write the language's key into <html lang>, which is `en` where only `locale` was set; what Hugo
# calls the locale is the language of the pages in the index. The other name is that of Hugo before 0.158.
_LANG = (
    ' lang="{{ if ge hugo.Version "0.158.0" }}{{ site.Language.Locale }}'
    '{{ else }}{{ site.Language.LanguageCode }}{{ end }}"'
)


def write_partials(
    site: Path,
    url: str | None,
    *,
    static: bool = False,
    theme: str | None = None,
    pin: bool = True,
    force: bool = False,
    with_settings: bool = True,
) -> InitResult:
    """Write the partials for `theme` (default: the one that the configuration names) into the site.

    `url` is that of the search server, or (`static`) of an export, which is by default the folder zhsearch
    below the site's base; `pin`: load exactly this version of the script, with its integrity value.
    `with_settings`: add what the search server must know of the site to its zhsearch.toml. Raises InitError
    before anything is written if a file was edited, without `force`, and SettingsError for zhsearch.toml.
    """
    configuration = _configuration(site)
    source = BoxSource(checked_url(url) if url else _EXPORT, is_static=static, is_pinned=pin)
    theme = theme or _detect_theme(configuration)
    tag = str(configuration.get("locale") or configuration.get("languagecode") or "zh-CN")
    values = {**template_values(source, language_tag(tag)), "LANG": _LANG}
    templates = {**_PARTIALS, **_THEMES[theme]}
    files = {
        path: filled(template, values, stamp=HUGO_STAMP)
        for path, template in templates.items()
        if not (static and template in _LISTED)
    }
    header = _header(site, configuration, theme)
    base = str(configuration.get("baseurl") or "")
    settings = server_settings(source.url, base) if with_settings and not static else {}
    done = write_files(site, {**files, **header.files}, settings, force=force)
    return InitResult(
        theme=theme,
        written=done.written,
        unchanged=done.unchanged,
        integrity=source.bundle.integrity,
        todo=(
            *(_left_of_server(site, theme, configuration) if static else ()),
            *_todo(theme, source, done.differing, with_button=header.is_left),
        ),
        settings=done.settings,
        added=done.added,
        present=done.present,
    )


def _configuration(site: Path) -> dict[str, Any]:
    """The configuration of a site. Raises InitError if it has none."""
    file = read_configuration(site, "production")
    if file is None:
        raise InitError(
            "{site} has no hugo.toml (or .yaml, .json, config.*). Name the site's root.", site=site
        )
    return file.values


@dataclass(frozen=True, slots=True)
class InstalledBox:
    """The search box in a site's partials: the URL of its search server or export, whether its script is this
    version's, and whether it reads the files of an export."""

    url: str
    is_current: bool
    is_static: bool


def installed_box(site: Path) -> InstalledBox | None:
    """The search box that the partials of a site contain; None without one."""
    box, script = (
        read_file(site / f"layouts/partials/zhsearch/{name}.html") or "" for name in ("search", "script")
    )
    found = re.search(r'<zh-search src="((?:\{\{.*?\}\}|[^"])*)"', box)
    if not found:
        return None
    is_static = f'action="{found[1]}/search"' not in box
    bundle = BoxSource(found[1], is_static=is_static).bundle
    is_current = "integrity=" not in script or bundle.integrity in script
    return InstalledBox(found[1], is_current, is_static)


def theme_steps(site: Path, url: str) -> tuple[str, tuple[str, ...]]:
    """The theme that a site's configuration names, and the steps that its owner takes after `hugo init`."""
    configuration_file = read_configuration(site, "production")
    configuration = configuration_file.values if configuration_file else {}
    theme = _detect_theme(configuration)
    header = _header(site, configuration, theme)
    return theme, _todo(theme, BoxSource(url), {}, with_button=header.is_left)


def snippet(url: str, *, lang: str = "zh-CN", pin: bool = True, static: bool = False) -> str:
    """The HTML of a search box, to paste into any page."""
    source = BoxSource(checked_url(url), is_static=static, is_pinned=pin)
    values = {**template_values(source, lang), "LANG": ""}
    body = without_stamp(filled("search.html", values, stamp=HUGO_STAMP)).split("\n", 1)[1]
    return body.replace('{{ partial "zhsearch/script.html" . }}', source.script)


def _detect_theme(configuration: dict[str, object]) -> str:
    """The known theme that the configuration names (a string, a list or an imported module), or `other`."""
    names = f"{configuration.get('theme', '')} {configuration.get('module', '')}".casefold()
    return next((theme for theme in THEMES if theme in names), "other")


def _header(site: Path, configuration: Mapping[str, Any], theme: str) -> Header:
    """What puts the search button into the header of a theme: of PaperMod alone."""
    if theme == "papermod":
        return header_with_button(site, configuration, theme)
    return Header({}, is_left=False)


def _left_of_server(site: Path, theme: str, configuration: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps that take out what the box of a server has left in a site whose box reads files now."""
    steps: tuple[str, ...] = ()
    files = {**_LISTS, **_THEMES[theme]}
    lists = [
        path for path, name in files.items() if name in _LISTED and "<zh-" in (read_file(site / path) or "")
    ]
    if lists:
        steps = (
            Message(
                "lists that still ask a search server; delete them, and what calls them in your layouts:"
            ),
            *(f"  {path}" for path in lists),
        )
    params: Any = configuration
    for key in ("params", "widgets", "search"):
        params = params.get(key) if isinstance(params, Mapping) else None
    url = params.get("url") if isinstance(params, Mapping) else None
    host = urlsplit(str(configuration.get("baseurl") or "")).netloc
    if theme == "mainroad" and isinstance(url, str) and url and urlsplit(url).netloc in ("", host):
        steps += (
            Message("hugo.toml, where Enter leads to; take it out unless this page of yours has the box:"),
            f'  [Params.widgets.search]\n    url = "{url}"',
        )
    return steps


def _todo(
    theme: str, source: BoxSource, differing: Mapping[str, str], *, with_button: bool = False
) -> tuple[str, ...]:
    """The steps left to the owner: lines of prose and of configuration. `differing` are settings that the
    owner's zhsearch.toml has otherwise; `with_button`: the theme's header needs the search button."""
    sidebar = (
        '  [Params.sidebar]\n    home = "right"\n    list = "right"\n    single = "right"',
        '    widgets = ["search", "recent", "taglist"]',
    )
    lines: dict[str, tuple[str, ...]] = {
        "mainroad": (
            Message("hugo.toml, so that the sidebar shows them and the plain form leads to the search page:"),
            *sidebar,
            f'  [Params.widgets.search]\n    url = "{source.results_page}"',
        ),
        "papermod": (
            Message(
                "layouts/partials/header.html, a copy of the theme's, with the search button before its menu:"
            ),
            f"  {BUTTON}",
        )
        if with_button
        else (),
        "stack": (
            Message("hugo.toml, the widget in the right column:"),
            '  [[params.widgets.homepage]]\n    type = "search"',
        ),
        "other": (
            Message("where they belong in your layouts:"),
            '  {{ partial "zhsearch/search.html" . }}',
            f"  {BUTTON}",
            '  {{ partial "zhsearch/recent.html" . }}',
            '  {{ partial "zhsearch/taglist.html" . }}',
        ),
    }
    if source.is_static:
        lines["mainroad"] = (Message("hugo.toml, so that the sidebar shows it:"), *sidebar)
        lines["other"] = lines["other"][:3]
    steps = build_steps("zhsearch build public/zhsearch") if source.is_static else ()
    return (*lines[theme], *differing_steps(differing), *steps)
