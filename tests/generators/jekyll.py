"""Jekyll with its theme minima, as the system has it installed."""

import shutil
from pathlib import Path

import pytest

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import run
from .source import Syntax, front_matter, sources, without, write_files

_CONFIGURATION = """
title: 珠江边的笔记
url: https://blog.example
lang: zh-CN
timezone: UTC
theme: minima
permalink: /:year/:month/:day/:title/
markdown: kramdown
kramdown: {input: GFM, syntax_highlighter_opts: {block: {line_numbers: true}}}
plugins: [jekyll-seo-tag, jekyll-feed]
"""
_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f"> **{title or kind}** {text}",
    tabs=lambda tabs: "\n\n".join(f"**{title}** {text}" for title, text in tabs),
    heading_ids=False,
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`. minima cannot hide a page, so that there is none."""
    if not shutil.which("jekyll"):
        pytest.skip("jekyll is not installed")
    posts = without(sources(), "noindex")
    files = {"_config.yml": _CONFIGURATION, "index.md": "---\nlayout: home\n---\n"}
    for post in posts:
        values = {key: getattr(post, key) for key in ("title", "date", "tags", "categories", "description")}
        if post.is_page:
            values = {"layout": "page", "title": post.title, "permalink": f"/{post.slug}/"}
            name = f"{post.slug}.md"
        else:
            values = {**values, "layout": "post", "permalink": f"/{post.day}/{post.slug}/"}
            name = f"{'_drafts' if post.draft else '_posts'}/{post.date:%Y-%m-%d}-{post.slug}.md"
        files[name] = front_matter(values, _SYNTAX.spell(post.body))
    write_files(folder, files)
    prepare(folder)
    run(folder, "jekyll", "build", "--quiet")
    pages = tuple(
        Expected.of(
            post,
            f"/{post.slug}/" if post.is_page else f"/{post.day}/{post.slug}/",
            date=not post.is_page,
            tags=False,
            categories=False,
        )
        for post in without(posts, "draft")
    )
    return Built(folder / "_site", pages, ".post-content", ".rouge-gutter, .lineno, .reversefootnote")


JEKYLL = Generator("jekyll", build, ("珠江边的笔记",))
