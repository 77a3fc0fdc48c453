"""The mapping of a cluster index: the fields of a page, and how OpenSearch indexes them.

The cluster segments nothing. Terms are indexed with their weights, as rank features, and substrings are found
by the characters of the folded text, tokenized by rules without a dictionary.

| field | meaning |
| --- | --- |
| `terms` | each term of the page: its weighted frequency of BM25F over all text fields |
| `title_terms`, `heading_terms`, `label_terms`, `code_terms`, `meta_terms` | the same of one text field |
| `title_boost` | each term of the title: t / (MAX_TITLE_WEIGHT - t), t its extra weight without IDF |
| `folded`, `title` | the folded text, whose first line is the title, and this line: bigrams with positions |
| `.unigrams`, `.runs` | the same by characters, without positions; by runs of letters, with positions |
| `tag`, `category`, `lang`, `year`, `month` | keys of facet values, equal for two spellings of a value |
| `tag_raw`, `category_raw`, `lang_raw` | the values as they are spelt |
| `facet_…`, `facet_…_raw` | the same of each facet of the site's own |
| `instant`, `day` | seconds since 1970; the date as written, YYYYMMDD |
| `group`, `version` | the id of the first page of its near copies, or its own; its place among them |
| `path`, `url`, `hash`, `boost` | the page, a hash of all that is indexed of it, the owner's factor |
| `title_pinyin`, `heading_pinyin` | title and headings by how each character is typed, see `pinyin_tokens` |
| `headings` | the folded headings with their numbers; stored, not searched |
| `record` | what a hit shows, see `index.segment.docstore`; stored, not searched |
"""

from collections.abc import Mapping, Sequence
from typing import Any

from zhsearch.index.fields import FACETS, facet_array
from zhsearch.index.generations import FORMAT

VERSION = f"3.{FORMAT}"
"""The version of the fields of an index, and of the records in it. An index of another version is neither
searched nor updated in place, but rebuilt."""

MAX_TITLE_WEIGHT = 4.0
"""More than the extra weight of a title term ever is, without its IDF; see `search.ranking.bm25f`."""

TERMS, TITLE_TERMS, TITLE_BOOST = "terms", "title_terms", "title_boost"
GROUP, VERSION_PLACE = "group", "version"
TITLE_PINYIN, HEADING_PINYIN = "title_pinyin", "heading_pinyin"

FIELD_TERMS = {
    "title": TITLE_TERMS,
    "heading": "heading_terms",
    "label": "label_terms",
    "code": "code_terms",
    "meta": "meta_terms",
}
"""The rank features of each text field that has some of its own."""

RANK_FEATURES = (TERMS, TITLE_BOOST, *FIELD_TERMS.values())


def raw_facet(facet: str) -> str:
    """The field with the values of a facet as they are spelt."""
    return f"{facet_array(facet)}_raw"


_LETTERS = r"[\p{L}\p{N}&&[\x{0}-\x{2e7f}]]+"  # as search.query.pattern.is_letter has them
_ANALYSIS = {
    "tokenizer": {
        "bigrams": {"type": "ngram", "min_gram": 2, "max_gram": 2},
        "unigrams": {"type": "ngram", "min_gram": 1, "max_gram": 1},
        "runs": {"type": "pattern", "group": 0, "flags": "DOTALL", "pattern": rf"{_LETTERS}|\++|#+|."},
    },
    "filter": {"pinyin": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^,]+)"]}},
    "analyzer": {
        **{name: {"type": "custom", "tokenizer": name} for name in ("bigrams", "unigrams", "runs")},
        "pinyin": {"type": "custom", "tokenizer": "whitespace", "filter": ["pinyin"]},
    },
}
_KEYWORD = {"type": "keyword", "ignore_above": 8_000}
_GROUP = {"type": "keyword"}
_STORED_KEYWORD = {**_KEYWORD, "index": False}
_PINYIN = {"type": "text", "analyzer": "pinyin", "norms": False}
_SUBFIELDS = {
    "unigrams": {"type": "text", "analyzer": "unigrams", "norms": False, "index_options": "docs"},
    "runs": {"type": "text", "analyzer": "runs", "norms": False},
}
_CHARACTERS = {"type": "text", "analyzer": "bigrams", "norms": False}
_NOT_STORED = (*(f"{name}.*" for name in RANK_FEATURES), *RANK_FEATURES, TITLE_PINYIN, HEADING_PINYIN)


def index_body(meta: Mapping[str, Any], *, facets: Sequence[str] = (), shards: int) -> dict[str, Any]:
    """The settings and mappings of a new index, which stores `meta` as its `_meta`; `facets` are the site's
    own."""
    return {
        "settings": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",  # what a run changes becomes visible when it is complete
            "analysis": _ANALYSIS,
        },
        "mappings": {
            "_meta": dict(meta),
            "dynamic": False,
            "_source": {"excludes": list(_NOT_STORED)},
            "properties": _properties(facets),
        },
    }


def _properties(facets: Sequence[str]) -> dict[str, Any]:
    properties: dict[str, Any] = {name: {"type": "rank_features"} for name in RANK_FEATURES}
    properties["folded"] = {**_CHARACTERS, "fields": _SUBFIELDS}
    properties["title"] = {**_CHARACTERS, "fields": {**_SUBFIELDS, "key": _STORED_KEYWORD}}
    properties |= {TITLE_PINYIN: _PINYIN, HEADING_PINYIN: _PINYIN, "headings": _STORED_KEYWORD}
    names = (*FACETS, *facets)
    keywords = [*map(facet_array, names), *map(raw_facet, names), "year", "month", "path", "url"]
    properties |= dict.fromkeys(keywords, _KEYWORD)
    properties |= {"hash": _STORED_KEYWORD, "record": {"type": "binary"}}
    properties |= {"instant": {"type": "double"}, "day": {"type": "integer"}}
    properties |= {GROUP: _GROUP, VERSION_PLACE: {"type": "integer"}}
    properties["boost"] = {"type": "double", "index": False}
    return properties
