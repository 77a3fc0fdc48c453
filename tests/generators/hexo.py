"""Hexo with its themes landscape and NexT."""

import json
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import node_packages, node_project, run
from .source import Source, Syntax, front_matter, sources, without, write_files

PACKAGES = {
    "hexo": "8.1.2",
    "hexo-generator-archive": "2.0.0",
    "hexo-generator-category": "2.0.0",
    "hexo-generator-index": "4.0.0",
    "hexo-generator-tag": "2.0.0",
    "hexo-renderer-ejs": "2.0.0",
    "hexo-renderer-marked": "7.0.1",
    "hexo-renderer-stylus": "3.0.1",
    "hexo-theme-landscape": "1.1.0",
    "hexo-theme-next": "8.29.0",
}
_CONFIGURATION = """
title: 珠江边的笔记
author: 站长
language: zh-CN
timezone: UTC
url: https://blog.example
permalink: :year/:month/:day/:title/
per_page: 3
theme: {theme}
syntax_highlighter: highlight.js
highlight:
  line_number: true
"""
_NEXT = """
custom_file_path:
  head: source/_data/head.njk
menu:
  home: / || fa fa-home
  archives: /archives/ || fa fa-archive
codeblock:
  copy_button:
    enable: true
toc:
  enable: true
math:
  mathjax:
    enable: false
"""


_KINDS = {"tip": "success"}  # another word would be the title of a fold


def _note(kind: str, title: str, text: str) -> str:
    heading = f"**{title}**\n\n" if title else ""
    return f"{{% note {_KINDS.get(kind, kind)} %}}\n{heading}{text}\n{{% endnote %}}"


def _tabs(tabs: Sequence[tuple[str, str]]) -> str:
    inner = "\n".join(f"<!-- tab {title} -->\n{text}\n<!-- endtab -->" for title, text in tabs)
    return f"{{% tabs methods %}}\n{inner}\n{{% endtabs %}}"


_NEXT_SYNTAX = Syntax(admonition=_note, tabs=_tabs, footnotes=False, heading_ids=False)
_PLAIN_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f"> **{title or kind}** {text}",
    tabs=lambda tabs: "\n\n".join(f"**{title}** {text}" for title, text in tabs),
    footnotes=False,
    heading_ids=False,
)


def write_project(folder: Path, theme: str) -> tuple[Source, ...]:
    """Write the sources of a site with a theme; returns the posts that are published.

    landscape cannot hide a page, so that its site has none.
    """
    posts = [post for post in sources() if theme == "next" or not post.noindex]
    syntax = _NEXT_SYNTAX if theme == "next" else _PLAIN_SYNTAX
    files = {
        "package.json": json.dumps({"name": "site", "hexo": {"version": ""}, "dependencies": PACKAGES}),
        "_config.yml": _CONFIGURATION.format(theme=theme),
        "_config.next.yml": _NEXT,
        "source/_data/head.njk": '{% if page.noindex %}<meta name="robots" content="noindex">{% endif %}\n',
    }
    for post in posts:
        values = {key: getattr(post, key) for key in ("title", "tags", "categories", "lang", "noindex")}
        values |= {"date": post.date, "description": post.description}
        where = f"source/{post.slug}/index.md" if post.is_page else f"source/_posts/{post.slug}.md"
        if post.draft:
            where = f"source/_drafts/{post.slug}.md"
        files[where] = front_matter(values, syntax.spell(post.body))
    write_files(folder, files)
    (folder / "node_modules").symlink_to(node_packages(PACKAGES) / "node_modules")
    return tuple(without(posts, "draft", "noindex"))


def build_with(theme: str, folder: Path, prepare: Prepare = nothing) -> Built:
    """Build a site with a theme into `folder`; `prepare` is called with the project's folder before."""
    with node_project(PACKAGES) as project:
        posts = write_project(project, theme)
        prepare(project)
        run(project, "node", "node_modules/hexo/bin/hexo", "generate")
        shutil.copytree(project / "public", folder / "public")
    pages = tuple(
        Expected.of(post, f"/{post.slug}/" if post.is_page else f"/{post.day}/{post.slug}/") for post in posts
    )
    if theme == "next":
        return Built(folder / "public", pages, ".post-body", ".gutter, .headerlink, .copy-btn")
    return Built(folder / "public", pages, ".article-entry", ".gutter, .headerlink")


LANDSCAPE = Generator("hexo-landscape", partial(build_with, "landscape"), ("珠江边的笔记",))
NEXT = Generator("hexo-next", partial(build_with, "next"), ("珠江边的笔记", "文章目录"))
