"""Errors of configuration files that cannot be parsed: the line, the key there, and the remedy.

Parsers name the place in words of their own, or only the end of the file. Values are not shown, since they
may be secrets.
"""

import re
from json import JSONDecodeError
from pathlib import Path

from zhsearch.index.messages import Message

_KEY = re.compile(r"""^[\s{,"']*([\w.-]+)["']?\s*[=:]|^\s*\[+\s*([\w.\s"'-]+?)\s*\]+\s*(?:#.*)?$""")
_OPENED = re.compile(r"""[=:]\s*[\[{"']""")
_FULL_WIDTH = re.compile("[“”‘’＂＇：＝，［］｛｝（）]")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_REMEDIES = (  # the beginning of tomllib's or the YAML parser's message: what to do
    ("Invalid value", Message('Put text in quotes, as in key = "text"')),
    ("Expected '='", Message('Write key = "text"')),
    ("Illegal character", Message("Close the text with the quotation mark that it begins with")),
    ("Unclosed array", Message("Close it with ], and separate its items by commas")),
    ("Cannot overwrite", Message("It is set twice; remove one")),
    ("Cannot declare", Message("The table is there twice; write it once")),
    ("found character '\\t'", Message("Indent with blanks, not with tabs")),
)


def syntax_error(file: Path, data: bytes, problem: Exception) -> Message:
    """The message for a TOML, YAML or JSON file with these bytes that a parser refuses with `problem`."""
    if isinstance(problem, UnicodeDecodeError):
        line = data[: problem.start].count(b"\n") + 1
        return Message(
            "{file}:{line} cannot be read: it is not UTF-8. Save the file as UTF-8", file=file, line=line
        )
    lines = data.decode("utf-8-sig", "replace").splitlines() or [""]
    message, number = _message(problem)
    if number is None:
        return Message("{file} cannot be read: {problem}. Correct it", file=file, problem=message[:200])
    at_end = not number
    key, key_line = _key(lines, len(lines) if at_end else min(number, len(lines)))
    number = key_line if at_end else number
    remedies = (text for start, text in _REMEDIES if message.startswith(start))
    remedy = next(remedies, Message("Correct the line"))
    if at_end and (key_line < len(lines) or _OPENED.search(lines[-1])):
        remedy = Message("Close the list or text that begins there")
    elif found := _FULL_WIDTH.search(lines[min(number, len(lines)) - 1]):
        remedy = Message("Write ASCII signs, not {sign}", sign=found[0])
    place = f"{file}:{number}{f': {key}' if key else ''}"
    return Message("{place} cannot be read: {problem}. {remedy}", place=place, problem=message, remedy=remedy)


def _message(problem: Exception) -> tuple[str, int | None]:
    """What the parser says, and the number of the line, 0 for the end of the file, None if it names none."""
    text = " ".join(str(problem).split())
    if isinstance(problem, JSONDecodeError):
        return problem.msg, problem.lineno
    if mark := getattr(problem, "problem_mark", None):  # PyYAML's
        return str(getattr(problem, "problem", None) or text), mark.line + 1
    if place := _TOML_PLACE.search(text):
        return text[: place.start()], int(place[1] or 0)
    return text, None


def _key(lines: list[str], number: int) -> tuple[str, int]:
    """The key at a line, and its line: that before it if it continues a value. "" if no key is recognised."""
    for at in range(number, 0, -1):
        if found := _KEY.match(lines[at - 1]):
            return found[1] or f"[{found[2]}]", at
    return "", number
