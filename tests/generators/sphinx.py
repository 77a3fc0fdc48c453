"""Sphinx with the themes furo and alabaster; its posts are Markdown, read by MyST."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import run
from .source import Source, Syntax, front_matter, sources, without, write_files

_CONFIGURATION = """
project = "珠江边的笔记"
copyright = "站长"
language = "zh_CN"
html_theme = "{theme}"
html_copy_source = True
extensions = ["myst_parser", "sphinx_design"]
myst_enable_extensions = ["colon_fence", "dollarmath", "attrs_block"]
exclude_patterns = ["drafts"]
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
"""


def _tabs(tabs: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(f"::::{{tab-item}} {title}\n{text}\n::::" for title, text in tabs)
    return f":::::{{tab-set}}\n{items}\n:::::"


def _admonition(kind: str, title: str, text: str) -> str:
    if not title:
        return f":::{{{kind}}}\n{text}\n:::"
    return f":::{{admonition}} {title}\n:class: {kind}\n\n{text}\n:::"


_SYNTAX = Syntax(admonition=_admonition, tabs=_tabs, heading_ids=False)


def build_with(theme: str, folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`."""
    for module in ("sphinx", "myst_parser", "sphinx_design", theme):
        pytest.importorskip(module, reason=f"{module} is not installed")
    posts = sources()
    shown = without(posts, "draft", "noindex")
    toc = "".join(f"{_path(post)}\n" for post in posts if not post.draft)
    home = Source("index", "从这里读起", f"写给家人和朋友的笔记。\n\n```{{toctree}}\n{toc}```\n")
    files = {"conf.py": _CONFIGURATION.format(theme=theme)}
    for post in (home, *posts):
        values = {"html_meta": {"robots": "noindex"} if post.noindex else None}
        text = f"# {post.title}\n\n{_SYNTAX.spell(post.body)}"
        files[f"{'drafts/' * post.draft}{_path(post)}.md"] = (
            front_matter(values, text) if post.noindex else text
        )
    write_files(folder, files)
    prepare(folder)
    run(folder, sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "_build")
    pages = tuple(
        Expected.of(post, f"/{_path(post)}.html", date=False, tags=False, categories=False) for post in shown
    )
    main = "article" if theme == "furo" else "div.body"
    return Built(
        folder / "_build",
        (Expected("/", home.title), *pages),
        main,
        ".headerlink, .linenos, button, .toctree-wrapper",
    )


def _path(post: Source) -> str:
    return post.slug if post.is_page or post.slug == "index" else f"posts/{post.slug}"


FURO = Generator("sphinx-furo", partial(build_with, "furo"), ("站长",), is_light=True)
ALABASTER = Generator("sphinx-alabaster", partial(build_with, "alabaster"), ("导航",))
