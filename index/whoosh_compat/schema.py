"""The schema of the index for Whoosh.

| fields | content |
| --- | --- |
| title, heading, body, label, code, meta | terms with frequencies; see `fields` |
| path, url, date, lang, tags, categories, text | stored; `title` as well |

The arrays behind them, and those that Whoosh has no name for (n-grams, folded text, facets), are listed in
zhsearch.index.segment.reader.
"""

from collections import Counter
from collections.abc import Iterator

from whoosh import fields, formats
from whoosh.system import pack_uint

from zhsearch.index.arrays import encode_text
from zhsearch.index.fields import TEXT_FIELDS

STORED_FIELDS = ("path", "url", "date", "lang", "tags", "categories", "text")


class PrebuiltTerms(fields.FieldType):  # type: ignore[misc]
    """A text field of prebuilt terms: it takes a list of terms, and no analyzer runs."""

    scorable = True

    def __init__(self, *, stored: bool) -> None:
        self.format = formats.Frequency()
        self.analyzer = None
        self.stored = stored
        self.unique = False

    def index(self, value: list[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's posting of each distinct term: (term, frequency, weight, encoded frequency)."""
        for term, frequency in Counter(value).items():
            yield encode_text(term), frequency, float(frequency), pack_uint(frequency)


def make_schema() -> fields.Schema:
    """The schema of an index."""
    return fields.Schema(
        **{name: PrebuiltTerms(stored=name == "title") for name in TEXT_FIELDS},
        **dict.fromkeys(STORED_FIELDS, fields.STORED),
    )
