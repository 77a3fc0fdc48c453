"""Small Hugo sites written in a few lines, indexed, and searched as the API would."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.generations.store import Generation, open_current
from zhsearch.index.hugo.posts import read_page
from zhsearch.index.hugo.site import Site
from zhsearch.index.models import Post
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
CACHE = Path("~/.cache/zhsearch").expanduser()
SEED = "国产化加速，DeepSeek掀起AICG算力革命"


def default_segmenter() -> Segmenter:
    return get_segmenter("auto", CACHE)


def write_site(folder: Path, posts: Mapping[str, str]) -> Path:
    """Write a Hugo site of posts, given as path below content/ and whole text, and return its folder."""
    for name, text in posts.items():
        file = folder / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "hugo.toml").write_text('baseURL = "https://x.example/"\nlocale = "zh-CN"\n', encoding="utf-8")
    return folder


def post(title: str, body: str = "", **fields: object) -> str:
    """The text of a post with YAML front matter; lists are in flow style."""
    lines = [f"title: {title!r}".replace("'", '"', 2)]
    for name, value in fields.items():
        yaml = (
            "[" + ", ".join(f'"{item}"' for item in value) + "]" if isinstance(value, list | tuple) else value
        )
        lines.append(f"{name}: {yaml}")
    return "---\n" + "\n".join(lines) + f"\n---\n{body}\n"


def read_post(
    site: Site, path: str, data: bytes, now: dt.datetime, mtime: float | None = None
) -> Post | None:
    """The post in a file, as `read_page` reads it; None if it is not searched."""
    page = read_page(site, path, data, now, mtime)
    return page if isinstance(page, Post) else None


def index_site(folder: Path, engine_settings: Settings | None = None) -> Settings:
    """Index the site in `folder` into `folder/index` and publish it to the engine of `engine_settings`."""
    settings = replace(engine_settings or Settings(), content=folder, index=folder / "index", cache=CACHE)
    reindex(settings)
    backend_of(settings).publish(full=False)
    return settings


def current_generation(index: Path) -> Generation:
    """The current generation of an index, opened."""
    return open_current(index, lambda generation: generation)


class Searcher:
    """Searches the current generation of an index as the API would; called, it returns the API's response."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = backend_of(settings).open()
        self.segmenter = get_segmenter("auto", CACHE, self.engine.lexicon)

    def __call__(self, q: str = "", **parameters: Any) -> Any:
        return run_search(self.engine, read_parameters(q=q, **parameters), self.segmenter)

    def titles(self, q: str = "", **parameters: Any) -> list[str]:
        return [result["title"] for result in self(q, per_page="50", **parameters)["results"]]


def searcher(settings: Settings) -> Searcher:
    """A searcher of the engine that the settings name; the files of an export answer as the API would."""
    from tests.static.searcher import StaticSearcher, StaticSettings  # noqa: PLC0415  it imports this module

    return (
        cast(Searcher, StaticSearcher(settings))
        if isinstance(settings, StaticSettings)
        else Searcher(settings)
    )


def marked(text: str, marks: list[list[int]]) -> list[str]:
    return [text[start:end] for start, end in marks]
