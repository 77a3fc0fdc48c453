"""Patterns mean the same in both languages."""

import random
import re

from tests.static.data import constants, exportable
from tests.static.node import run
from tests.static.patterns import javascript

ALPHABET = (
    "aAbzZ019 \t\n\u3000-_.,:;!?'\"()[]{}|/\\&@#%+*=<>~`^$"
    "中国語文的一二三十百千万年月日号第版章のカナ한글éßÀŒµ½²①Ⅷ٣\u0301\u200d\ufeff\x85\x1c，。：；！？（）「」“”…·•"
    "\U00020000\U0001f600"
)
WORDS = [
    "NOT",
    "OR",
    "title:",
    "标题:",
    "-x",
    '"a',
    'b"',
    "2025-02-13",
    "2025年2月13日",
    "第3章",
    "一百零五",
    "GPT-4o",
    "C++",
    "1.2.3",
    "getUserName",
    "5kg",
    "5",
    "公斤",
    "8:30",
    "rm",
    "-rf",
]


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for name, value in constants():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        found += [(name, each) for each in values if isinstance(each, re.Pattern) and exportable(each)]
    return found


def texts() -> list[str]:
    choose = random.Random(23)
    pieces = [*ALPHABET, *WORDS, *WORDS]
    return ["".join(choose.choices(pieces, k=choose.randint(1, 24))) for _ in range(400)]


def test_a_pattern_finds_the_same_in_javascript() -> None:
    wanted = {}
    samples = texts()
    for number, (name, pattern) in enumerate(patterns()):
        wanted[f"{name} {number}"] = [[match.span() for match in pattern.finditer(text)] for text in samples]
    literals = ",\n".join(f"{javascript(pattern)}" for _, pattern in patterns())
    found = run(
        f"""
        const patterns = [{literals}];
        const points = (text, end) => Array.from(text.slice(0, end)).length;
        const spans = (pattern, text) => Array.from(text.matchAll(new RegExp(pattern, pattern.flags + "g")),
          (match) => [points(text, match.index), points(text, match.index + match[0].length)]);
        function answer(texts) {{ return patterns.map((pattern) => texts.map((text) => spans(pattern, text))); }}
        """,
        samples,
    )
    for (name, spans), own in zip(wanted.items(), found, strict=True):
        for text, left, right in zip(samples, spans, own, strict=True):
            assert [list(span) for span in left] == right, (name, text)
