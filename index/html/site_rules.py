"""The rules of a built site: what its pages share, so that it is no text of theirs, and where they are.

They are derived from the pages themselves. A sample is enough, which is chosen by the hashes of the paths, so
that a new page hardly changes it; the same files always give the same rules.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zhsearch.index.front_fields import is_facet_name
from zhsearch.index.html.addresses import encoded, file_at, host_of, natural_address, other_addresses, path_of
from zhsearch.index.html.content import clean_contents, content_blocks, find_content, find_scope, is_marked
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.nodes import Tree, attribute, content_of, contents_of, language_named, text_of
from zhsearch.index.html.page_kinds import redirect_target
from zhsearch.index.html.pagefind import pagefind_values
from zhsearch.index.markdown import Block

_SAMPLE = 200  # pages
_SHARED = 0.6  # of the sample, and at least _MIN_PAGES: what so many pages have is not their own
_MIN_PAGES = 3
_TOLD = 0.25  # of the pages: by fewer canonical addresses, some are only copies from other sites
_SEPARATOR = re.compile(r"\s+[|·•–—:»«-]+\s+|\s*[|｜_]\s*|\s*::\s*|:\s+| &#8212; ")
_LABEL_FILTERS = frozenset({"tag", "tags", "category", "categories"})


@dataclass(frozen=True)
class SiteRules:
    """What the pages of one site share.

    `base` is the path of the site on its host `host`, with `/` at both ends. `is_marked`: pages mark their
    content, and one that does not is none. `drops`: how addresses differ from files, "" or ".html" or "/".
    `title_parts` are the parts of titles, `blocks` the texts of blocks (as hashes) and `values` those of
    metadata that most pages have. `facets` are the filters that pages name, `lang` is the language of most.
    """

    base: str = "/"
    host: str = ""
    is_marked: bool = False
    drops: str = ""
    title_parts: tuple[str, ...] = ()
    blocks: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    facets: tuple[str, ...] = ()
    name: str = ""
    lang: str = ""

    @cached_property
    def fingerprint(self) -> str:
        """A hash that changes with the rules."""
        told = (self.base, self.host, self.is_marked, self.drops, self.title_parts, self.facets, self.lang)
        return _hash(repr((told, sorted(self.blocks), sorted(self.values))))[:12]

    def is_shared(self, value: str) -> bool:
        """Whether most pages have this value of metadata."""
        return value == self.name or value in self.values

    def own_blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks but those that most pages have; code, and headings with an anchor, are the page's."""
        own = (block for block in blocks if not (_may_be_shared(block) and block_key(block) in self.blocks))
        return [block for block in own if not self.name or block.text != self.name]

    def strip_site(self, title: str) -> str:
        """A title without the site's name."""
        for part in self.title_parts:
            stripped = title.removesuffix(part) if title.endswith(part) else title.removeprefix(part)
            if stripped.strip():
                title = stripped.strip()
        return title

    def address(self, path: str) -> str:
        """The address of a file below the base."""
        natural = natural_address(path)
        if self.drops == ".html" and natural.endswith((".html", ".htm")):
            return natural.removesuffix(".html").removesuffix(".htm")
        return natural.rstrip("/") if self.drops == "/" else natural


def block_key(block: Block) -> str:
    """The key by which blocks of the same text are found."""
    return _hash(block.text)[:16]


def _may_be_shared(block: Block) -> bool:
    return not block.is_code and not (block.level and block.anchor)


def read_rules(folder: Path, paths: Sequence[str], *, base: str, max_bytes: int) -> SiteRules:
    """The rules of the site in a folder with these pages; `base` is the owner's, "" if pages say it."""
    sampled = [_SampledPage(folder, path, data) for path, data in _sample(folder, paths, max_bytes)]
    pages = [page for page in sampled if not page.is_redirect]
    marked = any(page.is_marked for page in pages) or _any_marked(folder, paths)
    need = max(_MIN_PAGES, math.ceil(_SHARED * len(pages)))
    names = Counter(page.site_name for page in pages if page.site_name)
    enough = math.ceil(_TOLD * len(pages))
    host = _most(Counter(filter(None, (host_of(page.canonical) for page in pages))), enough)
    told_base = _most(Counter(filter(None, (page.base for page in pages))), enough)
    found_base = base or told_base or _base_of_assets(pages)
    return SiteRules(
        base=encoded(f"/{found_base.strip('/')}/") if found_base.strip("/") else "/",
        host=host,
        is_marked=marked,
        drops=_drops(pages, found_base or "/"),
        title_parts=_title_parts(pages, _most(names)),
        blocks=frozenset(_common((set(page.block_keys) for page in pages), need)),
        values=frozenset(_common((set(page.values) for page in pages), need)),
        facets=tuple(sorted({name for page in pages for name in page.facets})),
        name=_most(names) or _name_of(pages),
        lang=_most(Counter(page.lang for page in pages if page.lang)),
    )


class _SampledPage:
    """What a page contributes to the rules of its site."""

    def __init__(self, folder: Path, path: str, data: bytes) -> None:
        tree = Tree(decode_html(data, []))
        self.folder, self.path = folder, path
        self.is_marked = is_marked(data)
        self.is_redirect = bool(redirect_target(tree))
        canonical = tree.css_first("link[rel=canonical]")
        self.canonical = attribute(canonical, "href") if canonical else ""
        self.base = _base_by_address(path, path_of(self.canonical))
        if not self.base:
            self.base = _base_by_address(path, path_of(content_of(tree, "meta[property='og:url']")))
        title = tree.css_first("head title")
        self.title = text_of(title) if title else ""
        self.site_name = content_of(tree, "meta[property='og:site_name']")
        self.lang = language_named(tree)
        self.links = [attribute(node, "href") for node in tree.css("body a[href]")][:500]
        self.assets = [
            attribute(node, "href") or attribute(node, "src") for node in tree.css("link[href], script[src]")
        ]
        self.facets = [
            name
            for name in map(str.lower, pagefind_values(tree, "filter"))
            if is_facet_name(name) and name not in _LABEL_FILTERS
        ]
        self.values = [self.title, *contents_of(
            tree,
            "meta[name=description], meta[property='og:description'], meta[name=keywords], meta[name=author]",
            "meta[property='og:image'], meta[name='twitter:image'], meta[property='og:title']",
        )]  # fmt: skip
        contents = find_content(tree, find_scope(tree))
        clean_contents(contents)
        blocks = content_blocks(contents)
        self.block_keys = [block_key(block) for block in blocks if _may_be_shared(block)]


def _sample(folder: Path, paths: Sequence[str], max_bytes: int) -> Iterator[tuple[str, bytes]]:
    chosen = sorted(sorted(paths, key=_hash)[:_SAMPLE])
    for path in chosen:
        try:
            with (folder / path).open("rb") as file:
                data = file.read(max_bytes + 1)
        except OSError:
            continue  # the run reports it
        if len(data) <= max_bytes:
            yield path, data


def _any_marked(folder: Path, paths: Iterable[str]) -> bool:
    """Whether any page marks its content: then those that do not are none."""
    for path in paths:
        try:
            if is_marked((folder / path).read_bytes()):
                return True
        except OSError:
            continue
    return False


def _base_by_address(path: str, address: str) -> str:
    """The site's base by the address of one of its pages; "" if that is not the page's own."""
    for below in (natural_address(path), *other_addresses(path)):
        if address and below and address.endswith(f"/{below}"):
            return address.removesuffix(below)
    return address if address.endswith("/") and path == "index.html" else ""


def _base_of_assets(pages: Iterable[_SampledPage]) -> str:
    """The site's base by the files that its pages load: what precedes their paths below the folder."""
    votes: Counter[str] = Counter()
    for page in pages:
        for link in page.assets:
            parts = (
                path_of(link).strip("/").split("/")
                if link.startswith("/") and not link.startswith("//")
                else []
            )
            for skipped in range(min(len(parts), 4)):
                if (page.folder / "/".join(parts[skipped:])).is_file():
                    votes["/" + "".join(f"{part}/" for part in parts[:skipped])] += 1
                    break
    return _most(votes)


def _drops(pages: Iterable[_SampledPage], base: str) -> str:
    """How most links of a site differ from the paths of its files."""
    votes: Counter[str] = Counter()
    for page in pages:
        for link in page.links:
            path = path_of(link)
            if not path.startswith(base) or "." in path.rpartition("/")[2] or path.endswith("/"):
                votes["" if path.startswith(base) else "other"] += 1
                continue
            file = file_at(page.folder, path.removeprefix(base))
            if file:
                votes["/" if file.endswith("/index.html") else ".html"] += 1
    votes.pop("other", None)
    return _most(votes)


def _title_parts(pages: Sequence[_SampledPage], name: str) -> tuple[str, ...]:
    """The beginnings and ends of titles that most pages share, with their separators; the longest first."""
    parts: Counter[str] = Counter()
    for page in pages:
        separators = list(_SEPARATOR.finditer(page.title))
        for separator in separators:
            tail, head = page.title[separator.start() :], page.title[: separator.end()]
            parts.update({tail, head})
            if name and tail[len(separator[0]) :] == name:
                parts[tail] += len(pages)
    need = max(_MIN_PAGES, math.ceil(len(pages) / 2))
    return tuple(
        sorted((part for part, count in parts.items() if count >= need), key=lambda part: (-len(part), part))
    )


def _name_of(pages: Sequence[_SampledPage]) -> str:
    """The site's name by the titles of its pages: what most of them end or begin with, else the home's."""
    for part in _title_parts(pages, ""):
        if name := _SEPARATOR.sub(" ", part).strip():
            return name
    return next((page.title for page in pages if page.path == "index.html"), "")


def _common(values: Iterable[set[str]], need: int) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for each in values:
        counts.update(each)
    return (value for value, count in counts.items() if count >= need and value)


def _most(votes: Counter[str], need: int = 1) -> str:
    """The value with the most votes, of equal ones the first in order; "" if none has as many as needed."""
    enough = (value for value, count in votes.items() if count >= need)
    return min(enough, key=lambda value: (-votes[value], value), default="")


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
