"""Texts are folded, simplified and cut in a browser as on the server, with the same offsets."""

import random
import re
import sys
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

import pytest

from tests.helpers.sites import CACHE, ROOT
from tests.static.node import run
from zhsearch.index.analysis import (
    HAN,
    Lexicon,
    Segmenter,
    facet_text,
    fold,
    fold_keeping_blanks,
    fold_plain,
    get_segmenter,
    query_tokens,
    simplify_characters,
    simplify_words,
    token_across,
)
from zhsearch.index.fields import facet_key
from zhsearch.search.static.lexical import (
    Dictionary,
    composed_terms,
    dictionary_facts,
    markov_model,
    read_dictionary,
    spelling_groups,
    traditional_tables,
)

_SEED = 23
_ALL = "".join(map(chr, range(0x3400, 0xA000)))

_FRAME = """
import { facetKey, facetText, fold, foldKeepingBlanks, foldPlain } from "SRC/analysis/folding.js";
import { needsTraditional, setTraditional, settledCharacters } from "SRC/analysis/folding.js";
import { simplifyCharacters, simplifyWords } from "SRC/analysis/folding.js";
import { Segmenter } from "SRC/analysis/segmenter.js";
import { queryTokens, tokenAcross } from "SRC/analysis/tokenizer.js";
import { fromCodePoints, toCodePoints } from "SRC/base/patterns.js";

// Offsets of a text in code points, by offsets in UTF-16 units.
function codePoints(text) {
  const points = [0];
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit++) points.push(points.at(-1) + (unit ? 0 : 1));
  }
  return points;
}

// Start and end in the source of each character of a folded text, one after another, in code points.
function ranges(source, folded) {
  const points = codePoints(source);
  const places = [];
  let start = 0;
  for (const character of folded.text) {
    const [from, to] = folded.source(start, start + character.length);
    places.push(points[from], points[to]);
    start += character.length;
  }
  return places;
}

function segmenter({ words, core, model }) {
  const known = new Map(Object.entries(words));
  return new Segmenter({ frequency: (text) => known.get(text) || 0 }, core, () => model);
}
"""

_FOLDING = (
    _FRAME
    + """
function answer({ texts, tables }) {
  setTraditional({ ...tables.simplified, words: tables.words });
  return texts.map((source) => {
    const [text, kept] = [fold(source), foldKeepingBlanks(source)];
    const others = [foldPlain(source), facetText(source), facetKey(source)];
    return [text.text, ranges(source, text), kept.text, ranges(source, kept), ...others];
  });
}
"""
)


def _folded(source: str) -> list[object]:
    text, kept = fold(source), fold_keeping_blanks(source)
    others = [fold_plain(source), facet_text(source), facet_key(source)]
    return [text.text, _ranges(text), kept.text, _ranges(kept), *others]


def _ranges(folded: Any) -> list[int]:
    """Start and end in the source of each character, one after another."""
    places = range(len(folded.text))
    return [bound for place in places for bound in folded.source(place, place + 1)]


def _folded_otherwise(texts: list[str]) -> list[object]:
    """The first texts that scripts fold otherwise than Python does, with both results."""
    tables = traditional_tables(_ALL, ()).as_json()
    results = zip(texts, map(_folded, texts), run(_FOLDING, {"texts": texts, "tables": tables}), strict=True)
    return [(ascii(text), python, script) for text, python, script in results if python != script][:10]


@lru_cache(maxsize=1)
def _characters() -> list[str]:
    """The characters of this Python's Unicode; a browser may know a later one. Without those that are simplified from or
    to one outside the first plane: scripts leave them as they are."""
    points = (point for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) not in ("Cn", "Co"))
    return [character for character in map(chr, points) if not _is_beyond(character)]


def _is_beyond(character: str) -> bool:
    text = fold(character).text
    return text != (simplified := simplify_characters(text)) and max(text + simplified) > "\uffff"


def test_every_character_is_folded_as_in_python() -> None:
    characters = _characters()
    lines = ["\n".join(characters[start : start + 2000]) for start in range(0, len(characters), 2000)]
    assert not _folded_otherwise(lines)


PIECES = (
    *"算力 芯片 C语言 语言 乾隆 乾燥 看著 著作 瞭解 明瞭 資料結構 后来 皇后 於倫敦 國產 达·芬奇 A·B 马尔克斯・加西亚".split(),
    *"GPT-4o C++ .NET 192.168.1.1 2.307亿 1,000万 3千万 卡拉OK U盘 T恤 AA制 k歌 ABC x.y _a don't wi-fi a:b @me".split(),
    *"É é e\u0301 ß ẞ ς Σ İ ı ﬁ Ａ ｃ ９ ① ² ½ ٣ ỹ ǆ ꭰ Ꭰ ᲀ ŉ が か\u3099 カ ｶﾞ 한국어 \u1112\u1161\u11ab 𠮷 🚀 👍🏽 𝐀 𝟗 ﷺ ㍿ ゛ ﹉ ⺀ ♥\ufe0f".split(),
    *("\u200b", "\ufeff", "\u00ad", "\u2060", "\u3164", "\U000e0001", "\ud800", "\udc00", "\u0300" * 3, "\u0301" * 40),
    *(" ", "  ", "\t", "\xa0", "\u3000", "\u2003", "\n", "\n\u0301", "\x85", "\x1c", "\0", "·", "•", "‧", "・", "･"),
    *"“ ” ‘ ’ ＂ \" ' ‐ ‒ – — － ， 。 ！ ! ？ ； 、 （ ） 《 》 … . , - / _ & @ : + # % ¨ ´".split(),
)  # fmt: skip


def _random_texts(count: int, seed: int) -> list[str]:
    random_ = random.Random(seed)
    return ["".join(random_.choices(PIECES, k=random_.randint(1, 12))) for _ in range(count)]


def test_mixed_texts_are_folded_as_in_python() -> None:
    assert not _folded_otherwise(_random_texts(5000, _SEED))


def test_long_texts_are_folded_as_in_python() -> None:
    assert not _folded_otherwise(["".join(_random_texts(60, seed)) for seed in range(40)])


def test_texts_of_sites_are_folded_as_in_python() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").rglob("*.md"))]
    assert texts
    assert not _folded_otherwise(texts)
