"""What the benchmark of static searches compares: the same posts and queries each time, and all transferred bytes."""

import gzip
import json
import urllib.request
from pathlib import Path

from tests.bench.chart import draw, read_panels
from tests.bench.table import this_machine
from tests.helpers.sites import ROOT, default_segmenter
from tests.static.bench_rows import as_json, table
from tests.static.bench_site import title_queries, varied_posts, write_html
from tests.static.bench_visits import Cost, Result
from tests.static.file_server import FileServer, Sent
from zhsearch.index.analysis import fold, simplify_words

POSTS = 40  # more than the sample has, so that some are varied


def test_the_same_corpus_gives_the_same_posts_and_queries(tmp_path: Path) -> None:
    segmenter = default_segmenter()
    runs = [varied_posts(ROOT / "content", POSTS, tmp_path / name, segmenter) for name in ("first", "second")]
    assert runs[0] == runs[1]
    assert len({post.path for post in runs[0]}) == POSTS
    queries = [list(title_queries(posts, 9, segmenter)) for posts in runs]
    assert queries[0] == queries[1]
    titles = {post.path: simplify_words(fold(post.title).text) for post in runs[0]}
    for query in queries[0]:
        assert len(query.text.split(" ")) >= 2
        assert all(word in titles[query.path] for word in query.text.split(" "))


def test_texts_are_sent_compressed_and_every_body_is_counted(tmp_path: Path) -> None:
    write_html(varied_posts(ROOT / "content", 2, tmp_path / "posts", default_segmenter()), tmp_path / "pages")
    (tmp_path / "pages" / "chunk.bin").write_bytes(b"x" * 1000)
    with FileServer(tmp_path / "pages").running() as server:
        request = urllib.request.Request(f"{server.url}/posts/1/", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as response:
            body = response.read()
        with urllib.request.urlopen(f"{server.url}/chunk.bin") as response:
            response.read()
    assert gzip.decompress(body) == (tmp_path / "pages" / "posts" / "1" / "index.html").read_bytes()
    assert server.sent == [Sent("/posts/1/", len(body)), Sent("/chunk.bin", 1000)]


def results() -> list[Result]:
    cost = Cost([[Sent("/a", 1_000)], [Sent("/a", 1_000), Sent("/b", 2_000)]], [2.0, 4.0])
    none = Cost([[], []], [1.0, 1.0])
    found = [True, False]
    first = Result("zhsearch", 1.5, 10, 2_000_000, cost, cost, [1.0], [5_000_000], found)
    return [first, Result("MiniSearch", 1.5, 2, 2_000_000, cost, none, [1.0], [5_000_000], found)]


def test_the_table_has_a_column_for_each_tool() -> None:
    lines = ["|".join(map(str.strip, line.split("|"))) for line in table(results()).split("\n")]
    assert lines[0] == "||zhsearch|MiniSearch|"
    assert "|first answer, kB|2 / 3|2 / 3|" in lines
    assert "|next new query, requests|2 / 2|0 / 0|" in lines
    assert "|post among the first 5|50.0%|50.0%|" in lines


def test_the_chart_shows_bytes_against_the_number_of_posts(tmp_path: Path) -> None:
    files = [tmp_path / f"{count}.json" for count in (500, 2_000)]
    for count, file in zip((500, 2_000), files, strict=True):
        file.write_text(json.dumps(as_json(results(), count, "a corpus", this_machine())))
    panels, _ = read_panels(files)
    assert [panel.title for panel in panels] == [
        "kB before the first answer",
        "ms to the first answer",
        "kB of the next new query",
    ]
    assert panels[0].lines == {
        "zhsearch": [(500, 2.0), (2_000, 2.0)],
        "MiniSearch": [(500, 2.0), (2_000, 2.0)],
    }
    assert list(panels[2].lines) == ["zhsearch"], "nothing is sent, which a logarithmic axis cannot show"
    assert draw(panels, "caption").findall("g")
