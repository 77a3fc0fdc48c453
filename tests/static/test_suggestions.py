"""The files complete an input and correct a query as the server does."""

import gzip
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.bench.misspellings import make_misspellings
from tests.bench.peer import Page
from tests.helpers.sites import ROOT, Searcher, index_site, post
from tests.static.node import run
from zhsearch.search.static import export_site
from zhsearch.search.static.completion_keys import keys_of
from zhsearch.search.static.spelling_words import HASHES, word_hash
from zhsearch.search.suggest.readings import readings

COUNT = 8  # completions of an input
POSTS = {
    "a.md": post(
        "重庆 Kubernetes 𠮷祥物入门", "## 安装 Docker 引擎\n\n重庆的算力。", tags=["云 原生", "算力"]
    ),
    "b.md": post(
        "Übersicht：C++ 與 C语言",
        "## 安装 Docker 引擎\n\n## 旅行-指南 (二)！\n\n重庆的女儿。",
        date="2024-03-04",
    ),
    "c.md": post("旅行指南", "## 銀行與 𠮷祥物\n\n旅行者的绿色指南。", date="2024-05-04", tags=["云 原生"]),
}

_SCRIPT = """
import { readFile } from "node:fs/promises";
import { Files, jsonFile, settled } from "SRC/base/files.js";
import { Index } from "SRC/matching/index.js";
import { complete } from "SRC/suggest/completion.js";
import { didYouMean } from "SRC/suggest/did_you_mean.js";

async function answer({ folder, completed, corrected }) {
  let loaded = [];
  const fetch = async (path) => {
    const bytes = await readFile(path);
    loaded.push(bytes.length);
    return new Response(bytes);
  };
  const files = new Files(`${folder}/`, { fetch });
  const index = new Index(files, jsonFile(await files.read("manifest.bin")));
  const results = { completions: [], loaded: [], corrections: [] };
  for (const typed of completed) {
    loaded = [];
    const prepared = () => (index.prepare(typed) ? complete(typed, COUNT, index) : []);
    results.completions.push(await settled(files, prepared));
    results.loaded.push(loaded.length);
  }
  for (const text of corrected) {
    const prepared = () => (index.begin(), index.prepare(text) ? didYouMean(text, index.segmenter, index) : null);
    results.corrections.push(await settled(files, prepared));
  }
  return results;
}
""".replace("COUNT", str(COUNT))


class Site(NamedTuple):
    """An index and its export."""

    search: Searcher
    folder: Path

    def answers(self, *, completed: list[str] = [], corrected: list[str] = []) -> Any:  # noqa: B006  not changed
        return run(_SCRIPT, {"folder": str(self.folder), "completed": completed, "corrected": corrected})

    def expected(self, typed: str) -> list[dict[str, Any]]:
        """What the server completes an input to, as JSON."""
        found = self.search.engine.complete(typed, COUNT)
        return [{**item._asdict(), "marks": [list(mark) for mark in item.marks]} for item in found]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample site with posts of our own."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "content", folder / "content")
    for name, text in POSTS.items():
        (folder / "content" / name).write_text(text, encoding="utf-8")
    (folder / "hugo.toml").write_text('title = "样例"\nbaseURL = "https://x.example/"\n', encoding="utf-8")
    settings = index_site(folder)
    export_site(settings, folder / "export")
    return Site(Searcher(settings), folder / "export")


def typed_inputs(texts: list[str]) -> Iterator[str]:
    """Beginnings of words and titles as typed, as pinyin, as initials, and mixed."""
    rng = random.Random("inputs")
    han = [text for text in texts if re.fullmatch("[\u4e00-\u9fd5]{2,6}", text)]
    rules: list[Callable[[str], str]] = [
        lambda word: word[: rng.randint(1, len(word))],
        lambda word: "".join(sounds(word)),
        lambda word: "".join(sounds(word))[: rng.randint(1, 6)],
        lambda word: "".join(sound[0] for sound in sounds(word)),
        lambda word: "".join(sound if rng.random() < 0.5 else sound[0] for sound in sounds(word)),
        lambda word: word[0] + "".join(sounds(word[1:]))[: rng.randint(1, 5)],
    ]
    for rule in rules:
        yield from (rule(word) for word in rng.sample(han, 50))
    for text in rng.sample(texts, 150):
        yield text[: rng.randint(1, min(8, len(text)))]


def sounds(word: str) -> list[str]:
    return [readings(ord(character))[0] for character in word]


def entry_texts(site: Site) -> list[str]:
    completer = site.search.engine._suggestions.completer  # type: ignore[attr-defined]  # the oracle's entries
    return [entry.text for entry in completer.source if entry.text]


def test_an_input_is_completed_as_the_server_completes_it(site: Site) -> None:
    typed = [
        *("重庆", "chongqing", "zhongqing", "cq", "重q", "lvxing", "luxing", "lüxing", "lv", "nver", "女er", "𠮷祥", "祥物"),
        *("c++", "c语", "cyy", "dock", "docker 引", "安装d", "azd", "ubers", "銀行", "银h", "yinh", "yinghang", "云原", "云 原"),
        *("旅行-", "(二", "s", "l", "a", "算", "x", "-", " ", "", "龘", "zzzz", "anganganganganganganv", "重 庆", "Chong Qing"),
        *typed_inputs(entry_texts(site)),
    ]  # fmt: skip
    answers = site.answers(completed=typed)
    different = [
        (text, answer, site.expected(text))
        for text, answer in zip(typed, answers["completions"], strict=True)
        if answer != site.expected(text)
    ]
    # Entries with the same score that lie in two files; and beyond what a key has.
    assert len(different) <= 0.03 * len(typed), different[:3]


def test_typing_on_loads_nothing_more(site: Site) -> None:
    loaded = site.answers(completed=["chongq", "chongqi", "chongqing"])["loaded"]
    assert loaded[0] > 0
    assert loaded[1:] == [0, 0]


def misspelt(site: Site) -> list[str]:
    """Title words with a wrong character or swapped letters, alone and beside others, and typed as pinyin."""
    pages = [
        Page("", result["title"], "", (), "")
        for result in site.search("的 或 linux OR 安装", per_page="50")["results"]
    ]
    words = make_misspellings(pages, site.search.segmenter)
    rng = random.Random("misspelt")
    beside = [
        f"{rng.choice(pages).title[:6]} {word.typed}" for word in rng.sample(words, min(20, len(words)))
    ]
    han = [word.intended for word in words if word.intended > "\u3400"]
    return [*(word.typed for word in words), *beside, *("".join(sounds(word)) for word in han[:40])]


def test_a_misspelt_query_is_corrected_as_the_server_corrects_it(site: Site) -> None:
    corrected = [
        *(
            "充庆",
            "中庆",
            "dokcer",
            "kubernets",
            "kuberentes",
            "lvxing zhinan",
            "旅形指南",
            "绿色旅形",
            "重庆",
            "docker",
            "龘龘",
        ),
        *misspelt(site),
    ]
    answers = site.answers(corrected=corrected)["corrections"]
    expected = [site.search.engine.did_you_mean(text, site.search.segmenter) for text in corrected]
    pairs = list(zip(corrected, answers, expected, strict=True))
    assert sum(wanted is not None for wanted in expected) > len(corrected) / 3
    assert not [pair for pair in pairs if pair[1] is not None and pair[1] != pair[2]]
    assert sum(answer == wanted for _, answer, wanted in pairs) >= 0.95 * len(pairs)


def test_keys_stand_for_the_sounds_of_two_characters() -> None:
    assert keys_of("算力") == ("sl",)
    assert keys_of("重庆") == ("zq", "cq")
    assert keys_of("女人") == keys_of("路人") == ("ll",)
    assert keys_of("c语") == ("cy",)
    assert keys_of("ni") == ("ni",)


def test_a_hash_of_a_word_is_small() -> None:
    assert 0 <= word_hash("中国科学院" * 3) < HASHES
    assert word_hash("黄山") != word_hash("山黄")


def test_a_file_is_small_and_has_each_entry_once(site: Site) -> None:
    core = json.loads(gzip.decompress((site.folder / "manifest.bin").read_bytes()))
    names = content(site.folder, core["completions"])["names"]
    for start in range(0, len(names), 7):
        name = names[start : start + 7]
        assert (site.folder / "data" / f"{name}.bin").stat().st_size < 16_000
        words = content(site.folder, name)["words"][0].split("\n")
        assert len(words) == len(set(words))


def content(folder: Path, name: str) -> Any:
    return json.loads(gzip.decompress((folder / "data" / f"{name}.bin").read_bytes()))
