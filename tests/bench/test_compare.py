"""The benchmark runs and its table is whole; what the figures are is nobody's promise."""

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from index.analysis import words
from index.fold import fold_plain
from index.segment import get_segmenter

from . import corpus as corpora
from .compare import PEERS, installed_peers, main
from .corpus import SAMPLE, make_corpus
from .peer import Question, Wanted
from .process import pss, run, tree
from .questions import KINDS, make_questions

ROWS = [
    "index, posts/s",
    "peak memory while indexing, MB",
    "index size / Markdown size",
    "posts in the index",
    "run with no change, s",
    "run with no change, % of the full run",
    "run with one changed post, s",
    "run with one changed post, % of the full run",
    "query p50, ms",
    "query p95, ms",
    *(f"· {kind} p50, ms" for kind in KINDS),
    "query with count and all facets p50, ms",
    "query with count and all facets p95, ms",
    "· read before: count and all facets p50, ms",
    "query with excerpts p50, ms",
    "query with excerpts p95, ms",
    "cold start of one query, ms",
]
OURS_ALONE = ("run with", "query with excerpts")  # what only this project has a figure for


def skip_unless_installed(name: str) -> None:
    if name not in installed_peers():
        pytest.skip(f"{name} is not installed")


def test_the_table_has_every_row_and_only_finite_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench.json"
    arguments = [str(SAMPLE), "--posts", "5", "--rounds", "1", "--peers", "zhsearch,stock"]
    assert main([*arguments, "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    result = json.loads(file.read_text(encoding="utf-8"))
    names = [row["measure"] for row in result["rows"]]
    assert names[:-1] == ROWS
    assert names[-1].startswith("quoted phrases that found their page, of ")
    for row in result["rows"]:
        assert f"| {row['measure']}" in printed
        assert list(row["peers"]) == ["zhsearch", "stock Whoosh + jieba"]
        for peer, values in row["peers"].items():
            if values is None:
                assert peer != "zhsearch"
                assert row["measure"].startswith(OURS_ALONE)
                continue
            figures = [values["median"], values["q1"], values["q3"], *values["samples"]]
            assert all(map(math.isfinite, figures))
            assert len(values["samples"]) == 1
        assert all(map(math.isfinite, filter(None, row["ratios"].values())))
    assert result["corpus"]["posts"] == 5
    assert f"5 posts, {result['corpus']['bytes']:,} bytes of Markdown" in printed


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_indexes_a_few_posts_and_finds_them(tmp_path: Path, name: str) -> None:
    skip_unless_installed(name)
    corpus = make_corpus(SAMPLE, 5, tmp_path / "corpus")
    page = next(page for page in corpus.pages if page.tags)
    word = next(
        question.text
        for question in make_questions([page], get_segmenter("auto", tmp_path / "cache"))
        if question.kind == "rare word"
    )
    index = tmp_path / "index"
    peer = PEERS[name](tmp_path / "cache")
    done = run(peer.index_command(corpus.content, index), watch_memory=True)
    assert json.loads(done.stdout.splitlines()[-1])["indexed"] == 5
    assert done.peak is None or done.peak > 10_000_000
    for wanted in Wanted:
        if wanted in peer.answers:
            with peer.open(index, wanted) as ask:
                answer = ask(Question("rare word", word))()
                narrowed = ask(Question("tag filter", word, tag=page.tags[0]))()
            assert 1 <= narrowed.total <= answer.total <= 5
            assert page.path in answer.paths or wanted is Wanted.EXCERPTS
            assert bool(answer.tags) == (wanted is not Wanted.ROWS or name == "zhsearch")
    run(peer.query_command(index, Question("rare word", word, tag=page.tags[0])))


def test_an_update_analyses_what_changed(tmp_path: Path) -> None:
    corpus = make_corpus(SAMPLE, 3, tmp_path / "corpus")
    peer = PEERS["zhsearch"](tmp_path / "cache")
    run(peer.index_command(corpus.content, tmp_path / "index"))
    command = peer.update_command(corpus.content, tmp_path / "index")
    assert command
    assert json.loads(run(command).stdout)["indexed"] == 0
    with (corpus.content / corpus.pages[0].path).open("a", encoding="utf-8") as file:
        file.write("\n又添了一行。\n")
    assert json.loads(run(command).stdout)["indexed"] == 1


def test_tantivy_gets_the_words_and_grams_that_ours_gets(tmp_path: Path) -> None:
    """Every word of a title and every character of it are in the texts that tantivy splits again."""
    skip_unless_installed("tantivy")
    from .tantivy_peer import _batches, _Cutter  # noqa: PLC0415  may not be installed

    corpus = make_corpus(SAMPLE, 0, tmp_path / "corpus")
    segmenter = get_segmenter("auto", tmp_path / "cache")
    documents = [document for batch in _batches(corpus.content) for document in batch]
    assert [document.path for document in documents] == [page.path for page in corpus.pages]
    for document, texts in zip(documents, _Cutter(segmenter).cut(documents), strict=True):
        title, _, body, _, grams = (text.split(" ") for text in texts)
        asked = {word.term for word in words(document.title, segmenter)}
        assert asked <= set(title)
        folded = fold_plain(document.text)
        assert {pair for pair in pairwise(folded) if not any(map(str.isspace, pair))} <= {
            (gram[0], gram[1]) for gram in grams if len(gram) == 2
        }
        assert len(grams) == len(set(grams))
        assert {word.term for word in words(document.text, segmenter)} - set(body) == set()


def test_the_memory_of_a_process_counts_what_it_starts(tmp_path: Path) -> None:
    """A child of a child, with thirty million bytes of its own, which it touches."""
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("the system does not tell what a process takes")
    child = "import time; kept = bytearray(30_000_000); time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    done = run([sys.executable, "-c", code], watch_memory=True)
    assert done.peak is not None
    assert done.peak > 30_000_000


def test_a_process_that_ended_takes_no_memory_and_stops_no_watcher() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert tree(ended.pid) == [ended.pid]
    assert pss(ended.pid) == 0


@pytest.mark.parametrize("names", ["zhsearch,lucene", ""])
def test_a_peer_that_is_none_is_named(capsys: pytest.CaptureFixture[str], names: str) -> None:
    with pytest.raises(SystemExit):
        main([str(SAMPLE), "--peers", names])
    assert "is none of zhsearch, stock, tantivy" in capsys.readouterr().err


def test_the_same_posts_give_the_same_questions(tmp_path: Path) -> None:
    segmenter = get_segmenter("auto", tmp_path / "cache")
    made = [
        make_questions(make_corpus(SAMPLE, 0, tmp_path / name).pages, segmenter) for name in ("one", "two")
    ]
    assert made[0] == made[1]
    assert {question.kind for question in made[0]} == set(KINDS)
    assert all(question.pages for question in made[0] if question.kind == "phrase")


def test_a_small_sample_is_repeated_until_there_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "LCTT", tmp_path / "missing")
    corpus = make_corpus(None, 60, tmp_path / "work")
    assert len(corpus.pages) == len({page.path for page in corpus.pages}) == 60
    assert "repeated" in corpus.origin
