"""What is known of an index in, the body that creates it in OpenSearch out.

Nothing is cut into words there. Words come with what they weigh (`words`), and substrings are found by the
characters of the folded text, cut by rules that know nothing of language.

| field | what it is |
| --- | --- |
| `words` | each word of the page: the weighted frequency of BM25F, all text fields together |
| `heads` | each word of the title: the same of the title alone |
| `titled` | each word of the title: t / (MOST - t), t what the title's own weight is times its rarity |
| `heading`, `label`, `code` | each word there: the same of each alone; what `words` has more is the text's |
| `folded`, `title` | folded text, the title its first line, and this line: pairs of characters, placed |
| `.one`, `.runs` | the same text by single characters, without places; by runs of letters, placed |
| `tag`, `category`, `lang`, `year`, `month` | facets, by what makes two spellings one value |
| `<facet>_as` | the values as they are spelt |
| `instant`, `day` | seconds since 1970; YYYYMMDD as written |
| `path`, `url`, `hash`, `factor` | the page, a hash of all that is indexed of it, the owner's factor |
| `titled_so`, `headed_so` | title and headings by how each character is typed, see `sounding` |
| `headings` | the headings, folded, with their numbers; kept, not searched |
| `record` | what a hit shows, see `index.stored`; kept, not searched |
"""

from collections.abc import Mapping
from typing import Any

from zhsearch.index.fields import FACETS
from zhsearch.index.generations.manifest import FORMAT

VERSION = f"2.{FORMAT}"
"""Of what an index holds, and of the records in it. Where it is another, an index is neither read nor brought
up to date in place."""

MAX_CHARS = 4.0
"""More than a word in a title is ever worth, times its rarity; see `search.score.TITLE`."""

_LETTERS = r"[\p{L}\p{N}&&[\x{0}-\x{2e7f}]]+"  # as search.needle.is_letter has them
_ANALYSIS = {
    "tokenizer": {
        "pairs": {"type": "ngram", "min_gram": 2, "max_gram": 2},
        "one": {"type": "ngram", "min_gram": 1, "max_gram": 1},
        "runs": {"type": "pattern", "group": 0, "flags": "DOTALL", "pattern": rf"{_LETTERS}|\++|#+|."},
    },
    "filter": {"sounds": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^,]+)"]}},
    "analyzer": {
        **{name: {"type": "custom", "tokenizer": name} for name in ("pairs", "one", "runs")},
        "sounds": {"type": "custom", "tokenizer": "whitespace", "filter": ["sounds"]},
    },
}
_KEYWORD = {"type": "keyword", "ignore_above": 8_000}
_TYPED = {"type": "text", "analyzer": "sounds", "norms": False}
_CHARACTERS = {
    "type": "text",
    "analyzer": "pairs",
    "norms": False,
    "fields": {
        "one": {"type": "text", "analyzer": "one", "norms": False, "index_options": "docs"},
        "runs": {"type": "text", "analyzer": "runs", "norms": False},
    },
}
WEIGHTS = ("words", "heads", "titled", "heading", "label", "code")


def index_body(meta: Mapping[str, Any], *, shards: int) -> dict[str, Any]:
    """The settings and mappings of an index that is to be filled; `meta` is kept with it."""
    properties: dict[str, Any] = {name: {"type": "rank_features"} for name in WEIGHTS}
    properties["folded"] = _CHARACTERS
    shown = {"key": {**_KEYWORD, "index": False}}
    properties["title"] = {**_CHARACTERS, "fields": {**_CHARACTERS["fields"], **shown}}  # type: ignore[dict-item]
    properties |= {"titled_so": _TYPED, "headed_so": _TYPED, "headings": {**_KEYWORD, "index": False}}
    names = [*FACETS, "year", "month", *(f"{name}_as" for name in FACETS), "path", "url"]
    properties |= dict.fromkeys(names, _KEYWORD)
    properties |= {"hash": {**_KEYWORD, "index": False}, "record": {"type": "binary"}}
    properties |= {"instant": {"type": "double"}, "day": {"type": "integer"}}
    properties["factor"] = {"type": "double", "index": False}
    return {
        "settings": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",  # what a run changes is seen when it is whole
            "analysis": _ANALYSIS,
        },
        "mappings": {
            "_meta": dict(meta),
            "dynamic": False,
            "_source": {"excludes": [*(f"{name}.*" for name in WEIGHTS), *WEIGHTS, "titled_so", "headed_so"]},
            "properties": properties,
        },
    }
