"""Segmentation: jieba and rjieba give the same words, and neither writes to a shared folder."""

import random
import re
import tempfile
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import CACHE
from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter, segmenter_signature
from zhsearch.index.errors import SettingsError

HAN = "\u4e00-\u9fd5"
RUNS = 60_000
needs_rjieba = pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed")

# Mostly frequent characters, which form words; and any others, for which the hidden Markov model guesses.
FREQUENT = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系"
RUN = st.text(
    st.sampled_from(FREQUENT) | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), max_size=20
)


@pytest.fixture(scope="module")
def jieba() -> Segmenter:
    return get_segmenter("jieba", CACHE)


@pytest.fixture(scope="module")
def rjieba() -> Segmenter:
    return get_segmenter("rjieba", CACHE)


def differences(left: Segmenter, right: Segmenter, runs: list[str]) -> list[str]:
    return [
        run
        for run in runs
        if left.cut(run) != right.cut(run) or list(left.search(run)) != list(right.search(run))
    ]


@needs_rjieba
def test_both_segmenters_agree_on_every_token_of_real_posts(
    jieba: Segmenter, rjieba: Segmenter, shared: Callable[[str], Path]
) -> None:
    posts = sorted(shared("corpus").rglob("*.md"))
    random.Random(0).shuffle(posts)
    runs: set[str] = set()
    for post in posts:
        text = simplify_words(fold(post.read_text(encoding="utf-8", errors="replace")).text)
        runs.update(re.findall(f"[{HAN}]+", text))
        if len(runs) >= RUNS:
            break
    assert len(runs) >= RUNS
    assert differences(jieba, rjieba, sorted(runs)) == []


@needs_rjieba
def test_both_segmenters_know_the_same_words(jieba: Segmenter, rjieba: Segmenter) -> None:
    for segmenter in (jieba, rjieba):
        frequencies = [segmenter.frequency(word) for word in ("土豆", "特型", "转法", "伏务器", "抖音")]
        assert frequencies == [pytest.approx(frequency, abs=1) for frequency in (493, 5, 0, 0, 0)]


@needs_rjieba
@given(RUN)
def test_both_segmenters_agree_on_any_run_of_characters(run: str) -> None:
    assert differences(get_segmenter("jieba", CACHE), get_segmenter("rjieba", CACHE), [run]) == []


@needs_rjieba
def test_an_index_moves_freely_between_the_two() -> None:
    assert segmenter_signature("jieba") == segmenter_signature("rjieba") == segmenter_signature("auto")


@given(RUN)
def test_search_mode_covers_the_best_segmentation_which_covers_the_run(run: str) -> None:
    segmenter = get_segmenter("auto", CACHE)
    best, search = segmenter.cut(run), list(segmenter.search(run))
    assert "".join(best) == run
    assert set(best) <= {word for word, _, _ in search}
    assert all(run[start:end] == word for word, start, end in search)


@given(st.lists(RUN.filter(bool), min_size=1, max_size=5))
def test_runs_segmented_together_have_the_words_of_each_alone(runs: list[str]) -> None:
    segmenter = get_segmenter("auto", CACHE)
    alone = [word for run in runs for word in [*segmenter.cut(run), "\n"]][:-1]
    assert segmenter.cut("\n".join(runs)) == alone


def test_words_inside_a_long_word_come_before_it() -> None:
    cut = [word for word, _, _ in get_segmenter("auto", CACHE).search("中国科学院")]
    assert cut == ["中国", "科学", "学院", "科学院", "中国科学院"]


def in_search_mode(segmenter: Segmenter, run: str) -> list[tuple[str, int]]:
    """(word, start) as search mode yields them, from the words of `cut`."""
    words = []
    start = 0
    for word in segmenter.cut(run):
        words += [(inside, start + offset) for inside, offset in segmenter.words_inside(word)]
        words.append((word, start))
        start += len(word)
    return words


@pytest.mark.parametrize("kind", ["jieba", pytest.param("rjieba", marks=needs_rjieba)])
@given(run=RUN)
def test_the_words_inside_a_word_are_those_of_search_mode(kind: str, run: str) -> None:
    segmenter = get_segmenter(kind, CACHE)
    assert in_search_mode(segmenter, run) == [(word, start) for word, start, _ in segmenter.search(run)]


@pytest.mark.parametrize("kind", ["jieba", pytest.param("rjieba", marks=needs_rjieba)])
def test_the_words_inside_the_words_of_real_posts_are_those_of_search_mode(
    kind: str, shared: Callable[[str], Path]
) -> None:
    segmenter = get_segmenter(kind, CACHE, Lexicon(site_terms=("算力网", "国产算力")))
    for post in sorted(shared("corpus").rglob("*.md"))[::50]:
        text = simplify_words(fold(post.read_text(encoding="utf-8", errors="replace")).text)
        for run in re.findall(f"[{HAN}]+", text):
            wanted = [(word, start) for word, start, _ in segmenter.search(run)]
            assert in_search_mode(segmenter, run) == wanted


def test_every_mixed_word_of_jiebas_dictionary_is_in_our_list() -> None:
    spec = find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    dictionary = Path(spec.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.partition(" ")[0] for line in dictionary)
    mixed = {word for word in entries if re.search(f"[{HAN}]", word) and not re.fullmatch(f"[{HAN}]+", word)}
    ours = files("zhsearch.index.analysis").joinpath("words/mixed.txt").read_text(encoding="utf-8").split()
    assert mixed
    assert {simplify_words(fold(word).text) for word in mixed} <= set(ours)


def test_jieba_caches_its_dictionary_in_a_folder_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_folder = tmp_path / "tmp"
    shared_folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shared_folder))
    get_segmenter.__wrapped__("jieba", tmp_path / "cache")
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["jieba.cache"]
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert list(shared_folder.iterdir()) == []


def test_jieba_works_without_a_writable_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").write_text("not a folder")
    segmenter = get_segmenter.__wrapped__("jieba", tmp_path / "file" / "cache")
    assert segmenter.cut("国产算力") == ["国产", "算力"]


def test_rjieba_that_is_not_installed_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"rjieba is not installed: pip install 'zhsearch\[fast\]'"):
        get_segmenter.__wrapped__("rjieba", tmp_path)


def test_without_rjieba_jieba_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert get_segmenter.__wrapped__("auto", CACHE).cut("算力")
