"""Errors of configuration files that cannot be parsed: the line, the key there, and the remedy.

Parsers name the place in words of their own, or only the end of the file. Values are not shown, since they
may be secrets.
"""

import re
from json import JSONDecodeError
from pathlib import Path

_KEY = re.compile(r"""^[\s{,"']*([\w.-]+)["']?\s*[=:]|^\s*\[+\s*([\w.\s"'-]+?)\s*\]+\s*(?:#.*)?$""")
_OPENED = re.compile(r"""[=:]\s*[\[{"']""")
_FULL_WIDTH = re.compile("[“”‘’＂＇：＝，［］｛｝（）]")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_REMEDIES = (  # the beginning of tomllib's or the YAML parser's message: what to do
    ("Invalid value", 'Put text in quotes, as in key = "text"'),
    ("Expected '='", 'Write key = "text"'),
    ("Illegal character", "Close the text with the quotation mark that it begins with"),
    ("Unclosed array", "Close it with ], and separate its items by commas"),
    ("Cannot overwrite", "It is set twice; remove one"),
    ("Cannot declare", "The table is there twice; write it once"),
    ("found character '\\t'", "Indent with blanks, not with tabs"),
)


def syntax_error(file: Path, data: bytes, problem: Exception) -> str:
    """The message for a TOML, YAML or JSON file with these bytes that a parser refuses with `problem`."""
    if isinstance(problem, UnicodeDecodeError):
        line = data[: problem.start].count(b"\n") + 1
        return f"{file}:{line} cannot be read: it is not UTF-8. Save the file as UTF-8"
    lines = data.decode("utf-8-sig", "replace").splitlines() or [""]
    message, number = _message(problem)
    if number is None:
        return f"{file} cannot be read: {message[:200]}. Correct it"
    at_end = not number
    key, key_line = _key(lines, len(lines) if at_end else min(number, len(lines)))
    number = key_line if at_end else number
    remedy = next((text for start, text in _REMEDIES if message.startswith(start)), "Correct the line")
    if at_end and (key_line < len(lines) or _OPENED.search(lines[-1])):
        remedy = "Close the list or text that begins there"
    elif found := _FULL_WIDTH.search(lines[min(number, len(lines)) - 1]):
        remedy = f"Write ASCII signs, not {found[0]}"
    return f"{file}:{number}{f': {key}' if key else ''} cannot be read: {message}. {remedy}"


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
