"""Documents: what is indexed of a post, its visible text, sections and code."""

import re
from collections.abc import Mapping
from dataclasses import fields

from zhsearch.index.markdown import ExtractedText, MarkdownOptions, read_html, read_markdown
from zhsearch.index.models import Document, PageMeta, Post

_META = tuple(meta.name for meta in fields(PageMeta) if meta.name != "summary")
_MARKUP = re.compile(r"[*_`~\[\]<>&\\#|{}]|--|\.\.\.|[\"']|^\s*[-+\d]")


def make_document(
    post: Post, options: MarkdownOptions | None = None, *, body: ExtractedText | None = None
) -> Document:
    """Extract the document of a post. `options` are the site's for Markdown, None for the defaults; `body` is
    what its body shows, if that is known."""
    if body is None:
        body = read_html(post.body) if post.markup == "html" else read_markdown(post.body, options)
    return assemble_document(
        post, body, _visible_lines(post, options), _visible_line(post.summary, options), post.facets
    )


def assemble_document(
    page: PageMeta,
    body: ExtractedText,
    lines: Mapping[str, float],
    summary: str,
    facets: Mapping[str, tuple[str, ...]],
) -> Document:
    """The document of a page: what its body shows, then the further `lines` that are searched, each with its
    weight."""
    return Document(
        **{name: getattr(page, name) for name in _META},
        summary=summary,
        text="\n".join([*([body.text] if body.text else []), *lines]),
        sections=body.sections,
        code=body.code,
        meta_start=(len(body.text) + 1 if body.text else 0) if lines else None,
        meta_weights=tuple(lines.values()),
        facets=facets,
    )


def _visible_lines(post: Post, options: MarkdownOptions | None) -> dict[str, float]:
    """The searched texts of a post's front matter as a reader sees them, with their weights; without those
    that repeat its title."""
    lines = {_visible_line(text, options): weight for text, weight in post.searched}
    return {line: weight for line, weight in lines.items() if line and line != post.title}


def _visible_line(text: str, options: MarkdownOptions | None) -> str:
    """A text of front matter, which may be Markdown, as a reader sees it on one line."""
    if _MARKUP.search(text):
        text = read_markdown(text, options).text
    return " ".join(text.split())
