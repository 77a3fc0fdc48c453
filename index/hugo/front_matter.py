"""Front matter: split from a post's body and parsed as YAML, TOML or JSON, the way Hugo does.

python-frontmatter recognises the format, splits at our delimiters and calls the YAML and JSON parsers. It
has no TOML handler on the standard library, it cannot name a missing delimiter, and its JSON must end with a
`}` on a line of its own; these are overridden here.
"""

import json
import re
import tomllib
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.values import CONTROL_CHARACTERS
from zhsearch.index.hugo.yaml_loaders import LibyamlLoader, PythonLoader
from zhsearch.index.messages import Message

# Real front matter is below 10 kB. libyaml's stack overflows on some 50,000 nested brackets and takes the
# process with it, so larger front matter goes to the slow parser in Python, which raises RecursionError
# instead.
_MAX_LIBYAML_CHARS = 10_000
_MAX_CHARS = 200_000


_SPACE = re.compile(r"[ \t\n\v\f\r]*+")  # what Hugo skips before front matter
_COMMENTS = re.compile(r"(?:[ \t\n\v\f\r]*+<!--(?:(?!-->).)*+-->)++[ \t\n\v\f\r]*+(?=---|\+\+\+)", re.DOTALL)
_ADDRESS_FIELDS = ("slug", "url")


def split_front_matter(text: str, warnings: list[str] | None = None) -> tuple[dict[str, Any], str]:
    """(front matter with lower-case keys, body). Front matter that is missing or empty is an empty table.

    Raises PostError, where possible with the parser's line, if it cannot be parsed. Front matter after a
    comment is text for Hugo; it is read nevertheless, with a warning, so that no draft is published, except
    for what would give the page another address.
    """
    if comments := _COMMENTS.match(text):
        try:
            fields, body = _split(text[comments.end() :], 0)
        except PostError:
            return {}, text
        if warnings is not None and fields:
            warnings.append(
                Message("a comment precedes the front matter, so Hugo shows it as text; move it to line 1")
            )
        return (
            ({key: fields[key] for key in fields if key not in _ADDRESS_FIELDS}, body)
            if fields
            else ({}, text)
        )
    start = _SPACE.match(text).end()  # type: ignore[union-attr]  # it always matches
    fields, body = _split(text[start:], text.count("\n", 0, start))
    return fields, body if len(body) < len(text) - start else text


def _split(text: str, line: int) -> tuple[dict[str, Any], str]:
    """Split a text that begins with front matter, if it has any, after so many lines of the post."""
    handler = next((handler for handler in _HANDLERS if handler.detect(text)), None)
    if handler is None:
        return {}, text
    try:
        source, body = handler.split(text)
        if len(source) > _MAX_CHARS:
            raise ValueError(
                Message(
                    "{count:,} characters, more than {most:,}; move text into the body",
                    count=len(source),
                    most=_MAX_CHARS,
                )
            )
        # YAML and TOML forbid control characters; one in a title must not lose the post.
        values = handler.load(CONTROL_CHARACTERS.sub(" ", source))
    except RecursionError:
        raise PostError("front matter: nested too deeply; use fewer levels of lists and tables") from None
    # PyYAML's constructors raise the last two: `!!timestamp x`, `!!int ""`.
    except (yaml.YAMLError, ValueError, AttributeError, LookupError) as problem:
        raise PostError("front matter: {problem}", problem=_one_line(problem, line)) from problem
    if values is None:
        return {}, body
    if not isinstance(values, dict):
        raise PostError(
            "front matter: a {kind} instead of names with values; write `title: …`",
            kind=type(values).__name__,
        )
    # Of names that differ only in case, Hugo takes the first in byte order: Slug before slug.
    by_name = sorted(
        ((str(name), value) for name, value in values.items()), key=lambda item: item[0], reverse=True
    )
    return {name.lower(): value for name, value in by_name}, body


def _one_line(problem: Exception, lines_before: int) -> str:
    """A parser's message on one line, with the line of the post."""
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark:
        # +1: marks count from 0, and the rest of the delimiter's line is the first.
        return Message(
            "line {line}: {problem}",
            line=problem.problem_mark.line + 1 + lines_before,
            problem=problem.problem or problem.context,
        )
    if problem.args and isinstance(problem.args[0], Message):
        return problem.args[0]
    return " ".join(str(problem).split())[:200] or type(problem).__name__


class _DelimitedHandler(BaseHandler):
    """Front matter between two delimiters.

    As in Hugo, the opening one must be alone on the first line, while any line that begins with the delimiter
    closes; the rest of that line is body.
    """

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        boundary = rf"\A{mark}[ \t]*\r?$|(?!\A)^{mark}(?:[ \t]*\r?$)?"
        super().__init__(re.compile(boundary, re.MULTILINE), delimiter, delimiter)

    def split(self, text: str) -> tuple[str, str]:
        try:
            return super().split(text)
        except ValueError:
            raise ValueError(
                Message("the closing {delimiter} is missing", delimiter=self.END_DELIMITER)
            ) from None


class _YamlHandler(_DelimitedHandler, YAMLHandler):
    _END_OF_DOCUMENT = re.compile(r"^\.\.\.(?:[ \t].*)?\r?$", re.MULTILINE)

    def load(self, fm: str, **kwargs: object) -> Any:
        first_document = self._END_OF_DOCUMENT.split(fm, maxsplit=1)[0]
        is_small = len(first_document) < _MAX_LIBYAML_CHARS
        return super().load(first_document, Loader=LibyamlLoader if is_small else PythonLoader, **kwargs)


class _TomlHandler(_DelimitedHandler):
    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm.replace("\r\n", "\n"))


class _JsonHandler(JSONHandler):
    """JSON front matter, which ends with its object; `{{` begins a shortcode."""

    FM_BOUNDARY = re.compile(r"\{(?!\{)")

    def split(self, text: str) -> tuple[str, str]:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
        return text[:end], text[end:]

    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(
            fm, strict=False, parse_int=float, **kwargs
        )  # in Hugo all JSON numbers are floats


_HANDLERS = (_YamlHandler("---"), _TomlHandler("+++"), _JsonHandler())
