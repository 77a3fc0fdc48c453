"""A site's configuration in; the themes and modules that it imports, and it with what they bring to it, out.

Source: Hugo's `modules/collect.go` and, for `_merge`, `common/maps.Params`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.hugo.config import Configuration, read_configuration
from zhsearch.index.hugo.values import as_strings, as_table, scalar_text

_STRATEGY = {"params": "deep", "outputformats": "shallow", "mediatypes": "shallow", "menus": "shallow"}
"""What a theme may add to where a site says nothing of it; to all else nothing."""


class Module(NamedTuple):
    """A theme or module that is at hand, its configuration, and the mounts that it is imported with or has
    itself; None where there are none but those that go without saying."""

    folder: Path
    own: Configuration | None
    mounts: Any


def imported_modules(configuration: Configuration, environment: str) -> list[Module]:
    """The themes and modules that are at hand, each followed by those that it imports. Raises SiteError where
    one's configuration cannot be read."""
    values, root = configuration.values, configuration.root
    return list(_imported(values, root, root / str(values.get("themesdir", "themes")), environment, set()))


def missing_modules(configuration: Configuration) -> Iterator[str]:
    """The names of the themes and modules that the configuration imports and that are not there."""
    values, root = configuration.values, configuration.root
    for name, folder, _ in _imports(values, root, root / str(values.get("themesdir", "themes"))):
        if not folder:
            yield name


def _imports(
    values: Mapping[str, Any], root: Path, themes: Path
) -> Iterator[tuple[str, Path | None, Mapping[str, Any]]]:
    """The name of each import, where it is, and its table."""
    imports = [{"path": name} for name in as_strings(values.get("theme"))]
    for entry in [*imports, *map(as_table, as_table(values.get("module")).get("imports") or ())]:
        name = scalar_text(entry.get("path"))
        if name and entry.get("disable") is not True:
            places = (themes / name, root / "_vendor" / name)
            yield name, next((place for place in places if place.is_dir()), None), entry


def _imported(
    values: Mapping[str, Any], root: Path, themes: Path, environment: str, seen: set[Path]
) -> Iterator[Module]:
    for _, folder, entry in _imports(values, root, themes):
        if folder and folder not in seen:
            seen.add(folder)
            own = read_configuration(folder, environment)
            inner = own.values if own else {}
            mounts = entry.get("mounts") or as_table(inner.get("module")).get("mounts") or None
            yield Module(folder, own, [] if entry.get("nomounts") is True else mounts)
            yield from _imported(inner, root, themes, environment, seen)


def merge_module_config(configuration: Configuration, modules: list[Module]) -> Configuration:
    """The configuration with what the modules' own add to it; the first that says something counts."""
    values = configuration.values
    rule = scalar_text(values.get("_merge")).lower()
    files = configuration.files
    for module in modules:
        if module.own:
            values = _merged(values, module.own.values, rule)
            files = (*module.own.files, *files)
    return replace(configuration, values=_without_rules(values), files=files)


def _without_rules(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_rules(inner) for key, inner in value.items() if key != "_merge"}
    return value


def _merged(values: dict[str, Any], added: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The top of a configuration with what another adds to it."""
    merged = dict(values)
    for key, inner in added.items():
        if not isinstance(inner, dict):
            if rule == "deep":
                merged.setdefault(key, inner)
            continue
        old = values.get(key, {})
        strategy = scalar_text(as_table(old).get("_merge")).lower() or rule or _STRATEGY.get(key, "none")
        if strategy != "none" and isinstance(old, dict):
            merged[key] = _added(old, inner, deep=strategy == "deep")
    return merged


def _added(old: dict[str, Any], new: dict[str, Any], *, deep: bool) -> dict[str, Any]:
    """A table with the names that it lacks."""
    whole = {**new, **old}
    for key in new.keys() & old.keys() if deep else ():
        if isinstance(old[key], dict) and isinstance(new[key], dict):
            whole[key] = _added(old[key], new[key], deep=True)
    return whole
