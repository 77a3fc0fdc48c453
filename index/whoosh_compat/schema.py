"""The fields of the index as Whoosh knows them.

| field | what it is |
| --- | --- |
| title, heading, body, label, code | terms with positions in the folded text; see `fields` |
| path, url, date, lang, tags, categories, text | stored; `title` as well |

The arrays behind them, and those that Whoosh has no name for (n-grams, folded text, facets), are told in
`index.part`.
"""

from collections import defaultdict
from collections.abc import Iterator

from whoosh import fields, formats

from zhsearch.index.fields import TEXT_FIELDS

STORED_FIELDS = ("path", "url", "date", "lang", "tags", "categories", "text")


class PrebuiltTerms(fields.FieldType):  # type: ignore[misc]
    """A text field whose terms were cut before: (term, position) pairs go in, no analyser runs."""

    scorable = True

    def __init__(self, *, stored: bool) -> None:
        self.format = formats.Positions()
        self.analyzer = None
        self.stored = stored
        self.unique = False

    def index(self, value: list[tuple[str, int]], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's posting of each distinct term: (term, frequency, weight, encoded positions)."""
        positions: dict[str, list[int]] = defaultdict(list)
        for term, place in value:
            positions[term].append(place)
        for term, places in positions.items():
            places.sort()
            key = term.encode("utf-8", "surrogatepass")
            yield key, len(places), float(len(places)), self.format.encode(places)


def make_schema() -> fields.Schema:
    """The schema of an index."""
    return fields.Schema(
        **{name: PrebuiltTerms(stored=name == "title") for name in TEXT_FIELDS},
        **dict.fromkeys(STORED_FIELDS, fields.STORED),
    )
