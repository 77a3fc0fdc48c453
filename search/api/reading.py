"""The JSON type of how a query was read."""

from zhsearch.search.api.schema import ReadJson, ReadPartJson
from zhsearch.search.query import Query, Reading


def read_json(query: Query) -> ReadJson:
    """The parts of a query by what each was taken for, in the order of the text."""
    read: ReadJson = {
        "words": [],
        "phrases": [],
        "exclusions": [],
        "filters": [],
        "alternatives": [],
        "ignored": [],
    }
    parts = {
        "word": read["words"],
        "phrase": read["phrases"],
        "exclusion": read["exclusions"],
        "filter": read["filters"],
        "alternative": read["alternatives"],
        "ignored": read["ignored"],
    }
    for reading in query.readings:
        parts[reading.kind].append(_part_json(query.text, reading))
    return read


def _part_json(text: str, reading: Reading) -> ReadPartJson:
    return {
        "text": text[reading.start : reading.end],
        "range": (reading.start, reading.end),
        "value": reading.value,
        "field": reading.field,
        "undo": reading.undo,
    }
