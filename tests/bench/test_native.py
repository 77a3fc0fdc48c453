"""Peers in other languages: the protocol, with a program in Python in place of one that must be built."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from zhsearch.search.cli import reindex

from . import programs
from .bleve_peer import Bleve
from .compare import PEERS, main, missing_peers
from .corpus import SAMPLE, make_corpus
from .first_query import first_queries_ms
from .native import NativePeer
from .peer import AnswerDetail, Question
from .process import run
from .program import NICE
from .programs import SOURCES
from .seekstorm_peer import SeekStorm

NATIVE = ("seekstorm", "bleve", "minisearch")
PROGRAM = """
import json, pathlib, sys
command, index, *rest = sys.argv[1:]
file = pathlib.Path(index) / "documents"
def answer(line):
    asked = json.loads(line)
    documents = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = [
        document["path"] for document in documents
        if all(word in document["text"].lower() for word in asked["text"].split())
        and (asked["tag"] is None or asked["tag"] in document["tag"])
    ]
    tags = 0 if asked["detail"] == "hits" else 1
    print(json.dumps({"total": len(found), "paths": found, "tags": tags, "ns": 2_000_000_000}), flush=True)
if command == "index":
    file.parent.mkdir()
    print(json.dumps({"indexed": file.write_text(sys.stdin.read(), encoding="utf-8") and 5}))
elif command == "query":
    answer(rest[0])
else:
    print(flush=True)
    for line in sys.stdin:
        answer(line)
"""


@pytest.fixture(params=[SeekStorm, Bleve])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> NativePeer:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    kind: type[NativePeer] = request.param
    return kind(tmp_path / "cache", sys.executable, str(program))


def test_a_program_indexes_what_the_project_reads_and_its_own_clock_counts(
    tmp_path: Path, peer: NativePeer
) -> None:
    corpus, index = make_corpus(SAMPLE, 5, tmp_path / "corpus"), tmp_path / "index"
    assert peer.build_index(corpus.content, index) == 5
    documents = [json.loads(line) for line in (index / "documents").read_text(encoding="utf-8").splitlines()]
    assert [document["path"] for document in documents] == [page.path for page in corpus.pages]
    question = Question("tag filter", "豆腐", tag="成都")
    with peer.open(index, AnswerDetail.FACETS) as prepare:
        answer = prepare(question)()
    assert (answer.paths, answer.tags, answer.seconds) == (("posts/mapo-doufu.md",), 1, 2.0)
    assert json.loads(run(peer.query_command(index, question)).stdout)["total"] == 1
    assert first_queries_ms(peer, index, [question])[0] >= 2000


def test_engines_with_words_of_their_own_get_text_and_the_others_get_terms(tmp_path: Path) -> None:
    corpus = make_corpus(SAMPLE, 5, tmp_path / "corpus")
    plain, terms = (list(kind(tmp_path / "cache").records(corpus.content)) for kind in (SeekStorm, Bleve))
    assert [record["title"] for record in plain] == [f"{page.title} " for page in corpus.pages]
    assert not any("grams" in record for record in plain)
    assert all(record[name] for record in plain for name in ("tag", "category"))  # an empty value is one too
    assert all(record["grams"] and record["body"].count(" ") > 5 for record in terms)


def test_peers_index_at_the_priority_that_zhsearch_gives_itself(tmp_path: Path) -> None:
    assert NICE == reindex._NICE
    for name in set(PEERS) - {"zhsearch"} - set(missing_peers()):
        command = PEERS[name](tmp_path, tmp_path).index_command(tmp_path, tmp_path)
        assert command[:3] == ["nice", "-n", str(NICE)]


def test_what_is_not_built_is_named_with_the_reason_and_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "cargo" else "/bin/true")
    assert missing_peers(tmp_path)["seekstorm"] == "cargo is not installed"
    assert "make bench-full" in missing_peers(tmp_path)["bleve"]
    with pytest.raises(SystemExit):
        main([str(SAMPLE), "--peers", "zhsearch,seekstorm", "--programs", str(tmp_path)])
    assert "not measured: seekstorm (cargo is not installed)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_failed_build_gives_the_last_line_that_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = programs._RECIPES["minisearch"]
    for code, expected in (("import sys; sys.exit('no network')", "no network"), ("", None)):
        failing = programs.Program(
            (), (sys.executable, "-c", code), recipe.command, recipe.lock, recipe.version, minutes=0
        )
        monkeypatch.setitem(programs._RECIPES, "minisearch", failing)
        reason = programs.build("minisearch", tmp_path, slow=False)
        assert reason == expected or (expected and reason and reason.endswith(expected))
    assert programs.why_missing("minisearch", tmp_path) is None


@pytest.mark.parametrize("name", NATIVE)
def test_lock_files_name_a_version_and_no_other_host_than_the_registries(name: str) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", programs.version(name))
    text = "".join(
        (SOURCES / name / lock).read_text(encoding="utf-8")
        for lock in ("Cargo.lock", "go.sum", "package-lock.json")
        if (SOURCES / name / lock).is_file()
    )
    hosts = set(re.findall(r"https?://([^/\s\"]+)", text))
    assert text
    assert hosts <= {"github.com", "registry.npmjs.org"}


def test_a_program_that_ends_is_told_with_its_command(tmp_path: Path) -> None:
    peer = Bleve(tmp_path / "cache", sys.executable, "-c", "")
    with (
        pytest.raises(Exception, match="ended before its index was open"),
        peer.open(tmp_path, AnswerDetail.HITS),
    ):
        pass
