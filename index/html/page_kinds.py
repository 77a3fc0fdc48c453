"""What a built page is: a page with text of its own, or one that is not searched, such as a list of others.

A built site does not say which of its pages are lists. They are told by their addresses (`/page/2/`,
`/tags/x/`) where what they show agrees, by headings of articles that link to other pages, and by text that is
links alone.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from zhsearch.index.html.addresses import path_of
from zhsearch.index.html.nodes import (
    Node,
    Tree,
    ancestors,
    attribute,
    length,
    link_length,
    outermost,
    text_of,
)
from zhsearch.index.html.unwanted import TABLE_OF_PAGES
from zhsearch.index.messages import Message

_PAGINATED = re.compile(r"(?:^|/)page[/-]?\d+(?:/|/?index\.html|\.html)?$")
_LIST_ADDRESS = re.compile(
    r"(?:^|/)(?:(?:tags?|categor(?:y|ies)|archives?|authors?|series|topics?)(?:/|\.html$|$)|p/\d+(?:/|\.html)?$)"
)
_REFRESH = re.compile(r"[\d.\s]*+[;,]?+\s*+(?:url\s*=\s*+)?+(\S.*)", re.IGNORECASE | re.DOTALL)
_TOOL_NAMES = frozenset({"search.html", "genindex.html", "py-modindex.html", "search/index.html"})
_MIN_LINKS = 10
_LINKED = 0.8  # of the text in links: a list
_PARTLY_LINKED = 0.3  # the same where the address is that of a list
_LONG_TEXT, _SHORT_TEXT = 200, 30  # characters outside of links: what a list, or a short list, does not have
# No text of a page: the table of pages below it (Sphinx), and dates in lists of posts
_BESIDE = f"{TABLE_OF_PAGES}, time, .post-meta, .post-date, .date"
_HEADINGS = "h1, h2, h3, h4, .post-title, .entry-title"


def is_error_page(path: str) -> bool:
    """Whether a file is the page that web servers show for an unknown address."""
    return path.removesuffix("/index.html").rpartition("/")[2] in ("404", "404.html", "404.htm")


def redirect_target(tree: Tree) -> str:
    """Where a page leads that only redirects; "" if it is none."""
    for node in tree.css("meta[http-equiv]"):
        if attribute(node, "http-equiv").lower() != "refresh" or _is_for_others(node):
            continue
        if found := _REFRESH.match(attribute(node, "content")):
            return found[1].strip("'\" ")
    return ""


def _is_for_others(node: Node) -> bool:
    """Whether an element is meant for browsers without scripts only."""
    return any(above.tag == "noscript" for above in ancestors(node))


def is_noindex(tree: Tree) -> bool:
    """Whether a page asks search engines to leave it out."""
    wishes: set[str] = set()
    for node in tree.css("meta[name]"):
        if attribute(node, "name").lower() == "robots":
            wishes |= set(re.split(r"[\s,]+", attribute(node, "content").lower()))
    return not wishes.isdisjoint(("noindex", "none"))


def list_reason(path: str, address: str, tree: Tree, contents: Iterable[Node]) -> str | None:
    """Why a page is a list of others; None if it has text of its own. `address` is below the site's base."""
    below = unquote(address)
    if _PAGINATED.search(below):
        return Message("a further page of a list")
    if path in _TOOL_NAMES:
        return Message("a list or a search that the generator makes")
    articles = _linked_articles(tree, f"/{address}")
    listed = _LIST_ADDRESS.search(below.lower())
    nodes = list(contents)
    beside = outermost([part for node in nodes for part in node.css(_BESIDE)])
    total = sum(length(node) - sum(map(length, node.css("h1"))) for node in nodes) - sum(map(length, beside))
    linked = sum(map(link_length, nodes)) - sum(map(link_length, beside))
    links = sum(len(node.css("a[href]")) for node in nodes)
    if articles >= 2 or (articles and (listed or not below)):
        return Message("a list of pages")
    if listed and (not total or linked >= _PARTLY_LINKED * total):
        return Message("a list of pages")
    own = total - linked
    if linked >= _LINKED * total > 0 and own < (_LONG_TEXT if links >= _MIN_LINKS else _SHORT_TEXT):
        return Message("a list of links")
    return None


def _linked_articles(tree: Tree, address: str) -> int:
    """The number of articles whose heading is a link to another page; none if they are but related posts or
    comments beside an article that is longer than all of them."""
    linked = sizes = own = 0
    for article in outermost(tree.css("article, [role=article], .h-entry")):
        if any(_titles_of_others(article, address)):
            linked += 1
            sizes += length(article)
        else:
            own = max(own, length(article))
    return linked if own <= sizes else 0


def _titles_of_others(article: Node, address: str) -> Iterator[bool]:
    """For each link of an article's heading, or that is spread over the whole article, whether it leads to
    another page."""
    for heading in article.css(_HEADINGS)[:1]:
        links = heading.css("a[href]")
        if not links:
            around = [above for above in (heading.parent, article.parent) if above is not None]
            links = [above for above in around if above.tag == "a"]
            links += [child for child in article.iter() if child.tag == "a" and not text_of(child)]
        for link in links:
            href = attribute(link, "href")
            if href.startswith("#"):
                continue
            path = path_of(href)
            yield not (path and path.rstrip("/").endswith(address.rstrip("/")) and address != "/")
