"""Compare the answers of the static files with those of the embedded engine, on searches made by rule.

`python -m tests.static.same INDEX DIR --count 2000`: the shares of the same totals, sets and orders, by kind, and the
searches that differ in the file that `--differences` names.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.static.node import run
from tests.static.searches import Maker, Search
from zhsearch.index.analysis import Segmenter, get_segmenter
from zhsearch.index.generations import open_current
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.embedded.snapshot import Snapshot

_SCRIPT = """
import {{ readFile }} from "node:fs/promises";
import {{ open }} from "{script}";
const folder = {folder};
const read = async (url) => {{
  try {{
    return new Response(await readFile(folder + new URL(url).pathname.slice(1)));
  }} catch {{
    return new Response("", {{ status: 404 }});
  }}
}};
async function answer(searches) {{
  const engine = await open("http://files/", {{ fetch: read }});
  const answers = [];
  for (const {{ q, ...parameters }} of searches) {{
    try {{
      answers.push(await engine.search(q, parameters));
    }} catch (error) {{
      answers.push({{ error: String(error && error.stack || error) }});
    }}
  }}
  return answers;
}}
"""

COMPARED = ("total", "relaxed", "first ten", "order", "excerpts", "passages", "facets", "read", "suggestion")


def static_answers(
    folder: Path, searches: Sequence[Search], script: str = "SRC/open.js"
) -> list[dict[str, Any]]:
    """The answers of the files in a folder."""
    source = _SCRIPT.format(script=script, folder=json.dumps(f"{folder.resolve()}/"))
    answers: list[dict[str, Any]] = run(source, [search.parameters for search in searches], timeout=3600)
    return answers


def server_answers(
    engine: EmbeddedEngine, segmenter: Segmenter, searches: Sequence[Search]
) -> list[dict[str, Any]]:
    """The answers of the embedded engine."""
    answers = []
    for search in searches:
        given = dict(search.parameters)
        texts = {name: str(value) for name, value in given.items() if name in ("page", "per_page")}
        parameters = read_parameters(
            q=given["q"],
            tag=given.get("tag", ()),
            since=given.get("from"),
            until=given.get("to"),
            sort=given.get("sort"),
            page=texts.get("page"),
            per_page=texts.get("per_page"),
        )
        answers.append(json.loads(json.dumps(run_search(engine, parameters, segmenter))))
    return answers


def differences(server: dict[str, Any], static: dict[str, Any]) -> dict[str, Any]:
    """What differs between two answers, by the names of COMPARED."""
    if "error" in static:
        return dict.fromkeys(COMPARED, static["error"])
    urls = [[hit["url"] for hit in answer["results"]] for answer in (server, static)]
    snippets = [
        {
            hit["url"]: [hit["excerpt"], hit["excerpt_marks"], hit["title_marks"], hit["section"]]
            for hit in answer["results"]
        }
        for answer in (server, static)
    ]
    passages = [{hit["url"]: hit["passages"] for hit in answer["results"]} for answer in (server, static)]
    shared = snippets[0].keys() & snippets[1].keys()
    values = {
        "total": (server["total"], static["total"]),
        "relaxed": ((server["relaxed"], server["weak"]), (static["relaxed"], static["weak"])),
        "first ten": (sorted(urls[0]), sorted(urls[1])),
        "order": (urls[0], urls[1]),
        "excerpts": ({url: snippets[0][url] for url in shared}, {url: snippets[1][url] for url in shared}),
        "passages": ({url: passages[0][url] for url in shared}, {url: passages[1][url] for url in shared}),
        "facets": (server["facets"], static["facets"]),
        "read": (server["read"], static["read"]),
        "suggestion": (server["suggestion"], static["suggestion"]),
    }
    return {name: pair for name, pair in values.items() if pair[0] != pair[1]}


def main() -> None:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--script", default="SRC/open.js")
    parser.add_argument("--differences", type=Path)
    options = parser.parse_args()
    snapshot = open_current(options.index, Snapshot)
    engine = EmbeddedEngine(snapshot.generation)
    segmenter = get_segmenter("auto", Path(".zhsearch-cache"), engine.lexicon)
    documents = [snapshot.stored(page).document() for page in snapshot.pages.tolist()]
    searches = list(Maker(documents, segmenter).searches(options.count))
    server = server_answers(engine, segmenter, searches)
    start = time.perf_counter()
    static = static_answers(options.folder, searches, options.script)
    seconds = time.perf_counter() - start
    kinds, same = Counter(search.kind for search in searches), defaultdict[str, Counter[str]](Counter)
    told = []
    for search, left, right in zip(searches, server, static, strict=True):
        found = differences(left, right)
        for name in COMPARED:
            same[name][search.kind] += name not in found
        if found:
            told.append({"kind": search.kind, "parameters": search.parameters, **found})
    print(f"{'kind':<20}{'':>6}" + "".join(f"{name:>12}" for name in COMPARED))
    for kind, count in [*kinds.items(), ("all", len(searches))]:
        shares = ((same[name].total() if kind == "all" else same[name][kind]) / count for name in COMPARED)
        print(f"{kind:<20}{count:>6}" + "".join(f"{share:>12.1%}" for share in shares))
    print(f"{seconds / len(searches) * 1000:.1f} ms a search in Node")
    if options.differences:
        options.differences.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
