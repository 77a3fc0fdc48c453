"""The result of `zhsearch init`, for every generator, and the values that its templates share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from zhsearch.index.messages import Message
from zhsearch.search.errors import ParameterError
from zhsearch.search.i18n import choose_language, translate
from zhsearch.search.widget.bundle import WidgetBundle, static_bundle, widget_bundle
from zhsearch.search.widget.site_settings import (
    SETTINGS_FILE,
    Values,
    merge_settings,
    setting_line,
)
from zhsearch.search.widget.stamped_files import check_unedited, read_file, write_file


@dataclass(frozen=True, slots=True)
class InitResult:
    """The result of `init`: paths below the site's root, and the steps left to its owner (`todo`).

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
    generator: str = "hugo"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the files, and of the settings: `differing` are those that the owner has otherwise."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    settings: tuple[str, ...]
    added: tuple[str, ...]
    present: tuple[str, ...]
    differing: Mapping[str, str]


def write_files(site: Path, files: Mapping[str, str], settings: Values, *, force: bool) -> Written:
    """Write the files that changed, and the settings that the site's zhsearch.toml lacks.

    Raises InitError, before anything is written, if a file was edited and `force` is not given, and
    SettingsError if zhsearch.toml cannot be read.
    """
    changed = {path: text for path, text in files.items() if read_file(site / path) != text}
    if not force:
        check_unedited(site, changed)
    merged = merge_settings(site, settings)
    names = [*files, *([SETTINGS_FILE] if settings else [])]
    if merged.text is not None:
        changed[SETTINGS_FILE] = merged.text
    for path, text in changed.items():
        write_file(site / path, text)
    return Written(
        written=tuple(changed),
        unchanged=tuple(path for path in names if path not in changed),
        settings=tuple(setting_line(key, value) for key, value in settings.items()),
        added=merged.added,
        present=merged.present,
        differing=merged.differing,
    )


def differing_steps(differing: Mapping[str, str]) -> tuple[str, ...]:
    """The steps for settings that the owner's zhsearch.toml has otherwise."""
    if not differing:
        return ()
    own = (f"  {line}" for line in differing.values())
    return (Message("zhsearch.toml, where you have other values:"), *own)


def build_steps(command: str) -> tuple[str, ...]:
    """The step that writes the files of an export into the built site."""
    return (Message("after each build of the site, so that the search follows it:"), f"  {command}")


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


@dataclass(frozen=True, slots=True)
class BoxSource:
    """Where a box gets its answers: from a search server, or (`is_static`) from the files of an export.

    `url` is theirs as the templates write it, without a slash at its end: an expression, where only the build
    knows the path below which the site is. `is_pinned`: the script by its version and integrity value.
    """

    url: str
    is_static: bool = False
    is_pinned: bool = True

    @property
    def bundle(self) -> WidgetBundle:
        """The script that asks this source."""
        return static_bundle() if self.is_static else widget_bundle()

    @property
    def script(self) -> str:
        """The `<script>` element of the box."""
        if self.is_pinned:
            return self.bundle.tag(self.url)
        return f'<script type="module" src="{self.url}/widget.js"></script>'

    @property
    def results_page(self) -> str:
        """The address that the form leads to; "" for an export, which has no page of results."""
        return "" if self.is_static else f"{self.url}/search"


def template_values(source: BoxSource, lang: str) -> dict[str, str]:
    """The values of the placeholders that all templates know."""
    text_lang = choose_language(None, lang)
    bundle, page = source.bundle, source.results_page
    return {
        "SEARCH": source.url,
        "RESULTS": page,
        "ACTION": f' action="{page}"' if page else "",
        "LINK": f'<a href="{page}">{translate(text_lang, "search")}</a>' if page else "",
        "SCRIPT": source.script,
        "SOURCE": bundle.address(source.url) if source.is_pinned else f"{source.url}/widget.js",
        "INTEGRITY": bundle.integrity if source.is_pinned else "",
        "HINT": translate(text_lang, "placeholder"),
        "BUTTON": translate(text_lang, "search"),
    }
