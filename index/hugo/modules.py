"""Themes and modules that a site imports, and the configuration that they add to it.

Hugo reads a theme's configuration below the site's: keys that the site lacks are filled in, as far as the
key's merge strategy (`_merge`) allows. Permalinks, mounts and outputs may come from there, so we read what
is in `themes` or vendored in `_vendor`; modules in Go's cache are reported as missing. Source: Hugo's
`modules/collect.go`, and `common/maps/params.go` for `_merge`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.hugo.config import Configuration, read_configuration
from zhsearch.index.hugo.values import as_strings, as_table, scalar_text

_DEFAULT_STRATEGIES = {
    "params": "deep",
    "outputformats": "shallow",
    "mediatypes": "shallow",
    "menus": "shallow",
}
"""Merge strategies of tables for which a site sets none; nothing is added to any other key."""


class Module(NamedTuple):
    """A theme or module in `folder`, and its own configuration if it has one.

    `mounts` is the list of its mounts, from the import or from itself; None: Hugo's default mounts.
    """

    folder: Path
    configuration: Configuration | None
    mounts: Any


class _Import(NamedTuple):
    """One import of a configuration: its name, the module's folder if it is on this machine, and its
    table."""

    name: str
    folder: Path | None
    table: Mapping[str, Any]


def imported_modules(configuration: Configuration, environment: str) -> list[Module]:
    """The modules that are on this machine, each followed by those that it imports itself.

    Raises SiteError if the configuration of one cannot be read.
    """
    root = configuration.root
    themes = _themes_folder(configuration)
    return list(_walk_imports(configuration.values, root, themes, environment, set()))


def missing_modules(configuration: Configuration) -> Iterator[str]:
    """The names of the imported modules that are not on this machine."""
    imports = _imports(configuration.values, configuration.root, _themes_folder(configuration))
    return (entry.name for entry in imports if not entry.folder)


def _themes_folder(configuration: Configuration) -> Path:
    return configuration.root / str(configuration.values.get("themesdir", "themes"))


def _imports(values: Mapping[str, Any], root: Path, themes: Path) -> Iterator[_Import]:
    theme_imports = [{"path": name} for name in as_strings(values.get("theme"))]
    for table in [*theme_imports, *map(as_table, as_table(values.get("module")).get("imports") or ())]:
        name = scalar_text(table.get("path"))
        if name and table.get("disable") is not True:
            candidates = (themes / name, root / "_vendor" / name)
            yield _Import(name, next((folder for folder in candidates if folder.is_dir()), None), table)


def _walk_imports(
    values: Mapping[str, Any], root: Path, themes: Path, environment: str, seen: set[Path]
) -> Iterator[Module]:
    """The imports of a configuration in depth-first order; each folder once, since modules may import in a
    circle."""
    for _, folder, table in _imports(values, root, themes):
        if folder and folder not in seen:
            seen.add(folder)
            configuration = read_configuration(folder, environment)
            module_values = configuration.values if configuration else {}
            mounts = table.get("mounts") or as_table(module_values.get("module")).get("mounts") or None
            yield Module(folder, configuration, [] if table.get("nomounts") is True else mounts)
            yield from _walk_imports(module_values, root, themes, environment, seen)


def merge_module_config(configuration: Configuration, modules: list[Module]) -> Configuration:
    """The site's configuration with what its modules add; of several modules the first that sets a key
    wins."""
    values = configuration.values
    site_strategy = scalar_text(values.get("_merge")).lower()
    files = configuration.files
    for module in modules:
        if module.configuration:
            values = _add_module_values(values, module.configuration.values, site_strategy)
            files = (*module.configuration.files, *files)
    return replace(configuration, values=_without_merge_keys(values), files=files)


def _without_merge_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_merge_keys(inner) for key, inner in value.items() if key != "_merge"}
    return value


def _add_module_values(
    values: dict[str, Any], added: Mapping[str, Any], site_strategy: str
) -> dict[str, Any]:
    """Add values to the top level of a configuration, as far as the merge strategy of each key allows."""
    merged = dict(values)
    for key, inner in added.items():
        if not isinstance(inner, dict):
            if site_strategy == "deep":
                merged.setdefault(key, inner)
            continue
        old = values.get(key, {})
        own_strategy = scalar_text(as_table(old).get("_merge")).lower()
        strategy = own_strategy or site_strategy or _DEFAULT_STRATEGIES.get(key, "none")
        if strategy != "none" and isinstance(old, dict):
            merged[key] = _fill_in(old, inner, deep=strategy == "deep")
    return merged


def _fill_in(table: dict[str, Any], defaults: dict[str, Any], *, deep: bool) -> dict[str, Any]:
    """Add to a table the keys that it lacks; with `deep` to the tables in it, too."""
    merged = {**defaults, **table}
    for key in defaults.keys() & table.keys() if deep else ():
        if isinstance(table[key], dict) and isinstance(defaults[key], dict):
            merged[key] = _fill_in(table[key], defaults[key], deep=True)
    return merged
