"""Oracles for folding, from the names and decompositions of characters: neutral blanks and accents."""

import re
import unicodedata

_WIDE_NAMES = (
    "CJK", "KANGXI", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HALFWIDTH KATAKANA", "HALFWIDTH IDEOGRAPHIC",
    "HALFWIDTH LEFT", "HALFWIDTH RIGHT", "IDEOGRAPHIC", "FULLWIDTH", "SMALL", "PRESENTATION FORM",
)  # fmt: skip
_BLANKS = re.compile("[ \t]+")


def is_wide(character: str) -> bool:
    """Whether a character stands apart by itself, as Han characters and their punctuation do."""
    if character.isspace() or (
        character.isalnum() and unicodedata.name(character, "").startswith("FULLWIDTH")
    ):
        return False
    wide = unicodedata.east_asian_width(character) in "WFH"
    return wide and (
        unicodedata.name(character, "").startswith(_WIDE_NAMES) or "\u3000" < character < "\u3131"
    )


def drop_neutral_blanks(text: str) -> str:
    """A text without the blanks and tabs beside wide characters, and without middle dots between Han."""

    def kept(match: re.Match[str]) -> str:
        beside = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        return "" if any(map(is_wide, beside)) and beside[-1] not in "\u3099\u309a" else match[0]

    return _drop_dots(_BLANKS.sub(kept, text))


def _drop_dots(text: str) -> str:
    """A text without the middle dots between two Han characters."""
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(
        dot for before, dot, after in around if not (dot in "·•‧・" and _is_han(before) and _is_han(after))
    )


def _is_han(character: str) -> bool:
    name = unicodedata.name(character, "")
    return character < "\uf900" and name.startswith("CJK UNIFIED IDEOGRAPH")


def drop_accents(text: str) -> str:
    """A folded text with the accents of its Latin letters dropped, as long as they leave an ASCII letter."""
    return "".join(map(_drop_accents, re.findall(".[\u0300-\u036f]*", text, re.DOTALL)))


def _drop_accents(cluster: str) -> str:
    base = unicodedata.normalize("NFD", cluster)[0]
    is_latin = base.isascii() and base.isalpha() and unicodedata.name(cluster[0], "").startswith("LATIN")
    return base if is_latin else cluster
