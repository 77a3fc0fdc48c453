"""The lexer of the query language, which decides what a sign means: an order, or a part of the text sought.

A minus excludes only what can hardly be part of a text: `-手机`, `-"…"`, `-tag:x`, `-(…)`, `-docker`. Those
of `git rebase -i`, `rm -rf`, `-18℃` and `find -name` are text, and `NOT` is a word in `IS NOT NULL`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

TokenKind = Literal["not", "field", "quoted", "open", "close", "or", "chunk"]

FIELD_NAMES = {
    "title": "title", "标题": "title", "標題": "title",
    "tag": "tag", "标签": "tag", "標籤": "tag",
    "category": "category", "分类": "category", "分類": "category",
}  # fmt: skip
"""The fields of every index by the names that readers give them."""

_OWN_FIELD_NAMES = {
    "series": ("系列",),
    "author": ("作者",), "authors": ("作者",),
    "topic": ("专题", "專題"), "topics": ("专题", "專題"),
}  # fmt: skip
"""Further names that readers give to usual facets of a site's own."""

_MIN_EXCLUDED_LETTERS = 4
_MIN_EXCLUDED_AFTER_LATIN = 6
"""Letters of a Latin word that a minus excludes, and of one after Latin, which may be a command: flags are
shorter (-i, -xzvf, -tulpn, -name), or have digits or a second minus (--amend)."""

# Usual flags that are as long, of find, java, openssl, ffmpeg and PowerShell.
_LONG_FLAGS = frozenset((
    "acodec", "classpath", "connect", "delete", "keyout", "maxdepth", "mindepth", "newkey",
    "nologo", "noprofile", "noprompt", "recurse", "showcerts", "vcodec", "verbose", "version",
))  # fmt: skip

# Chinese input methods type these; they mean the same as ASCII. One character each, so offsets stay.
_ASCII_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "＂": '"', "（": "(", "）": ")", "：": ":", "－": "-", "｜": "|", "\u3000": " "}
)
_SENTENCE_SIGNS = ",.;:!?，。；！？、"  # after an excluded word

_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"  # Han, kana, Hangul
_HAS_WIDE = re.compile(f"[{_WIDE}]")
_VISIBLE = re.compile(r"\S+")
_CAPITALS = re.compile("[A-Z0-9_*=<>]+")

# The tokens by kind; of a field what stands after its name, of a chunk each character.
_MINUS = re.compile(r"(?<![^\s(])-(?=[^\s)-])")
_NOT = re.compile(r"(?<![^\s(])NOT(?=\s+[^\s)])")
_OF_FIELD = re.compile(r":(?=[^\s)])")
_PIPE = re.compile(rf"(?<!\S)\|\|?(?!\S)|(?<=[{_WIDE}])\|\|?(?=[{_WIDE}])")
_OR = re.compile(rf"(?<!\S)OR(?!\S)|{_PIPE.pattern}")
_OF_CHUNK = re.compile(rf"(?!{_PIPE.pattern})[^\s()\"]")


@cache
def _names_of(facets: tuple[str, ...]) -> dict[str, str]:
    """The fields of an index whose site has own facets, by name."""
    others = {other: facet for facet in reversed(facets) for other in _OWN_FIELD_NAMES.get(facet, ())}
    return {**others, **dict(zip(facets, facets, strict=True)), **FIELD_NAMES}


@cache
def _lexer_of(facets: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of all tokens."""
    names = sorted(map(re.escape, _names_of(facets)), key=len, reverse=True)
    field = f"(?:{'|'.join(names)}){_OF_FIELD.pattern}"
    return re.compile(
        f"(?P<minus>{_MINUS.pattern})"
        f"|(?P<not>{_NOT.pattern})"
        f"|(?P<field>{field})"
        '|"(?P<quoted>[^"]*)"'
        r"|(?P<open>\()"
        r"|(?P<close>\))"
        f"|(?P<or>{_OR.pattern})"
        f"|(?P<chunk>(?!{field})(?:{_OF_CHUNK.pattern})+)"
    )


class Token(NamedTuple):
    """A token of a query text, a range of its code points.

    `text` is what is quoted of a quotation, and the name of a field. `has_sign`: a chunk with a sign that the
    query language knows, but that is part of the text here.
    """

    kind: TokenKind
    start: int
    end: int
    text: str
    has_sign: bool = False


def ascii_signs(text: str) -> str:
    """A text with ASCII signs for those of input methods, and blanks for control characters; offsets stay."""
    return _CONTROL.sub(" ", text).translate(_ASCII_SIGNS)


def lex(text: str, facets: tuple[str, ...] = ()) -> list[Token]:
    """The tokens of a query text with `ascii_signs`; `facets` are the site's own."""
    matches = list(_lexer_of(facets).finditer(text))
    tokens: list[Token] = []
    place = 0
    while place < len(matches):
        match = matches[place]
        following = matches[place + 1] if place + 1 < len(matches) else None
        is_operand = len(tokens) > 1 and tokens[-2].kind in ("not", "field")  # which is no command
        before = tokens[-1] if tokens and tokens[-1].kind == "chunk" and not is_operand else None
        place += 1
        if match.lastgroup == "minus":
            is_alone = len(matches) == 2
            if following and not _is_text(following, before, is_alone=is_alone):
                tokens.append(Token("not", *match.span(), "-"))
            else:  # of its chunk
                end = following.end() if following else match.end()
                tokens.append(Token("chunk", match.start(), end, text[match.start() : end], has_sign=True))
                place += 1
        elif match.lastgroup == "not" and following and _is_sql(following, before):
            tokens.append(Token("chunk", *match.span(), match[0], has_sign=True))
        else:
            tokens.append(_token(match, tokens[-2:], facets))
    return tokens


def is_plain(text: str, kinds: Sequence[TokenKind] = ("chunk",), *, facets: tuple[str, ...] = ()) -> bool:
    """Whether a text has tokens of these kinds alone, and no sign that might be an order elsewhere."""
    tokens = lex(ascii_signs(text), facets)
    return bool(tokens) and all(token.kind in kinds and not token.has_sign for token in tokens)


def unread(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The ranges of visible characters that are in no token: quotation marks without a second one."""
    end = 0
    for start, following in [*((token.start, token.end) for token in tokens), (len(text), 0)]:
        if start > end and not text[end:start].isspace():
            for match in _VISIBLE.finditer(text, end, start):
                yield match.span()
        end = max(end, following)


def _token(match: re.Match[str], before: Sequence[Token], facets: tuple[str, ...]) -> Token:
    kind: TokenKind = match.lastgroup  # type: ignore[assignment]  # a minus is handled before
    text = match["quoted"] if kind == "quoted" else match[0]
    if kind == "field":
        text = _names_of(facets)[match[0][:-1]]
    is_flag = match[0].startswith("-") and bool(match[0].strip("-"))
    has_sign = kind == "chunk" and (is_flag or _is_piped(match[0], before))
    return Token(kind, *match.span(), text, has_sign)


def _is_piped(chunk: str, before: Sequence[Token]) -> bool:
    """Whether a chunk is the command after a pipe: `ps aux | grep java`."""
    kinds = [token.kind for token in before]
    is_after_pipe = kinds == ["chunk", "or"] and before[-1].text.startswith("|")
    return is_after_pipe and not _HAS_WIDE.search(before[0].text + chunk)


def _is_text(operand: re.Match[str], before: Token | None, *, is_alone: bool) -> bool:
    """Whether a minus is part of the text sought: of a flag or a negative number.

    `before` is the chunk before it; `is_alone`: there is nothing but the minus and what follows it.
    """
    if operand.lastgroup != "chunk":
        return False
    word = operand[0].rstrip(_SENTENCE_SIGNS)
    if _HAS_WIDE.search(word):
        return word[0].isdecimal()
    if is_alone or not word.isalpha():
        return True
    if before is None or _HAS_WIDE.search(before.text):
        return len(word) < _MIN_EXCLUDED_LETTERS
    return len(word) < _MIN_EXCLUDED_AFTER_LATIN or word.lower() in _LONG_FLAGS


def _is_sql(operand: re.Match[str], before: Token | None) -> bool:
    """Whether NOT is a word among others in capitals: `IS NOT NULL`, `404 NOT FOUND`."""
    is_capitals = bool(_CAPITALS.fullmatch(operand[0]))
    return is_capitals and (before is None or bool(_CAPITALS.fullmatch(before.text)))
