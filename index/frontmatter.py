"""A post's text in, its front matter and body out: YAML, TOML or JSON, through python-frontmatter.

The handlers are python-frontmatter's, made to read what Hugo reads: a delimiter is the first line and
nothing else, dates in YAML stay texts (Hugo parses them itself, and an impossible one must not lose the
post), `yes` and `on` are texts as in YAML 1.2, JSON ends where its object ends.
"""

import datetime as dt
import json
import re
import tomllib
from typing import Any, ClassVar

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from index.errors import PostError

# Hugo sites' front matter is below 10 kB. libyaml's stack overflows on some 50,000 nested brackets and takes
# the process with it, so that what is larger goes to the slow parser, which raises instead.
_TRUSTED_TO_C = 10_000
_LARGEST = 200_000
# With the line breaks that only YAML 1.1 knows: they come with text pasted from web pages.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """(front matter with lower-case keys, body). No front matter is an empty one.

    Raises PostError with the parser's line and column where it cannot be read.
    """
    handler = next((handler for handler in _HANDLERS if handler.detect(text)), None)
    if handler is None:
        return {}, text
    try:
        fields, body = handler.split(text)
        if len(fields) > _LARGEST:
            raise ValueError(f"{len(fields):,} characters, more than {_LARGEST:,}; move text into the body")
        # YAML and TOML forbid control characters; one in a title must not lose the post.
        values = handler.load(_CONTROL.sub(" ", fields))
    except RecursionError:
        raise PostError("front matter: nested too deeply; flatten it") from None
    # PyYAML's constructors raise the last two: `!!timestamp x`, `!!int ""`.
    except (yaml.YAMLError, ValueError, AttributeError, LookupError) as problem:
        raise PostError(f"front matter: {_one_line(problem)}") from problem
    if values is None:
        return {}, body
    if not isinstance(values, dict):
        raise PostError(f"front matter: a {type(values).__name__}, not names with values; write `title: …`")
    return {str(name).lower(): value for name, value in values.items()}, body


def text_of(value: object) -> str:
    """A scalar as one line, without control characters and halves of characters; anything else is no text.

    Never `str()` of a value: aliases of aliases of lists are small until they are written out.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        line = " ".join(value.splitlines())
        return _CONTROL.sub(" ", line.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(value, dt.date):
        return value.isoformat()
    # Hugo shows 5.0 as 5.
    return str(value).removesuffix(".0") if isinstance(value, int | float) else ""


def _one_line(problem: Exception) -> str:
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark:
        # +1: marks count from 0, and the rest of the delimiter's line is the first.
        return f"line {problem.problem_mark.line + 1}: {problem.problem or problem.context}"
    return " ".join(str(problem).split())[:200] or type(problem).__name__


class _Yaml12:
    """The scalars of YAML 1.2: no timestamps, no sexagesimal numbers, only true and false."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge keys stay keys: merged aliases of aliases grow without bound (the one real YAML bomb)."""


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
):
    for _character in _first:
        _Yaml12.yaml_implicit_resolvers.setdefault(_character, []).append(
            (f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"))
        )


class _FastLoader(_Yaml12, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


class _CarefulLoader(_Yaml12, yaml.SafeLoader):
    pass


class _Yaml(YAMLHandler):
    FM_BOUNDARY = re.compile(r"\A---[ \t]*\r?$|^---[ \t]*\r?$", re.MULTILINE)

    def detect(self, text: str) -> bool:
        return re.match(r"---[ \t]*\r?(\n|\Z)", text) is not None

    def split(self, text: str) -> tuple[str, str]:
        return _split_lines(text, "---")

    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(fm, Loader=_FastLoader if len(fm) < _TRUSTED_TO_C else _CarefulLoader, **kwargs)


class _Toml(BaseHandler):
    FM_BOUNDARY = re.compile(r"^\+\+\+[ \t]*\r?$", re.MULTILINE)

    def split(self, text: str) -> tuple[str, str]:
        return _split_lines(text, "+++")

    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm.replace("\r\n", "\n"))


class _Json(JSONHandler):
    def detect(self, text: str) -> bool:
        return text.startswith("{") and not text.startswith("{{")

    def split(self, text: str) -> tuple[str, str]:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
        return text[:end], text[end:]

    def load(self, fm: str, **kwargs: object) -> Any:
        return json.loads(fm, strict=False)


def _split_lines(text: str, delimiter: str) -> tuple[str, str]:
    parts = re.split(rf"^{re.escape(delimiter)}[ \t]*\r?$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) < 3:
        raise ValueError(f"the closing {delimiter} is missing")
    return parts[1], parts[2]


_HANDLERS = (_Yaml(), _Toml(), _Json())
