"""Pelican with its default theme, notmyidea."""

import sys
from pathlib import Path

from .built import Built, Expected, Generator, Prepare, nothing
from .packages import python_packages, run
from .source import Syntax, indented, sources, without, write_files

PACKAGES = {"markdown": "3.10", "pelican": "4.12.0"}
_CONFIGURATION = """
SITENAME = "珠江边的笔记"
SITEURL = "https://blog.example"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "zh"
ARTICLE_TRANSLATION_ID = None
THEME = "notmyidea"
MARKDOWN = {"extension_configs": {"markdown.extensions.admonition": {}, "markdown.extensions.extra": {},
    "markdown.extensions.codehilite": {"css_class": "highlight", "linenums": True}}}
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
DRAFT_SAVE_AS = ""
"""
_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f'!!! {kind} "{title or kind}"\n{indented(text)}\n',
    tabs=lambda tabs: "\n\n".join(f"**{title}** {text}" for title, text in tabs),
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`. Its themes have no way to hide a page, so that there is none."""
    packages = python_packages(PACKAGES)
    posts = without(sources(), "noindex")
    files = {"pelicanconf.py": _CONFIGURATION}
    for post in posts:
        values = {
            "Title": post.title,
            "Date": f"{post.date:%Y-%m-%d %H:%M}",
            "Slug": post.slug,
            "Tags": ", ".join(post.tags),
            "Category": ", ".join(post.categories) or "杂项",
            "Summary": post.description or "",
            "Status": "draft" if post.draft else "published",
        }
        head = "".join(f"{key}: {value}\n" for key, value in values.items() if value)
        where = "content/pages" if post.is_page else "content"
        files[f"{where}/{post.slug}.md"] = f"{head}\n{_SYNTAX.spell(post.body)}"
    write_files(folder, files)
    prepare(folder)
    run(folder, sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "-q", python_path=packages)
    pages = tuple(
        Expected.of(post, f"/pages/{post.slug}.html", date=False)
        if post.is_page
        else Expected.of(post, f"/{post.slug}.html")
        for post in without(posts, "draft")
    )
    return Built(
        folder / "output", pages, "div.entry-content, #content.body", ".linenos, .footnote-backref, footer"
    )


PELICAN = Generator("pelican", build, ("珠江边的笔记", "social"))
