"""What a reader sees of a built page, by selectolax: independent of the reader of HTML that is tested."""

import random
import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .built import Built, Expected

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
_NEVER = "script, style, template, noscript, svg, [aria-hidden=true], .sr-only"
_FORMULAS = "mjx-container, .katex, math"  # drawn: nobody copies a text across one
_NOTES = "sup[id^=fnref], sup:has([data-footnote-ref])"  # numbers, which search leaves out
_LENGTHS = range(6, 13)


def page_file(built: Built, url: str) -> Path:
    """The file of a page's address."""
    path = built.html / url.lstrip("/")
    if url.endswith("/"):
        return path / "index.html"
    return path if path.suffix == ".html" else path / "index.html"


def blocks(built: Built, page: Expected) -> list[str]:
    """The blocks of the main text of a page, white space collapsed; a line of code is a block."""
    main = _main(built, page)
    pieces: list[str] = []
    _collect(main, pieces, in_pre=False)
    lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(pieces).split("\0"))
    return [line for line in lines if line]


def _main(built: Built, page: Expected) -> LexborNode:
    tree = LexborHTMLParser(page_file(built, page.url).read_bytes())
    main = tree.css_first(built.main)
    assert main is not None, f"{built.main} is not in {page.url}"
    for formula in main.css(_FORMULAS):
        formula.replace_with("\0")
    for node in main.css(", ".join(filter(None, (_NEVER, _NOTES, built.hidden)))):
        node.decompose()
    return main


def _collect(node: LexborNode, pieces: list[str], *, in_pre: bool) -> None:
    child = node.first_child
    while child is not None:
        if child.tag == "-text":
            text = child.text_content or ""
            pieces.append(text.replace("\n", "\0") if in_pre else text)
        elif child.tag and not child.tag.startswith("-"):
            is_block = child.tag not in _INLINE
            if is_block:
                pieces.append("\0")
            _collect(child, pieces, in_pre=in_pre or child.tag == "pre")
            if is_block:
                pieces.append("\0")
        child = child.next


def samples(lines: list[str], count: int, seed: str) -> list[str]:
    """Random substrings of six to twelve characters, without quotation marks and without blanks at their ends."""
    chance = random.Random(seed)
    long_enough = [line for line in lines if len(line) >= _LENGTHS.start]
    weights = [len(line) for line in long_enough]
    found: list[str] = []
    for line in chance.choices(long_enough, weights, k=count) if long_enough else ():
        length = min(chance.choice(_LENGTHS), len(line))
        start = chance.randint(0, len(line) - length)
        text = line[start : start + length].strip()
        if len(text) >= _LENGTHS.start and not re.search(r'["“”＂\\]', text):
            found.append(text)
    return found


def headings(built: Built, page: Expected) -> list[str]:
    """The texts of the headings in the main text below the title, each once."""
    return list(dict.fromkeys(node.text(strip=True) for node in _main(built, page).css("h2, h3")))


def ids(built: Built, page: Expected) -> frozenset[str]:
    """All ids in a built page."""
    tree = LexborHTMLParser(page_file(built, page.url).read_bytes())
    return frozenset(node.attributes.get("id") or "" for node in tree.css("[id]"))
