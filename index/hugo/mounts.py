"""A site's configuration in, where its content comes from out: folders, and where Hugo puts what lies in
them.

Source: Hugo's `modules/config.go` and `modules/collect.go`: a content folder, one for each language,
mounts, and the content folders of themes and vendored modules, the site's own first.
"""

import os.path
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhsearch.index.glob import admits, matches
from zhsearch.index.hugo.cascade import target_languages
from zhsearch.index.hugo.config import Configuration
from zhsearch.index.hugo.modules import Module
from zhsearch.index.hugo.values import as_strings, as_table, scalar_text
from zhsearch.index.models import FileNotice

_CONTENT = "content"
_NOT = "! "  # a pattern of what is left out begins so


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of content, or a file. `source` is relative to the site's content folder, `""` is that folder
    itself; `target` is where its files appear below Hugo's content, `""` at the top. `language` is the
    language of files that name none, `""` the site's default; `files` are patterns of what is taken."""

    source: str = ""
    target: str = ""
    language: str = ""
    files: tuple[str, ...] = ()
    is_file: bool = False

    def holds(self, path: str) -> bool:
        """Does a path relative to the site's content folder lie in it? All do where that is the folder."""
        return not self.source or path == self.source or path.startswith(self.source + "/")

    def logical(self, path: str) -> str:
        """Where Hugo has the file `path`."""
        rest = path[len(self.source) :].lstrip("/") if self.source else path
        return f"{self.target}/{rest}".strip("/")

    def admits(self, path: str, *, is_folder: bool = False) -> bool:
        """Do its patterns let through a file or a folder, whose folders they let through?

        Source: Hugo's `hglob.FilenameFilter`: the first pattern that matches decides; where something is
        wanted, folders are let through that a wanted pattern begins with.
        """
        name = "/" + path[len(self.source) :].lstrip("/")
        wanted = False
        for pattern in self.files:
            if pattern.startswith(_NOT):
                if matches(pattern.removeprefix(_NOT), name):
                    return False
                continue
            if matches(pattern, name):
                return True
            wanted = True
            folders = pattern.split("/")[1:-1]
            above = ("/" + "/".join(folders[:depth]) for depth in range(len(folders) + 1))
            if is_folder and any(matches(folder, name) for folder in above):
                return True
        return not wanted


def read_mounts(
    configuration: Configuration,
    modules: Iterable[Module],
    content: Path,
    languages: Mapping[str, Mapping[str, Any]],
) -> tuple[Mount, ...]:
    """The folders that content comes from, what wins first. `content` is the site's content folder,
    `languages` what the configuration says of each language that is built."""
    values, root = configuration.values, configuration.root
    mounts = list(_listed(as_table(values.get("module")).get("mounts"), root, content, languages))
    if not mounts:
        base = str(values.get("contentdir", _CONTENT))
        for language, own in languages.items():
            folder = str(own.get("contentdir", base))
            if folder == base:
                mounts.append(Mount())
            elif (root / folder).is_dir():
                mounts.append(Mount(_relative(root / folder, content), "", language))
    for theme, _, mounted in modules:
        own_mounts = list(_listed(mounted, theme, content, languages))
        if mounted is None and (theme / _CONTENT).is_dir():
            own_mounts = [Mount(_relative(theme / _CONTENT, content))]
        mounts += own_mounts
    return tuple(dict.fromkeys(mounts)) or (Mount(),)


def static_folders(
    configuration: Configuration, modules: Iterable[Module], languages: Mapping[str, Mapping[str, Any]]
) -> tuple[Path, ...]:
    """The folders whose files Hugo copies to the top of the site as they are, those that there are."""
    values, root = configuration.values, configuration.root
    folders: list[Path] = []
    for own in (values, *languages.values()):
        names = [name for key in own if re.fullmatch(r"staticdir\d*", key) for name in as_strings(own[key])]
        folders += [root / name for name in names or ["static"]]
    own_mounts = as_table(values.get("module")).get("mounts")
    for theme, _, mounted in (Module(root, None, own_mounts), *modules):
        folders.append(theme / "static")
        for entry in map(as_table, mounted if isinstance(mounted, list) else []):
            if scalar_text(entry.get("target")).strip("/") == "static":
                folders.append(theme / scalar_text(entry.get("source")))
    return tuple(folder for folder in dict.fromkeys(folders) if folder.is_dir())


def _listed(value: object, root: Path, content: Path, languages: Iterable[str]) -> Iterator[Mount]:
    """The mounts of a list that are of content and there."""
    for entry in value if isinstance(value, list) else []:
        mount = as_table(entry)
        component, _, target = scalar_text(mount.get("target")).strip("/").partition("/")
        source = root / scalar_text(mount.get("source"))
        if component != _CONTENT or not source.exists():
            continue
        patterns = target_languages(mount)
        matching = [key for key in languages if admits(patterns, key)] if patterns else [""]
        files = as_strings(mount.get("files")) + as_strings(mount.get("includefiles"))
        files += [f"! {pattern}" for pattern in as_strings(mount.get("excludefiles"))]
        for language in matching:
            patterns_of_files = tuple(map(_rooted, files))
            yield Mount(
                _relative(source, content), target, language, patterns_of_files, is_file=source.is_file()
            )


def drop_duplicate_mounts(mounts: Iterable[Mount]) -> tuple[tuple[Mount, ...], list[FileNotice]]:
    """The mounts without those of a file that lies in another one, and notes of these: a path is one page."""
    kept = list(mounts)
    notes = []
    for mount in [mount for mount in reversed(kept) if mount.is_file]:
        inside = [other for other in kept if other is not mount and _lies_in(mount.source, other)]
        if inside:
            kept.remove(mount)
            notes.append(FileNotice(mount.source, f"is mounted twice; as {mount.target} it is not read"))
    return tuple(kept), notes


def _lies_in(source: str, mount: Mount) -> bool:
    return mount.holds(source) and (bool(mount.source) or not source.startswith("../"))


def _rooted(pattern: str) -> str:
    negation = _NOT if pattern.startswith(_NOT) else ""
    return f"{negation}/{pattern.removeprefix(negation).lstrip('/')}"


def _relative(folder: Path, content: Path) -> str:
    relative = os.path.relpath(folder, content).replace(os.sep, "/")
    return "" if relative == "." else relative
