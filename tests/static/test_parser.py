"""A query text is parsed and read in a browser as on the server: the same clauses, ranges, readings and undo texts."""

import ast
import json
import random
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any
from unicodedata import category

import pytest

from tests.helpers.sites import CACHE, DATA, ROOT
from tests.static.node import run
from tests.static.nodes import RecordedSegmenter, node_json
from zhsearch.index.analysis import (
    Lexicon,
    fold,
    get_segmenter,
    simplify_characters,
    simplify_words,
)
from zhsearch.search.api.reading import read_json
from zhsearch.search.query import Pattern, Query, day_range, is_letter
from zhsearch.search.query.ast import (
    Phrase,
    Word,
    or_also,
    or_writings,
    primary_leaves,
)
from zhsearch.search.query.lexer import ascii_signs, lex
from zhsearch.search.query.parser import parse
from zhsearch.search.static.lexical import Traditional, traditional_tables
from zhsearch.search.static.other_words import other_word_facts, packed_other_words

_WORDS = """
算力 芯片 国产 手机 段简 于正 李小龙 的 是 和 怎么 什么是 如何 谁 第3章 第 三 章 2025年2月13日 5kg 5 公斤 一百零五
算力芯片的国产替代 C语言 卡拉OK U盘 IP地址 帐号 帳號 資料結構 滑鼠 國產 乾隆 大 纲 语言 𠮷 🚀 カラ 한국어 ① ² ½ ٣
docker git rebase machine learning React reactjs GPT-4o C++ .NET 192.168.1.1 getUserName wi-fi the how of v1.2 x × * 3 12
-i -rf -18℃ -name -delete --amend -xzvf -docker -mint -verbose -手机 -3天 -a. - -- -(
NOT OR AND or || | IS NULL 404 FOUND ( ) （ ） " “ ” ＂ "" ｜ ： － ，。 ？ ? ! ： ; < > = _
title: 标题： 標籤: tag: category: 分类： series: 系列: authors: 作者: topics: 专题: title:( tag:"
"""
PIECES = (
    *_WORDS.split(),
    "\u3000", "\u00a0", "\t", "\n", "\x00", "\ufeff", "\u200b", "\x85", "\x1c", "\ud800", "e\u0301", "É", "ﬁ", "Ａ", "９",
)  # fmt: skip
FACETS: tuple[tuple[str, ...], ...] = ((), ("series", "authors", "topics"))
LEXICONS = (
    Lexicon(),
    Lexicon(
        words=(("深度求索", 50), ("国产算力", 0), ("算力卡x1", 3)),
        stop_words=("入门", "芯片"),
        synonyms=(
            ("c语言", ("c language",)),
            ("machine learning", ("机器学习", "ml")),
            ("手机", ("iphone", "安卓手机")),
            ("番茄", ("西红柿",)),
        ),
        site_terms=("国产算力", "算力芯片"),
        regional=(("滑鼠", ("鼠标",)), ("资料结构", ("数据结构",))),
    ),
    Lexicon(other_writings=False),
)


def strings_of(value: Any) -> Iterator[str]:
    """The texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings_of(item)


def known_queries() -> list[str]:
    """The queries of the data files, and the short texts of the tests that every engine passes."""
    found = [case["q"] for case in json.loads((DATA / "queries.json").read_text(encoding="utf-8"))]
    found += strings_of(json.loads((DATA / "hostile.json").read_text(encoding="utf-8")))
    found += strings_of(tomllib.loads((DATA / "writings.toml").read_text(encoding="utf-8"))["case"])
    for folder in ("contract", "search/query"):
        for path in sorted((ROOT / "tests" / folder).glob("*.py")):
            for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.append(part.value)
    return [text for text in dict.fromkeys(found) if len(text) <= 512]


def soups(count: int) -> list[str]:
    """Texts of random pieces, with and without blanks between them."""
    choose = random.Random(23)
    texts = []
    for _ in range(count):
        pieces = choose.choices(PIECES, k=choose.randint(1, 12))
        texts.append("".join(piece + choose.choice(("", " ", " ", " ")) for piece in pieces))
    return texts


def query_json(query: Query) -> dict[str, Any]:
    """Whatever a parsed query has."""
    return {
        "should": list(map(node_json, query.should)),
        "must": list(map(node_json, query.must)),
        "shouldTexts": query.should_texts,
        "questionText": query.question_text,
        "isQuestionForm": query.is_question_form,
        "isQuestion": query.is_question,
        "spans": query.spans,
        "read": read_json(query),
        "readings": [[part.kind, part.start, part.end] for part in query.readings],
        "positive": list(map(node_json, query.positive())),
        "beginnings": [leaf.matches_beginnings for leaf in query.positive() if isinstance(leaf, Word)],
        "leaves": [[node_json(leaf) for leaf in primary_leaves(node)] for node in query.should],
    }


_PARSE = """
import { setTraditional } from "SRC/analysis/folding.js";
import { Lexicon } from "SRC/analysis/lexicon.js";
import { loadParts } from "SRC/base/parts.js";
import { rangesInCodePoints } from "SRC/base/patterns.js";
import { matchesBeginnings, primaryLeaves } from "SRC/query/ast.js";
import { isQuestion, positive } from "SRC/query/model.js";
import { parse } from "SRC/query/parser.js";
import { readJson } from "SRC/query/reading.js";
await loadParts(["orders", "writings"]);

function look(table, text) {
  if (!Object.hasOwn(table, text)) throw new Error(`not asked: ${text}`);
  return table[text];
}

function answer({ texts, facets, lexicon, others, traditional, cuts, searches }) {
  setTraditional(traditional);
  const segmenter = {
    cut: (text) => look(cuts, text),
    search: (text) => look(searches, text),
    lexicon: new Lexicon(lexicon, (text) => others[text]),
  };
  return texts.map((text) => {
    const query = parse(text, segmenter, facets);
    const { should, must, shouldTexts, questionText, isQuestionForm, spans, readings } = query;
    const parts = rangesInCodePoints(text, readings.map((part) => [part.start, part.end]));
    return {
      should, must, shouldTexts, questionText, isQuestionForm, isQuestion: isQuestion(query),
      spans: rangesInCodePoints(text, spans),
      read: readJson(query),
      readings: readings.map((part, place) => [part.kind, ...parts[place]]),
      positive: positive(query),
      beginnings: positive(query).filter((node) => node.type === "word").map(matchesBeginnings),
      leaves: should.map(primaryLeaves),
    };
  });
}
"""


@cache
def convertible_texts() -> tuple[list[str], Traditional]:
    """Query texts without words that are simplified otherwise than their characters, and the tables of those."""
    folded = {text: fold(text).text for text in (*known_queries(), *soups(600))}
    tables = traditional_tables("".join({*simplify_characters("".join(folded.values()))}), ())
    table = str.maketrans(tables.characters, tables.simplified)
    return [text for text, own in folded.items() if simplify_words(own) == own.translate(table)], tables


@pytest.mark.parametrize(("lexicon", "facets"), list(zip(LEXICONS, (*FACETS, ()), strict=True)))
def test_a_query_has_the_same_clauses_and_readings(lexicon: Lexicon, facets: tuple[str, ...]) -> None:
    texts, tables = convertible_texts()
    recorded = RecordedSegmenter(get_segmenter("auto", CACHE, lexicon))
    wanted = [query_json(parse(text, recorded.segmenter, facets)) for text in texts]
    others = {word.decode(): json.loads(found) for word, found in packed_other_words(lexicon).items()}
    found = run(
        _PARSE,
        {
            "texts": texts,
            "facets": facets,
            "lexicon": {**lexicon.as_json(), "mixed": lexicon.mixed, **other_word_facts(lexicon)},
            "others": others,
            "traditional": {**tables.as_json()["simplified"], "words": []},
            "cuts": recorded.cuts,
            "searches": recorded.searches,
        },
    )
    differing = [
        text
        for text, own, other in zip(texts, json.loads(json.dumps(wanted)), found, strict=True)
        if own != other
    ]
    assert differing == []


_LEX = """
import { toCodePoints } from "SRC/base/patterns.js";
import { lex } from "SRC/query/lexer.js";
import { asciiSigns } from "SRC/query/signs.js";

function answer({ texts, facets }) {
  return texts.map((typed) => {
    const text = asciiSigns(typed);
    return lex(text, facets).map(({ kind, start, end, text: own, hasSign }) =>
      [kind, toCodePoints(text, start), toCodePoints(text, end), own, hasSign]);
  });
}
"""


@pytest.mark.parametrize("facets", FACETS)
def test_a_sign_is_the_same_order_or_part_of_a_text(facets: tuple[str, ...]) -> None:
    texts = [*known_queries(), *soups(2000)]
    found = run(_LEX, {"texts": texts, "facets": facets})
    for text, tokens in zip(texts, found, strict=True):
        assert [list(token) for token in lex(ascii_signs(text), facets)] == tokens, text


_FIND = """
import { Pattern, isLetter } from "SRC/query/pattern.js";

function answer({ cases, characters }) {
  const found = cases.map(([pattern, bounded, text]) => {
    const own = new Pattern(pattern, bounded);
    const [start, end] = [1, text.length - 2];
    return [own.findAll(text), own.find(text), own.isIn(text), own.findAll(text, start, end), own.find(text, start, end)];
  });
  return { found, letters: characters.map(isLetter) };
}
"""


def test_a_text_is_found_at_the_same_places() -> None:
    choose = random.Random(23)
    cases = []
    for _ in range(4000):
        text = "".join(choose.choices("ab1+#算力.é²ー ", k=choose.randint(3, 20)))
        start = choose.randrange(len(text))
        cases.append((text[start : start + choose.randint(1, 3)], choose.random() < 0.5, text))
    characters = [
        chr(point) for point in range(0x3100) if category(chr(point)) != "Cn"
    ]  # which a later Unicode has
    answer = run(_FIND, {"cases": cases, "characters": characters})
    for (text, bounded, page), found in zip(cases, answer["found"], strict=True):
        own = Pattern(text, bounded)
        start, end = 1, len(page) - 2
        wanted = [own.find_all(page), own.find(page), own.is_in(page)]
        assert [*wanted, own.find_all(page, start, end), own.find(page, start, end)] == found, (text, page)
    assert list(map(is_letter, characters)) == answer["letters"]


_DAYS = """
import { dayRange } from "SRC/query/dates.js";

function answer(periods) {
  return periods.map(dayRange);
}
"""


def day_range_or_none(period: str) -> list[int] | None:
    try:
        return list(day_range(period))
    except ValueError:
        return None


def test_a_period_is_the_same_days() -> None:
    periods = [f"{year:04}-{month:02}-{day:02}" for year in (4, 100, 1900, 2000, 2024, 2025) for month in (2, 4, 12)
               for day in (0, 1, 28, 29, 30, 31, 32)]  # fmt: skip
    periods += [f"{year:04}" for year in (0, 1, 99, 2025)] + [f"2025-{month:02}" for month in range(14)]
    periods += ["", "25", "2025-1", "2025-01-1", " 2025", "2025\n", "20255", "２０２５", "2025/02", "abcd"]
    assert list(map(day_range_or_none, periods)) == run(_DAYS, periods)


_DECODE = """
import { nodeOf, orAlso, orWritings, word } from "SRC/query/ast.js";

function answer([first, second]) {
  const own = word({ term: "wifi", pattern: "wifi", kind: "latin", field: "title" });
  const others = [nodeOf(first, "title"), nodeOf(second, "title")];
  return [orWritings(own, [own, ...others, others[0]]), orAlso(orWritings(own, others), [own]), orAlso(own, [own])];
}
"""


def test_other_writings_of_a_chunk_become_nodes() -> None:
    own = Word("wifi", "wifi", "latin", "title")
    others = (
        Word("wi-fi", "wi-fi", "latin", "title", 0.4, whole=True),
        Phrase("wi fi", "title", bounded=True, quoted=False, weight=0.4),
    )
    wanted = [
        or_writings(own, (own, *others, others[0])),
        or_also(or_writings(own, others), (own,)),
        or_also(own, (own,)),
    ]
    found = run(_DECODE, [["w", "wi-fi", "wi-fi", "latin", 0.4, True], ["p", "wi fi", True, 0.4]])
    assert list(map(node_json, wanted)) == found
