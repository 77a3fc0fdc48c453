"""Whether a generation can be served, which a rollback asks before it goes live; no cluster is needed to tell."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import current_generation, index_site, post, write_site
from zhsearch.index.errors import StoreError
from zhsearch.index.segment.reader import SUFFIX
from zhsearch.search.backends import backend_of


@pytest.mark.parametrize("engine", ["whoosh", "opensearch"])
def test_a_generation_is_usable_if_its_segments_can_be_read(tmp_path: Path, engine: str) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("甲", "算力")}))
    backend = backend_of(replace(settings, engine=engine))
    generation = current_generation(settings.index)
    assert backend.usable(generation) is generation
    segment = next(generation.folder.glob(f"*{SUFFIX}"))
    segment.chmod(0o600)
    segment.write_bytes(b"no segment")
    with pytest.raises(StoreError):
        backend.usable(generation)
