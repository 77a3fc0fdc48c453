"""The manifest: it is decoded as it was encoded, and anything else is refused by name."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.generations.manifest import (
    FORMAT,
    Manifest,
    SegmentEntry,
    decode_files,
    decode_manifest,
    encode_manifest,
)
from zhsearch.index.models import SiteInfo
from zhsearch.index.source import FileState

PATH = Path("generations/000001-0/manifest.json")
MANIFEST = Manifest(
    created=dt.datetime(2025, 2, 13, 8, 1, 14, tzinfo=dt.UTC),
    documents=3,
    segments=(SegmentEntry("abc", 4, frozenset({0, 3})), SegmentEntry("d", 1, frozenset())),
    version="1.2.3",
    signature={"code": "0a", "site": "production 7"},
    site=SiteInfo("码上新闻", "/blog/"),
    lexicon=Lexicon(words=(("深度求索", 50),), synonyms=(("番茄", ("西红柿",)),), site_terms=("网格",)),
    boosts={"posts/news": 0.5, "tag:教程": 2},
    sizes={"abc.segment": 12},
    checksums={"abc.segment": "ff"},
)
FILES = {
    'posts/第", "files": {.md': FileState("h1", 10, 1, 2, 3, 4, None),
    "b.md": FileState("h2", 11, -5, 2**64, 3, 4, "2025-06-01T00:00:00+00:00"),
}


def changed(**values: Any) -> bytes:
    return json.dumps({**MANIFEST.as_json(), "files": {}, **values}).encode()


def test_a_manifest_comes_back_as_it_was_written() -> None:
    data = encode_manifest(MANIFEST, FILES)
    assert decode_manifest(data, PATH) == MANIFEST
    assert decode_files(data, PATH) == FILES


def test_an_older_index_is_refused_with_the_command_that_rebuilds_it() -> None:
    expected = rf"manifest\.json: format 5, this version reads {FORMAT}\. Rebuild it: zhsearch reindex --full"
    with pytest.raises(CorruptIndexError, match=expected):
        decode_manifest(b'{"format": 5, "sizes": {}, "files": {}}', PATH)


@pytest.mark.parametrize(
    "name", ["created", "documents", "segments", "signature", "site", "lexicon", "checksums"]
)
def test_a_manifest_that_lacks_a_value_is_refused_by_name(name: str) -> None:
    value = {**MANIFEST.as_json(), "files": {}}
    del value[name]
    with pytest.raises(CorruptIndexError, match=rf"manifest\.json: not a manifest: .*{name}.*reindex --full"):
        decode_manifest(json.dumps(value).encode(), PATH)


@pytest.mark.parametrize(
    "values",
    [
        {"created": "yesterday"},
        {"created": "2025-02-13T08:01:14"},
        {"created": 7},
        {"documents": "3"},
        {"documents": -1},
        {"segments": {"abc": 4}},
        {"segments": [{"name": "abc", "pages": 4, "deleted": [4]}]},
        {"segments": [{"name": "abc", "pages": 4, "deleted": [-1]}]},
        {"segments": [{"name": "abc", "pages": 4, "deleted": ["1"]}]},
        {"segments": [{"name": 1, "pages": 4, "deleted": []}]},
        {"segments": [{"name": "abc", "pages": 4.5, "deleted": []}]},
        {"signature": ["code"]},
        {"signature": {"code": 1}},
        {"lexicon": []},
        {"lexicon": {"words": [["一"]]}},
        {"lexicon": {"synonyms": 1}},
        {"boosts": {"posts": "2"}},
        {"boosts": {"posts": float("nan")}},
        {"boosts": []},
        {"sizes": {"abc.segment": "12"}},
        {"checksums": {"abc.segment": 12}},
    ],
    ids=str,
)
def test_a_manifest_with_a_value_of_another_kind_is_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(CorruptIndexError, match=r"manifest\.json: not a manifest.*reindex --full"):
        decode_manifest(changed(**values), PATH)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"format": 6}', b"\xff"])
def test_data_that_is_not_a_manifest_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(CorruptIndexError, match=r"manifest\.json: not a manifest"):
        decode_manifest(data, PATH)
    with pytest.raises(CorruptIndexError, match=r"manifest\.json: not a manifest"):
        decode_files(data, PATH)


@pytest.mark.parametrize(
    "row", [[], ["h", 1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5, None], ["h", "1", 2, 3, 4, 5, None], "h", None]
)
def test_a_damaged_state_of_a_file_is_refused_by_name(row: object) -> None:
    with pytest.raises(CorruptIndexError, match=r"manifest\.json: not a manifest"):
        decode_files(changed(files={"a.md": row}), PATH)
