"""Searches of the files of an export find what the embedded engine finds, in its order."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_versions import documentation
from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.static.node import run
from zhsearch.search.api.parameter_names import check_names
from zhsearch.search.api.parameters import of_search, read_parameters
from zhsearch.search.api.search import page_json
from zhsearch.search.errors import ParameterError
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site

WORDS_TEXT = (
    "算力 芯片 人工智能 国产化 分布式系统 操作系统 内核 服务器 虚拟机 容器 网络 安装 配置 升级 命令行 数据库 云原生 机器学习 "
    "开源 软件 项目 管理 工具 使用 问题 方法 北京 上海 重庆 火锅 美食 旅行 手机 电池 相机 价格 五个 十年 二十年 3个 2023年"
)
LATIN_TEXT = (
    "linux kernel docker kubernetes kubectl wifi wi-fi opensource open source java script javascript python c++ c# "
    "gpt-4 gpt-4o xfreerdp rdp vim nginx raspberry pi containers container running run 10.04 usb-c"
)
WORDS, LATIN = WORDS_TEXT.split(), LATIN_TEXT.split()
QUERIES = (
    *WORDS[:24],
    *LATIN,
    *(
        "kube",
        "kub",
        "pyth",
        "cont",
        "rd",
        "free",
        "scr",
        "zzzz",
        "饕餮",
        "linux 内核",
        "内核 linux 安装",
        "open source",
    ),
    *(
        "JavaScript",
        "Wi-Fi 安装",
        "java script",
        "五个 项目",
        "3个 工具",
        "二十年",
        "2023年 手机",
        "c++ 使用",
    ),
    *(
        '"算力芯片"',
        '"人工"',
        '"分布式系统"',
        '"linux kernel"',
        '"工智"',
        '"安装配置"',
        '"open source" 工具',
        '"的项目"',
    ),
    *("linux -docker", '内核 -"分布式系统"', "容器 OR 虚拟机", "火锅 || 美食 -重庆", "(容器 OR 内核) 安装"),
    *(
        "title:安装",
        'title:"人工智能"',
        "title:kube",
        "title:rdp",
        "title:五个",
        "tag:Linux",
        "tag:linux 内核",
    ),
    *("标签：美食", "系列：入门 安装", "-tag:linux 安装", "category:技术 算力", "-系列：入门 容器"),
    *(
        "如何安装docker？",
        "什么是人工智能",
        "为什么内核要升级",
        "怎样使用开源软件管理数据库",
        "北京到上海的旅行价格如何？",
    ),
    *(
        "算力 芯片 火锅 相机",
        "内核 zzzz",
        "人工智能 机器学习 饕餮",
        "重庆 火锅 手机 电池 旅行",
        "于正 火锅",
        "",
    ),
    *("軟件 安裝", "網路 配置", "麒麟", "手册", "安装手册", "旧版才有饕餮", "貔貅 -tag:版本17", "人工智慧"),
)
OPTIONS: tuple[dict[str, Any], ...] = (
    {"sort": "newest"},
    {"sort": "oldest"},
    {"page": 2, "per_page": 7},
    {"tag": ["Linux", "美食"]},
    {"tag": ["linux"], "from": "2022"},
    {"from": "2021-03", "to": "2022"},
    {"from": "2022", "to": "2022"},
    {"category": "技术", "series": ["入门"]},
    {"versions": "all", "per_page": 30},
    {"lang": "zh-CN", "from": "2020-05-05"},
)
TOLERANCE = 4e-3  # of a score: files have weights of 14 bits, of means with few digits
SHARED = ("query", "total", "matches", "page", "per_page", "relaxed", "weak", "facets")

SCRIPT = """
import { readFile } from "node:fs/promises";
import { open } from "SRC/open.js";
async function answer({ folder, broken = "", searches, others = [] }) {
  let reads = 0;
  const read = async (url) => {
    const path = new URL(url).pathname;
    reads++;
    if (broken && path.includes("/data/") && reads > 1) {
      if (broken === "offline") throw new TypeError("network");
      if (broken === "missing") return new Response("no", { status: 404 });
      return new Response(broken === "page" ? "<!doctype html>" : Uint8Array.of(31, 139, 8, 0, 1, 2, 3));
    }
    return new Response(await readFile(folder + path));
  };
  const engine = await open("http://files/", { fetch: read });
  const answers = [];
  for (const [method, ...values] of searches) {
    try {
      answers.push(await engine[method](...values));
    } catch (error) {
      answers.push({ error: error.message, parameter: error.parameter, kind: error.kind });
    }
  }
  return answers;
}
"""


def site() -> dict[str, str]:
    """Posts of words by chance, some of them in titles and tags, and pages in several versions."""
    chance = random.Random(23)
    posts = {}
    for number in range(160):
        words = [*chance.choices(WORDS, k=30), *chance.choices(LATIN, k=14)]
        chance.shuffle(words)
        blanks = [chance.choice(["", "", " ", "，", "的", "。\n\n"]) for _ in words]
        title = chance.choice(["", "", "如何"]) + "".join(
            f"{word} " if word.isascii() else word for word in chance.sample(words, chance.randint(1, 4))
        )
        fields: dict[str, Any] = {
            "tags": chance.sample(
                ["Linux", "美食", "linux", "Kubernetes", "云原生", "AI"], chance.randint(0, 3)
            ),
            "categories": chance.sample(["技术", "生活"], chance.randint(0, 1)),
            "series": chance.sample(["入门", "进阶"], chance.randint(0, 1)),
        }
        if number % 11:
            fields["date"] = f"202{chance.randint(0, 3)}-0{chance.randint(1, 9)}-1{chance.randint(0, 3)}"
        text = "".join(
            f"{word}{blank or ' '}" if word.isascii() else f"{word}{blank}"
            for word, blank in zip(words, blanks, strict=True)
        )
        posts[f"posts/{number}.md"] = post(title.strip(), f"## {words[0]}\n\n{text}", **fields)
    return posts | documentation()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_site(tmp_path_factory.mktemp("site"), site())
    return index_site(folder, Settings(facets=("series",)))


@pytest.fixture(scope="module")
def server(settings: Settings) -> Searcher:
    return Searcher(settings)


@pytest.fixture(scope="module")
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "zhsearch"
    export_site(settings, folder)
    return folder


def static(folder: Path, searches: Sequence[Sequence[Any]], **others: Any) -> list[Any]:
    answers: list[Any] = run(SCRIPT, {"folder": str(folder), "searches": list(searches), **others})
    return answers


def answer_of(server: Searcher, q: str, options: dict[str, Any]) -> Any:
    given = {name: value if isinstance(value, list) else str(value) for name, value in options.items()}
    names = {"from": "since", "to": "until"}
    facets = {"series": given.pop("series")} if "series" in given else {}
    return server(q, facets=facets, **{names.get(name, name): value for name, value in given.items()})


def assert_same(server: Any, static: Any) -> None:
    assert "error" not in static, static
    assert {name: static[name] for name in SHARED} == {name: server[name] for name in SHARED}
    own, others = ([shown(hit) for hit in answer["results"]] for answer in (static, server))
    scores = [[hit["score"] for hit in answer["results"]] for answer in (static, server)]
    assert scores[0] == pytest.approx(scores[1], rel=TOLERANCE)
    for place, (hit, score) in enumerate(zip(own, scores[0], strict=True)):
        # Two hits may change places, the last one with one of the next page, if their scores are as good as the same.
        assert hit == others[place] or any(
            score == pytest.approx(other, rel=TOLERANCE) for at, other in enumerate(scores[1]) if at != place
        ), (place, hit, others[place])
        assert hit in others or score == pytest.approx(scores[1][-1], rel=TOLERANCE)


def shown(hit: Any) -> tuple[Any, ...]:
    return hit["url"], hit["missing"], [other["url"] for other in hit["versions"]], hit["version_count"]


def searches() -> list[tuple[str, dict[str, Any]]]:
    plain = [(q, dict[str, Any]()) for q in QUERIES]
    return plain + [(q, OPTIONS[number % len(OPTIONS)]) for number, q in enumerate(QUERIES)]


def test_every_kind_of_query_finds_the_same_pages_in_the_same_order(server: Searcher, folder: Path) -> None:
    asked, different = searches(), []
    found = static(folder, [["search", q, options, {"exact": True}] for q, options in asked])
    for (q, options), own in zip(asked, found, strict=True):
        try:
            assert_same(answer_of(server, q, options), own)
            assert own["total_relation"] == "exact"
        except AssertionError as problem:
            different.append((q, options, str(problem)[:300]))
    assert not different


def test_a_quoted_text_is_verified_where_it_is_shown_and_may_have_at_least_so_many_hits(
    server: Searcher, folder: Path
) -> None:
    quoted = ['"的项目"', '"分布式系统"', '"使用问"', '"具使用"']
    for q, own in zip(quoted, static(folder, [["search", q] for q in quoted]), strict=True):
        expected = answer_of(server, q, {})
        assert own["total"] <= expected["total"]
        assert own["total"] == expected["total"] or own["total_relation"] == "at_least"
        every = {hit["url"] for hit in answer_of(server, q, {"per_page": 50})["results"]}
        assert {hit["url"] for hit in own["results"]} <= every
        assert len(own["results"]) == min(10, expected["total"])


def test_newest_pages_and_tags_are_those_of_the_server(server: Searcher, folder: Path) -> None:
    calls: list[list[Any]] = [
        ["recent"],
        ["recent", {"count": 50}],
        ["recent", {"count": 30, "lang": "ZH-cn"}],
        ["recent", {"lang": "en"}],
    ]
    recent = static(folder, [*calls, ["tags"]])
    for count, lang, answer in (
        (10, None, recent[0]),
        (50, None, recent[1]),
        (30, "zh-CN", recent[2]),
        (9, "en", recent[3]),
    ):
        expected = [page_json(page) for page in server.engine.recent(count, lang)]
        assert answer["results"] == [
            {**page, "tags": [*page["tags"]], "categories": [*page["categories"]]} for page in expected
        ]
    assert recent[4]["tags"] == [
        {"value": tag["value"], "count": tag["count"]} for tag in server.engine.tags()
    ]


WRONG: tuple[dict[str, Any], ...] = (
    {"page": ["0"]},
    {"page": ["x'y"]},
    {"per_page": ["51"]},
    {"sort": ["best"]},
    {"from": ["2021-13"]},
    {"from": ["2023"], "to": ["2022"]},
    {"tag": [f"t{number}" for number in range(21)]},
    {"category": ["长" * 257]},
    {"lang": ["a", "b"]},
    {"tags": ["a"]},
    {"pagesize": ["3"]},
    {"q": ["字" * 513]},
)


def test_a_wrong_parameter_is_named_as_the_server_names_it(folder: Path) -> None:
    found = static(
        folder, [["search", values.get("q", [""])[0], values] for values in WRONG if "q" not in values]
    )
    found += static(folder, [["search", *WRONG[-1]["q"]]])
    for values, answer in zip(WRONG, found, strict=True):
        with pytest.raises(ParameterError) as raised:
            checked(values)
        assert (answer["parameter"], answer["error"]) == (raised.value.name, str(raised.value))


def checked(values: dict[str, Any]) -> None:
    """Check the parameters of a request, as the server does."""
    check_names(values.items(), of_search(("series",)))
    names = {"from": "since", "to": "until"}
    given = {name: value if name == "tag" else value[0] for name, value in values.items()}
    read_parameters(**{names.get(name, name): value for name, value in given.items()})


@pytest.mark.parametrize(
    ("broken", "kind"),
    [("offline", "offline"), ("missing", "missing"), ("page", "missing"), ("bytes", "damaged")],
)
def test_a_file_that_cannot_be_had_is_an_error_of_its_kind(folder: Path, broken: str, kind: str) -> None:
    searches: list[list[Any]] = [["search", "内核"]]
    (answer,) = static(folder, searches, broken=broken)
    assert answer["kind"] == kind
