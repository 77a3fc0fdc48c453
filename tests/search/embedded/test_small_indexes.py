"""Indexes without pages, without text, or without Latin words: they are served, and answer what they have."""

from pathlib import Path

import pytest

from tests.helpers.sites import CACHE, default_segmenter, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api import read_parameters
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings

QUERIES = [
    "",
    "算力",
    "open source",
    '"第三章"',
    '"open source"',
    "title:算力 -云",
    "tag:x OR linux",
    "如何安装 linux 内核 模块 驱动？",
    "人工只能 第3章 2024年3月 U盘 1,234",
]
SITES: dict[str, dict[str, str]] = {
    "no page": {},
    "no text": {"a.md": post("")},
    "one character": {"a.md": post("云", "云")},
    "no Latin word": {"a.md": post("算力", "国产芯片")},
    "no Han word": {"a.md": post("Linux", "open source")},
}


@pytest.mark.parametrize("posts", SITES.values(), ids=SITES)
def test_an_index_with_hardly_anything_is_warmed_and_answers(posts: dict[str, str], tmp_path: Path) -> None:
    write_site(tmp_path, posts)
    (tmp_path / "content").mkdir(exist_ok=True)
    settings = Settings(content=tmp_path, index=tmp_path / "index", cache=CACHE)
    reindex(settings, allow_empty=True)
    engine, segmenter = backend_of(settings).open(), default_segmenter()
    engine.warm()
    for text in QUERIES:
        query = engine.expand(read_parameters(q=text).query(segmenter))
        result, details = engine.explain(query)
        assert len(result.hits) == len(details) == result.total <= len(engine)
        engine.did_you_mean(text or "x", segmenter)
        engine.complete(text or "a", 8)
    assert engine.search(read_parameters().query(segmenter)).total == len(engine)
    assert engine.related("/nothing/", 3, segmenter) is None
