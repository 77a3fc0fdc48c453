"""Metadata of a page: title, date, tags and the rest, as it says them for machines and shows them to readers.

What a page says for machines (`article:published_time`, JSON-LD, microdata) counts more than what it shows.
Values that most pages of a site share, such as the description of the whole site, say nothing of a page.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from zhsearch.index.html.content import is_inside
from zhsearch.index.html.dates import read_date
from zhsearch.index.html.json_ld import StructuredData, read_json_ld
from zhsearch.index.html.nodes import (
    Node,
    Tree,
    ancestors,
    attribute,
    content_of,
    contents_of,
    language_named,
    text_of,
)
from zhsearch.index.html.pagefind import pagefind_values
from zhsearch.index.html.unwanted import names_of

_MAX_CHARS = 500
_MAX_VALUES = 1_000
_MARKED_TITLES = ", ".join(
    (
        "h1[itemprop~=headline]",
        "h1.p-name",
        "[itemprop~=headline]",
        ".post-title",
        ".entry-title",
        ".article-title",
    )
)
_UPDATED = re.compile(r"updated?|modified|lastmod", re.IGNORECASE)
_CATEGORY_LINK = re.compile(r"/categor(?:y|ies)/[^/]+")
_ABOUT_POST = re.compile(r"(?:^|-)(?:post|entry|article)-(?:meta|info|categor(?:y|ies)|tags?)(?:-|$)")
_TAG_LINK = re.compile(r"/tags?/[^/]+")
_SIGNS_OF_TAGS = re.compile(r"^[#＃\s]+|[,，、;；\s]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a page says of itself. `fields` are further texts by name, as those of front matter."""

    title: str
    date: dt.datetime | None
    lang: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    image: str
    description: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    filters: dict[str, list[str]] = field(default_factory=dict)


class FactReader:
    """Reads the metadata of one page, before anything is removed from its tree.

    `scope` is the part that is about the content, `contents` the content itself; `is_shared` tells values
    that most pages have, `strip_site` takes the site's name from a title.
    """

    def __init__(
        self,
        tree: Tree,
        scope: Node | None,
        contents: Sequence[Node],
        *,
        address: str,
        is_shared: Callable[[str], bool],
        strip_site: Callable[[str], str],
    ) -> None:
        self._tree, self._scope, self._contents = tree, scope, contents
        self._address = address
        self._is_shared, self._strip_site = is_shared, strip_site
        self.data: StructuredData = read_json_ld(tree)
        self.meta = pagefind_values(tree, "meta")
        self.filters = pagefind_values(tree, "filter")
        self.sorts = pagefind_values(tree, "sort")

    def read(self) -> PageFacts:
        """All facts of the page."""
        description = self._description()
        tags, categories = self._tags(), self._categories()
        filters = {name.lower(): values for name, values in self.filters.items()}
        authors = self.data.texts("author") or list(contents_of(self._tree, "meta[name=author]"))
        fields = {name.lower(): values for name, values in self.meta.items()}
        if authors and not self._is_shared(authors[0]):
            fields.setdefault("author", authors)
        if description:
            fields["description"] = [description]
        for known in ("title", "date", "image", "image_alt"):
            fields.pop(known, None)
        return PageFacts(
            title=self._title()[:_MAX_CHARS],
            date=self._date(),
            lang=language_named(self._tree),
            tags=_distinct([*tags, *filters.pop("tag", ()), *filters.pop("tags", ())]),
            categories=_distinct([*categories, *filters.pop("category", ()), *filters.pop("categories", ())]),
            image=self._image(),
            description=description[:_MAX_CHARS],
            fields=fields,
            filters=filters,
        )

    def _title(self) -> str:
        """The title: what the page marks as such, its `h1` if the document's title has it too or if it is the
        only one, else the document's title without the site's name."""
        if told := self.meta.get("title"):
            return told[0]
        named = [content_of(self._tree, "meta[property='og:title']", "meta[name='twitter:title']")]
        if shown := self._tree.css_first("head title"):
            named.append(text_of(shown))
        named = [text for text in named if text and not self._is_shared(text)]
        headings = [text for text in self._headings() if not self._is_shared(text)]
        joined = " ".join(map(_bare, named))
        for heading in headings:
            if _bare(heading) and _bare(heading) in joined:
                return heading
        if len(headings) == 1 and not named:
            return headings[0]
        return next((title for text in named if (title := self._strip_site(text))), next(iter(headings), ""))

    def _headings(self) -> list[str]:
        """The texts of the elements that may be the title, the likeliest first."""
        places = [part for part in (self._scope, self._tree.body) if part is not None]
        nodes = chain.from_iterable(
            part.css(selector) for part in places for selector in (_MARKED_TITLES, "h1")
        )
        return list(dict.fromkeys(filter(None, map(heading_text, nodes))))

    def _date(self) -> dt.datetime | None:
        return next(filter(None, map(read_date, self._dates())), None)

    def _dates(self) -> Iterator[str]:
        """The texts that may be the date of publication, the likeliest first."""
        yield from self.meta.get("date", ())
        yield from self.sorts.get("date", ())
        yield from contents_of(self._tree, "meta[property='article:published_time']")
        yield from self.data.texts("datePublished")
        yield from contents_of(
            self._tree, "meta[itemprop=datePublished]", "meta[name=date]", "meta[name='DC.date']"
        )
        if self._scope is None:
            return
        for node in self._scope.css("[itemprop~=datePublished], .dt-published, time[pubdate], .published"):
            yield attribute(node, "datetime") or attribute(node, "content") or attribute(node, "title")
        for node in self._scope.css("time[datetime]"):
            above = list(ancestors(node))
            hints = " ".join(
                attribute(part, "class") + attribute(part, "itemprop") for part in (node, *above[:2])
            )
            in_header = any(part.tag in ("header", "footer") for part in above)
            if not _UPDATED.search(hints) and (in_header or not is_inside(node, self._contents)):
                yield attribute(node, "datetime")

    def _tags(self) -> tuple[str, ...]:
        told = _distinct(_split(contents_of(self._tree, "meta[property='article:tag']")))
        linked = _distinct(self._links("[rel~=tag]:not([rel~=category])", None))
        if linked and {tag.casefold() for tag in told} <= {tag.casefold() for tag in linked}:
            return linked  # Hugo tells the first six alone
        if found := told or linked or _distinct(_split(self.data.texts("keywords"))):
            return found
        if linked := _distinct(self._links(".md-tag", None)) or _distinct(self._links("a[href]", _TAG_LINK)):
            return linked
        keywords = content_of(self._tree, "meta[name=keywords]")
        return _distinct(_split([] if self._is_shared(keywords) else [keywords]))

    def _categories(self) -> tuple[str, ...]:
        if linked := _distinct(self._links("[rel~=category]", None)) or _distinct(
            self._links("a[href]", _CATEGORY_LINK)
        ):
            return linked
        sections = [
            *contents_of(self._tree, "meta[property='article:section']"),
            *self.data.texts("articleSection"),
        ]
        folders = set(self._address.casefold().split("/"))
        if found := _distinct(name for name in sections if name.casefold() not in folders):
            return found
        is_post = bool(self.data.article)
        return () if is_post else _distinct(self.data.breadcrumbs[1:-1])

    def _links(self, selector: str, address: re.Pattern[str] | None) -> Iterator[str]:
        """The texts of links beside the content, in a header or footer, or whose class says what they are."""
        for node in self._scope.css(selector) if self._scope is not None else ():
            if address is None:
                yield _SIGNS_OF_TAGS.sub("", text_of(node))
            elif address.search(attribute(node, "href")):
                above = list(ancestors(node))
                if any(part.tag == "nav" for part in above) and not _is_of_post(above):
                    continue
                beside = any(part.tag in ("header", "footer") for part in above)
                classes = " ".join(attribute(part, "class") for part in (node, *above[:3]))
                named = any(
                    re.search(r"(?:^|-)(?:tags?|categor(?:y|ies)|meta|info)(?:-|$)", name)
                    for name in names_of(classes)
                )
                if beside or named or not is_inside(node, self._contents):
                    yield _SIGNS_OF_TAGS.sub("", text_of(node))

    def _image(self) -> str:
        told = self.meta.get("image", ())
        named = contents_of(self._tree, "meta[property='og:image']", "meta[name='twitter:image']")
        images = chain(told, named, self.data.texts("image"))
        return next((image for image in images if not self._is_shared(image)), "")

    def _description(self) -> str:
        told = self.meta.get("description", ())
        named = contents_of(self._tree, "meta[name=description]", "meta[property='og:description']")
        texts = chain(told, named, self.data.texts("description"))
        return next((text for text in texts if not self._is_shared(text)), "")


def heading_text(heading: Node) -> str:
    """The text of a heading without the sign that links to it."""
    text = _pieces(heading)
    return " ".join(text.replace("\u200b", "").split()).removesuffix("¶").removesuffix("#").rstrip()


def _pieces(heading: Node) -> str:
    """The text of a heading but for that of its links to itself, where anything else is left."""
    whole = heading.text()
    for link in heading.css("a[href^='#']"):
        rest = whole.replace(link.text(), "", 1) if link.text() else whole
        whole = rest if rest.strip() else whole
    return whole


def _is_of_post(parts: Iterable[Node]) -> bool:
    """Whether the class of an element says that it is about a post: Material has these in a sidebar."""
    names = chain.from_iterable(names_of(attribute(part, "class")) for part in parts)
    return any(map(_ABOUT_POST.search, names))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        if text := " ".join(value.split())[:200]:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())[:_MAX_VALUES]


def _split(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from re.split(r"[,，、;；]", text)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
