"""VuePress 2 with its default theme."""

import json
import shutil
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import node_packages, node_project, run
from .source import Syntax, front_matter, sources, without, write_files
from .vitepress import HOME, NOINDEX, path_of

PACKAGES = {
    "@vuepress/bundler-vite": "2.0.0-rc.26",
    "@vuepress/theme-default": "2.0.0-rc.118",
    "sass-embedded": "1.97.0",
    "vue": "3.5.26",
    "vuepress": "2.0.0-rc.26",
}
_CONFIGURATION = """
import { viteBundler } from '@vuepress/bundler-vite'
import { defaultTheme } from '@vuepress/theme-default'
import { defineUserConfig } from 'vuepress'

export default defineUserConfig({
  lang: 'zh-CN',
  title: '珠江边的笔记',
  pagePatterns: ['**/*.md', '!drafts', '!.vuepress', '!node_modules'],
  bundler: viteBundler(),
  theme: defaultTheme({
    hostname: 'https://docs.example',
    navbar: [{ text: '关于', link: '/guanyu.html' }],
    sidebar: [{ text: '全部文章', children: [%s] }],
    contributors: false,
    lastUpdated: false,
  }),
})
"""
_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f"::: {kind} {title}".rstrip() + f"\n{text}\n:::",
    tabs=lambda tabs: (
        "::: tabs\n\n" + "\n\n".join(f"@tab {title}\n\n{text}" for title, text in tabs) + "\n\n:::"
    ),
    footnotes=False,
    heading_ids=False,
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`; `prepare` is called with the project's folder before."""
    posts = (HOME, *sources())
    shown = without(posts, "draft", "noindex")
    links = ", ".join(f"'/{path_of(post)}.md'" for post in shown if post.date)
    files = {".vuepress/config.mjs": _CONFIGURATION % links}
    files["package.json"] = json.dumps({"dependencies": PACKAGES})  # what Vite has to bundle
    for post in posts:
        values: dict[str, object] = {"title": post.title, "description": post.description, "lang": post.lang}
        values |= {"head": NOINDEX if post.noindex else None, "date": post.date}
        name = "README" if post is HOME else f"{'drafts/' * post.draft}{path_of(post)}"
        files[f"{name}.md"] = front_matter(values, f"# {post.title}\n\n{_SYNTAX.spell(post.body)}")
    with node_project(PACKAGES) as project:
        write_files(project, files)
        prepare(project)
        run(project, "node", node_packages(PACKAGES) / "node_modules/vuepress/bin/vuepress.js", "build", ".")
        shutil.copytree(project / ".vuepress/dist", folder / "dist")
    pages = tuple(
        Expected.of(post, "/" if post is HOME else f"/{path_of(post)}.html", tags=False, categories=False)
        for post in shown
    )
    hidden = ".header-anchor > span > span[aria-hidden], .line-numbers, button, .vp-code-line-numbers"
    return Built(folder / "dist", pages, "[vp-content]", hidden)


VUEPRESS = Generator("vuepress", build, ("全部文章",))
