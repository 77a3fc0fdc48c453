"""A site in, the files that Hugo would make regular pages of out, and those that are refused at sight."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from zhsearch.index.errors import SiteError
from zhsearch.index.glob import matches
from zhsearch.index.hugo.mounts import Mount
from zhsearch.index.hugo.sections import SectionIndex, Sections, read_section
from zhsearch.index.hugo.site import Site
from zhsearch.index.models import FileNotice

MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
HTML = frozenset({".html", ".htm"})
_UNREAD = frozenset({".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pandoc", ".pdc"})
_LINK = "a symbolic link; Hugo does not follow it, and neither do we"
_NOTHING = "matches nothing; write a path below the content folder, such as drafts/**"
_ADAPTER = "pages that a content adapter makes are not read"
_BAD_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # the last: bytes that are not UTF-8
_LARGEST_INDEX = 1_000_000  # bytes of an _index file


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """The content files of a site (paths relative to its content folder), what was refused at sight, what the
    owner's patterns leave out, what is of no use (patterns that match nothing, configuration that is not
    read), and the site with what its _index files say."""

    site: Site
    paths: tuple[str, ...]
    refused: tuple[FileNotice, ...] = field(default=())
    excluded: tuple[FileNotice, ...] = field(default=())
    unmatched_patterns: tuple[FileNotice, ...] = field(default=())


_Rank = tuple[int, bool, bool, str]
"""What decides between two files of one page, as in Hugo: the earlier mount, a name with a language, a leaf
bundle, the suffix."""


@dataclass(slots=True)
class _Finding:
    refused: list[FileNotice] = field(default_factory=list)
    excluded: list[FileNotice] = field(default_factory=list)
    sections: dict[tuple[str, tuple[str, ...]], tuple[_Rank, SectionIndex]] = field(default_factory=dict)
    pages: dict[tuple[str, str], tuple[_Rank, str]] = field(default_factory=dict)


def find_files(site: Site, exclude: Iterable[str] = ()) -> ContentFiles:
    """Every file that Hugo would make a regular page of, in a stable order, but for those that match a
    pattern of `exclude`, or lie in a folder that does. Patterns that match nothing are noted.

    Links are refused: Hugo does not follow them, and they may leave the folder or run in a circle. Raises
    SiteError when the content folder itself cannot be read.
    """
    finding = _Finding()
    patterns = {pattern: _below_content(site, pattern) for pattern in exclude}
    folders: list[tuple[str, list[str]]] = [("", _sources(site.mounts, ""))]
    while folders:
        where, sources = folders.pop()
        entries = _entries(site, where, sources, finding)
        # What lies beside a leaf bundle's index, and below it, is its resources.
        leaf = [file for file in entries if _is_index(site, file[1].name, "index") and not file[1].is_dir()]
        for path, entry in leaf or entries:
            if not entry.is_dir():
                _take(site, path, entry, patterns, finding)
        if not leaf:
            inner = _inner(site, where, entries, finding)
            folders += [(name, inner[name]) for name in sorted(inner, reverse=True)]
    used = {note.reason for note in finding.excluded}
    unused = (pattern for pattern in patterns if _excluded_by(pattern) not in used)
    return ContentFiles(
        replace(site, sections=Sections({key: section for key, (_, section) in finding.sections.items()})),
        tuple(path for _, path in finding.pages.values()),
        tuple(finding.refused),
        tuple(finding.excluded),
        (*site.unread, *(FileNotice(_excluded_by(pattern), _NOTHING) for pattern in unused)),
    )


def _sources(mounts: Iterable[Mount], where: str) -> list[str]:
    """The folders that are mounted at `where` in Hugo's content."""
    return [mount.source for mount in mounts if mount.target == where and not mount.is_file]


class _MountedFile(NamedTuple):
    """A file that is mounted by itself, with what is asked of an `os.DirEntry`; `name` is the one that Hugo
    has it by."""

    name: str
    path: str

    def is_dir(self) -> bool:
        """No folder is mounted so."""
        return False

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Is it one, of itself or behind a link?"""
        return Path(self.path).is_file() and (follow_symlinks or not self.is_symlink())

    def is_symlink(self) -> bool:
        """Does it lead elsewhere?"""
        return Path(self.path).is_symlink()


_Entry = tuple[str, os.DirEntry[str] | _MountedFile]
"""A path below the site's content folder, and what lies there."""


def _entries(site: Site, where: str, sources: Iterable[str], finding: _Finding) -> list[_Entry]:
    """All that Hugo sees in the folders that make up one of its own, which is `where`."""
    entries: list[_Entry] = []
    for source in dict.fromkeys(sources):
        try:
            with os.scandir(site.content / source) as listed:
                here = sorted(listed, key=lambda entry: entry.name)
        except OSError as problem:
            if not source:
                raise SiteError(f"{site.content} cannot be read: {problem.strerror}") from problem
            finding.refused.append(_note(source, f"cannot be read: {problem.strerror}"))
        else:
            found = ((f"{source}/{entry.name}" if source else entry.name, entry) for entry in here)
            entries += [(path, entry) for path, entry in found if _is_seen(site, path, entry)]
    for mount in site.mounts:
        folder, _, name = mount.target.rpartition("/")
        if mount.is_file and folder == where:
            entries.append((mount.source, _MountedFile(name, str(site.content / mount.source))))
    return entries


def _is_seen(site: Site, path: str, entry: os.DirEntry[str]) -> bool:
    """Is it neither ignored, for its name or by the site, nor filtered out by its mount?"""
    if _is_ignored(entry.name) or not site.mount(path).admits(path, is_folder=entry.is_dir()):
        return False
    return not any(pattern.search(f"{site.content.absolute()}/{path}") for pattern in site.ignore)


def _inner(site: Site, where: str, entries: Iterable[_Entry], finding: _Finding) -> dict[str, list[str]]:
    """The folders in one of Hugo's folders: where Hugo has them, and what they are made of."""
    inner: dict[str, list[str]] = {}
    below = f"{where}/" if where else ""
    for mount in site.mounts:
        target = mount.target.rpartition("/")[0] if mount.is_file else mount.target
        if target != where and target.startswith(below):
            name = below + target[len(below) :].partition("/")[0]
            own = [mount.source] if target == name and not mount.is_file else []
            inner.setdefault(name, []).extend(own)
    for path, entry in entries:
        if not entry.is_dir():
            continue
        if entry.is_symlink():
            finding.refused.append(_note(path, _LINK))
        else:
            inner.setdefault(below + entry.name, []).append(path)
    return inner


def _take_section(site: Site, path: str, entry: os.DirEntry[str] | _MountedFile, finding: _Finding) -> None:
    """Keep what an _index file says."""
    place = site.place(path)
    if entry.is_file(follow_symlinks=False):
        key = place.language, place.folders
        rank = _rank(site, path, is_leaf=False)
        if key not in finding.sections or finding.sections[key][0] < rank:
            finding.sections[key] = rank, read_section(_start_of(Path(entry.path)), site.environment)


def _start_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST_INDEX)
    except OSError:
        return b""


def _take(
    site: Site,
    path: str,
    entry: os.DirEntry[str] | _MountedFile,
    patterns: Mapping[str, str],
    finding: _Finding,
) -> None:
    """Take the file in, if it is a page."""
    if entry.name.lower() == "_content.gotmpl":
        finding.refused.append(_note(path, _ADAPTER))
    elif _is_index(site, entry.name, "_index"):
        _take_section(site, path, entry, finding)
    elif _may_be_page(site, path):
        place = site.place(path)
        page = (place.path, place.language)
        rank = _rank(site, path, is_leaf=place.is_leaf)
        excluding = (
            written
            for written, pattern in patterns.items()
            if matches(pattern, path) or matches(f"{pattern}/**", path)
        )
        if (pattern := next(excluding, None)) is not None:
            finding.excluded.append(_note(path, _excluded_by(pattern)))
        elif reason := _why_refused(path, entry):
            finding.refused.append(_note(path, reason))
        elif page not in finding.pages or finding.pages[page][0] < rank:
            finding.pages.pop(page, None)
            finding.pages[page] = (rank, path)


def _rank(site: Site, path: str, *, is_leaf: bool) -> _Rank:
    mount = site.mount(path)
    _, language = site.split_language(mount.logical(path).rpartition("/")[2])
    return -site.mounts.index(mount), bool(language), is_leaf, suffix_of(path)


def _below_content(site: Site, pattern: str) -> str:
    """A pattern without what leads to the content folder, as people write it too."""
    plain = pattern.removeprefix("./").strip("/")
    return plain.removeprefix(f"{site.content.name}/") if site.content.name else plain


def _excluded_by(pattern: str) -> str:
    return f"exclude = {pattern!r}"


def _note(path: str, reason: str) -> FileNotice:
    return FileNotice(path.encode("utf-8", "backslashreplace").decode(), reason)


def _may_be_page(site: Site, path: str) -> bool:
    """Does its name say that it is a page, or would be one if we read such files?"""
    folder, _, name = site.mount(path).logical(path).rpartition("/")
    if suffix_of(name) not in MARKDOWN | HTML | _UNREAD:
        return False
    stem, language = site.split_language(name)
    home = stem.lower() == "index" and not folder
    return stem.lower() != "_index" and not home and language not in site.disabled_languages


def _why_refused(path: str, entry: os.DirEntry[str] | _MountedFile) -> str | None:
    """The reason why a file is not read, None if it is."""
    suffix = suffix_of(path)
    if entry.is_symlink():
        return _LINK
    if not entry.is_file():
        return "not a regular file"
    if suffix in _UNREAD:
        return f"{suffix} is not read; only Markdown and HTML are"
    if _BAD_NAME.search(path):
        return "the file name has unprintable characters; rename it"
    return None


def suffix_of(name: str) -> str:
    """`.md`; a dot at the beginning of a name makes no suffix, but hides the file."""
    return "." + name.rpartition(".")[2].lower()


def _is_ignored(name: str) -> bool:
    """Is it one of the files and folders that Hugo leaves out by their names?"""
    return name.startswith((".", "#")) or name.endswith("~")


def _is_index(site: Site, name: str, stem: str) -> bool:
    """Is it the file `index` of a leaf bundle, or `_index` of a section?"""
    return (
        name[: len(stem)].lower() == stem
        and site.split_language(name)[0].lower() == stem
        and suffix_of(name) in MARKDOWN | HTML
    )
