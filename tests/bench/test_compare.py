"""The benchmark runs and its table is complete; the figures themselves are not asserted."""

import json
import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

from . import corpus as corpora
from . import load, serving, sizes
from .compare import PEERS, main, missing_peers
from .corpus import SAMPLE, make_corpus
from .peer import AnswerDetail, Question
from .pretokenized import Pretokenizer, document_batches
from .process import process_tree, pss, run
from .programs import PROGRAMS
from .questions import ALL_KINDS, KINDS, OWN_KINDS, make_queries, make_questions
from .rows import Samples
from .serving import can_serve
from .table import format_number
from .zhsearch_peer import Zhsearch

ROWS = [
    "index, posts/s",
    "peak memory while indexing, MB",
    "index size / Markdown size",
    "posts in the index",
    "run with no change, s",
    "run with no change, % of the full run",
    "run with one changed post, s",
    "run with one changed post, % of the full run",
    *(f"query p{percent}, ms" for percent in (50, 95, 99)),
    *(f"· {kind} p50, ms" for kind in KINDS),
    *(f"{kind} p50, ms" for kind in OWN_KINDS),
    *(f"query with count and all facets p{percent}, ms" for percent in (50, 95, 99)),
    "· without parsing: count and all facets p50, ms",
    *(f"query with excerpts p{percent}, ms" for percent in (50, 95, 99)),
    "· two words p50, with excerpts, ms",
    *(f"first query of a process: {kind}, ms" for kind in ALL_KINDS),
    "cold start of one query, ms",
    "· times that of `import numpy, flask`",
]
ONLY_ZHSEARCH = (
    "run with",
    "query with excerpts",
    "· two words p50, with excerpts",
)  # rows without figures of other engines


def skip_unless_installed(name: str) -> None:
    if why := missing_peers().get(name):
        pytest.skip(f"{name}: {why}")


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
                assert row["measure"].startswith(ONLY_ZHSEARCH)
                continue
            figures = [values["median"], values["q1"], values["q3"], *values["samples"]]
            assert all(map(math.isfinite, figures))
            assert len(values["samples"]) == 1
        assert all(map(math.isfinite, filter(None, row["ratios"].values())))
    assert sizes.main([str(file), str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("|")[1].strip() == "5 / 5 documents"
    posts = format_number(result["rows"][0]["peers"]["zhsearch"]["median"])
    assert f"| {posts} / {posts} " in lines[2]
    assert result["corpus"]["posts"] == 5
    assert f"5 posts, {result['corpus']['bytes']:,} bytes of Markdown" in printed


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_indexes_a_few_posts_and_finds_them(tmp_path: Path, name: str) -> None:
    skip_unless_installed(name)
    corpus = make_corpus(SAMPLE, 5, tmp_path / "corpus")
    # Peers segment simplified text alone.
    page = next(page for page in corpus.pages if "成都" in page.tags)
    word = next(
        question.text
        for question in make_questions([page], get_segmenter("auto", tmp_path / "cache"))
        if question.kind == "rare word"
    )
    index = tmp_path / "index"
    peer = PEERS[name](tmp_path / "cache", PROGRAMS)
    done = run(peer.index_command(corpus.content, index), watch_memory=True)
    assert json.loads(done.stdout.splitlines()[-1])["indexed"] == 5
    assert done.peak is None or done.peak > 10_000_000
    for detail in AnswerDetail:
        if detail in peer.answers:
            with peer.open(index, detail) as prepare:
                answer = prepare(Question("rare word", word))()
                filtered = prepare(Question("tag filter", word, tag=page.tags[0]))()
            assert 1 <= filtered.total <= answer.total <= 5
            assert page.path in answer.paths or detail is AnswerDetail.EXCERPTS
            assert bool(answer.tags) == (detail is not AnswerDetail.HITS or name == "zhsearch")
    run(peer.query_command(index, Question("rare word", word, tag=page.tags[0])))


def test_an_update_analyses_only_changed_posts(tmp_path: Path) -> None:
    corpus = make_corpus(SAMPLE, 3, tmp_path / "corpus")
    peer = PEERS["zhsearch"](tmp_path / "cache", PROGRAMS)
    run(peer.index_command(corpus.content, tmp_path / "index"))
    command = peer.update_command(corpus.content, tmp_path / "index")
    assert command
    assert json.loads(run(command).stdout)["indexed"] == 0
    with (corpus.content / corpus.pages[0].path).open("a", encoding="utf-8") as file:
        file.write("\n又添了一行。\n")
    assert json.loads(run(command).stdout)["indexed"] == 1


def test_other_engines_get_the_same_terms_and_n_grams_as_zhsearch(tmp_path: Path) -> None:
    corpus = make_corpus(SAMPLE, 0, tmp_path / "corpus")
    segmenter = get_segmenter("auto", tmp_path / "cache")
    documents = [document for batch in document_batches(corpus.content) for document in batch]
    assert [document.path for document in documents] == [page.path for page in corpus.pages]
    for document, texts in zip(documents, Pretokenizer(segmenter).tokenize(documents), strict=True):
        title, _, body, _, grams = (text.split(" ") for text in texts)
        assert {token.term for token in query_tokens(document.title, segmenter)} <= set(title)
        folded = fold_plain(document.text)
        assert {pair for pair in pairwise(folded) if not any(map(str.isspace, pair))} <= {
            (gram[0], gram[1]) for gram in grams if len(gram) == 2
        }
        assert len(grams) == len(set(grams))
        assert {token.term for token in query_tokens(document.text, segmenter)} - set(body) == set()


def test_the_memory_of_a_process_includes_its_descendants(tmp_path: Path) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("this system has no /proc/PID/smaps_rollup")
    grandchild = "import time; memory = bytearray(30_000_000); time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}], check=True)"
    done = run([sys.executable, "-c", code], watch_memory=True)
    assert done.peak is not None
    assert done.peak > 30_000_000


def test_a_process_that_has_ended_uses_no_memory_and_raises_no_error() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert process_tree(ended.pid) == [ended.pid]
    assert pss(ended.pid) == 0


@pytest.mark.parametrize("names", ["zhsearch,lucene", ""])
def test_an_unknown_engine_is_rejected_with_the_list_of_known_ones(
    capsys: pytest.CaptureFixture[str], names: str
) -> None:
    with pytest.raises(SystemExit):
        main([str(SAMPLE), "--peers", names])
    assert "is not one of zhsearch, stock, tantivy, tantivy-jieba, fts5, seekstorm" in capsys.readouterr().err


def test_the_same_posts_always_give_the_same_questions(tmp_path: Path) -> None:
    segmenter = get_segmenter("auto", tmp_path / "cache")
    first, second = (
        make_questions(make_corpus(SAMPLE, 0, tmp_path / name).pages, segmenter) for name in ("one", "two")
    )
    assert first == second
    assert {question.kind for question in first} == set(ALL_KINDS)
    assert all(question.pages for question in first if question.kind == "phrase")


def test_a_small_sample_is_repeated_until_there_are_enough_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "LCTT", tmp_path / "missing")
    corpus = make_corpus(None, 60, tmp_path / "work")
    assert len(corpus.pages) == len({page.path for page in corpus.pages}) == 60
    assert "repeated" in corpus.origin


def test_the_fts5_tokenizer_leaves_our_terms_whole(tmp_path: Path) -> None:
    skip_unless_installed("fts5")
    corpus = make_corpus(SAMPLE, 5, tmp_path / "corpus")
    run(PEERS["fts5"](tmp_path / "cache", PROGRAMS).index_command(corpus.content, tmp_path / "index"))
    pretokenizer = Pretokenizer(get_segmenter("auto", tmp_path / "cache"))
    expected = set()
    for documents in document_batches(corpus.content):
        for *fields, _ in pretokenizer.tokenize(documents):
            expected |= {term for field in fields for term in field.split(" ") if term}
    with closing(sqlite3.connect(tmp_path / "index/index.sqlite")) as database:
        database.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, words, row)")
        indexed = {term for (term,) in database.execute("SELECT term FROM terms")}
    assert indexed == expected


def test_a_grown_corpus_is_always_the_same_and_consists_of_published_posts(tmp_path: Path) -> None:
    first, second = (make_corpus(SAMPLE, 40, tmp_path / name, grown=True) for name in ("one", "two"))
    assert [page.raw for page in first.pages] == [page.raw for page in second.pages]
    documents = [document for batch in document_batches(first.content) for document in batch]
    assert sorted(document.path for document in documents) == sorted(page.path for page in first.pages)
    assert "half of the sentences taken from other posts" in first.origin


def test_every_row_about_serving_gets_a_finite_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_serve():
        pytest.skip("wrk (apt install wrk) or /proc is missing")
    monkeypatch.setattr(serving, "BURST_S", 1)
    monkeypatch.setattr(serving, "WARM_UP_QUERIES", 100)
    monkeypatch.setattr(load, "BURSTS", 1)
    corpus = make_corpus(SAMPLE, 5, tmp_path / "corpus")
    peer = Zhsearch(tmp_path / "cache")
    run(peer.index_command(corpus.content, tmp_path / "index"))
    samples = Samples()
    queries = make_queries(corpus.pages, get_segmenter("auto", tmp_path / "cache"), 20)
    load.measure_load(peer, corpus.content, tmp_path / "index", queries, samples, tmp_path)
    values = {row.measure: row.samples["zhsearch"] for row in samples.rows()}
    assert set(values) == set(load.ROWS)
    assert all(math.isfinite(value) for (value,) in values.values())
    assert values[load.DISTINCT][0] > 1
