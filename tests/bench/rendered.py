"""Comparison of the visible text and the heading ids that the real Hugo renders with those that we index.

`python -m tests.bench.rendered SITE…` compares whole sites page by page and prints what differs.
"""

import difflib
import itertools
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.helpers.hugo import copy_site, hugo, posts_of, remove_what_hugo_refuses, write_files
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.site import load_site
from zhsearch.index.markdown.alt_texts import alt_text
from zhsearch.index.markdown.blocks import WIDE

# Elements that the HTML standard's style sheet shows as blocks, rows or cells, and those that it never shows.
BLOCKS = [
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav",
    "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
]  # fmt: skip
HIDDEN = [
    "-comment", "area", "base", "basefont", "datalist", "head", "iframe", "link", "meta", "noembed",
    "noframes", "noscript", "object", "param", "script", "style", "svg", "template", "title",
]  # fmt: skip
_FOOTNOTE = "\uf8ff"  # around the number of a footnote and the arrow that leads back
_BLANK = re.compile(rf"(?<=\n)\s+|(?<=[{WIDE}])[ \xa0]+|[ \xa0]+(?=[{WIDE}\n{_FOOTNOTE}])|(?<= ) +")
_ALT_TEXT = re.compile("\v([^\v]*)\v")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")  # no browser shows them
LAYOUT = '<!DOCTYPE html><body data-path="{{ with .File }}{{ .Path }}{{ end }}">{{ .Content }}</body>'


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as readers see it: its blocks with white space collapsed, and the ids of its headings, in order."""

    blocks: tuple[str, ...]
    anchors: tuple[str, ...]


def shown_by_hugo(root: Path, output: Path, *arguments: str | Path) -> dict[str, Shown]:
    """Render a site with Hugo: path below content/ -> what a browser shows of the page.

    The site in `root` gets a layout that renders only the content.
    """
    write_files(root, {"layouts/all.html": LAYOUT})
    hugo("--source", root, "--destination", output, "--quiet", *arguments)
    pages = (read_page(file.read_text(encoding="utf-8")) for file in output.rglob("*.html"))
    return {path: shown for path, shown in pages if path}


def shown_by_us(root: Path) -> dict[str, Shown]:
    """Path below content/ -> the page as it is indexed."""
    shown = {}
    site = load_site(root)
    for post in posts_of(root):
        document = make_document(post, site.markdown_options(post.path))
        body = document.text[: document.meta_start].removesuffix(
            "\n"
        )  # themes show front matter, not the content
        blocks = tuple(body.split("\n")) if body else ()
        shown[post.path] = Shown(blocks, tuple(section.anchor for section in document.sections))
    return shown


def read_page(html: str) -> tuple[str, Shown]:
    """(path that the layout wrote into the page, what is shown)."""
    body = LexborHTMLParser(html).body
    assert body
    headings = body.css(
        "h1,h2,h3,h4:not(figcaption *),h5,h6"
    )  # the title of a `figure` is not one of the page
    anchors = [node.attributes.get("id") or "" for node in headings if any(_blocks(node))]
    return body.attributes.get("data-path") or "", Shown(tuple(filter(None, _blocks(body))), tuple(anchors))


def _blocks(node: LexborNode) -> Iterator[str]:
    """The blocks of what is visible, each followed by the alternative texts of its images."""
    for block in "".join(_visible(node, pre=False)).split("\f"):
        yield " ".join(_CONTROL.sub(" ", _ALT_TEXT.sub(" ", block)).split())
        yield from map(alt_text, _ALT_TEXT.findall(block))


def _visible(node: LexborNode, *, pre: bool) -> Iterator[str]:
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            text = child.text(deep=False)
            yield text.replace("\n", "\f") if pre else text
        elif tag == "img":
            yield f"\v{child.attributes.get('alt') or ''}\v"
        elif tag == "br":
            yield "\f" if pre else " "
        elif tag == "a" and "footnote-" in (child.attributes.get("class") or ""):
            yield f"{_FOOTNOTE}{child.text()}{_FOOTNOTE}"
        elif tag not in HIDDEN:
            edge = "\f" if tag in BLOCKS else ""
            yield edge
            yield from _visible(child, pre=pre or tag == "pre")
            yield edge


# Known differences besides white space, in order of size, each with the pattern that removes it from both texts.
DIFFERENCES = {
    "nothing": r"(?!)",
    "the numbers of footnotes": f"{_FOOTNOTE}.*?{_FOOTNOTE}",
    "emphasis marks beside Han": r"\*{2,4}",
}


def what_differs(theirs: Shown, ours: Shown) -> str | None:
    """The name of the smallest known difference that explains why two texts differ; None if none does."""
    both = ["\n".join(shown.blocks) for shown in (theirs, ours)]
    for name, removed in DIFFERENCES.items():
        both = [re.sub(removed, "", text) for text in both]
        first, second = (_BLANK.sub("", text).strip() for text in both)
        if first == second:
            return name
    return None


def compare(theirs: Mapping[str, Shown], ours: Mapping[str, Shown]) -> tuple[Counter[str], list[str]]:
    """(number of pages for each difference, paths of pages that no known difference explains)."""
    counts: Counter[str] = Counter()
    unexplained = []
    for path, shown in ours.items():
        name = what_differs(theirs[path], shown)
        counts[name or "something else"] += 1
        if name is None:
            unexplained.append(path)
    return counts, unexplained


def difference(theirs: Shown, ours: Shown) -> list[str]:
    """The blocks that differ, for a message: Hugo's begin with a minus, ours with a plus."""
    lines = difflib.unified_diff(theirs.blocks, ours.blocks, "Hugo", "ours", n=0, lineterm="")
    return [line[:300] for line in lines]


def main(sites: list[str]) -> None:
    """Compare the sites in some folders, as they are and with HTML within Markdown shown; print what differs."""
    for site, shows_html in itertools.product(sites, (False, True)):
        with tempfile.TemporaryDirectory() as folder:
            root = copy_site(Path(site), Path(folder) / "site")
            if shows_html:
                with next(root.glob("*.toml")).open("a", encoding="utf-8") as file:
                    file.write("\n[markup.goldmark.renderer]\nunsafe = true\n")
            remove_what_hugo_refuses(root)
            theirs = shown_by_hugo(root, Path(folder) / "out")
            ours = shown_by_us(root)
        counts, unexplained = compare(theirs, ours)
        ids = sum(theirs[path].anchors != shown.anchors for path, shown in ours.items())
        headings = sum(len(shown.anchors) for shown in ours.values())
        print(f"{site}, HTML {'shown' if shows_html else 'left out'}: {len(ours)} pages, {headings} headings")
        print(f"  pages with other ids: {ids}; pages that differ in {dict(counts)}")
        for path in unexplained:
            print(f"  {path}", *difference(theirs[path], ours[path])[2:14], sep="\n    ")


if __name__ == "__main__":
    main(sys.argv[1:])
