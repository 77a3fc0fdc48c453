"""The box of an export gets what the box of a server gets: completions, facets, language and pinyin in one answer."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.helpers.sites import ROOT, Searcher, index_site, post, write_site
from tests.static.node import run
from zhsearch.search.api.extras import read_extras
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.settings import Settings
from zhsearch.search.static import export_site

FILES = ROOT / "search" / "widget" / "src" / "first" / "files.js"
BOX = {"per_page": "5", "completions": "6", "facets": "tag,category,lang,year,*", "pinyin": "1"}
QUERIES: list[dict[str, str]] = [
    {"q": "容器"},
    {"q": "rongq"},
    {"q": "rongqi", "tag": "云原生"},
    {"q": "rongqi", "tag": "不存在"},
    {"q": "kubernetes", "prefer_lang": "zh"},
    {"q": "container", "prefer_lang": "zh-CN"},
    {"q": "container", "prefer_lang": "ZH-cn-x"},
    {"q": "container", "prefer_lang": "ja"},
    {"q": "container", "prefer_lang": "en", "lang": "zh-CN"},
    {"q": "zyzzyva", "prefer_lang": "en-GB"},
    {"q": "rongq", "prefer_lang": "zh-CN"},
    {"q": "rongq", "prefer_lang": "en"},
    {"q": "容器", "facets": "none", "page": "2", "completions": "", "pinyin": ""},
    {"q": "容器", "facets": "year,series", "completions": "1"},
]
NAMES = ("query", "total", "results", "facets", "completions", "language", "widened", "pinyin", "suggestion")

_BOX = """
import {{ readFile }} from "node:fs/promises";
import {{ open }} from "SRC/open.js";
const HOME = "http://files/";
const document = {{ addEventListener() {{}} }};
const addTexts = () => {{}};
const home = () => HOME;
const read = async (url) => {{
  try {{
    return new Response(await readFile({folder} + new URL(url).pathname.slice(1)));
  }} catch {{
    return new Response("", {{ status: 404 }});
  }}
}};
const inWorker = (script, base) => open(base, {{ fetch: read }});
{source}
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site in two languages, with a facet of its own."""
    posts = {
        f"{number}.md": post(
            f"容器 {number}",
            f"容器的镜像 {number}，在 Kubernetes 里。",
            tags=["云原生"],
            date="2024-05-01",
            series=["入门"],
        )
        for number in range(8)
    }
    posts |= {
        f"en/{number}.md": post(
            f"Containers {number}",
            "A container runs on Kubernetes.",
            lang="en",
            date="2025-05-01",
            series=["Start"],
        )
        for number in range(3)
    }
    site = write_site(tmp_path_factory.mktemp("box"), posts)
    settings = index_site(site, Settings(facets=("series",)))
    export_site(settings, site / "files")
    return settings


def box_run(settings: Settings, source: str, value: object = None) -> Any:
    """What `answer` of a source gives, beside the source of the box that asks the files."""
    folder = json.dumps(f"{settings.content / 'files'}/")
    text = FILES.read_text(encoding="utf-8")
    return run(_BOX.format(folder=folder, source=text) + source, value)


def server_answer(search: Searcher, asked: dict[str, str]) -> dict[str, Any]:
    """The answer of the API."""
    own = {name: asked.get(name) for name in ("facets", "completions", "prefer_lang", "pinyin")}
    extras = read_extras(**own, own_facets=search.engine.facets)
    tags = [asked["tag"]] if "tag" in asked else []
    parameters = read_parameters(
        q=asked["q"], tag=tags, lang=asked.get("lang"), page=asked.get("page"), per_page=asked["per_page"]
    )
    answer = run_search(search.engine, parameters, search.segmenter, extras=extras)
    found: dict[str, Any] = json.loads(json.dumps(answer))
    return found


def test_the_answer_of_the_box_is_that_of_the_api(settings: Settings) -> None:
    source = """
    async function answer(queries) {
      const answers = [];
      for (const query of queries) answers.push(await find({}, new URLSearchParams(query), null));
      return answers;
    }
    """
    asked = [BOX | query for query in QUERIES]
    search, kinds = Searcher(settings), set[str]()
    for query, found in zip(
        asked, box_run(settings, source, [urlencode(each) for each in asked]), strict=True
    ):
        expected = server_answer(search, query)
        for name in NAMES:
            left, right = expected.get(name), found.get(name)
            if name in ("results", "pinyin"):
                left, right = without_scores(left), without_scores(right)
            assert right == left, (query, name)
        kinds.update(name for name in ("widened", "pinyin") if expected.get(name))
    assert kinds == {"widened", "pinyin"}


def without_scores(value: Any) -> Any:
    """Hits without scores, which are rounded otherwise."""
    if isinstance(value, dict):
        return {name: without_scores(each) for name, each in value.items() if name != "score"}
    return [without_scores(each) for each in value] if isinstance(value, list) else value


def test_late_completions_do_not_delay_hits(settings: Settings) -> None:
    source = """
    async function answer() {
      const engine = await engineAt(HOME).opening;
      const { suggest } = engine;
      engine.suggest = async (...values) => {
        await new Promise((done) => { setTimeout(done, 600); });
        return suggest.apply(engine, values);
      };
      const params = new URLSearchParams("q=容器&completions=3&per_page=5");
      let told;
      const late = new Promise((done) => { told = done; });
      const { total, completions } = await find({}, params, null, told);
      return { total, completions, late: (await late).length };
    }
    """
    assert box_run(settings, source) == {"total": 8, "completions": [], "late": 3}


def test_a_start_has_the_newest_pages_in_a_language_and_the_tags(settings: Settings) -> None:
    source = """
    async function answer(languages) {
      const starts = await Promise.all(languages.map((language) => startOf({}, language)));
      return starts.map(({ pages, tags }) => [pages.map(({ lang }) => lang), tags]);
    }
    """
    tags = [{"value": "云原生", "count": 8}]
    chinese, english = ["zh-CN"] * 5, ["en"] * 3
    found = box_run(settings, source, ["zh", "en-US", "ja"])
    assert found[2] == [[*english, "zh-CN", "zh-CN"], tags]
    assert (found[0], found[1]) == ([chinese, tags], [english, tags])


def test_failures_have_a_status_and_are_over_when_the_host_is_well(settings: Settings) -> None:
    source = """
    async function answer() {
      const told = [];
      console.error = () => {};
      const params = new URLSearchParams("q=容器");
      const ill = globalThis.Response;
      for (const [status, body] of [[404, "x"], [200, '{"error": 1}'], [503, "x"]]) {
        globalThis.Response = class extends ill { constructor() { super(body, { status }); } };
        await find({}, params, null).catch((error) => told.push([error.status, error.kind]));
      }
      globalThis.Response = ill;
      return [told, (await find({}, params, null)).total];
    }
    """
    assert box_run(settings, source) == [[[404, "missing"], [410, "damaged"], [408, "offline"]], 8]
