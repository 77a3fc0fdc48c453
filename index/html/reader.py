"""The reader of built pages: the document of one HTML file, or why it is not searched."""

import hashlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from zhsearch.index.html.addresses import file_at, host_of, natural_address, other_addresses, path_of
from zhsearch.index.html.content import (
    clean_contents,
    content_blocks,
    find_content,
    find_scope,
    marked_contents,
)
from zhsearch.index.html.encoding import decode_html
from zhsearch.index.html.metadata import FactReader, PageFacts
from zhsearch.index.html.nodes import Node, Tree, attribute, content_of
from zhsearch.index.html.page_kinds import is_error_page, is_noindex, list_reason, redirect_target
from zhsearch.index.html.pagefind import take_weighted
from zhsearch.index.html.site_rules import SiteRules
from zhsearch.index.hugo import WantedFields, assemble_document, language_tag
from zhsearch.index.markdown import Block, ExtractedText, assemble
from zhsearch.index.messages import Message
from zhsearch.index.models import Document, LeftOut, PageMeta
from zhsearch.index.source import FileState, ReadPage, file_state, read_file

_MAX_SUMMARY_CHARS = 500
_LANGUAGE = "en"  # of a page that names none, as in Hugo, and is not in Chinese
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff]")
_CHINESE = 0.2  # of the characters
_OTHER_WEIGHT = 1.0  # of what a page says in fields that the settings do not name


@dataclass(frozen=True)
class HtmlReader:
    """Reads the pages of a built site. `wanted` are the fields that are searched, and the site's facets."""

    folder: Path
    rules: SiteRules
    wanted: WantedFields = field(default_factory=WantedFields)
    max_bytes: int = 5_000_000

    def read(self, path: str, old: FileState | None, now: datetime) -> ReadPage | LeftOut:
        """The page of an HTML file, or why it is not searched. Raises PostError.

        A site that is built anew has other files with the same text: the hash has a part for what they show.
        """
        data, stat = self.read_file(path)
        read = time.time_ns()
        file_hash = f"{self.rules.fingerprint}.{content_hash(data)}"
        if old and old.hash.startswith(f"{file_hash}."):
            return ReadPage(old.read_again(stat, read), None)
        warnings: list[str] = []
        page = self.page(path, decode_html(data, warnings))
        if isinstance(page, LeftOut):
            return page
        shown = content_hash(repr(page).encode("utf-8", "surrogatepass"))
        state = file_state(f"{file_hash}.{shown}", stat, read)
        if old and old.hash.rpartition(".")[2] == shown:
            return ReadPage(state._replace(winner=old.winner), None)
        return ReadPage(state, page, tuple(warnings))

    def read_file(self, path: str) -> tuple[bytes, os.stat_result]:
        """The content of a file, and its stat. Raises PostError if it cannot be read."""
        return read_file(self.folder / path, self.max_bytes)

    def page(self, path: str, html: str) -> Document | LeftOut:
        """The document of a page's HTML, or why it is not searched."""
        tree = Tree(html)
        address = self._address(path, tree)
        if isinstance(address, LeftOut):
            return address
        scope = find_scope(tree)
        contents = find_content(tree, scope)
        if reason := list_reason(path, address, tree, contents):
            return LeftOut(path, "list", reason)
        facts = self._facts(tree, scope, contents, address)
        weighted: dict[str, float] = {}
        clean_contents(contents)
        for content in contents:
            weighted |= take_weighted(content)
        body = self._text(contents, facts.title)
        facts = replace(facts, lang=self._language(tree, facts, body.text))
        if not (body.text or weighted or facts.description):
            return LeftOut(path, "empty", Message("it shows no text of its own"))
        return self._document(path, self.rules.base + address, facts, body, weighted)

    def address(self, path: str, now: datetime) -> str:
        """The address of a file's page, searched or not."""
        return self.rules.base + self.rules.address(path)

    def body(self, html: str, title: str) -> ExtractedText | None:
        """What the page shows in its content but its title; None if it only redirects or shows nothing."""
        tree = Tree(html)
        if redirect_target(tree):
            return None
        contents = find_content(tree, find_scope(tree))
        clean_contents(contents)
        text = self._text(contents, title)
        return text if text.text else None

    def _address(self, path: str, tree: Tree) -> str | LeftOut:
        """The page's address below the base, or why the page is none that is searched."""
        own = self.rules.address(path)
        if (target := redirect_target(tree)) and not self._leads_to(target, own):
            return LeftOut(path, "redirect", Message("it only leads to {target}", target=target[:200]))
        if is_error_page(path):
            return LeftOut(path, "error_page", Message("the page for addresses that do not exist"))
        if is_noindex(tree):
            return LeftOut(path, "hidden", Message("its meta element robots says noindex"))
        if self.rules.is_marked and not marked_contents(tree):
            reason = Message("other pages mark their content (data-pagefind-body), and it does not")
            return LeftOut(path, "unmarked", reason)
        link = tree.css_first("link[rel=canonical]")
        canonical = attribute(link, "href") if link else ""
        if not canonical or host_of(canonical) not in ("", self.rules.host):
            return own
        named = path_of(canonical)
        if not named.startswith(self.rules.base):
            return own
        below = named.removeprefix(self.rules.base)
        if below in (own, natural_address(path), *other_addresses(path)):
            return below
        if (other := file_at(self.folder, below)) and other != path and below:
            return LeftOut(
                path, "duplicate", Message("its canonical address is that of {other}", other=other)
            )
        return own

    def _leads_to(self, target: str, address: str) -> bool:
        """Whether a page that reloads leads to its own address."""
        own = self.rules.base + address
        try:
            return path_of(urljoin(own, target)) == own
        except ValueError:
            return False

    def _facts(self, tree: Tree, scope: Node | None, contents: Sequence[Node], address: str) -> PageFacts:
        reader = FactReader(
            tree,
            scope,
            contents,
            address=address,
            is_shared=self.rules.is_shared,
            strip_site=self.rules.strip_site,
        )
        return reader.read()

    def _language(self, tree: Tree, facts: PageFacts, text: str) -> str:
        """The language that the page names, or its site, or else that of its text."""
        named = (
            facts.lang,
            content_of(tree, "meta[http-equiv='content-language' i]"),
            content_of(tree, "meta[property='og:locale']"),
            self.rules.lang,
        )
        told = next((lang for lang in named if _TAG.fullmatch(lang)), "")
        return language_tag(told) if told else _language_of(facts.title + text)

    def _text(self, contents: Sequence[Node], title: str) -> ExtractedText:
        """The visible text of contents without what all pages show, and without the page's title."""
        blocks = self.rules.own_blocks(content_blocks(contents))
        return assemble(_without_title(blocks, title))

    def _document(
        self, path: str, url: str, facts: PageFacts, body: ExtractedText, weighted: Mapping[str, float]
    ) -> Document:
        shown = bare(facts.title + body.text)  # generators make descriptions of both
        lines = {
            **weighted,
            **{
                text: weight
                for text, weight in self._searched(facts).items()
                if bare(text).rstrip("….") not in shown and text != facts.title
            },
        }
        title = facts.title or next((section.title for section in body.sections), "") or path
        page = PageMeta(
            path=path,
            url=url,
            title=title,
            date=facts.date,
            lang=facts.lang,
            tags=facts.tags,
            categories=facts.categories,
            thumbnail=facts.image or None,
        )
        summary = facts.description[:_MAX_SUMMARY_CHARS] if facts.description in lines else ""
        return assemble_document(page, body, lines, summary, self._facet_values(facts))

    def _searched(self, facts: PageFacts) -> dict[str, float]:
        """The further texts of a page that are searched, each with its weight."""
        texts = {found.text: found.weight for found in self.wanted.searched_texts(facts.fields)}
        for name, values in facts.fields.items():
            if name not in self.wanted.searched:
                texts |= {text: _OTHER_WEIGHT for text in values if text not in texts}
        return texts

    def _facet_values(self, facts: PageFacts) -> dict[str, tuple[str, ...]]:
        told = {name: facts.filters.get(name) or values for name, values in facts.fields.items()}
        return self.wanted.facet_values({**told, **facts.filters})


def _language_of(text: str) -> str:
    """Chinese if enough of a text is, and it has hardly any Japanese; else English."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    return "zh" if han > _CHINESE * len(bare(text)) and kana < _CHINESE * han else _LANGUAGE


def bare(text: str) -> str:
    """A text without blanks."""
    return "".join(text.split())


def content_hash(data: bytes) -> str:
    """The hash of what a file contains, or of what a page shows."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _without_title(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks without the first heading that shows the title."""
    wanted = bare(title)
    for number, block in enumerate(blocks):
        if block.level and bare(block.text) == wanted:
            return [*blocks[:number], *blocks[number + 1 :]]
    return list(blocks)
