"""Hugo partials that add the search box, the newest posts and the tags to a site's theme.

A file that was written here and not edited since is replaced; any other is left alone unless forced. A
stamp in the file, the hash of its content, shows whether it was edited.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.hugo import language_tag, read_configuration
from zhsearch.index.messages import Message, system_message
from zhsearch.search.errors import ParameterError
from zhsearch.search.i18n import choose_language, translate
from zhsearch.search.widget.bundle import widget_bundle
from zhsearch.search.widget.site_settings import (
    SETTINGS_FILE,
    merge_settings,
    server_settings,
    setting_line,
)

_FOLDER = Path(__file__).parent / "templates"
_PARTIALS = {f"layouts/partials/zhsearch/{name}": name for name in ("script.html", "search.html")}
_LISTS = {f"layouts/partials/zhsearch/{name}": name for name in ("recent.html", "taglist.html")}
_THEMES: dict[str, dict[str, str]] = {  # file in the site: template
    "mainroad": {
        f"layouts/partials/widgets/{name}.html": f"mainroad.{name}.html"
        for name in ("search", "recent", "taglist")
    },
    "papermod": {
        **_LISTS,
        "layouts/zhsearch.html": "papermod.page.html",
        "content/search.md": "papermod.search.md",
    },
    "stack": {**_LISTS, "layouts/partials/widget/search.html": "stack.search.html"},
    "other": _LISTS,
}
THEMES = tuple(_THEMES)
# Many themes write the language's key into <html lang>, which is `en` where only `locale` was set; what Hugo
# calls the locale is the language of the pages in the index. The other name is that of Hugo before 0.158.
_LANG = (
    ' lang="{{ if ge hugo.Version "0.158.0" }}{{ site.Language.Locale }}'
    '{{ else }}{{ site.Language.LanguageCode }}{{ end }}"'
)
_STAMP = re.compile(r"(?:\{\{- /\*|#) zhsearch hugo init ([0-9a-f]{12})(?: \*/ -\}\})?\n")


class HugoError(ZhsearchError):
    """The partials cannot be written for this site; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """The result of `hugo init`: paths below the site's root, and the steps left to its owner (`todo`).

    `settings` are the lines that zhsearch.toml needs, `added` the keys that it lacked, `present` those that
    it had; any other has another value there.
    """

    theme: str
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    integrity: str
    todo: tuple[str, ...]
    settings: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


def write_partials(
    site: Path,
    url: str,
    *,
    theme: str | None = None,
    pin: bool = True,
    force: bool = False,
    with_settings: bool = True,
) -> InitResult:
    """Write the partials for `theme` (default: the one that the configuration names) into the site.

    `url` is that of the search server; `pin`: load exactly this version of the script, with its integrity
    value. `with_settings`: add what the search server must know of the site to its zhsearch.toml. Raises
    HugoError, before anything is written, if a file was edited and `force` is not given, and SettingsError
    if zhsearch.toml cannot be read.
    """
    configuration = _configuration(site)
    url = checked_url(url)
    theme = theme or _detect_theme(configuration)
    tag = str(configuration.get("locale") or configuration.get("languagecode") or "zh-CN")
    values = {**_values(url, language_tag(tag), pin), "LANG": _LANG}
    files = {path: _filled(template, values) for path, template in {**_PARTIALS, **_THEMES[theme]}.items()}
    changed = {path: text for path, text in files.items() if _read(site / path) != text}
    if not force:
        _check_unedited(site, changed)
    settings = server_settings(url, str(configuration.get("baseurl") or "")) if with_settings else {}
    merged = merge_settings(site, settings)
    if settings:
        files[SETTINGS_FILE] = merged.text or ""
    if merged.text is not None:
        changed[SETTINGS_FILE] = merged.text
    for path, text in changed.items():
        _write(site / path, text)
    return InitResult(
        theme=theme,
        written=tuple(changed),
        unchanged=tuple(path for path in files if path not in changed),
        integrity=widget_bundle().integrity,
        todo=_todo(theme, url, merged.differing),
        settings=tuple(setting_line(key, value) for key, value in settings.items()),
        added=merged.added,
        present=merged.present,
    )


def _configuration(site: Path) -> dict[str, Any]:
    """The configuration of a site. Raises HugoError if it has none."""
    file = read_configuration(site, "production")
    if file is None:
        raise HugoError(
            "{site} has no hugo.toml (or .yaml, .json, config.*). Name the site's root.", site=site
        )
    return file.values


def _check_unedited(site: Path, paths: Iterable[str]) -> None:
    """Raise HugoError if one of the files was edited since zhsearch wrote it."""
    edited = [path for path in paths if not _is_replaceable(_read(site / path))]
    if edited:
        raise HugoError(
            "{edited}: edited since zhsearch wrote it. Move it away, or replace it with --force",
            edited=", ".join(edited),
        )


@dataclass(frozen=True, slots=True)
class InstalledBox:
    """The search box in a site's partials: the URL of its search server, and whether its script is this
    version's."""

    url: str
    is_current: bool


def installed_box(site: Path) -> InstalledBox | None:
    """The search box that the partials of a site contain; None without one."""
    box, script = (
        _read(site / f"layouts/partials/zhsearch/{name}.html") or "" for name in ("search", "script")
    )
    found = re.search(r'<zh-search src="([^"]*)"', box)
    is_current = "integrity=" not in script or widget_bundle().integrity in script
    return InstalledBox(found[1], is_current) if found else None


def theme_steps(site: Path, url: str) -> tuple[str, tuple[str, ...]]:
    """The theme that a site's configuration names, and the steps that its owner takes after `hugo init`."""
    configuration_file = read_configuration(site, "production")
    configuration = configuration_file.values if configuration_file else {}
    theme = _detect_theme(configuration)
    return theme, _todo(theme, url, {})


def snippet(url: str, *, lang: str = "zh-CN", pin: bool = True) -> str:
    """The HTML of a search box, to paste into any page."""
    text = _filled("search.html", {**_values(checked_url(url), lang, pin), "LANG": ""})
    body = _STAMP.sub("", text).split("\n", 1)[1]
    return body.replace('{{ partial "zhsearch/script.html" . }}', _script(url.rstrip("/"), pin))


def checked_url(url: str) -> str:
    """The URL without a trailing slash. Raises ParameterError if it is neither an http(s) URL nor a path."""
    parts = urlsplit(url)
    if not (
        (parts.scheme in ("http", "https") and parts.netloc) or (not parts.scheme and url.startswith("/"))
    ) or re.search(r'["<>\s{}?#]', url):
        raise ParameterError(
            "url",
            "{url!r} is not a URL of a search server. Give https://search.example, or a path such as /zh",
            url=url,
        )
    return url.rstrip("/")


def _script(url: str, pin: bool) -> str:
    return widget_bundle().tag(url) if pin else f'<script type="module" src="{url}/widget.js"></script>'


def _values(url: str, lang: str, pin: bool) -> dict[str, str]:
    text_lang = choose_language(None, lang)
    return {
        "SEARCH": url,
        "SCRIPT": _script(url, pin),
        "HINT": translate(text_lang, "placeholder"),
        "BUTTON": translate(text_lang, "search"),
    }


def _filled(template: str, values: dict[str, str]) -> str:
    """A template with its placeholders filled, and a stamp by which later edits are detected."""
    body = (_FOLDER / template).read_text(encoding="utf-8")
    for name, value in values.items():
        body = body.replace(f"@{name}@", value)
    digest = _digest(body)
    if body.startswith("---\n"):
        return body.replace("---\n", f"---\n# zhsearch hugo init {digest}\n", 1)
    return f"{{{{- /* zhsearch hugo init {digest} */ -}}}}\n{body}"


def _is_replaceable(text: str | None) -> bool:
    """Whether a file is missing (None), or unchanged since it was written here."""
    if text is None:
        return True
    stamp = _STAMP.search(text)
    return stamp is not None and _digest(_STAMP.sub("", text, count=1)) == stamp[1]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise HugoError(
            "{path} cannot be written: {problem}", path=path, problem=system_message(problem)
        ) from problem


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise HugoError("{path} cannot be read: {problem}", path=path, problem=problem) from problem


def _detect_theme(configuration: dict[str, object]) -> str:
    """The known theme that the configuration names (a string, a list or an imported module), or `other`."""
    names = f"{configuration.get('theme', '')} {configuration.get('module', '')}".casefold()
    return next((theme for theme in THEMES if theme in names), "other")


def _todo(theme: str, url: str, differing: Mapping[str, str]) -> tuple[str, ...]:
    """The steps left to the owner: lines of prose and of configuration. `differing` are settings that the
    owner's zhsearch.toml has otherwise."""
    lines = {
        "mainroad": (
            Message("hugo.toml, so that the sidebar shows them and the plain form leads to the search page:"),
            '  [Params.sidebar]\n    home = "right"\n    list = "right"\n    single = "right"',
            '    widgets = ["search", "recent", "taglist"]',
            f'  [Params.widgets.search]\n    url = "{url}/search"',
        ),
        "papermod": (
            Message("hugo.toml, a menu entry that leads to the search page:"),
            '  [[menu.main]]\n    name = "Search"\n    url = "/search/"\n    weight = 10',
        ),
        "stack": (
            Message("hugo.toml, the widget in the right column:"),
            '  [[params.widgets.homepage]]\n    type = "search"',
        ),
        "other": (
            Message("where they belong in your layouts:"),
            '  {{ partial "zhsearch/search.html" . }}',
            '  {{ partial "zhsearch/recent.html" . }}',
            '  {{ partial "zhsearch/taglist.html" . }}',
        ),
    }[theme]
    if differing:
        own = (f"  {line}" for line in differing.values())
        lines += (Message("zhsearch.toml, where you have other values:"), *own)
    return lines
