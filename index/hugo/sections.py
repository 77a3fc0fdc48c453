"""The files _index of a site in, what they hand down to the pages below them out."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.cascade import Cascade, read_cascades
from zhsearch.index.hugo.front_matter import split_front_matter
from zhsearch.index.hugo.values import scalar_text

Folders = tuple[str, ...]


class SectionIndex(NamedTuple):
    """What one _index file says: of itself, and for the pages below."""

    fields: Mapping[str, str]  # slug, title and url
    cascades: tuple[Cascade, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a site by language and folders (from the top of the content); `()` is the home page."""

    known: Mapping[tuple[str, Folders], SectionIndex] = field(default_factory=dict)

    def cascades(self, language: str, folders: Folders) -> Iterator[Cascade]:
        """What is handed down to a page in these folders, the innermost first."""
        for section in self._above(language, folders):
            yield from section.cascades

    def folders_of(self, language: str, folders: Folders) -> Folders:
        """The folders down to the innermost section; one below the first level is a section if it has
        _index."""
        for depth in range(len(folders), 1, -1):
            if (language, folders[:depth]) in self.known:
                return folders[:depth]
        return folders[:1]

    def own_fields(self, language: str, folders: Folders) -> Mapping[str, str] | None:
        """What the section at these folders says of itself; None where there is no section."""
        section = self.known.get((language, folders))
        return section.fields if section else {} if len(folders) == 1 else None

    def _above(self, language: str, folders: Folders) -> Iterator[SectionIndex]:
        for depth in range(len(folders), -1, -1):
            section = self.known.get((language, folders[:depth]))
            if section:
                yield section

    def fingerprint(self, *, names: bool) -> str:
        """Changes with anything that may change a page below; with `names` titles and mere existence
        count."""
        relevant = sorted(
            (key, section.fields.get("slug", ""), section.fields if names else {}, section.cascades)
            for key, section in self.known.items()
            if names or section.cascades or "slug" in section.fields
        )
        return hashlib.sha256(repr(relevant).encode()).hexdigest()[:16]


def read_section(data: bytes, environment: str) -> SectionIndex:
    """What the bytes of an _index file say; one that cannot be read says nothing."""
    try:
        fields, _ = split_front_matter(data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    except PostError:
        fields = {}
    own = {
        str(name): scalar_text(fields[name]).strip() for name in fields if name in ("slug", "title", "url")
    }
    return SectionIndex(own, read_cascades(fields.get("cascade"), environment))
