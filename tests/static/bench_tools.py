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
from tests.helpers.sites import CACHE, ROOT
from tests.static.bench_site import Post, write_html
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site

SHOWN = 5
_PACKAGES = {"pagefind": "1.6.0", "minisearch": "7.2.0"}
_INDEX_TIMEOUT_S = 1_800
_CLIENT = (ROOT / "search/static/src/in_worker.js").read_text(encoding="utf-8").replace("export ", "")


@dataclass(frozen=True)
class Tool:
    """A search. `build` makes its files in a folder, of posts whose pages are in another.

    `ask` is the body of a script that sets `window.ask`: a text to the addresses of the first SHOWN hits, once their
    excerpts are there too. `box` is what a page with the tool's own search box loads for it. Tools with the same
    `site` share their files.
    """

    name: str
    build: Callable[[Sequence[Post], Path, Path], None]
    ask: str
    box: str = ""
    site: str = ""

    @property
    def page(self) -> str:
        """The path of the page that is searched."""
        return f"/{self.name.replace(' ', '-')}.html"

    @property
    def folder(self) -> str:
        """The name of the folder with the files."""
        return self.site or self.name


def make_site(tool: Tool, posts: Sequence[Post], pages: Path, folder: Path) -> float:
    """Make the site of a tool in a folder. Returns the seconds that its index took."""
    if not pages.is_dir():
        write_html(posts, pages)
    folder.mkdir(parents=True)
    started = time.perf_counter()
    tool.build(posts, pages, folder)
    return time.perf_counter() - started


def write_page(tool: Tool, folder: Path) -> None:
    """Write the page with the tool's search box."""
    head = f'<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">{tool.box}'
    html = f'{head}<script type="module">{tool.ask}</script>'
    (folder / tool.page[1:]).write_text(html, encoding="utf-8")


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


_ZHSEARCH_BOX = (
    '<link rel="stylesheet" href="/zhsearch/widget.css"><script type="module" src="/zhsearch/widget.js"></script>'
    "<zh-search></zh-search>"
)

ZHSEARCH = Tool(
    "zhsearch",
    _build_zhsearch,
    """
    CLIENT
    let engine;
    window.ask = async (text) => {
      engine ??= inWorker("/zhsearch/search.js", `${location.origin}/zhsearch/`);
      const { results } = await (await engine).search(text, { per_page: SHOWN });
      return results.map(({ url }) => url);
    };
    """.replace("CLIENT", _CLIENT).replace("SHOWN", str(SHOWN)),
    _ZHSEARCH_BOX,
)

ZHSEARCH_BOX = Tool(
    "zhsearch and completions",
    _build_zhsearch,
    """
    window.ask = async (text) => {
      const { form, input, shadowRoot } = document.querySelector("zh-search");
      const hits = () => [...shadowRoot.querySelectorAll(".results a[href]")];
      const isAnswered = () => hits().length || shadowRoot.querySelector(".state");
      input.value = text;
      await new Promise((done) => {
        const seen = new MutationObserver(() => {
          if (shadowRoot.querySelector(".panel[aria-busy]") || !isAnswered()) return;
          seen.disconnect();
          done();
        });
        seen.observe(shadowRoot, { attributes: true, childList: true, subtree: true });
        form.requestSubmit(); // an answer in memory is shown at once
      });
      return hits().map((hit) => new URL(hit.href).pathname);
    };
    """,
    _ZHSEARCH_BOX,
    site="zhsearch",
)
"""The real box: what a reader types into it asks for completions too."""

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
    '<link rel="stylesheet" href="/pagefind/pagefind-ui.css"><script src="/pagefind/pagefind-ui.js"></script>',
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

TOOLS = (ZHSEARCH, ZHSEARCH_BOX, PAGEFIND, MINISEARCH)
