"""The searches of static sites that are compared: how each makes its files, and how its script is asked.

Pagefind and MiniSearch come from npm, at the versions below. All show the same number of hits: SHOWN.
"""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.generators.packages import node_packages
from tests.helpers.sites import CACHE
from tests.static.bench_site import Post, write_html
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site

SHOWN = 5
_PACKAGES = {"pagefind": "1.6.0", "minisearch": "7.2.0"}
_INDEX_TIMEOUT_S = 1_800


@dataclass(frozen=True)
class Tool:
    """A search. `build` makes its files in a folder, of posts whose pages are in another.

    `ask` is the body of a script that sets `window.ask`: a text to the addresses of the first SHOWN hits, once their
    excerpts are there too. `box` are the files of the search box that it brings along, which `ask` does not load.
    """

    name: str
    build: Callable[[Sequence[Post], Path, Path], None]
    ask: str
    box: tuple[str, ...] = ()


def make_site(tool: Tool, posts: Sequence[Post], pages: Path, folder: Path) -> float:
    """Make the site of a tool in a folder. Returns the seconds that its index took."""
    if not pages.is_dir():
        write_html(posts, pages)
    folder.mkdir(parents=True)
    started = time.perf_counter()
    tool.build(posts, pages, folder)
    seconds = time.perf_counter() - started
    head = '<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">'
    html = f'{head}<script type="module">{tool.ask}</script>'
    (folder / "index.html").write_text(html, encoding="utf-8")
    return seconds


def _build_zhsearch(_posts: Sequence[Post], pages: Path, folder: Path) -> None:
    index = folder.with_name(f"{folder.name}-index")
    settings = Settings(content=pages, html=pages, index=index, cache=CACHE)
    reindex(settings)
    export_site(settings, folder / "zhsearch")


def _build_pagefind(_posts: Sequence[Post], pages: Path, folder: Path) -> None:
    runner = node_packages(_PACKAGES) / "node_modules/pagefind/lib/runner/bin.cjs"
    _run("node", runner, "--site", pages, "--output-path", folder / "pagefind", "--quiet")


_INDEX_WITH_MINISEARCH = """
const { readFileSync, writeFileSync } = require("node:fs");
const MiniSearch = require("minisearch");
const [input, output] = process.argv.slice(2);
const words = new Intl.Segmenter("zh", { granularity: "word" });
const tokenize = (text) => [...words.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
const index = new MiniSearch({ fields: ["title", "text"], storeFields: ["title"], tokenize });
index.addAll(JSON.parse(readFileSync(input, "utf8")));
writeFileSync(output, JSON.stringify(index));
"""


def _build_minisearch(posts: Sequence[Post], _pages: Path, folder: Path) -> None:
    packages = node_packages(_PACKAGES)
    script, texts = folder.with_name("minisearch.cjs"), folder.with_name("minisearch.json")
    script.write_text(_INDEX_WITH_MINISEARCH, encoding="utf-8")
    documents = [{"id": f"/{post.path}", "title": post.title, "text": post.text} for post in posts]
    texts.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
    environment = {"NODE_PATH": str(packages / "node_modules")}
    _run("node", "--max-old-space-size=8192", script, texts, folder / "index.json", environment=environment)
    module = packages / "node_modules/minisearch/dist/es/index.js"
    (folder / "minisearch.js").write_bytes(module.read_bytes())


def _run(program: str, *arguments: object, environment: Mapping[str, str] | None = None) -> None:
    command = ["/usr/bin/env", *(f"{name}={value}" for name, value in (environment or {}).items()), program]
    subprocess.run(
        [*command, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, timeout=_INDEX_TIMEOUT_S
    )


ZHSEARCH = Tool(
    "zhsearch",
    _build_zhsearch,
    """
    let engine;
    window.ask = async (text) => {
      engine ??= import("/zhsearch/search.js").then(({ open }) => open("/zhsearch/"));
      const { results } = await (await engine).search(text, { per_page: SHOWN });
      return results.map(({ url }) => url);
    };
    """.replace("SHOWN", str(SHOWN)),
    ("zhsearch/widget.js", "zhsearch/widget.css"),
)

PAGEFIND = Tool(
    "Pagefind",
    _build_pagefind,
    """
    let engine;
    window.ask = async (text) => {
      engine ??= import("/pagefind/pagefind.js").then(async (module) => (await module.init(), module));
      const { results } = await (await engine).search(text);
      const shown = await Promise.all(results.slice(0, SHOWN).map((result) => result.data()));
      return shown.map(({ url }) => url);
    };
    """.replace("SHOWN", str(SHOWN)),
    ("pagefind/pagefind-ui.js", "pagefind/pagefind-ui.css"),
)

MINISEARCH = Tool(
    "MiniSearch",
    _build_minisearch,
    """
    const words = new Intl.Segmenter("zh", { granularity: "word" });
    const tokenize = (text) => [...words.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
    const options = { fields: ["title", "text"], storeFields: ["title"], tokenize };
    async function load() {
      const [{ default: MiniSearch }, json] = await Promise.all([
        import("/minisearch.js"),
        fetch("/index.json").then((response) => response.text()),
      ]);
      return MiniSearch.loadJSON(json, options);
    }
    let engine;
    window.ask = async (text) => {
      engine ??= load();
      const hits = (await engine).search(text, { combineWith: "AND" });
      return hits.slice(0, SHOWN).map(({ id }) => id);
    };
    """.replace("SHOWN", str(SHOWN)),
)

TOOLS = (ZHSEARCH, PAGEFIND, MINISEARCH)
