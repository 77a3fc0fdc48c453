"""The sections of a site, and what their `_index` files hand down to the pages below.

Hugo takes a section's slug and title into the addresses of its pages, and its `cascade` into their front
matter; so all `_index` files are read before any post. Source:
https://gohugo.io/content-management/sections/
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.cascade import Cascade, read_cascades
from zhsearch.index.hugo.front_matter import split_front_matter
from zhsearch.index.hugo.values import scalar_text

Folders = tuple[str, ...]
"""Folder names from the top of the content down to a page or section; `()` is the home page."""

_OWN_FIELDS = ("slug", "title", "url")


class SectionIndex(NamedTuple):
    """The content of an `_index` file: slug, title and url of the section, cascades for the pages below."""

    fields: Mapping[str, str]
    cascades: tuple[Cascade, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a site that have an `_index` file, by (language, folders)."""

    known: Mapping[tuple[str, Folders], SectionIndex] = field(default_factory=dict)

    def cascades(self, language: str, folders: Folders) -> Iterator[Cascade]:
        """The cascades for a page in `folders`, those of the innermost section first."""
        for depth in range(len(folders), -1, -1):
            section = self.known.get((language, folders[:depth]))
            if section:
                yield from section.cascades

    def folders_of(self, language: str, folders: Folders) -> Folders:
        """The part of `folders` down to the innermost section.

        In Hugo every folder at the first level is a section, and deeper ones if they have an `_index` file.
        """
        for depth in range(len(folders), 1, -1):
            if (language, folders[:depth]) in self.known:
                return folders[:depth]
        return folders[:1]

    def own_fields(self, language: str, folders: Folders) -> Mapping[str, str] | None:
        """Slug, title and url of the section at `folders`, as far as it sets them; None if it is not a
        section."""
        section = self.known.get((language, folders))
        if section:
            return section.fields
        return {} if len(folders) == 1 else None

    def fingerprint(self, *, names: bool) -> str:
        """A hash that changes with whatever may change a page below a section.

        With `names` the titles and the mere existence of sections count, as they do where a permalink pattern
        has a token of sections.
        """
        seen: dict[int, str] = {}
        relevant = sorted(
            (
                key,
                section.fields.get("slug", ""),
                section.fields if names else {},
                [
                    replace(cascade, fields={"": _digest(cascade.fields, seen)})
                    for cascade in section.cascades
                ],
            )
            for key, section in self.known.items()
            if names or section.cascades or "slug" in section.fields
        )
        return hashlib.sha256(repr(relevant).encode()).hexdigest()[:16]


def read_section(data: bytes, environment: str) -> SectionIndex:
    """Decode the bytes of an `_index` file; one that cannot be read is treated as empty."""
    try:
        fields, _ = split_front_matter(data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    except PostError:
        fields = {}
    own_fields = {name: scalar_text(fields[name]).strip() for name in fields if name in _OWN_FIELDS}
    return SectionIndex(own_fields, read_cascades(fields.get("cascade"), environment))


def _digest(value: object, seen: dict[int, str]) -> str:
    """A hash of a value of front matter.

    Each list and table is hashed once (`seen`: its id -> hash): YAML aliases of aliases are small in memory,
    and gigabytes when written out. A table may contain itself.
    """
    if not isinstance(value, dict | list):
        return repr(value)
    if id(value) not in seen:
        seen[id(value)] = "itself"
        items = value.items() if isinstance(value, dict) else enumerate(value)
        text = repr([(key, _digest(inner, seen)) for key, inner in items])
        seen[id(value)] = hashlib.sha256(text.encode()).hexdigest()
    return seen[id(value)]
