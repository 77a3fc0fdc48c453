"""A Hugo site's configuration in, its rules out: where content lies, and what is published.

Covers what the two-command path needs: configuration files in their usual places, base URL, permalinks by
section, languages by file suffix, drafts, future and expired posts. Cascades, mounts and language folders
are not read yet.
"""

import datetime as dt
import hashlib
import json
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from index.errors import SiteError

_NAMES = [f"{stem}.{kind}" for stem in ("hugo", "config") for kind in ("toml", "yaml", "yml", "json")]


@dataclass(frozen=True, slots=True)
class Site:
    """The rules of one site. `base_path` begins and ends with a slash; `languages` maps a file suffix's
    key to the language tag that readers see; `permalinks` maps a top-level section to its pattern."""

    content: Path
    base_path: str = "/"
    zone: dt.tzinfo = dt.UTC
    default_language: str = "en"
    languages: Mapping[str, str] = field(default_factory=lambda: {"en": "en"})
    language_in_subfolder: bool = False
    permalinks: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[re.Pattern[str], ...] = ()
    build_drafts: bool = False
    build_future: bool = False
    build_expired: bool = False
    lower_paths: bool = True
    remove_accents: bool = False
    ugly_urls: bool = False
    ugly_sections: frozenset[str] = frozenset()
    disabled_languages: frozenset[str] = frozenset()
    fingerprint: str = ""  # changes with the configuration


def load_site(folder: Path) -> Site:
    """The site whose root, or content folder, is `folder`.

    A content folder may have its configuration inside or one level up. Raises SiteError naming the file
    that cannot be read.
    """
    if not folder.is_dir():
        raise SiteError(
            f"{folder} is not a folder. Give the site's root or its content folder: --content DIR"
        )
    for root in (folder, folder.absolute().parent):
        files = _configuration_files(root)
        if files:
            values = _merge(files)
            content = folder
            if root == folder:
                inside = folder / str(values.get("contentdir", "content"))
                content = inside if inside.is_dir() else folder
            return _site(content, values, files)
    content = folder / "content" if (folder / "content").is_dir() else folder
    return Site(content)


def _configuration_files(root: Path) -> list[Path]:
    """The configuration in `root`, what wins last."""
    split = sorted((root / "config" / "_default").glob("*.*")) if (root / "config/_default").is_dir() else []
    named = next(([root / name] for name in _NAMES if (root / name).is_file()), [])
    return [file for file in split if file.suffix in (".toml", ".yaml", ".yml", ".json")] + named


def _merge(files: list[Path]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for file in files:
        values = _lower(_read(file))
        # config/_default/params.toml holds what stands under [params] elsewhere.
        if file.parent.name == "_default" and file.stem not in ("hugo", "config"):
            values = {file.stem.lower(): values}
        for key, value in values.items():
            old = merged.get(key)
            merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _read(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix == ".toml":
            return tomllib.loads(text)
        return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text) or {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as problem:
        raise SiteError(f"{file} cannot be read: {' '.join(str(problem).split())[:200]}") from problem


def _lower(value: Any) -> Any:
    """Hugo's keys do not care about case."""
    return {str(k).lower(): _lower(v) for k, v in value.items()} if isinstance(value, dict) else value


def _site(content: Path, values: dict[str, Any], files: list[Path]) -> Site:
    default = str(values.get("defaultcontentlanguage") or "en").lower()
    site_tag = str(values.get("locale") or values.get("languagecode") or default)
    configured = {key: _table(own) for key, own in _table(values.get("languages")).items()}
    disabled = {key for key, own in configured.items() if own.get("disabled") is True}
    languages = {default: language_tag(site_tag)}
    for key, own in configured.items():
        if key in disabled:
            continue
        tag = own.get("locale") or own.get("languagecode") or (site_tag if key == default else key)
        languages[key] = language_tag(str(tag))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    try:
        zone: dt.tzinfo = zoneinfo.ZoneInfo(str(values.get("timezone") or "UTC"))
        ignore = tuple(re.compile(str(p)) for p in _texts(values.get("ignorefiles")))
    except (re.error, ValueError, zoneinfo.ZoneInfoNotFoundError) as problem:
        raise SiteError(f"{files[-1]}: timeZone or ignoreFiles cannot be read: {problem}") from problem
    path = urlsplit(str(values.get("baseurl") or "")).path.strip("/")
    ugly = values.get("uglyurls")
    return Site(
        content=content,
        base_path=f"/{path}/" if path else "/",
        zone=zone,
        default_language=default,
        languages=languages,
        language_in_subfolder=values.get("defaultcontentlanguageinsubdir") is True,
        permalinks=_permalinks(values.get("permalinks")),
        ignore=ignore,
        build_drafts=values.get("builddrafts") is True,
        build_future=values.get("buildfuture") is True,
        build_expired=values.get("buildexpired") is True,
        lower_paths=values.get("disablepathtolower") is not True,
        remove_accents=values.get("removepathaccents") is True,
        ugly_urls=ugly is True,
        ugly_sections=frozenset(key for key, value in _table(ugly).items() if value is True),
        disabled_languages=frozenset(disabled),
        fingerprint=digest.hexdigest()[:16],
    )


def _permalinks(value: Any) -> dict[str, str]:
    """By section, from the flat form (`posts = …`) and the one by kind (`[permalinks.page]`)."""
    both = _table(value) | _table(_table(value).get("page"))
    return {section: pattern for section, pattern in both.items() if isinstance(pattern, str)}


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else []


def language_tag(text: str) -> str:
    """A language tag in the form of BCP 47: zh-cn becomes zh-CN, ZH-hant-tw becomes zh-Hant-TW."""
    first, *rest = text.replace("_", "-").split("-")
    cased = (part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest)
    return "-".join([first.lower(), *cased])


def split_language(site: Site, name: str) -> tuple[str, str]:
    """A file name without its extensions, and the key of its language: `post.en.md` is (post, en)."""
    stem = name.rpartition(".")[0] or name
    base, _, suffix = stem.rpartition(".")
    if base and suffix.lower() in site.languages:
        return base, suffix.lower()
    return stem, site.default_language
