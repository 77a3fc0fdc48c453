"""The fuzz targets: functions of bytes that may raise nothing but the errors that each expects."""

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.helpers.sites import default_segmenter, index_site, post, write_site
from zhsearch.index.errors import PostError, SiteError, StoreError
from zhsearch.index.generations.manifest import MANIFEST
from zhsearch.index.generations.store import Generation, digest, open_current, open_generation
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.reader import HtmlReader
from zhsearch.index.html.site_rules import SiteRules
from zhsearch.index.hugo.front_matter import split_front_matter
from zhsearch.index.hugo.site import load_site
from zhsearch.index.markdown.reader import read_html, read_markdown
from zhsearch.index.models import LeftOut
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.deadline import time_limit
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.errors import ParameterError
from zhsearch.search.settings import Settings

Target = Callable[[bytes], None]

DAMAGE = (Exception,)
"""Errors that a search of a damaged file may raise: any, as long as it neither crashes nor hangs nor fills the
memory. A server verifies checksums before it opens a file, and serves nothing from damaged ones."""

_QUERIES = ("算力", '"国产 算力"', "什么是芯片的算力", "tag:ai -手机", "")


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="zhsearch-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _index() -> Settings:
    posts = {
        f"{number}.md": post(
            f"算力 {number}",
            "国产算力与芯片。\n\n## 章节\n\nGPT-4o 手机。" * 3,
            date="2025-02-13",
            tags=["AI"],
        )
        for number in range(5)
    }
    return index_site(write_site(_folder(), posts))


@cache
def _engine() -> Engine:
    return open_current(_index().index, EmbeddedEngine)


def front_matter(data: bytes) -> None:
    """The decoded text of a post."""
    with contextlib.suppress(PostError):
        split_front_matter(data.decode("utf-8", "replace"))


def markdown(data: bytes) -> None:
    """The body of a post; its sections must lie within its text."""
    text = data.decode("utf-8", "replace")
    for read in (read_markdown, read_html):
        shown, sections, *_ = read(text)
        for section in sections:
            assert 0 <= section.start <= section.end <= len(shown)


def built_page(data: bytes) -> None:
    """A page of a built site; its sections must lie within its text."""
    page = HtmlReader(Path(), SiteRules()).page("posts/a.html", decode_html(data, []))
    if isinstance(page, LeftOut):
        return
    for section in page.sections:
        assert 0 <= section.start <= section.end <= len(page.text)


def configuration(data: bytes) -> None:
    """The configuration of a site, whose first byte chooses the format."""
    folder = _site_folder()
    for old in folder.glob("hugo.*"):
        old.unlink()
    suffix = ("toml", "yaml", "json")[(data[0] if data else 0) % 3]
    (folder / f"hugo.{suffix}").write_bytes(data[1:])
    with contextlib.suppress(SiteError):
        load_site(folder)


@cache
def _site_folder() -> Path:
    folder = _folder()
    (folder / "content").mkdir()
    return folder


def query(data: bytes) -> None:
    """A query and its answer; highlight marks must lie within their texts."""
    text = data.decode("utf-8", "surrogateescape")  # lone surrogates among them
    try:
        parameters = read_parameters(q=text)
    except ParameterError:
        return
    with time_limit(5):
        response = run_search(_engine(), parameters, default_segmenter())
    for result in response["results"]:
        for start, end in result["excerpt_marks"]:
            assert 0 <= start < end <= len(result["excerpt"])
        for start, end in result["title_marks"]:
            assert 0 <= start < end <= len(result["title"])


def parameters(data: bytes) -> None:
    """All parameters at once, one a line."""
    q, tag, category, since, until, sort, page, *_ = [*data.decode("utf-8", "replace").split("\n"), *[""] * 7]
    with contextlib.suppress(ParameterError):
        read_parameters(q=q, tag=[tag], category=category, since=since, until=until, sort=sort, page=page)


def manifest(data: bytes) -> None:
    """A manifest that is named by its hash, so that it is read as if it were published."""
    index = _index_folder()
    name = f"000009-{digest(data)}"
    folder = index / "generations" / name
    shutil.copytree(next((_index().index / "generations").iterdir()), folder)
    (folder / MANIFEST).write_bytes(data)
    try:
        generation = open_generation(index, name)
    except StoreError:
        shutil.rmtree(folder)
        return
    try:
        _search(generation)
    except DAMAGE:  # a manifest under the right hash is trusted
        pass
    finally:
        shutil.rmtree(folder)


def segment(data: bytes) -> None:
    """A segment file with some bytes changed: of each four bytes, three are the offset, one the new value."""
    index = _index_folder()
    source = next((_index().index / "generations").iterdir())
    folder = index / "generations" / source.name
    shutil.copytree(source, folder, dirs_exist_ok=True)
    file = next(folder.glob("*.segment"))
    changed = bytearray(file.read_bytes())
    for start in range(0, len(data) - 3, 4):
        changed[int.from_bytes(data[start : start + 3], "big") % len(changed)] = data[start + 3]
    file.unlink()
    file.write_bytes(changed)
    try:
        _search(open_generation(index, source.name))
    except DAMAGE:
        pass
    finally:
        shutil.rmtree(folder)


@cache
def _index_folder() -> Path:
    folder = _folder()
    (folder / "generations").mkdir()
    return folder


def _search(generation: Generation) -> None:
    engine = EmbeddedEngine(generation)
    with time_limit(5):
        for text in _QUERIES:
            run_search(engine, read_parameters(q=text), default_segmenter())


TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (front_matter, markdown, built_page, configuration, query, parameters, manifest, segment)
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "front_matter": (
        b"---\ntitle: a\ntags: [b, c]\ndate: 2025-02-13\n---\nbody",
        b"+++\ntitle = 'a'\n+++\n",
        b'{"title": "a"}\n',
    ),
    "markdown": (
        "# 标题 {#a}\n\n**加快**，`x` [l](u) ![](i)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{{< x >}}\n<b>c</b>\n".encode(),
    ),
    "built_page": (
        b"<html lang=zh><title>a | b</title><meta name=robots content=all><main><h1 id=x>a<a href=#x>#</a></h1>"
        b"<p data-pagefind-weight=2>b</p><pre>c</pre><time datetime=2025-02-13></time></main>",
    ),
    "configuration": (
        b"\x00baseURL = 'https://x/'\n[permalinks]\nposts = '/:year/:slug/'\n",
        b"\x01languages:\n  zh: {weight: 1}\n",
    ),
    "query": ('国产 OR "算力" -(手机 tag:a) title:芯片？'.encode(),),
    "parameters": ("算\nAI\n\n2025\n2025-02\nnewest\n2".encode(),),
    "segment": (b"\x00\x00\x10\xff\x00\x01\x00\x01",),
    "manifest": (),
}


def seeds(name: str) -> tuple[bytes, ...]:
    """The inputs that fuzzing starts with."""
    if name == "manifest":
        return (next((_index().index / "generations").glob(f"*/{MANIFEST}")).read_bytes(),)
    return SEEDS[name]
