"""Astro with Starlight."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import node_packages, node_project, run
from .source import Source, Syntax, front_matter, sources, without, write_files

PACKAGES = {"@astrojs/starlight": "0.37.7", "astro": "5.18.2"}
_CONFIGURATION = """
import { defineConfig } from 'astro/config'
import starlight from '@astrojs/starlight'

export default defineConfig({
  site: 'https://docs.example',
  integrations: [starlight({
    title: '珠江边的笔记',
    locales: { root: { label: '简体中文', lang: 'zh-CN' } },
    pagefind: false,
    sidebar: [{ label: '全部文章', autogenerate: { directory: 'posts' } }],
  })],
})
"""
_CONTENT = """
import { defineCollection } from 'astro:content'
import { docsLoader } from '@astrojs/starlight/loaders'
import { docsSchema } from '@astrojs/starlight/schema'

export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) }
"""
_HOME = Source("index", "从这里读起", "写给家人和朋友的笔记，想到哪里写到哪里。\n", is_page=True)
_NOINDEX = [{"tag": "meta", "attrs": {"name": "robots", "content": "noindex"}}]
_KINDS = {"warning": "caution"}


def _tabs(tabs: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(f'<TabItem label="{title}">\n\n{text}\n\n</TabItem>' for title, text in tabs)
    imports = "import { Tabs, TabItem } from '@astrojs/starlight/components'"
    return f"{imports}\n\n<Tabs>\n{items}\n</Tabs>"


_SYNTAX = Syntax(
    admonition=lambda kind, title, text: (
        f":::{_KINDS.get(kind, kind)}{f'[{title}]' if title else ''}\n{text}\n:::"
    ),
    tabs=_tabs,
    heading_ids=False,
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`; `prepare` is called with the project's folder before."""
    posts = (_HOME, *sources())
    files = {"astro.config.mjs": _CONFIGURATION, "src/content.config.mjs": _CONTENT}
    for post in posts:
        values = {"title": post.title, "description": post.description, "draft": post.draft}
        text = front_matter({**values, "head": _NOINDEX if post.noindex else None}, _SYNTAX.spell(post.body))
        suffix = "mdx" if "<Tabs>" in text else "md"
        files[f"src/content/docs/{'' if post.is_page else 'posts/'}{post.slug}.{suffix}"] = text
    with node_project(PACKAGES) as project:
        write_files(project, files)
        prepare(project)
        run(project, "node", node_packages(PACKAGES) / "node_modules/astro/astro.js", "build")
        shutil.copytree(project / "dist", folder / "dist")
    pages = tuple(
        Expected.of(post, _address(post), date=False, tags=False, categories=False)
        for post in without(posts, "draft", "noindex")
    )
    return Built(folder / "dist", pages, ".sl-markdown-content", ".sl-anchor-link, .copy, button")


def _address(post: Source) -> str:
    if post is _HOME:
        return "/"
    return f"/{post.slug}/" if post.is_page else f"/posts/{post.slug}/"


STARLIGHT = Generator("starlight", build, ("全部文章",))
