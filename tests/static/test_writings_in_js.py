"""Other writings of numbers, dates and words are the same in the scripts as in Python."""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from pydoc_data.topics import topics
from typing import Any

import pytest
import Stemmer

from tests.helpers.sites import CACHE
from tests.static.node import run
from tests.static.nodes import RecordedSegmenter, node_json
from zhsearch.index.analysis import (
    Lexicon,
    fold,
    get_segmenter,
    query_tokens,
    simplify_characters,
    simplify_words,
)
from zhsearch.search.query import Query, numerals
from zhsearch.search.query.latin import LatinWritings
from zhsearch.search.query.parser import parse
from zhsearch.search.query.synonyms import expand_words
from zhsearch.search.query.writings import passages
from zhsearch.search.static.other_words import other_word_facts, packed_other_words
from zhsearch.search.static.writings import other_writings

_ENDINGS = """
s es ed ing edly ingly eed eedly ies ied y ly li ational tional enci ance ation ator alism aliti alli fulness ousli
ousness iveness iviti biliti bli ogist logi fulli lessli alize icate iciti ical ful ness ative al er ic able ible ant
ement ment ent ism ate iti ous ive ize ion sion tion e l ll sses ss us
"""
_BEGINNINGS = """
gener commun arsen past univers later emerg organ inter proc exc succ inn out cann herr earr even sk d y v vy ayy yy app
offf add egg odd news howe atlas cosmos bias andes id gent ugly early on sing
"""
_COUNTERS = "章节回届期卷册集月号大个倍名页人岁次部款年元度级层"
_UNITS = "km 公里 千米 m 米 kg 公斤 g 克 个小时 小时 ms °c 摄氏度 m2 平方米 hz 赫兹 gb k px"
_PLAIN = """
深度学习 的 abc c++ 第三方 一个 两个 万一 百度 千问 getUserName parseXML2JSON IP地址 𠮷野 帐号 帳號 录相 國產 資料結構
"""
_TERMS = "container containers wi-fi wi fi wifi 1.2 1.2. 算力 news"
_BESIDE = """算力 的 the in on C++ GPT-4o 1.2 10.3.4 é 中文docker open-source "quoted text" title:containers -not OR (a b)"""
_YEARS = (1895, 1911, 1912, 1913, 1999, 2000, 2008, 2025, 2111, 2112, 987)
_NUMBERS = (0, 1, 2, 3, 10, 11, 12, 20, 22, 100, 105, 200, 222, 999, 1000, 2000, 2200, 9999)


@cache
def english_words() -> frozenset[str]:
    """Words of Python's manual, with endings."""
    beginnings, endings = _BEGINNINGS.split(), _ENDINGS.split()
    words = set(re.findall("[a-z]+", " ".join(topics.values()).lower()))
    words |= {f"{word}{ending}" for word in list(words) for ending in ("s", "ed", "ing", "ly", "ness", "ies")}
    words |= {f"{word[:-1]}{ending}" for word in list(words) for ending in ("ing", "ed", "ation")}
    return frozenset(words) | {
        "".join(parts) for parts in product(beginnings, ("", *endings), ("", *endings[:9]))
    }


def test_english_words_have_the_same_stem() -> None:
    words = sorted(english_words())
    assert len(words) > 50_000
    stems = run(
        'import { stem } from "SRC/query/stemmer.js"; const answer = (words) => words.map(stem);', words
    )
    stem = Stemmer.Stemmer("english", 0).stemWord
    assert [word for word, found in zip(words, stems, strict=True) if stem(word) != found] == []


class Maker:
    """Texts of numbers, dates and measures in all their forms."""

    def __init__(self) -> None:
        self._random = random.Random(7)
        self.choose = self._random.choice
        self._makers: tuple[Callable[[], str], ...] = (
            self.number, self.day, self.signed_day, self.packed_day, self.month, self.day_of_year, self.year,
            self.counted, self.measure, self.percentage, self.born, self.telephone, self.times, self.version,
            self.letter, self.range, self.plain,
        )  # fmt: skip

    def text(self) -> str:
        parts = (self.choose(self._makers)() for _ in range(self.choose((1, 1, 1, 2, 3))))
        return self.choose(("", " ", "，")).join(parts)

    def number(self) -> str:
        number = self.choose(_NUMBERS)
        digits = str(self._random.randrange(10 ** self.choose((2, 5, 8, 12, 40))))
        soup = "".join(self._random.choices("一二三四五六七八九十百千零〇两", k=5))
        spoken, spelled = numerals.chinese_numeral(number), numerals.digit_by_digit(number)
        forms = (str(number), f"{number:,}", f"{int(digits):,}", digits, f"{number}.{digits[:2]}", soup)
        return self.choose((*forms, spoken, spoken, spelled))

    def _small(self, last: int) -> str:
        number = self._random.randint(0, last)
        return self.choose((str(number), f"{number:02}", numerals.chinese_numeral(number)))

    def year(self) -> str:
        year, since = self.choose(_YEARS), self._random.randint(0, 250)
        spelled = numerals.digit_by_digit(year)
        roc = self.choose(
            (str(since), numerals.chinese_numeral(since), numerals.digit_by_digit(since), "元", "九九九九九")
        )
        return f"{self.choose((str(year), '0004', spelled, spelled.replace('〇', '零'), f'民国{roc}'))}年"

    def day(self) -> str:
        return f"{self.year()}{self.day_of_year()}"

    def day_of_year(self) -> str:
        return f"{self._small(13)}月{self._small(32)}{self.choose('日号')}"

    def signed_day(self) -> str:
        sign = self.choose("-/.")
        return (
            f"{self.choose(_YEARS)}{sign}{self._small(13)}{self.choose((sign, sign, '-'))}{self._small(32)}"
        )

    def packed_day(self) -> str:
        return f"{self.choose(_YEARS)}{self._random.randint(0, 13):02}{self._random.randint(0, 32):02}"

    def month(self) -> str:
        signed = f"{self.choose(_YEARS)}{self.choose('-/.')}{self._small(13)}"
        return self.choose((signed, f"{self.year()}{self._small(13)}月{self.choose(('', '份'))}"))

    def counted(self) -> str:
        counter = self.choose((*_COUNTERS, "世纪", "万", "亿", "万人", "x", "人猫"))
        return f"{self.choose(('第', ''))}{self.number()}{counter}"

    def measure(self) -> str:
        return f"{self.number()}{self.choose(('', ' '))}{self.choose(_UNITS.split())}"

    def percentage(self) -> str:
        return self.choose((f"百分之{self.number()}", f"{self.number()}%"))

    def born(self) -> str:
        han = self.choose(numerals.CHINESE_DIGITS) + self.choose("零〇")
        return f"{self.choose((han, f'{self._random.randint(0, 9)}0'))}后"

    def telephone(self) -> str:
        area = self.choose(("010", "021", "0571", "0310"))
        return f"{area}{self.choose(('', ' ', '-'))}{self._random.randrange(10**6, 10**8)}"

    def times(self) -> str:
        return f"{self.number()}{self.choose(('x', '×', '*', ' x ', ' × '))}{self.number()}"

    def version(self) -> str:
        name = self.choose(("gpt", "python", "iphone", "rtx", "abcdefghijklmnopq"))
        return f"{name}{self.choose(('', '-', '/', ' ', '.'))}{self.choose(('4', '3.11', '1.2.3', '4090', '123456'))}"

    def letter(self) -> str:
        return f"{self.choose('abcxz')}{self.choose(('', '-', '.', ' '))}{self._random.randint(10, 99999)}"

    def range(self) -> str:
        return f"{self.choose('-+/ ')}{self.number()}{self.choose('-~至到')}{self.measure()}"

    def plain(self) -> str:
        return self.choose(_PLAIN.split())


def test_numbers_dates_and_measures_have_the_same_other_writings() -> None:
    maker = Maker()
    texts = [maker.text().lower() for _ in range(8000)]
    found = run(
        """
        import { toCodePoints } from "SRC/base/patterns.js";
        import { passages } from "SRC/query/writings.js";
        const answer = (texts) => texts.map((text) => passages(text).map(({ start, end, writings }) =>
          [toCodePoints(text, start), toCodePoints(text, end), writings]));
        """,
        texts,
    )
    wanted = [[[start, end, list(writings)] for start, end, writings in passages(text)] for text in texts]
    assert sum(map(bool, wanted)) > 4000
    for text, own, other in zip(texts, wanted, found, strict=True):
        assert own == other, text


_NUMERALS = """
import { chineseNumeral, digitByDigit, numeralValue } from "SRC/query/numerals.js";

function answer({ numbers, texts }) {
  const values = texts.map(numeralValue).map((value) => (typeof value === "bigint" ? `${value}` : value));
  return [numbers.map(chineseNumeral), numbers.map(digitByDigit), values];
}
"""


def test_numerals_have_the_same_value() -> None:
    maker, numbers = Maker(), list(range(10_000))
    texts = ["", *(maker.number() for _ in range(5000)), *map(numerals.chinese_numeral, numbers)]
    spoken, spelled, values = run(_NUMERALS, {"numbers": numbers, "texts": texts})
    assert spoken == list(map(numerals.chinese_numeral, numbers))
    assert spelled == list(map(numerals.digit_by_digit, numbers))
    for text, value in zip(texts, values, strict=True):
        wanted = numerals.numeral_value(text)
        assert value in (wanted, str(wanted)), text


LEXICONS = (
    Lexicon(),
    Lexicon(
        stop_words=("abc", "百度"),
        synonyms=(
            ("深度学习", ("deep learning", "深层学习")),
            ("千问", ("qwen",)),
            ("c++", ("cpp", "C 语言")),
        ),
        site_terms=("第三方", "深度学习", "资料结构"),
        regional=(("资料结构", ("数据结构",)), ("帐号", ("账户", "账号")), ("帐户", ("账户",))),
    ),
    Lexicon(other_writings=False),
)


def converts_by_character(text: str) -> bool:
    """Whether a text has no word that is simplified otherwise than its characters."""
    folded = fold(text).text
    return simplify_words(folded) == simplify_characters(folded)


def simplified(texts: Sequence[str]) -> dict[str, Any]:
    """The characters of texts that are simplified."""
    pairs = [(character, simplify_characters(character)) for character in sorted({*"".join(texts)})]
    changed = [(own, other) for own, other in pairs if own != other]
    return {
        "from": "".join(own for own, _ in changed),
        "to": "".join(other for _, other in changed),
        "words": [],
    }


_EXPAND = """
import { setTraditional } from "SRC/analysis/folding.js";
import { Lexicon } from "SRC/analysis/lexicon.js";
import { queryTokens } from "SRC/analysis/tokenizer.js";
import { toCodePoints } from "SRC/base/patterns.js";
import { expandWords } from "SRC/query/synonyms.js";
import { loadParts } from "SRC/base/parts.js";
await loadParts(["writings"]);

function answer({ texts, lexicon, others, traditional, cuts, searches, field }) {
  setTraditional(traditional);
  const known = new Lexicon(lexicon, (text) => others[text]);
  const segmenter = { cut: (text) => cuts[text], search: (text) => searches[text], lexicon: known };
  return texts.map((text) => {
    const tokens = queryTokens(text, segmenter);
    const content = tokens.filter((token) => !token.isFunctionWord);
    const expanded = [...expandWords(text, tokens, content, field, segmenter)];
    return expanded.map(([node, start, end]) => [node, toCodePoints(text, start), toCodePoints(text, end)]);
  });
}
"""


@pytest.mark.parametrize(
    ("lexicon", "field"), [(lexicon, None) for lexicon in LEXICONS] + [(LEXICONS[1], "title")]
)
def test_words_have_the_same_synonyms_and_other_writings(lexicon: Lexicon, field: str | None) -> None:
    maker = Maker()
    texts = [text for text in (maker.text() for _ in range(1000)) if converts_by_character(text)]
    recorded = RecordedSegmenter(get_segmenter("auto", CACHE, lexicon))
    wanted = []
    for text in texts:
        tokens = query_tokens(text, recorded.segmenter)
        content = [token for token in tokens if not token.is_function_word]
        spans = expand_words(text, tokens, content, field, recorded.segmenter)
        wanted.append([[node_json(node), start, end] for node, start, end in spans])
    found = run(
        _EXPAND,
        {
            "texts": texts,
            "lexicon": {**lexicon.as_json(), "mixed": lexicon.mixed, **other_word_facts(lexicon)},
            "others": {
                word.decode(): json.loads(others) for word, others in packed_other_words(lexicon).items()
            },
            "traditional": simplified(texts),
            "cuts": recorded.cuts,
            "searches": recorded.searches,
            "field": field,
        },
    )
    for text, own, other in zip(texts, json.loads(json.dumps(wanted)), found, strict=True):
        assert own == other, text


def site_terms() -> dict[str, int]:
    """The terms of a site about software and their numbers of pages: words, forms of them, and compounds."""
    choose = random.Random(3)
    words = sorted(english_words() & set(re.findall("[a-z]{2,9}", " ".join(topics.values()))))
    terms = dict.fromkeys(words, 60)
    for _ in range(8000):
        parts = choose.choices(words, k=choose.choice((2, 2, 2, 3, 4)))
        terms["".join(choose.choice(("", *"-._/")).join(parts))] = choose.randint(1, 90)
    for number in range(300):
        terms[choose.choice((f"{number}.", f"{number}.{number % 7}.", f"v{number}", f"1.{number}"))] = 3
    for word in choose.sample(words, k=len(words) // 3):
        del terms[word]
    return terms


def latin_queries(terms: Sequence[str]) -> Iterator[Query]:
    """Queries of words that are terms, parts of terms, and other words."""
    choose = random.Random(4)
    parts_of_terms = (part for term in terms for part in re.split("[-._/]", term) if part)
    words = [*terms, *parts_of_terms, *sorted(english_words())]
    segmenter = get_segmenter("auto", CACHE)
    for _ in range(1500):
        parts = choose.choices(words, k=choose.choice((1, 1, 2, 3, 4, 6)))
        if choose.random() < 0.4:
            parts.insert(choose.randrange(len(parts)), choose.choice(_BESIDE.split()))
        yield parse(" ".join(parts), segmenter)


_LATIN = """
import { nodeOf } from "SRC/query/ast.js";
import { expandLatin } from "SRC/query/latin.js";
import { loadParts } from "SRC/base/parts.js";
await loadParts(["forms"]);

function answer({ queries, counts, ready }) {
  const terms = new Map(Object.entries(counts));
  const index = {
    areTerms: (words) => words.map((word) => terms.has(word)),
    countPages: (word) => terms.get(word) ?? 0,
    writingsOf: (term) => (terms.has(term) ? (ready[term] ?? []).map((array) => nodeOf(array)) : null),
  };
  const bare = { ...index, writingsOf: () => null };
  return queries.map((query) => [expandLatin(query, index), expandLatin(query, bare)]);
}
"""


def test_latin_words_have_the_same_other_writings_as_found_before_and_as_found_now() -> None:
    counts = site_terms()
    latin = LatinWritings(lambda words: [word in counts for word in words], lambda word: counts.get(word, 0))
    queries = list(latin_queries(list(counts)))
    clauses, ready = list(map(_clauses, queries)), other_writings(counts, counts)
    found = run(_LATIN, {"queries": clauses, "counts": counts, "ready": ready})
    wanted = json.loads(json.dumps([_clauses(latin.expand(query)) for query in queries]))
    assert sum(own != other for own, other in zip(wanted, clauses, strict=True)) > 500
    for query, own, others in zip(queries, wanted, found, strict=True):
        assert [own, own] == others, query.text


def _clauses(query: Query) -> dict[str, Any]:
    return {"should": list(map(node_json, query.should)), "must": list(map(node_json, query.must))}


def test_terms_have_their_other_writings_beside_them() -> None:
    counts = dict.fromkeys(_TERMS.split(), 2)
    assert other_writings(counts, counts) == {
        "container": [["w", "containers", "containers", "latin", 0.7, 1]],
        "containers": [["w", "container", "container", "latin", 0.7, 1]],
        "wi-fi": [["w", "wifi", "wifi", "latin", 0.4, 1], ["p", "wi fi", 1, 0.4]],
        "wifi": [["w", "wi-fi", "wi-fi", "latin", 0.4, 1], ["p", "wi fi", 1, 0.4]],
        "1.2": [["w", "1.2.", "1.2", "latin", 0.4, 1]],
    }
