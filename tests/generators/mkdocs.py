"""MkDocs with the theme Material, its blog and its tags."""

import sys
from pathlib import Path

import pytest

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import run
from .source import Source, Syntax, front_matter, indented, sources, without, write_files

_CONFIGURATION = """
site_name: 珠江边的笔记
site_url: https://docs.example/
copyright: 珠江边的笔记版权所有
theme:
  name: material
  language: zh
  font: false
  custom_dir: overrides
  features: [content.code.copy, navigation.tabs, navigation.footer]
plugins:
  - search
  - blog:
      post_url_format: "{date}/{slug}"
  - tags
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.highlight: {linenums: true, anchor_linenums: true}
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - toc: {permalink: true, title: 本页目录}
"""
_HEAD = """{% extends "base.html" %}
{% block extrahead %}{% if page and page.meta.noindex %}<meta name="robots" content="noindex">{% endif %}{% endblock %}
"""
_HOME = Source("index", "从这里读起", "写给家人和朋友的笔记，想到哪里写到哪里。\n", is_page=True)


def _admonition(kind: str, title: str, text: str) -> str:
    heading = f'!!! {kind} "{title}"' if title else f"!!! {kind}"
    return f"{heading}\n\n{indented(text)}\n"


_SYNTAX = Syntax(
    admonition=_admonition,
    tabs=lambda tabs: "\n\n".join(f'=== "{title}"\n\n{indented(text)}' for title, text in tabs) + "\n",
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`."""
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    posts = (_HOME, *sources())
    files = {"mkdocs.yml": _CONFIGURATION, "overrides/main.html": _HEAD, "docs/blog/index.md": "# 随笔\n"}
    for post in posts:
        values = {key: getattr(post, key) for key in ("date", "tags", "categories", "draft", "noindex")}
        values |= {"title": post.title, "slug": post.slug, "description": post.description}
        text = front_matter(values, f"# {post.title}\n\n{_SYNTAX.spell(post.body)}")
        files[f"docs/{post.slug}.md" if post.is_page else f"docs/blog/posts/{post.slug}.md"] = text
    write_files(folder, files)
    prepare(folder)
    run(folder, sys.executable, "-m", "mkdocs", "build", "--quiet")
    pages = tuple(
        Expected.of(post, _address(post), date=not post.is_page)
        for post in without(posts, "draft", "noindex")
    )
    return Built(folder / "site", pages, "article.md-content__inner", ".headerlink, .linenos, button, nav")


def _address(post: Source) -> str:
    if post is _HOME:
        return "/"
    return f"/{post.slug}/" if post.is_page else f"/blog/{post.day}/{post.slug}/"


MATERIAL = Generator("mkdocs-material", build, ("版权所有", "本页目录"), is_light=True)
