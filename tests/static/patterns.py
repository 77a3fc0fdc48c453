"""Python's regular expressions as JavaScript's, so that both languages read one source.

Python means Unicode by `\\w`, `\\d` and `\\s`; JavaScript, even with the flag `u`, means ASCII. Possessive quantifiers
become plain ones: a pattern that is exported must match the same without them, which the differential tests show.
"""

import re

WORD, DIGIT = r"\p{L}\p{N}_", r"\p{Nd}"
BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CLASSES = {"w": WORD, "d": DIGIT, "s": BLANK}
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_QUANTIFIER = re.compile(r"[*+?]|\{[0-9,]+\}")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")


def javascript(pattern: re.Pattern[str]) -> str:
    """The literal of a pattern, with the flag `u`. Raises ValueError for what cannot be said in JavaScript."""
    if pattern.flags & (re.MULTILINE | re.ASCII):
        raise ValueError(f"flags of {pattern.pattern!r}")
    flags = "iu" if pattern.flags & re.IGNORECASE else "u"
    return f"/{_Translator(pattern).translate() or '(?:)'}/{flags}"


class _Translator:
    """One pass over a pattern."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._text = pattern.pattern
        self._is_verbose = bool(pattern.flags & re.VERBOSE)
        self._dots = [bool(pattern.flags & re.DOTALL)]  # whether `.` is any character, by group
        self._at = 0

    def translate(self) -> str:
        """The pattern's text."""
        parts = []
        while self._at < len(self._text):
            parts.append(self._next())
        return "".join(parts)

    def _next(self) -> str:
        text, start = self._text, self._at
        character = text[start]
        self._at += 1
        if self._is_verbose and (character.isspace() or character == "#"):
            if character == "#":
                self._at = text.find("\n", start) % (len(text) + 1)
            return ""
        if character == "\\":
            return self._escape(outside=True)
        if character == "[":
            return self._class()
        if character == "(":
            return self._group()
        if character == ")":
            self._dots.pop()
        elif character == ".":
            return "[^]" if self._dots[-1] else r"[^\n]"
        elif character == "$":
            return r"(?=\n?$)"
        elif quantifier := _QUANTIFIER.match(text, start):
            self._at = quantifier.end()
            if text[self._at : self._at + 1] == "+":  # possessive
                self._at += 1
            return quantifier[0]
        return character if character in "()|^*+?{}" else literal(character)

    def _group(self) -> str:
        text, start = self._text, self._at - 1
        for python, script in (("(?P<", "(?<"), ("(?:", "(?:"), ("(?=", "(?="), ("(?!", "(?!")):
            if text.startswith(python, start):
                return self._open(len(python), script)
        for lookbehind in ("(?<=", "(?<!"):
            if text.startswith(lookbehind, start):
                return self._open(4, lookbehind)
        if text.startswith("(?s:", start):
            self._at = start + 4
            self._dots.append(True)
            return "(?:"
        if text.startswith("(?P=", start):
            end = text.index(")", start)
            self._at = end + 1
            return rf"\k<{text[start + 4 : end]}>"
        if text.startswith("(?", start):
            raise ValueError(f"{text[start : start + 4]} of {text!r}")
        return self._open(1, "(")

    def _open(self, size: int, script: str) -> str:
        self._at += size - 1
        self._dots.append(self._dots[-1])
        return script

    def _escape(self, *, outside: bool) -> str:
        """What follows a backslash, outside or inside a class."""
        text = self._text
        if point := _ESCAPE.match(text, self._at - 1):
            self._at = point.end()
            character = chr(int(next(filter(None, point.groups())), 16))
            return literal(character) if outside else in_class(character)
        name = text[self._at]
        self._at += 1
        if name in _CLASSES:
            return f"[{_CLASSES[name]}]" if outside else _CLASSES[name]
        if outside and name.lower() in _CLASSES:
            return f"[^{_CLASSES[name.lower()]}]"
        if outside and name == "b":
            return f"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"
        if outside and name in "Z":
            return "$"
        if name in "nrtfv":
            return f"\\{name}"
        if name.isalnum():
            raise ValueError(f"\\{name} of {text!r}")
        return literal(name) if outside else in_class(name)

    def _class(self) -> str:
        text = self._text
        is_negated = text[self._at] == "^"
        self._at += is_negated
        parts, has_nonword, is_first = [], False, True
        while text[self._at] != "]" or is_first:
            is_first = False
            character = text[self._at]
            self._at += 1
            if character != "\\":
                parts.append(character if character == "-" else in_class(character))
            elif text[self._at] == "W":
                self._at += 1
                has_nonword = True
            else:
                parts.append(self._escape(outside=False))
        self._at += 1
        inside = "".join(parts)
        if not has_nonword:
            return f"[{'^' * is_negated}{inside}]"
        if is_negated:  # a character of a word that is none of the others
            return f"(?:(?![{inside}])[{WORD}])" if inside else f"[{WORD}]"
        return f"(?:[^{WORD}]|[{inside}])" if inside else f"[^{WORD}]"


def literal(character: str) -> str:
    """A character outside a class."""
    return f"\\{character}" if character in _SYNTAX else _visible(character)


def in_class(character: str) -> str:
    """A character inside a class."""
    return f"\\{character}" if character in "]\\^-/[" else _visible(character)


def _visible(character: str) -> str:
    """A character as it may stand in a script: invisible ones and half characters are escaped."""
    point = ord(character)
    if character == " " or (character.isprintable() and not 0xD800 <= point <= 0xDFFF):
        return character
    return f"\\u{point:04x}" if point < 0x10000 else f"\\u{{{point:x}}}"
