"""Discovery of a site's content files: which of them are pages, and which files are refused and why.

Hugo walks its content tree, which mounts may put together from several folders; a folder with an `index`
file (a leaf bundle) is one page, `_index` files describe sections, and of several files for one page one
wins. We walk the same tree before any file is read, so that `_index` files are known before the posts below
them. Source: Hugo's `hugolib/pages_capture.go`, and https://gohugo.io/content-management/page-bundles/
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from zhsearch.index.errors import SiteError
from zhsearch.index.excluded import ExcludePatterns, file_notice, has_bad_name
from zhsearch.index.hugo.mounts import Mount
from zhsearch.index.hugo.sections import Folders, SectionIndex, Sections, read_section
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.messages import Message, system_message
from zhsearch.index.models import FileNotice
from zhsearch.index.source import PageFiles

MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
HTML = frozenset({".html", ".htm"})
_UNSUPPORTED = frozenset({".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pandoc", ".pdc"})
CONTENT_ADAPTER = "_content.gotmpl"
_SYMBOLIC_LINK = Message("a symbolic link; like Hugo, zhsearch does not follow it")
_MAX_INDEX_BYTES = 1_000_000  # read of an `_index` file


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFiles(PageFiles):
    """The content files of a site, with paths relative to its content folder; `site` has its sections."""

    site: Site


def find_files(site: Site, exclude: Iterable[str] = (), *, section_pages: bool = True) -> ContentFiles:
    """Find the files that Hugo makes pages of, in a stable order.

    `section_pages`: with the home page, sections, taxonomies and terms. Files that match a pattern of
    `exclude`, or are in a folder that does, are left out. Symbolic links are refused: Hugo does not follow
    them, and they may leave the content folder or form a circle. Raises SiteError if the content folder
    itself cannot be read.
    """
    patterns = ExcludePatterns({pattern: _below_content(site, pattern) for pattern in exclude})
    walk = _Walk(site, patterns, section_pages)
    walk.run()
    reason = Message("matches nothing; write a path below the content folder, such as drafts/**")
    return ContentFiles(
        site=replace(site, sections=Sections({key: section for key, (_, section) in walk.sections.items()})),
        paths=tuple(path for _, path in walk.pages.values()),
        refused=tuple(walk.refused),
        excluded=tuple(walk.excluded),
        duplicates=tuple(walk.duplicates),
        warnings=(*site.unsupported, *patterns.unused(walk.excluded, reason)),
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


class _Entry(NamedTuple):
    """An entry of a folder, the mount that it is seen through, and its path relative to the site's content
    folder."""

    mount: Mount
    path: str
    entry: _DirEntry


_Source = tuple[Mount, str]
"""(mount, folder on disk relative to the site's content folder)."""

_Precedence = tuple[int, bool, int, str]
"""The rank of a file among those for one page, of which the highest wins, as in Hugo: the earlier mount, a
name with a language, a leaf bundle before a section's file (`x/_index.md`) before another (`x.md`), the
suffix."""


@dataclass(slots=True)
class _Walk:
    """A walk through Hugo's content tree that collects pages, sections, and refused and excluded files.

    `exclude` maps the owner's patterns, as written, to patterns of paths. `pages` maps (path in Hugo's
    content, language) to the file that wins there, `sections` (language, folders) to the `_index` file that
    does.
    """

    site: Site
    exclude: ExcludePatterns
    section_pages: bool
    refused: list[FileNotice] = field(default_factory=list)
    excluded: list[FileNotice] = field(default_factory=list)
    duplicates: list[FileNotice] = field(default_factory=list)
    sections: dict[tuple[str, Folders], tuple[_Precedence, SectionIndex]] = field(default_factory=dict)
    pages: dict[tuple[str, str], tuple[_Precedence, str]] = field(default_factory=dict)

    def run(self) -> None:
        """Walk all folders, parents first; each consists of `sources`, folders on disk."""
        mounts = self.site.mounts
        sources = [(mount, mount.source) for mount in mounts if not mount.target and not mount.is_file]
        pending: list[tuple[str, list[_Source]]] = [("", sources)]
        while pending:
            folder, sources = pending.pop()
            entries = self._entries(folder, sources)
            # All else in the folder of a leaf bundle, and below it, are resources of that page.
            bundle = [
                seen
                for seen in entries
                if _is_index(self.site, seen.entry.name, "index") and not seen.entry.is_dir()
            ]
            for mount, path, entry in bundle or entries:
                if not entry.is_dir():
                    self._add_file(self.site.page_path(mount, path), entry)
            if not bundle:
                subfolders = self._subfolders(folder, entries)
                pending += [(name, subfolders[name]) for name in sorted(subfolders, reverse=True)]

    def _entries(self, folder: str, sources: Iterable[_Source]) -> list[_Entry]:
        """The files and folders that Hugo sees in one folder of its content."""
        entries: list[_Entry] = []
        for mount, source in dict.fromkeys(sources):
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
                    file_notice(source, Message("cannot be read: {problem}", problem=system_message(problem)))
                )
                continue
            prefix = f"{source}/" if source else ""
            for entry in in_source:
                if _is_visible(self.site, mount, prefix + entry.name, entry):
                    entries.append(_Entry(mount, prefix + entry.name, entry))
        for mount in self.site.mounts:
            parent, _, name = mount.target.rpartition("/")
            if mount.is_file and parent == folder:
                file = _MountedFile(name, str(self.site.content / mount.source))
                entries.append(_Entry(mount, mount.source, file))
        return entries

    def _subfolders(self, folder: str, entries: Iterable[_Entry]) -> dict[str, list[_Source]]:
        """The folders in one of Hugo's folders, each with the folders on disk that it consists of.

        A mount below a folder that is not on disk creates folders, too.
        """
        subfolders: dict[str, list[_Source]] = {}
        prefix = f"{folder}/" if folder else ""
        for mount in self.site.mounts:
            target = mount.target.rpartition("/")[0] if mount.is_file else mount.target
            if target != folder and target.startswith(prefix):
                name = prefix + target[len(prefix) :].partition("/")[0]
                is_mounted_here = target == name and not mount.is_file
                subfolders.setdefault(name, []).extend([(mount, mount.source)] if is_mounted_here else [])
        for mount, path, entry in entries:
            if not entry.is_dir() or self._is_of_language(mount, path):
                continue
            if entry.is_symlink():
                self.refused.append(file_notice(path, _SYMBOLIC_LINK))
            else:
                subfolders.setdefault(prefix + entry.name, []).append((mount, path))
        return subfolders

    def _is_of_language(self, mount: Mount, folder: str) -> bool:
        """Whether the folder, seen through `mount`, is the content of another language: in `content` and
        `content/zh`, Hugo has the pages of the latter twice, at the same addresses."""
        return any(
            other != mount
            and other.source == folder
            and not other.target
            and mount.logical_path(folder) == other.language
            for other in self.site.mounts
        )

    def _add_file(self, path: str, entry: _DirEntry) -> None:
        if entry.name.lower() == CONTENT_ADAPTER:
            self.refused.append(
                file_notice(path, "a content adapter; the pages that it makes are not indexed")
            )
        if _is_index(self.site, entry.name, "_index"):
            self._add_section(path, entry)
        if _is_page_name(self.site, path):
            self._add_page(path, entry)

    def _add_section(self, path: str, entry: _DirEntry) -> None:
        content_path = self.site.content_path(path)
        if entry.is_file(follow_symlinks=False):
            key = content_path.language, content_path.folders
            precedence = _precedence(self.site, path, content_path)
            if key not in self.sections or self.sections[key][0] < precedence:
                section = read_section(_read_index(Path(entry.path)), self.site.environment)
                self.sections[key] = precedence, section

    def _add_page(self, path: str, entry: _DirEntry) -> None:
        content_path = self.site.content_path(path)
        if content_path.kind != "page" and not self.section_pages:
            return
        if setting := self.exclude.setting_for(self.site.file(path)):
            self.excluded.append(file_notice(path, setting))
        elif reason := _refusal(self.site.file(path), entry):
            self.refused.append(file_notice(path, reason))
        else:
            page = (content_path.path, content_path.language)
            precedence = _precedence(self.site, path, content_path)
            winner, loser = (precedence, path), self.pages.get(page)
            if loser and loser[0] >= precedence:
                winner, loser = loser, winner
            else:
                self.pages.pop(page, None)  # so that pages are in the order of the winning files
                self.pages[page] = winner
            if loser and self.site.file(loser[1]) != self.site.file(winner[1]):
                reason = Message("has the same address as {winner}, which Hugo takes", winner=winner[1])
                self.duplicates.append(file_notice(loser[1], reason))


def _is_visible(site: Site, mount: Mount, path: str, entry: os.DirEntry[str]) -> bool:
    """Whether Hugo sees a file or folder: neither its name nor `ignoreFiles` nor the mount's filter hides
    it."""
    if entry.name.startswith((".", "#")) or entry.name.endswith("~"):
        return False
    if not mount.admits(path, is_folder=entry.is_dir()):
        return False
    return not any(pattern.search(f"{site.content.absolute()}/{path}") for pattern in site.ignore)


def _read_index(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_INDEX_BYTES)
    except OSError:
        return b""


def _precedence(site: Site, path: str, content_path: ContentPath) -> _Precedence:
    mount = site.mount(path)
    file = site.file(path)
    _, language = site.split_language(mount.logical_path(file).rpartition("/")[2])
    form = 2 if content_path.is_leaf else int(content_path.kind != "page")
    return -site.mounts.index(mount), bool(language), form, suffix_of(file)


def _below_content(site: Site, pattern: str) -> str:
    """A pattern of `exclude` relative to the content folder; people also write `content/drafts/` and
    `./drafts`."""
    relative = pattern.removeprefix("./").strip("/")
    return relative.removeprefix(f"{site.content.name}/") if site.content.name else relative


def _is_page_name(site: Site, path: str) -> bool:
    """Whether a file of this name is a page for Hugo, in a format that we read or not."""
    name = site.mount(path).logical_path(site.file(path)).rpartition("/")[2]
    is_page = suffix_of(name) in MARKDOWN | HTML | _UNSUPPORTED
    return is_page and site.split_language(name)[1] not in site.disabled_languages


def _refusal(path: str, entry: _DirEntry) -> str | None:
    """Why a page's file is not read; None if it is."""
    suffix = suffix_of(path)
    if entry.is_symlink():
        return _SYMBOLIC_LINK
    if not entry.is_file():
        return Message("not a regular file")
    if suffix in _UNSUPPORTED:
        return Message("{suffix} files are not supported; only Markdown and HTML are indexed", suffix=suffix)
    if has_bad_name(path):
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
