"""What the search of files does with hosts, sites and queries that nobody planned for: it answers, or says what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.static.node import run
from tests.static.searcher import StaticSearcher, StaticSettings
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site

PAGES = 800
MAX_AT_ONCE = 16
MAX_LOADED = PAGES // 2  # files of a query with nothing in memory
OF_EVERY_OBJECT = ("constructor", "toString", "hasOwnProperty", "valueOf", "prototype")
BAD_BODIES = (
    "",
    "<!doctype html>",
    "\n<!doctype html>",
    "\ufeff<html>",
    "Not found",
    '{"error": 1}',
    "\0" * 99,
)

_SITE = """
import {{ readFile }} from "node:fs/promises";
import {{ open }} from "SRC/open.js";
const folder = {folder};
let loaded = 0;
async function read(url) {{
  loaded++;
  try {{
    return new Response(await readFile(folder + new URL(url).pathname.slice(1)));
  }} catch {{
    return new Response("", {{ status: 404 }});
  }}
}}
"""


def run_on(folder: Path, source: str, value: object = None) -> Any:
    """What `answer` in a source gives, which can `read` the files of an export and `open` it."""
    return run(_SITE.format(folder=json.dumps(f"{folder}/")) + source, value)


@pytest.fixture(scope="module")
def frequent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of pages that have the same words and signs, but none of some words side by side."""
    joints = "rock'n 'twas x-ray -y"
    site = write_site(
        tmp_path_factory.mktemp("frequent"),
        {
            f"{number}.md": post(f"第{number}篇", f"rock {joints} twas, ray y {number}")
            for number in range(PAGES)
        },
    )
    export_site(index_site(site, Settings()), site / "files")
    return site / "files"


@pytest.mark.parametrize(
    ("query", "total"), [("rock'twas", 0), ("ray-y", 0), ('"ray rock"', 0), ('ray -"ray rock"', PAGES)]
)
def test_a_text_that_no_page_has_of_words_that_all_have_does_not_load_all_pages(
    frequent: Path, query: str, total: int
) -> None:
    source = """
    async function answer(query) {
      const engine = await open("http://files/", { fetch: read });
      const { total, total_relation: relation } = await engine.search(query);
      return { loaded, total, relation };
    }
    """
    answer = run_on(frequent, source, query)
    assert answer["loaded"] <= MAX_LOADED
    assert answer["total"] == total or (answer["relation"] == "at_least" and answer["total"] < total)


def test_a_site_without_pages_answers(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    search = StaticSearcher(index_site(write_site(tmp_path, {}), StaticSettings()))
    for query in ("", "算力", "kubernetes", "suanli", '"算力芯片"', "title:x", "什么是算力？"):
        assert search(query)["total"] == 0
        assert search.engine.complete(query, 8) == []
    assert search.engine.tags() == []
    assert search.engine.recent(5) == []


def test_a_query_is_cut_as_by_the_server_if_its_words_are_made_of_those_of_pages(tmp_path: Path) -> None:
    posts = {"a.md": post("网络安全", "系统与空间的配置，磁盘的管理。他之父亲。")}
    settings = index_site(write_site(tmp_path, posts), Settings())
    server, files = Searcher(settings), StaticSearcher(settings)
    for query in (
        "网络管理",
        "系统配置 空间",
        "磁盘空间的管理",
        "之父",
        "请问网络",
        "何年安全",
        "可不可以配置",
    ):
        left, right = json.loads(json.dumps(server(query))), files(query)
        for name in ("read", "total", "weak"):
            assert left[name] == right[name], query


def test_words_that_every_object_of_javascript_has_are_words_as_others(tmp_path: Path) -> None:
    settings = StaticSettings(facets=OF_EVERY_OBJECT[:2])
    posts = {
        f"{number}.md": post(name, f"{name} 文字", tags=[name], constructor=["甲"], toString=["乙"])
        for number, name in enumerate(OF_EVERY_OBJECT)
    }
    search = StaticSearcher(index_site(write_site(tmp_path, posts), settings))
    for name in OF_EVERY_OBJECT:
        assert search.titles(f"{name} 文字")[0] == name
        assert search.titles("", tag=[name]) == [name]
        assert search.titles(f"tag:{name}") == [name]
    assert search("", constructor=["甲"])["total"] == len(OF_EVERY_OBJECT)
    with pytest.raises(AssertionError, match="ParameterError: bad: unknown parameter"):
        search("", bad="1")


def test_whatever_a_host_answers_is_an_error_with_a_kind_and_is_over_when_the_host_is_well(
    frequent: Path,
) -> None:
    source = """
    async function answer(bodies) {
      const results = [];
      for (const body of bodies) {
        let isIll = false;
        const engine = await open("http://files/", {
          fetch: (url) => (isIll && url.includes("/data/") ? new Response(body) : read(url)),
        });
        isIll = true;
        const kinds = [];
        for (const query of ["rock", "篇", '"第1篇"']) {
          await engine.search(query).then(() => kinds.push("none"), (error) => kinds.push(error.kind));
        }
        isIll = false;
        results.push({ kinds, total: (await engine.search("rock")).total });
      }
      return results;
    }
    """
    for body, result in zip(BAD_BODIES, run_on(frequent, source, BAD_BODIES), strict=True):
        assert set(result["kinds"]) <= {"missing", "damaged"}, body
        assert result["total"] == PAGES


def test_a_host_that_answers_everything_with_json_is_told_by_a_kind_with_its_cause(frequent: Path) -> None:
    source = """
    async function answer(body) {
      let isIll = false;
      const fetch = (url) => (isIll && !url.includes("manifest") ? new Response(body) : read(url));
      const engine = await open("http://files/", { fetch });
      isIll = true;
      const uses = [
        () => engine.search("rock"), () => engine.search(""), () => engine.suggest("rock"), () => engine.recent(),
      ];
      const told = [];
      for (const use of uses) await use().catch(({ kind, cause }) => told.push([kind, cause instanceof Error]));
      const { message: offline, cause } = await open("http://files/", {
        fetch: () => { throw new TypeError("no way"); },
      }).catch((error) => error);
      return { told, offline, cause: String(cause) };
    }
    """
    for body in ('{"error": 1}', "{}"):
        answer = run_on(frequent, source, body)
        assert answer["told"] == [["damaged", True]] * 4
        assert (answer["offline"], answer["cause"]) == ("manifest.bin: offline", "TypeError: no way")


def test_a_wrong_parameter_is_told_as_such_and_keeps_what_is_loaded(frequent: Path) -> None:
    source = """
    async function answer() {
      const engine = await open("http://files/", { fetch: read });
      await engine.search("rock");
      const { parameter, kind = null } = await engine.search("rock", { per_page: "51" }).catch((error) => error);
      const before = loaded;
      await engine.search("rock");
      return { parameter, kind, again: loaded - before };
    }
    """
    assert run_on(frequent, source) == {"parameter": "per_page", "kind": None, "again": 0}


def test_a_closed_search_says_so(frequent: Path) -> None:
    source = """
    async function answer() {
      const engine = await open("http://files/", { fetch: read });
      engine.close();
      const uses = [() => engine.search("rock"), () => engine.recent(), () => engine.languages(), () => engine.refresh()];
      const told = [];
      for (const use of uses) await use().catch(({ message }) => told.push(message));
      return told;
    }
    """
    assert run_on(frequent, source) == ["the search is closed"] * 4


def test_few_files_are_loaded_at_the_same_time(frequent: Path) -> None:
    source = """
    async function answer() {
      let [running, most] = [0, 0];
      const engine = await open("http://files/", {
        fetch: async (url) => {
          most = Math.max(most, ++running);
          await new Promise((done) => { setTimeout(done, 1); });
          running--;
          return read(url);
        },
      });
      const { total } = await engine.search('"ray y 7"', {}, { exact: true });
      return { most, loaded, total };
    }
    """
    answer = run_on(frequent, source)
    assert answer["total"] == len([number for number in range(PAGES) if str(number).startswith("7")])
    assert answer["loaded"] > 4 * MAX_AT_ONCE
    assert answer["most"] <= MAX_AT_ONCE


def test_the_languages_of_a_site_are_told(frequent: Path) -> None:
    source = """
    async function answer() {
      return (await open("http://files/", { fetch: read })).languages();
    }
    """
    assert len(run_on(frequent, source)) == 1


def test_a_manifest_that_is_cut_off_is_damaged(frequent: Path) -> None:
    source = """
    async function answer(bodies) {
      const kinds = [];
      for (const body of bodies) {
        const fetch = (url) => (url.includes("manifest") ? new Response(body) : read(url));
        await open("http://files/", { fetch }).catch(({ kind }) => kinds.push(kind));
      }
      return kinds;
    }
    """
    assert run_on(frequent, source, ['{"format": 1, "co', "{}", "\0\0\0"]) == ["damaged"] * 3


def test_memory_stays_bounded_however_many_queries_there_are(frequent: Path) -> None:
    source = """
    async function answer(limit) {
      const engine = await open("http://files/", { fetch: read, cache: limit });
      for (let page = 1; page <= 20; page++) await engine.search("rock", { page });
      const before = loaded;
      await engine.search("rock", { page: 20 });
      const kept = loaded - before;
      await engine.search("rock", { page: 1 });
      return { kept, loadedAgain: loaded - before - kept };
    }
    """
    answer = run_on(frequent, source, 20_000)
    assert answer["kept"] <= 1
    assert answer["loadedAgain"] > 0
