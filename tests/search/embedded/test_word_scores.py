"""The points of a word, whether or not it is rare."""

from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.generations import open_current
from zhsearch.search.embedded import word_scores
from zhsearch.search.embedded.leaves import LeafScorer
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.query import Word
from zhsearch.search.ranking import FieldNorms, ScanBudget, mean_lengths

SITE = {
    "a.md": post("算力平台", "国产算力，算力。", tags=["算力"]),
    "b.md": post("Docker", "dockerfile docker 算力", tags=["docker"]),
    "c.md": post("dockerd", "无关"),
    "d.md": post("无关", "超算力量"),
}
WORDS = [Word("算力", "算力", "han"), Word("docker", "docker", "latin"), Word("无关", "无关", "han", "title")]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.term)
def test_the_points_of_a_rare_word_are_those_of_any(
    word: Word, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = open_current(index_site(write_site(tmp_path, SITE)).index, Snapshot)
    norms = FieldNorms(snapshot.lengths, mean_lengths(snapshot.lengths, snapshot.live))
    found = []
    for spread in (0, 1 << 30):
        monkeypatch.setattr(word_scores, "_MAX_SPREAD", spread)
        hits = LeafScorer(snapshot, norms).word(word, None, ScanBudget()).hits
        found.append((hits.pages.tolist(), hits.points.tolist()))
    assert found[0] == found[1]
    assert found[0][0]
