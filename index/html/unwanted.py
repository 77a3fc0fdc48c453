"""What is left out of a page's content: navigation, tables of contents, line numbers, heading anchors and
other parts that readers do not take for text.

Elements are recognised by their names and roles, and by the words in the names of their classes. Class names
are only a hint, so that no element goes which is a large part of the content or whose class says that
something has such a part (`has-toc`).
"""

import re
from functools import lru_cache

from zhsearch.index.html.nodes import (
    Node,
    ancestors,
    attribute,
    element_before,
    length,
    link_length,
    outermost,
    text_of,
)

# Sphinx: the titles of the pages below. Where the whole book is one page, these themselves are in it.
TABLE_OF_PAGES = ".toctree-wrapper:not(:has(section, div.section))"
_ALWAYS = ", ".join(
    (
        "script, style, template, noscript, iframe, object, svg, canvas, audio, video",
        "nav, form:not(:has(h1, main, article)), button, select, textarea, input, dialog",
        TABLE_OF_PAGES,
        ".viewcode-link, .viewcode-back",  # Sphinx: [source] and [docs] beside names
        "rt, rp",  # how characters are read, which stands above them: 漢(かん)字(じ) is 漢字
        "[role=navigation], [role=search], [role=toolbar], [role=contentinfo], [role=tablist]",
        "[aria-hidden=true], [hidden]:not([role=tabpanel])",
        "[style*='display:none']:not([role=tabpanel]), [style*='display: none']:not([role=tabpanel])",
        "[data-pagefind-ignore], [data-zhsearch-ignore]",
        # line numbers: Hexo, Sphinx, MkDocs, Chroma, Rouge, Prism
        "td.gutter, td.rouge-gutter, td.linenos, td.lntd:first-child:not(:only-child)",
        "span.linenos, span.lnt",
        "span.ln, span.lineno, .line-numbers-wrapper, .line-numbers-rows, .linenodiv",
        # the language above a block of code: VitePress
        "div[class*='language-'] > span.lang",
        # numbers of footnotes and the signs that lead back
        "a.footnote-backref, a.footnote-back, a[role=doc-backlink], a[role=doc-noteref], a.footnote-ref",
        "[data-footnote-ref], [data-footnote-backref]",
        "a.footnote-reference, sup[id^=fnref], aside.footnote > span.label",
        # the source of a formula, beside what is shown of it
        "annotation, annotation-xml, .katex-html, .MathJax_Preview",
        # names of icons in a font
        ".material-icons, [class^='material-symbols']",
    )
)
_CLASSED = ", ".join(
    f"{tag}[class]"
    for tag in (
        *("div", "ul", "ol", "p", "section", "aside", "details", "a", "table", "header", "footer", "time"),
        *("span:not(pre *)", "i", "figcaption", "address", "blockquote", "dl", "small", "h2"),
    )
).replace(":not(pre *)[class]", "[class]:not(pre *)")
_WORDS = re.compile(
    r"""(?:^|-)(?:
        toc | table-of-contents | page-outline | breadcrumbs? | crumbs | sidebar
      | pagination | pager | paginav | page-?nav | post-?nav | (?:post|article|page)-navigation | prev-next
      | next-prev | share | sharing | sharer | addthis | social | socials
      | comments | disqus | giscus | utterances | gitalk | valine | waline | twikoo
      | comment-(?:box|list|form)
      | related | recommend | recommended | recommendations | see-?also-posts
      | copyright | post-license | article-license | donate | reward | subscribe | newsletter | feedback
      | edit-(?:this-)?page | edit-link | page-edit | last-?(?:updated?|mod|modified) | lastmod
      | reading-?time | read-?time | word-?count | busuanzi
      | (?:post|entry|article|page|blog|vp-page)
        -(?:meta|info|metas|tags?|categories|footer|date|author|byline)
      | byline | tag-?list | tags-?list | taglist | tagcloud | version-badge | docs?-meta
      | skip-?link | back-?to-?top | sr-only | visually-hidden | screen-reader(?:-text)? | no-print
      | headerlink | header-?anchor | heading-?anchor | heading-?link | hash-?link | anchor-?link | permalink
      | copy-?(?:btn|button|code|icon) | copybtn | clipboard | code-?(?:copy|lang|header|toolbar-item)
      | author-(?:box|bio|card)
    )(?:-|$)""",
    re.VERBOSE,
)
_NEGATED = re.compile(r"(?:has|have|with|without|no|is|hide|show|toggle|js)-")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-]+")
_LARGE, _MOST = 0.4, 0.9  # of the content: no class name makes such a part unwanted
_SHORT = 150  # characters, which may be a large part of a short page
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_HEADING_NAMES = frozenset(_HEADINGS.split(", "))
_SHOWN_IN_HEADER = re.compile(r"(?:^|-)(?:title|subtitle|sub-title|description|lead|summary|excerpt)(?:-|$)")
_ANCHOR_SIGNS = re.compile(
    r"[\W_]*|link to this (?:heading|section)|permalink|anchor|direct link.*", re.IGNORECASE
)
_TITLE_OF_LIST = re.compile(r"(?:本文|文章)?目[录錄次][:：]?|(?:table of )?contents:?", re.IGNORECASE)
_SIGN_OF_HEADING = re.compile("[¶#§\u200b]+$")
_MIN_ENTRIES = 2
_MOST_LINKED = 0.3  # of the text of a sidebar: one with more is navigation
_BESIDES_NUMBERS = re.compile(r"[^\d\s]")
_FOOTERS_OF = frozenset({"blockquote", "figure"})  # the source of a quotation


def remove_unwanted(root: Node) -> None:
    """Remove from the content whatever readers do not take for its text."""
    for node in root.css(_ALWAYS):
        if not _is_whole_heading(node):
            node.decompose()
    for node in root.css(".line-numbers"):  # Prism gives this class to the code itself
        if not _BESIDES_NUMBERS.search(node.text()):
            node.decompose()
    _remove_list_of_headings(root)
    size = length(root)
    for node in root.css(_CLASSED):
        if node.tag == "a" and any(above.tag in _HEADING_NAMES for above in ancestors(node)):
            continue  # its text may be that of the heading
        if _is_unwanted(attribute(node, "class")) and not (_is_large(node, size) or _is_box_of_text(node)):
            node.decompose()
    for node in root.css("header"):
        _reduce_header(node)
    for node in root.css("footer"):
        if not _is_large(node, size) and not any(above.tag in _FOOTERS_OF for above in ancestors(node)):
            node.decompose()
    for heading in outermost(root.css(_HEADINGS)):
        _remove_anchor_links(heading)


def _remove_list_of_headings(root: Node) -> None:
    """Remove lists that have nothing but links to headings of the page, and a title 目录 before them."""
    titles = {_bare_text(heading) for heading in root.css(_HEADINGS)}
    for node in outermost(root.css("ul, ol")):
        links = node.css("a[href^='#']")
        texts = [_bare_text(link) for link in links]
        if len(links) < _MIN_ENTRIES or sum(map(len, texts)) < length(node) or not titles.issuperset(texts):
            continue
        before = element_before(node)
        if before is not None and _TITLE_OF_LIST.fullmatch(text_of(before)):
            before.decompose()
        node.decompose()


def _bare_text(node: Node) -> str:
    return _SIGN_OF_HEADING.sub("", "".join(node.text().split()))


def _is_whole_heading(node: Node) -> bool:
    """Whether an element is a button that is all of a heading, which opens the answer to a question."""
    above = node.parent
    is_in_heading = node.tag == "button" and above is not None and above.tag in _HEADING_NAMES
    return is_in_heading and above is not None and text_of(above) == text_of(node)


def _is_box_of_text(node: Node) -> bool:
    """Whether an element is a digression, which DocBook and docutils call a sidebar, too."""
    is_sidebar = "sidebar" in attribute(node, "class").split()
    return is_sidebar and bool(node.css_first("p")) and link_length(node) <= _MOST_LINKED * length(node)


def _is_large(node: Node, size: int) -> bool:
    """Whether an element is so large a part of the content that it is hardly beside it."""
    own = length(node)
    return own > _LARGE * size and (own > _SHORT or own >= _MOST * size)


def names_of(classes: str) -> list[str]:
    """The names of classes in lower case with a hyphen between their words: `tocCollapsible` is
    `toc-collapsible`."""
    return ["-".join(filter(None, _HUMP.split(name))).lower() for name in classes.split()]


@lru_cache(4_096)  # a site has the same classes on all pages
def _is_unwanted(classes: str) -> bool:
    return any(_WORDS.search(name) and not _NEGATED.match(name) for name in names_of(classes))


def _reduce_header(header: Node) -> None:
    """Leave the headings of a header and what belongs to them, without dates, authors and the like."""
    if not header.css_first(_HEADINGS):
        header.decompose()
        return
    for node in header.css("time, address, ul, ol, dl, img, small"):
        node.decompose()
    for node in header.css("p, div, span"):
        inside = node.css_first(_HEADINGS) or any(above.tag in _HEADING_NAMES for above in ancestors(node))
        if not (inside or any(map(_SHOWN_IN_HEADER.search, names_of(attribute(node, "class"))))):
            node.decompose()


def _remove_anchor_links(heading: Node) -> None:
    """Remove the links of a heading to itself, such as ¶ and #; a link that has its text stays."""
    whole = text_of(heading)
    for link in heading.css("a"):
        text = text_of(link)
        is_own = attribute(link, "href").startswith("#") or not attribute(link, "href")
        if is_own and text != whole and _ANCHOR_SIGNS.fullmatch(text) and not (link.id and not text):
            link.decompose()
