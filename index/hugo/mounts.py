"""Mounts: the folders and files of a site's content, and their places in Hugo's content tree.

Hugo builds its content from a content folder, from one for each language, from the mounts of the
configuration, and from the content of themes and modules, the site's own first. We keep paths relative to
the site's content folder, and translate them where Hugo's path counts: in addresses, sections and cascades.
Source: Hugo's `modules/config.go` and `modules/collect.go`.
"""

import os.path
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhsearch.index.glob import NEGATION, admits, matches
from zhsearch.index.hugo.cascade import target_languages
from zhsearch.index.hugo.config import Configuration
from zhsearch.index.hugo.modules import Module
from zhsearch.index.hugo.values import as_strings, as_table, scalar_text

_CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of content, or a single file (`is_file`).

    `source` is its path relative to the site's content folder, "" that folder itself; `target` is where it
    appears below Hugo's content, "" at the top. `language` is that of files whose names have none, "" the
    site's default. `files` are patterns of the included files, all if empty.
    """

    source: str = ""
    target: str = ""
    language: str = ""
    files: tuple[str, ...] = ()
    is_file: bool = False

    @property
    def mark(self) -> str:
        """What follows a file's path where the mount is not the file's first one: a file in several mounts is
        several pages, each with a path of its own."""
        return f"#{self.language}/{self.target}"

    def contains(self, path: str) -> bool:
        """Whether the file `path`, relative to the site's content folder, is in it."""
        if not self.source:
            return not path.startswith("../")
        return path == self.source or path.startswith(self.source + "/")

    def logical_path(self, path: str) -> str:
        """The path below Hugo's content of the file `path`."""
        rest = path[len(self.source) :].lstrip("/") if self.source else path
        return f"{self.target}/{rest}".strip("/")

    def admits(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether the patterns admit a file or folder.

        The first pattern that matches decides. If there are patterns that include files, nothing else is
        admitted but the folders that lead to them. Source: `FilenameFilter` in Hugo's `hugofs/hglob`.
        """
        name = "/" + path[len(self.source) :].lstrip("/")
        has_includes = False
        for pattern in self.files:
            if pattern.startswith(NEGATION):
                if matches(pattern.removeprefix(NEGATION), name):
                    return False
                continue
            if matches(pattern, name) or (is_folder and _leads_to(name, pattern)):
                return True
            has_includes = True
        return not has_includes


def _leads_to(folder: str, pattern: str) -> bool:
    """Whether files that match the pattern may be in the folder."""
    folders = pattern.split("/")[1:-1]
    return any(matches("/" + "/".join(folders[:depth]), folder) for depth in range(len(folders) + 1))


def read_mounts(
    configuration: Configuration,
    modules: Iterable[Module],
    content: Path,
    languages: Mapping[str, Mapping[str, Any]],
) -> tuple[Mount, ...]:
    """The mounts of content; where two have a file for the same page, the earlier wins.

    `content` is the site's content folder, `languages` the configuration of each language that is built.
    """
    own_mounts = as_table(configuration.values.get("module")).get("mounts")
    mounts = list(_content_mounts(own_mounts, configuration.root, content, languages))
    if not mounts:
        mounts = list(_content_folders(configuration, content, languages))
    for module in modules:
        default = module.folder / _CONTENT
        if module.mounts is None and default.is_dir():
            mounts.append(Mount(_relative(default, content)))
        mounts += _content_mounts(module.mounts, module.folder, content, languages)
    return tuple(dict.fromkeys(mounts)) or (Mount(),)


def _content_folders(
    configuration: Configuration, content: Path, languages: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mount]:
    """The content folder of each language (`contentDir`), which Hugo mounts if the site has no mounts."""
    default = str(configuration.values.get("contentdir", _CONTENT))
    for language, language_values in languages.items():
        name = str(language_values.get("contentdir", default))
        folder = configuration.root / name
        if name == default:
            yield Mount()
        elif folder.is_dir():
            yield Mount(_relative(folder, content), "", language)


def _content_mounts(tables: object, root: Path, content: Path, languages: Iterable[str]) -> Iterator[Mount]:
    """The mounts of a list `module.mounts` that are content and exist; one for each language they name."""
    for mount in map(as_table, tables if isinstance(tables, list) else []):
        component, _, target = scalar_text(mount.get("target")).strip("/").partition("/")
        source = root / scalar_text(mount.get("source"))
        if component != _CONTENT or not source.exists():
            continue
        included = as_strings(mount.get("files")) + as_strings(mount.get("includefiles"))
        excluded = [NEGATION + pattern for pattern in as_strings(mount.get("excludefiles"))]
        files = tuple(map(_rooted, included + excluded))
        patterns = target_languages(mount)
        for language in [key for key in languages if admits(patterns, key)] if patterns else [""]:
            yield Mount(_relative(source, content), target, language, files, is_file=source.is_file())


def static_folders(
    configuration: Configuration, modules: Iterable[Module], languages: Mapping[str, Mapping[str, Any]]
) -> tuple[Path, ...]:
    """The existing folders whose files Hugo copies to the top of the site unchanged."""
    values, root = configuration.values, configuration.root
    folders: list[Path] = []
    for table in (values, *languages.values()):
        names = [
            name for key in table if re.fullmatch(r"staticdir\d*", key) for name in as_strings(table[key])
        ]
        folders += [root / name for name in names or ["static"]]
    own_mounts = as_table(values.get("module")).get("mounts")
    for module in (Module(root, None, own_mounts), *modules):
        folders.append(module.folder / "static")
        for mount in map(as_table, module.mounts if isinstance(module.mounts, list) else []):
            if scalar_text(mount.get("target")).strip("/") == "static":
                folders.append(module.folder / scalar_text(mount.get("source")))
    return tuple(folder for folder in dict.fromkeys(folders) if folder.is_dir())


def _rooted(pattern: str) -> str:
    """The pattern with a slash in front, as Hugo matches it against `/name`."""
    negation = NEGATION if pattern.startswith(NEGATION) else ""
    return f"{negation}/{pattern.removeprefix(negation).lstrip('/')}"


def _relative(folder: Path, content: Path) -> str:
    relative = os.path.relpath(folder, content).replace(os.sep, "/")
    return "" if relative == "." else relative
