"""The `_meta` of an index: read back as written, and errors that name the index and the remedy. Needs no cluster."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import current_generation, index_site, post, write_site
from zhsearch.index.errors import CorruptIndexError, StoreError

pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")

from zhsearch.search.opensearch.index_meta import IndexMeta, meta_of, read_meta
from zhsearch.search.opensearch.mapping import VERSION, index_body


@pytest.fixture
def meta(tmp_path: Path) -> IndexMeta:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "《貔貅》", tags=["瑞兽"])}))
    return meta_of(current_generation(settings.index), [1.0, 2.0, 3.5, 0.0, 0.0])


def test_meta_is_read_back_as_it_was_written(meta: IndexMeta) -> None:
    assert read_meta("blog-1", meta.to_json()) == meta
    unfinished = replace(meta, unfinished="000002-0123456789abcdef")
    assert read_meta("blog-1", unfinished.to_json()) == unfinished
    assert index_body(meta.to_json(), shards=1)["mappings"]["_meta"] == meta.to_json()


@pytest.mark.parametrize(
    "damage", [{"segments": None}, {"means": ["x"]}, {"boosts": []}, {"documents": "many"}, {"bytes": None}]
)
def test_damaged_meta_names_the_index_and_the_remedy(meta: IndexMeta, damage: dict[str, object]) -> None:
    with pytest.raises(CorruptIndexError, match=r"_meta of blog-1 .*Rebuild it: zhsearch reindex --full"):
        read_meta("blog-1", meta.to_json() | damage)


def test_meta_without_a_key_is_damaged_or_of_another_version(meta: IndexMeta) -> None:
    stored = meta.to_json()
    del stored["generation"]
    with pytest.raises(CorruptIndexError, match="KeyError: 'generation'"):
        read_meta("blog-1", stored)
    assert stored["version"] == VERSION
    with pytest.raises(StoreError, match=r"blog-1 was made by another version .*: zhsearch reindex$"):
        read_meta("blog-1", stored | {"version": "1.4"})
