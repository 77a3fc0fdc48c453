"""Docusaurus with its classic theme: posts in its blog, what needs MDX in its docs."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import node_packages, node_project, run
from .source import Source, Syntax, front_matter, sources, without, write_files

PACKAGES = {
    "@docusaurus/core": "3.10.2",
    "@docusaurus/preset-classic": "3.10.2",
    "react": "19.3.1",
    "react-dom": "19.3.1",
    "rehype-katex": "7.0.1",
    "remark-math": "6.0.0",
}
_CONFIGURATION = """
import remarkMath from 'remark-math'
import rehypeKatex from 'rehype-katex'

const markdown = { remarkPlugins: [remarkMath], rehypePlugins: [rehypeKatex] }
export default {
  title: '珠江边的笔记',
  url: 'https://docs.example',
  baseUrl: '/',
  onBrokenLinks: 'ignore',
  i18n: { defaultLocale: 'zh-CN', locales: ['zh-CN'] },
  presets: [['classic', {
    docs: { ...markdown, breadcrumbs: true },
    blog: { ...markdown, blogSidebarTitle: '近期文章', onInlineTags: 'ignore', onUntruncatedBlogPosts: 'ignore' },
    theme: {},
  }]],
  themeConfig: {
    navbar: { title: '珠江边的笔记', items: [{ to: '/blog', label: '博客' }] },
    footer: { copyright: '版权所有' },
  },
}
"""
_IN_DOCS = ("pingbi-guanggao", "pinghuan-gongshi", "guangdao-chadian")


def _tabs(tabs: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(
        f'<TabItem value="{number}" label="{title}">\n\n{text}\n\n</TabItem>'
        for number, (title, text) in enumerate(tabs)
    )
    imports = "import Tabs from '@theme/Tabs';\nimport TabItem from '@theme/TabItem';"
    return f"{imports}\n\n<Tabs>\n{items}\n</Tabs>"


_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f":::{kind}{f'[{title}]' if title else ''}\n\n{text}\n\n:::",
    tabs=_tabs,
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`."""
    posts = sources()
    files = {"docusaurus.config.mjs": _CONFIGURATION}
    for post in posts:
        values = {key: getattr(post, key) for key in ("title", "tags", "draft", "description")}
        values |= {"slug": post.slug, "unlisted": post.noindex, "date": None if _in_docs(post) else post.date}
        folder_name = "src/pages" if post.is_page else "docs" if _in_docs(post) else "blog"
        title = f"# {post.title}\n\n" if post.is_page else ""
        text = front_matter(values, title + _SYNTAX.spell(post.body))
        files[f"{folder_name}/{post.slug}.md"] = text.replace("{#sync}", "\\{#sync}")
    with node_project(PACKAGES) as project:
        write_files(project, files)
        prepare(project)
        program = node_packages(PACKAGES) / "node_modules/@docusaurus/core/bin/docusaurus.mjs"
        run(project, "node", program, "build")
        shutil.copytree(project / "build", folder / "build")
    pages = tuple(_expected(post) for post in without(posts, "draft", "noindex"))
    hidden = "#footnote-label, .data-footnote-backref, .hash-link, button, .theme-doc-breadcrumbs, nav, footer, header, .theme-doc-footer"
    return Built(folder / "build", pages, "article, main.container", hidden)


def _in_docs(post: Source) -> bool:
    return post.slug in _IN_DOCS


def _expected(post: Source) -> Expected:
    if _in_docs(post):
        return Expected.of(post, f"/docs/{post.slug}", date=False, categories=False)
    return Expected.of(
        post, f"{'' if post.is_page else '/blog'}/{post.slug}", date=not post.is_page, categories=False
    )


DOCUSAURUS = Generator("docusaurus", build, ("版权所有", "近期文章"))
