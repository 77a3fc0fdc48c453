"""Texts are folded, simplified and cut in a browser as on the server, with the same offsets."""

import random
import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import opencc
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
    traditional_tables,
)
from zhsearch.search.static.other_words import other_word_facts

_SEED = 23
_ALL = "".join(map(chr, range(0x3400, 0xA000)))

_FRAME = """
import { facetKey, facetText, fold, foldKeepingBlanks, foldPlain } from "SRC/analysis/folding.js";
import { needsTraditional, setTraditional, settledCharacters } from "SRC/analysis/folding.js";
import { simplifyCharacters, simplifyWords } from "SRC/analysis/folding.js";
import { HiddenMarkovModel } from "SRC/analysis/hidden_markov.js";
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
  const hidden = new HiddenMarkovModel(model, core.chars);
  return new Segmenter({ frequency: (text) => known.get(text) || 0 }, core, () => hidden);
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


def _folded_otherwise(texts: list[str]) -> list[Any]:
    """The first texts that scripts fold otherwise than Python does, with both results."""
    tables = traditional_tables(_ALL, ()).as_json()
    results = zip(texts, map(_folded, texts), run(_FOLDING, {"texts": texts, "tables": tables}), strict=True)
    return [(ascii(text), python, script) for text, python, script in results if python != script][:10]


def _characters() -> list[str]:
    """The characters of this Python's Unicode; a browser may know a later one. Without those that are simplified from or
    to one outside the first plane: scripts leave them as they are."""
    points = range(sys.maxunicode + 1)
    known = [char for char in map(chr, points) if unicodedata.category(char) not in ("Cn", "Co")]
    plain = [unicodedata.normalize("NFKC", char)[0] for char in known]
    simplified = simplify_characters("".join(plain))
    return [
        char
        for char, before, after in zip(known, plain, simplified, strict=True)
        if before == after or max(before, after) <= "\uffff"
    ]


def test_every_character_is_folded_as_in_python() -> None:
    characters = _characters()
    lines = ["\n".join(characters[start : start + 2000]) for start in range(0, len(characters), 2000)]
    assert not _folded_otherwise(lines)


def _words(text: str) -> list[str]:
    return text.split()


_PIECES = (
    *_words("算力 芯片 C语言 语言 乾隆 乾燥 看著 著作 瞭解 明瞭 資料結構 后来 皇后 於倫敦 國產 达·芬奇 A·B 马尔克斯・加西亚"),
    *_words("GPT-4o C++ .NET 192.168.1.1 2.307亿 1,000万 3千万 卡拉OK U盘 T恤 AA制 k歌 ABC x.y _a don't wi-fi a:b @me"),
    *_words("É é e\u0301 ß ẞ ς Σ İ ı ﬁ Ａ ｃ ９ ① ² ½ ٣ ỹ ǆ ꭰ Ꭰ ᲀ ŉ が か\u3099 カ ｶﾞ 한국어 \u1112\u1161\u11ab 𠮷 🚀 👍🏽 𝐀 𝟗 ﷺ ㍿ ゛ ﹉ ⺀ ♥\ufe0f"),
    *("\u200b", "\ufeff", "\u00ad", "\u2060", "\u3164", "\U000e0001", "\ud800", "\u0300" * 3, "\u0301" * 40),
    *(" ", "  ", "\t", "\xa0", "\u3000", "\u2003", "\n", "\n\u0301", "\x85", "\x1c", "\0", "·", "•", "‧", "・", "･"),
    *_words("“ ” ‘ ’ ＂ \" ' ‐ ‒ – — － ， 。 ！ ! ？ ； 、 （ ） 《 》 … . , - / _ & @ : + # % ¨ ´"),
)  # fmt: skip


def _random_texts(count: int, seed: int) -> list[str]:
    random_ = random.Random(seed)
    return ["".join(random_.choices(_PIECES, k=random_.randint(1, 12))) for _ in range(count)]


def test_mixed_texts_are_folded_as_in_python() -> None:
    assert not _folded_otherwise(_random_texts(5000, _SEED))


def test_any_characters_are_folded_as_in_python() -> None:
    random_, characters = random.Random(_SEED), _characters()
    common = " \t\xa0·中文éA\u0301\u3099"
    texts = [
        "".join(random_.choice(characters if random_.random() < 0.6 else common) for _ in range(12))
        for _ in range(2000)
    ]
    assert not _folded_otherwise([re.sub("[\ud800-\udfff]", "", text) for text in texts])


def test_long_texts_are_folded_as_in_python() -> None:
    assert not _folded_otherwise(["".join(_random_texts(60, seed)) for seed in range(40)])


def test_texts_of_sites_are_folded_as_in_python() -> None:
    assert not _folded_otherwise(_guides())


def test_posts_of_a_large_site_are_folded_as_in_python(shared: Callable[[str], Path]) -> None:
    posts = sorted(shared("corpus").rglob("*.md"))
    chosen = random.Random(_SEED).sample(posts, min(100, len(posts)))
    assert not _folded_otherwise([post.read_text(encoding="utf-8") for post in chosen])


_SEGMENTING = (
    _FRAME
    + """
function answer({ texts, tables, site }) {
  setTraditional({ ...tables.simplified, words: tables.words });
  const segmenter_ = segmenter(site);
  return texts.map((text) => {
    const points = codePoints(text);
    const tokens = queryTokens(text, segmenter_).map((token) => [
      token.term, token.pattern, token.kind, points[token.start], points[token.end],
      token.isFunctionWord, token.isQuestionWord,
    ]);
    const places = [...text].map((_, place) => {
      const range = tokenAcross(text, fromCodePoints(text, place), segmenter_);
      return range.map((offset) => toCodePoints(text, offset));
    });
    const runs = foldPlain(text).match(/[\u4e00-\u9fd5]+/g) || [];
    const cut = runs.map((run) => [segmenter_.cut(run), segmenter_.search(run), segmenter_.frequency(run)]);
    return { tokens, places, cut };
  });
}
"""
)


class _Site(NamedTuple):
    """What scripts know of a site."""

    words: dict[str, int]
    core: dict[str, Any]
    model: dict[str, Any]


def _site(words: set[str], segmenter: Segmenter, **options: float) -> _Site:
    """A site whose pages have some words."""
    lexicon = segmenter.lexicon
    dictionary = _dictionary(lexicon)
    chars = "".join(sorted(set(re.findall(f"[{HAN}]", "".join(words)))))
    core = {
        "lexicon": {
            "stop_words": lexicon.stop_words,
            "site_terms": composed_terms(lexicon, segmenter),
            "mixed": lexicon.mixed,
            **other_word_facts(lexicon),
        },
        **dictionary_facts(chars, words, dictionary),
        "chars": chars,
        "char_frequencies": list(map(dictionary.frequency, chars)),
    }
    return _Site({word: dictionary.frequency(word) for word in words}, core, markov_model(chars, **options))


@lru_cache(maxsize=4)
def _dictionary(lexicon: Lexicon) -> Dictionary:
    return read_dictionary(lexicon)


def _segmented(text: str, segmenter: Segmenter) -> dict[str, Any]:
    dictionary = _dictionary(segmenter.lexicon)
    tokens = [
        [*token[:5], token.is_function_word, token.is_question_word]
        for token in query_tokens(text, segmenter)
    ]
    return {
        "tokens": tokens,
        "places": [list(token_across(text, place, segmenter)) for place in range(len(text))],
        "cut": [
            [
                words := segmenter.cut(run),
                list(map(list, segmenter.search(run))),
                dictionary.frequency(run) if len(words) == 1 else 0,
            ]
            for run in re.findall(f"[{HAN}]+", fold_plain(text))
        ],
    }


def _segmented_otherwise(
    texts: list[str], words: set[str], segmenter: Segmenter, **options: float
) -> list[Any]:
    """The texts that scripts segment otherwise than Python, with both results, on a site with some words."""
    site = _site(words, segmenter, **options)
    tables = traditional_tables(_ALL, words).as_json()
    scripts = run(_SEGMENTING, {"texts": texts, "tables": tables, "site": site._asdict()})
    python = [_segmented(text, segmenter) for text in texts]
    return [both for both in zip(texts, python, scripts, strict=True) if both[1] != both[2]]


def _parts(texts: list[str]) -> set[str]:
    """All that may be words in some texts, simplified in either way."""
    folded = [fold(text).text for text in texts]
    runs = set(
        re.findall(f"[{HAN}]+", " ".join([*map(simplify_characters, folded), *map(simplify_words, folded)]))
    )
    return {
        run[start:end]
        for run in runs
        for start in range(len(run))
        for end in range(start + 1, min(len(run), start + 8) + 1)
    }


def _sentences(count: int) -> list[str]:
    """Passages of this project's guides, and their characters in another order."""
    random_ = random.Random(_SEED)
    texts = _guides()
    sentences = [part for text in texts for part in re.split(r"[。\n]", text) if re.search(f"[{HAN}]", part)]
    chosen = [sentence[:60] for sentence in random_.sample(sentences, count)]
    mixed = ["".join(random_.sample(sentence, len(sentence)))[:20] for sentence in chosen]
    return [*chosen, *mixed]


_LEXICONS = (
    Lexicon(),
    Lexicon(
        words=(("深度求索", 50), ("国产算力", 0), ("算力卡x1", 3), ("的芯片", 0)),
        stop_words=("入门", "芯片"),
        site_terms=("国产算力", "算力芯片", "语言后来"),
    ),
)
_TEXTS = (
    "国产算力芯片的芯片",
    "语言后来国产算力",
    "一七",
    "这是",
    "为什么",
    "于正",
    "李小龙是谁",
    "深度求索算力卡X1",
)
_EXACT_SCALE = 150.0
_MOST_ROUNDED = 0.01  # of texts, half of them characters in any order


@pytest.mark.parametrize("lexicon", _LEXICONS, ids=["no words of the owner's", "words of the owner's"])
def test_queries_are_cut_as_in_python(lexicon: Lexicon) -> None:
    segmenter = get_segmenter("auto", CACHE, lexicon)
    texts = [*_sentences(150), *_random_texts(300, _SEED), *_TEXTS]
    assert not _segmented_otherwise(texts, _parts(texts), segmenter, scale=_EXACT_SCALE)[:5]


def test_rounded_probabilities_rarely_change_words() -> None:
    segmenter, texts = get_segmenter("auto", CACHE), _sentences(200)
    assert len(_segmented_otherwise(texts, _parts(texts), segmenter)) <= len(texts) * _MOST_ROUNDED


_SIMPLIFYING = (
    _FRAME
    + """
function answer({ texts, tables, site }) {
  const settled = settledCharacters(site);
  const needed = texts.map((text) => needsTraditional(fold(text).text, settled));
  setTraditional({ ...tables.simplified, words: tables.words });
  return texts.map((text, place) => [simplifyCharacters(text), simplifyWords(text), needed[place]]);
}
"""
)


@lru_cache(maxsize=1)
def _site_words() -> frozenset[str]:
    """The terms of this project's guides."""
    segmenter = get_segmenter("auto", CACHE)
    text = simplify_words(fold("\n".join(_guides())).text)
    return frozenset(
        word for run in re.findall(f"[{HAN}]+", text) for word, _, _ in segmenter.search(run)
    ) | {"瞭望", "了解", "乾隆", "看着", "藉口", "反复"}


def _guides() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").rglob("*.md"))]


@pytest.mark.parametrize("region", ["s2t", "s2tw", "s2hk"])
def test_words_of_the_site_are_simplified_as_in_python(region: str) -> None:
    words = _site_words()
    chars = "".join(sorted(set(simplify_characters("".join(words)))))
    tables = traditional_tables(chars, words)
    convert = opencc.OpenCC(region).convert
    texts = [fold(convert(text)).text for text in (*sorted(words), *_sentences(300))]
    site = {"chars": chars, "unsettled": tables.unsettled()}
    scripts = run(_SIMPLIFYING, {"texts": texts, "tables": tables.as_json(), "site": site})
    wrong = []
    for text, (characters, by_words, is_needed) in zip(texts, scripts, strict=True):
        python = [simplify_characters(text), simplify_words(text)]
        if [characters, by_words] != python or (not is_needed and [text, text] != python):
            wrong.append((text, python, characters, by_words, is_needed))
    assert not wrong[:5]


def test_a_site_without_traditional_words_needs_no_tables_for_its_own_words() -> None:
    words = {"算力", "芯片", "了解"}
    site = {"chars": "了力片算芯解", "unsettled": traditional_tables("了力片算芯解", words).unsettled()}
    tables = traditional_tables(site["chars"], words).as_json()
    scripts = run(_SIMPLIFYING, {"texts": ["算力芯片", "GPT-4o", "瞭解"], "tables": tables, "site": site})
    assert scripts == [["算力芯片", "算力芯片", False], ["GPT-4o", "GPT-4o", False], ["瞭解", "了解", True]]


def test_the_dictionary_has_the_frequencies_of_the_segmenter() -> None:
    lexicon = _LEXICONS[1]
    dictionary, segmenter = _dictionary(lexicon), get_segmenter("auto", CACHE, lexicon)
    words = random.Random(_SEED).sample(sorted(dictionary.frequencies), 3000)
    for word in (*words, *(word for word, _ in lexicon.han)):
        frequency = segmenter.frequency(word)
        assert frequency == 0 or abs(dictionary.frequency(word) - frequency) <= 1


def test_site_terms_are_exported_that_consist_of_words() -> None:
    lexicon = Lexicon(site_terms=("手机芯片", "木寸言"))
    assert composed_terms(lexicon, get_segmenter("auto", CACHE, lexicon)) == ["手机芯片"]
