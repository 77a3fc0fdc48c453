"""Discovery of a site's content files: which of them are pages, and which files are refused and why.

Hugo walks its content tree, which mounts may put together from several folders; a folder with an `index`
file (a leaf bundle) is one page, `_index` files describe sections, and of several files for one page one
wins. We walk the same tree before any file is read, so that `_index` files are known before the posts below
them. Source: Hugo's `hugolib/pages_capture.go`, and https://gohugo.io/content-management/page-bundles/
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from zhsearch.index.errors import SiteError
from zhsearch.index.glob import matches
from zhsearch.index.hugo.sections import Folders, SectionIndex, Sections, read_section
from zhsearch.index.hugo.site import Site
from zhsearch.index.messages import Message, system_message
from zhsearch.index.models import FileNotice
from zhsearch.index.source import PageFiles

MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
HTML = frozenset({".html", ".htm"})
_UNSUPPORTED = frozenset({".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pandoc", ".pdc"})
CONTENT_ADAPTER = "_content.gotmpl"
_SYMBOLIC_LINK = Message("a symbolic link; like Hugo, zhsearch does not follow it")
# Surrogates stand for bytes of the name that are not UTF-8.
_BAD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MAX_INDEX_BYTES = 1_000_000  # read of an `_index` file


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFiles(PageFiles):
    """The content files of a site, with paths relative to its content folder; `site` has its sections."""

    site: Site


def find_files(site: Site, exclude: Iterable[str] = ()) -> ContentFiles:
    """Find the files that Hugo makes regular pages of, in a stable order.

    Files that match a pattern of `exclude`, or are in a folder that does, are left out. Symbolic links are
    refused: Hugo does not follow them, and they may leave the content folder or form a circle. Raises
    SiteError if the content folder itself cannot be read.
    """
    walk = _Walk(site, {pattern: _below_content(site, pattern) for pattern in exclude})
    walk.run()
    used = {notice.reason for notice in walk.excluded}
    unused = [setting for setting in map(_exclude_setting, walk.exclude) if setting not in used]
    reason = Message("matches nothing; write a path below the content folder, such as drafts/**")
    return ContentFiles(
        site=replace(site, sections=Sections({key: section for key, (_, section) in walk.sections.items()})),
        paths=tuple(path for _, path in walk.pages.values()),
        refused=tuple(walk.refused),
        excluded=tuple(walk.excluded),
        duplicates=tuple(walk.duplicates),
        warnings=(*site.unsupported, *(FileNotice(setting, reason) for setting in unused)),
    )


class _MountedFile(NamedTuple):
    """A file that is mounted on its own, with the interface of `os.DirEntry`; `name` is its name in Hugo's
    content."""

    name: str
    path: str

    def is_dir(self) -> bool:
        """False: a mounted folder is not an entry."""
        return False

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a regular file, or a link to one if links are followed."""
        return Path(self.path).is_file() and (follow_symlinks or not self.is_symlink())

    def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""
        return Path(self.path).is_symlink()


_DirEntry = os.DirEntry[str] | _MountedFile
_Entry = tuple[str, _DirEntry]
"""(path relative to the site's content folder, entry)."""

_Precedence = tuple[int, bool, bool, str]
"""The rank of a file among those for one page, of which the highest wins, as in Hugo: the earlier mount, a
name with a language, a leaf bundle, the suffix."""


@dataclass(slots=True)
class _Walk:
    """A walk through Hugo's content tree that collects pages, sections, and refused and excluded files.

    `exclude` maps the owner's patterns, as written, to patterns of paths. `pages` maps (path in Hugo's
    content, language) to the file that wins there, `sections` (language, folders) to the `_index` file that
    does.
    """

    site: Site
    exclude: dict[str, str]
    refused: list[FileNotice] = field(default_factory=list)
    excluded: list[FileNotice] = field(default_factory=list)
    duplicates: list[FileNotice] = field(default_factory=list)
    sections: dict[tuple[str, Folders], tuple[_Precedence, SectionIndex]] = field(default_factory=dict)
    pages: dict[tuple[str, str], tuple[_Precedence, str]] = field(default_factory=dict)

    def run(self) -> None:
        """Walk all folders, parents first; each consists of `sources`, folders on disk."""
        sources = [mount.source for mount in self.site.mounts if not mount.target and not mount.is_file]
        pending: list[tuple[str, list[str]]] = [("", sources)]
        while pending:
            folder, sources = pending.pop()
            entries = self._entries(folder, sources)
            # All else in the folder of a leaf bundle, and below it, are resources of that page.
            bundle = [
                (path, entry)
                for path, entry in entries
                if _is_index(self.site, entry.name, "index") and not entry.is_dir()
            ]
            for path, entry in bundle or entries:
                if not entry.is_dir():
                    self._add_file(path, entry)
            if not bundle:
                subfolders = self._subfolders(folder, entries)
                pending += [(name, subfolders[name]) for name in sorted(subfolders, reverse=True)]

    def _entries(self, folder: str, sources: Iterable[str]) -> list[_Entry]:
        """The files and folders that Hugo sees in one folder of its content."""
        entries: list[_Entry] = []
        for source in dict.fromkeys(sources):
            try:
                with os.scandir(self.site.content / source) as scan:
                    in_source = sorted(scan, key=lambda entry: entry.name)
            except OSError as problem:
                if not source:
                    raise SiteError(
                        "{content} cannot be read: {problem}",
                        content=self.site.content,
                        problem=system_message(problem),
                    ) from problem
                self.refused.append(
                    _notice(source, Message("cannot be read: {problem}", problem=system_message(problem)))
                )
                continue
            prefix = f"{source}/" if source else ""
            for entry in in_source:
                if _is_visible(self.site, prefix + entry.name, entry):
                    entries.append((prefix + entry.name, entry))
        for mount in self.site.mounts:
            parent, _, name = mount.target.rpartition("/")
            if mount.is_file and parent == folder:
                entries.append((mount.source, _MountedFile(name, str(self.site.content / mount.source))))
        return entries

    def _subfolders(self, folder: str, entries: Iterable[_Entry]) -> dict[str, list[str]]:
        """The folders in one of Hugo's folders, each with the folders on disk that it consists of.

        A mount below a folder that is not on disk creates folders, too.
        """
        subfolders: dict[str, list[str]] = {}
        prefix = f"{folder}/" if folder else ""
        for mount in self.site.mounts:
            target = mount.target.rpartition("/")[0] if mount.is_file else mount.target
            if target != folder and target.startswith(prefix):
                name = prefix + target[len(prefix) :].partition("/")[0]
                is_mounted_here = target == name and not mount.is_file
                subfolders.setdefault(name, []).extend([mount.source] if is_mounted_here else [])
        for path, entry in entries:
            if not entry.is_dir():
                continue
            if entry.is_symlink():
                self.refused.append(_notice(path, _SYMBOLIC_LINK))
            else:
                subfolders.setdefault(prefix + entry.name, []).append(path)
        return subfolders

    def _add_file(self, path: str, entry: _DirEntry) -> None:
        if entry.name.lower() == CONTENT_ADAPTER:
            self.refused.append(_notice(path, "a content adapter; the pages that it makes are not indexed"))
        elif _is_index(self.site, entry.name, "_index"):
            self._add_section(path, entry)
        elif _is_page_name(self.site, path):
            self._add_page(path, entry)

    def _add_section(self, path: str, entry: _DirEntry) -> None:
        content_path = self.site.content_path(path)
        if entry.is_file(follow_symlinks=False):
            key = content_path.language, content_path.folders
            precedence = _precedence(self.site, path, is_leaf=False)
            if key not in self.sections or self.sections[key][0] < precedence:
                section = read_section(_read_index(Path(entry.path)), self.site.environment)
                self.sections[key] = precedence, section

    def _add_page(self, path: str, entry: _DirEntry) -> None:
        content_path = self.site.content_path(path)
        if (pattern := self._excluding_pattern(path)) is not None:
            self.excluded.append(_notice(path, _exclude_setting(pattern)))
        elif reason := _refusal(path, entry):
            self.refused.append(_notice(path, reason))
        else:
            page = (content_path.path, content_path.language)
            precedence = _precedence(self.site, path, is_leaf=content_path.is_leaf)
            winner, loser = (precedence, path), self.pages.get(page)
            if loser and loser[0] >= precedence:
                winner, loser = loser, winner
            else:
                self.pages.pop(page, None)  # so that pages are in the order of the winning files
                self.pages[page] = winner
            if loser:
                reason = Message("has the same address as {winner}, which Hugo takes", winner=winner[1])
                self.duplicates.append(_notice(loser[1], reason))

    def _excluding_pattern(self, path: str) -> str | None:
        """The first pattern, as written, that matches the file or a folder that it is in."""
        for written, pattern in self.exclude.items():
            if matches(pattern, path) or matches(f"{pattern}/**", path):
                return written
        return None


def _is_visible(site: Site, path: str, entry: os.DirEntry[str]) -> bool:
    """Whether Hugo sees a file or folder: neither its name nor `ignoreFiles` nor the mount's filter hides
    it."""
    if entry.name.startswith((".", "#")) or entry.name.endswith("~"):
        return False
    if not site.mount(path).admits(path, is_folder=entry.is_dir()):
        return False
    return not any(pattern.search(f"{site.content.absolute()}/{path}") for pattern in site.ignore)


def _read_index(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_INDEX_BYTES)
    except OSError:
        return b""


def _precedence(site: Site, path: str, *, is_leaf: bool) -> _Precedence:
    mount = site.mount(path)
    _, language = site.split_language(mount.logical_path(path).rpartition("/")[2])
    return -site.mounts.index(mount), bool(language), is_leaf, suffix_of(path)


def _below_content(site: Site, pattern: str) -> str:
    """A pattern of `exclude` relative to the content folder; people also write `content/drafts/` and
    `./drafts`."""
    relative = pattern.removeprefix("./").strip("/")
    return relative.removeprefix(f"{site.content.name}/") if site.content.name else relative


def _exclude_setting(pattern: str) -> str:
    return f"exclude = {pattern!r}"


def _notice(path: str, reason: str) -> FileNotice:
    return FileNotice(path.encode("utf-8", "backslashreplace").decode(), reason)


def _is_page_name(site: Site, path: str) -> bool:
    """Whether a file of this name is a page for Hugo, in a format that we read or not."""
    folder, _, name = site.mount(path).logical_path(path).rpartition("/")
    if suffix_of(name) not in MARKDOWN | HTML | _UNSUPPORTED:
        return False
    stem, language = site.split_language(name)
    is_home_page = stem.lower() == "index" and not folder
    return stem.lower() != "_index" and not is_home_page and language not in site.disabled_languages


def _refusal(path: str, entry: _DirEntry) -> str | None:
    """Why a page's file is not read; None if it is."""
    suffix = suffix_of(path)
    if entry.is_symlink():
        return _SYMBOLIC_LINK
    if not entry.is_file():
        return Message("not a regular file")
    if suffix in _UNSUPPORTED:
        return Message("{suffix} files are not supported; only Markdown and HTML are indexed", suffix=suffix)
    if _BAD_NAME.search(path):
        return Message("the file name contains unprintable characters; rename it")
    return None


def suffix_of(name: str) -> str:
    """What follows the last dot of a file name, in lower case, with a dot in front."""
    return "." + name.rpartition(".")[2].lower()


def _is_index(site: Site, name: str, stem: str) -> bool:
    """Whether a file is the `index` of a leaf bundle, or the `_index` of a section, in any language."""
    return (
        name[: len(stem)].lower() == stem
        and site.split_language(name)[0].lower() == stem
        and suffix_of(name) in MARKDOWN | HTML
    )
