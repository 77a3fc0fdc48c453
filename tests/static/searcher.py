"""The static engine behind the same helper that tests of the other engines use."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.static.data import SCRIPTS
from tests.static.node import node
from zhsearch.index.generations import open_current
from zhsearch.search.engine import Completion
from zhsearch.search.settings import Settings
from zhsearch.search.static.export import export_site

_SCRIPT = """
import {{ readFile }} from "node:fs/promises";
import {{ createInterface }} from "node:readline";
import {{ open }} from "{module}";
const folder = {folder};
const read = async (url) => {{
  try {{
    return new Response(await readFile(folder + new URL(url).pathname.slice(1)));
  }} catch {{
    return new Response("", {{ status: 404 }});
  }}
}};
const engine = await open("http://files/", {{ fetch: read }});
for await (const line of createInterface({{ input: process.stdin }})) {{
  const [method, ...values] = JSON.parse(line);
  let answer;
  try {{
    answer = {{ value: await engine[method](...values) }};
  }} catch (error) {{
    answer = {{ error: String(error.stack) }};
  }}
  process.stdout.write(JSON.stringify(answer) + "\\n");
}}
"""

_NAMES = {"since": "from", "until": "to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticSettings(Settings):
    """The settings of an index that is exported, and searched by the scripts."""


class StaticProcess:
    """A Node process that answers from the files in a folder."""

    def __init__(self, folder: Path) -> None:
        module = _SCRIPT.format(module=(SCRIPTS / "open.js").as_uri(), folder=json.dumps(f"{folder}/"))
        with tempfile.NamedTemporaryFile("w", suffix=".mjs", encoding="utf-8", delete=False) as script:
            script.write(module)
        self._process = subprocess.Popen(
            [node(), script.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._script = Path(script.name)

    def __del__(self) -> None:
        self._script.unlink(missing_ok=True)
        self._process.kill()
        self._process.communicate()

    def call(self, method: str, *values: object) -> Any:
        """The result of a method of the opened engine."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([method, *values]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["value"]


class StaticEngine:
    """What tests ask of an engine beside searches, from the files. What these do not have skips the test."""

    def __init__(self, process: StaticProcess, settings: Settings) -> None:
        self._process = process
        manifest = open_current(settings.index, lambda generation: generation.manifest)
        self.generation = open_current(settings.index, lambda generation: generation.id)
        self.lexicon, self.facets, self._documents = manifest.lexicon, manifest.facets, manifest.documents

    def __len__(self) -> int:
        return self._documents

    def complete(self, typed: str, count: int) -> list[Completion]:
        found = self._process.call("suggest", typed, {"count": count})["suggestions"]
        return [
            Completion(
                each["text"], each["kind"], each["pages"], tuple(map(tuple, each["marks"])), each["url"]
            )
            for each in found
        ]

    def recent(self, count: int, lang: str | None = None) -> list[SimpleNamespace]:
        pages = self._process.call("recent", {"count": count, **({"lang": lang} if lang else {})})["results"]
        return [SimpleNamespace(**page) for page in pages]

    def tags(self) -> Sequence[Mapping[str, Any]]:
        tags: Sequence[Mapping[str, Any]] = self._process.call("tags")["tags"]
        return tags

    def __getattr__(self, name: str) -> Any:
        return _nothing(name)


class StaticSearcher:
    """As `Searcher`, from the files of an export."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        folder = settings.index.parent / f"{settings.index.name}-files"
        export_site(settings, folder)
        self._process = StaticProcess(folder)
        self.engine = StaticEngine(self._process, settings)

    def __call__(self, q: str = "", **parameters: Any) -> Any:
        facets = parameters.pop("facets", {})
        named = {_NAMES.get(name, name): value for name, value in parameters.items() if value is not None}
        return self._process.call("search", q, {**named, **facets})

    def titles(self, q: str = "", **parameters: Any) -> list[str]:
        return [result["title"] for result in self(q, per_page="50", **parameters)["results"]]

    def __getattr__(self, name: str) -> Any:
        return _nothing(name)


def _nothing(name: str) -> Any:
    if name.startswith(("_", "hypothesis")):
        raise AttributeError(name)
    pytest.skip(f"the files of an export have no {name}")
