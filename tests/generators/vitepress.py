"""VitePress with its default theme."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import node_packages, node_project, run
from .source import Source, Syntax, front_matter, sources, without, write_files

PACKAGES = {"markdown-it-mathjax3": "4.3.2", "vitepress": "1.6.4", "vue": "3.5.45"}
_CONFIGURATION = """
import { defineConfig } from 'vitepress'

export default defineConfig({
  lang: 'zh-CN',
  title: '珠江边的笔记',
  srcExclude: ['drafts/**'],
  markdown: { math: true, lineNumbers: true },
  themeConfig: {
    nav: [{ text: '首页', link: '/' }, { text: '关于', link: '/guanyu' }],
    sidebar: [{ text: '全部文章', items: [%s] }],
    outline: { label: '本页目录', level: 'deep' },
    docFooter: { prev: '上一篇', next: '下一篇' },
    footer: { message: '珠江边的笔记版权所有' },
  },
})
"""
HOME = Source("index", "从这里读起", "写给家人和朋友的笔记，想到哪里写到哪里。\n")


def _tabs(tabs: Sequence[tuple[str, str]]) -> str:
    fences = "\n".join(f"```txt [{title}]\n{text}\n```" for title, text in tabs)
    return f"::: code-group\n\n{fences}\n\n:::"


SYNTAX = Syntax(
    admonition=lambda kind, title, text: f"::: {kind} {title}".rstrip() + f"\n{text}\n:::",
    tabs=_tabs,
    footnotes=False,
)
NOINDEX = [["meta", {"name": "robots", "content": "noindex"}]]


def write_project(folder: Path) -> tuple[Source, ...]:
    """Write the sources of a site; returns the posts that are published, the home page included."""
    posts = (HOME, *sources())
    shown = without(posts, "draft", "noindex")
    links = ", ".join(f"{{ text: '{post.title}', link: '/{path_of(post)}' }}" for post in shown if post.date)
    files = {".vitepress/config.mjs": _CONFIGURATION % links}
    for post in posts:
        values: dict[str, object] = {"title": post.title, "description": post.description, "lang": post.lang}
        values["head"] = NOINDEX if post.noindex else None
        body = f"# {post.title}\n\n{SYNTAX.spell(post.body)}"
        files[f"{'drafts/' * post.draft}{path_of(post)}.md"] = front_matter(values, body)
    write_files(folder, files)
    return tuple(shown)


def path_of(post: Source) -> str:
    """The path of a page without its suffix."""
    return post.slug if post.is_page or post is HOME else f"posts/{post.slug}"


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`; `prepare` is called with the project's folder before."""
    with node_project(PACKAGES) as project:
        posts = write_project(project)
        prepare(project)
        program = node_packages(PACKAGES) / "node_modules/vitepress/bin/vitepress.js"
        run(project, "node", program, "build")
        shutil.copytree(project / ".vitepress/dist", folder / "dist")
    pages = tuple(
        Expected.of(
            post,
            "/" if post is HOME else f"/{path_of(post)}.html",
            date=False,
            tags=False,
            categories=False,
        )
        for post in posts
    )
    return Built(
        folder / "dist",
        pages,
        "main .vp-doc",
        ".header-anchor, .line-numbers-wrapper, button, span.lang, mjx-assistive-mml, .katex",
    )


VITEPRESS = Generator("vitepress", build, ("全部文章", "本页目录", "上一篇", "版权所有"))
