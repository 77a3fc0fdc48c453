"""Documents in, the fields of a Whoosh document out, and back: the shape of the index in one place.

| field | what it is |
| --- | --- |
| path | the source file: the key by which an incremental run replaces and removes |
| title, heading, body, label | terms with positions (code points of their text); label: tags and categories |
| folded | column: the substring channel, title and blocks folded character by character, one a line |
| card | column: what filters, facets, sorting and scoring need of every page, as JSON |
| record | stored: the Document itself, as JSON |
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from whoosh import columns, fields, formats

from index.analysis import terms
from index.fold import fold_plain
from index.records import Document, Section, Token
from index.segment import Segmenter

SCHEMA_VERSION = 1
"""Goes into the manifest: raise it when the fields below change, and indexes are rebuilt."""

TEXT_FIELDS = ("title", "heading", "body", "label")


class Terms(fields.FieldType):  # type: ignore[misc]
    """A text field whose terms were cut before: a list of Tokens goes in, no analyser runs."""

    scorable = True

    def __init__(self) -> None:
        self.format = formats.Positions()
        self.analyzer = None
        self.stored = False
        self.unique = False

    def index(self, value: list[Token], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's posting of each distinct term: (term, frequency, weight, encoded positions)."""
        positions: dict[str, list[int]] = defaultdict(list)
        for token in value:
            positions[token.text].append(token.start)
        for term, places in positions.items():
            places.sort()
            yield term.encode("utf-8"), len(places), float(len(places)), self.format.encode(places)


def make_schema() -> fields.Schema:
    """The schema of a new index."""
    return fields.Schema(
        path=fields.ID(unique=True),
        **{name: Terms() for name in TEXT_FIELDS},
        folded=fields.COLUMN(columns.VarBytesColumn()),
        card=fields.COLUMN(columns.VarBytesColumn()),
        record=fields.STORED,
    )


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept at hand of every page. `day` is the date as the post writes it, YYYYMMDD, 0 without one;
    `instant` its moment in seconds since 1970, None without one; `lengths` terms per field of TEXT_FIELDS."""

    url: str
    instant: float | None
    day: int
    lang: str
    tags: list[str]
    categories: list[str]
    lengths: list[int]


def to_whoosh(document: Document, segmenter: Segmenter) -> dict[str, object]:
    """The Whoosh fields of a document."""
    date = document.date
    title = " ".join(fold_plain(document.title).split())  # one blank, as in blocks and in quotes of a query
    text_terms = {
        "title": terms(document.title, segmenter),
        "heading": terms("\n".join(section.title for section in document.sections), segmenter),
        "body": terms(document.text, segmenter),
        "label": terms("\n".join(document.tags + document.categories), segmenter),
    }
    card = Card(
        url=document.url,
        instant=date.timestamp() if date else None,
        day=date.year * 10_000 + date.month * 100 + date.day if date else 0,
        lang=document.lang,
        tags=list(document.tags),
        categories=list(document.categories),
        lengths=[len(text_terms[name]) for name in TEXT_FIELDS],
    )
    return {
        "path": document.path,
        **text_terms,
        "folded": f"{title}\n{fold_plain(document.text)}".encode(),
        "card": _json(asdict(card)).encode("utf-8"),
        "record": _json(asdict(document)),
    }


def read_card(value: bytes) -> Card:
    """The card that `to_whoosh` wrote."""
    return Card(**json.loads(value))


def read_record(stored: Mapping[str, str]) -> Document:
    """The document that `to_whoosh` stored."""
    values = json.loads(stored["record"])
    values["date"] = dt.datetime.fromisoformat(values["date"]) if values["date"] else None
    for name in ("tags", "categories"):
        values[name] = tuple(values[name])
    values["sections"] = tuple(Section(**section) for section in values["sections"])
    return Document(**values)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dt.datetime.isoformat)
