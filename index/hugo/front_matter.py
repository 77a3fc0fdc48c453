"""A post's text in, its front matter and body out: YAML, TOML or JSON, through python-frontmatter.

The handlers are python-frontmatter's, made to read what Hugo reads: the first line is a delimiter and
nothing else, any line that begins with one closes, dates in YAML stay texts (Hugo parses them itself, and
an impossible one must not lose the post), JSON ends where its object ends.
"""

import json
import re
import tomllib
from typing import Any, ClassVar

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler
from yaml.constructor import SafeConstructor

from zhsearch.index.errors import PostError
from zhsearch.index.hugo.values import CONTROL_CHARACTERS

# Hugo sites' front matter is below 10 kB. libyaml's stack overflows on some 50,000 nested brackets and takes
# the process with it, so that what is larger goes to the slow parser, which raises instead.
_TRUSTED_TO_C = 10_000
_LARGEST = 200_000
_MOST_MERGED = 1000  # names that the merge keys of one front matter add
# With the line breaks that only YAML 1.1 knows: they come with text pasted from web pages.


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
        values = handler.load(CONTROL_CHARACTERS.sub(" ", fields))
    except RecursionError:
        raise PostError("front matter: nested too deeply; flatten it") from None
    # PyYAML's constructors raise the last two: `!!timestamp x`, `!!int ""`.
    except (yaml.YAMLError, ValueError, AttributeError, LookupError) as problem:
        raise PostError(f"front matter: {_one_line(problem)}") from problem
    if values is None:
        return {}, body
    if not isinstance(values, dict):
        raise PostError(f"front matter: a {type(values).__name__}, not names with values; write `title: …`")
    # Of names that differ in case alone, Hugo takes the first in the order of their bytes: Slug before slug.
    ordered = sorted(
        ((str(name), value) for name, value in values.items()), key=lambda item: item[0], reverse=True
    )
    return {name.lower(): value for name, value in ordered}, body


def _one_line(problem: Exception) -> str:
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark:
        # +1: marks count from 0, and the rest of the delimiter's line is the first.
        return f"line {problem.problem_mark.line + 1}: {problem.problem or problem.context}"
    return " ".join(str(problem).split())[:200] or type(problem).__name__


class _Yaml12(SafeConstructor):
    """The scalars as Hugo reads them: those of YAML 1.2, so no timestamps, no sexagesimal numbers, only true
    and false; but numbers may have underscores, a leading 0 makes octal, and `1e3`, without a dot, is a text.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}
    _merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put what merge keys name in their place, so that the later of two values counts, as in Hugo.

        Merged aliases of aliases grow without bound (the one real YAML bomb): what would be more than
        _MOST_MERGED names stays under the key `<<`, and so does what is no mapping.
        """
        pairs, node.value = node.value, []  # empty while it is read: a mapping may name itself
        for key, value in pairs:
            if key.tag != _MERGE:
                node.value.append((key, value))
                continue
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if merged := self._pairs(sources):
                node.value += merged
            else:
                key.tag = _TEXT
                node.value.append((key, value))

    def _pairs(self, sources: list[yaml.Node]) -> list[tuple[yaml.Node, yaml.Node]]:
        found: list[tuple[yaml.Node, yaml.Node]] = []
        for source in sources:
            self._merged += 1
            if not isinstance(source, yaml.MappingNode) or self._merged + len(source.value) > _MOST_MERGED:
                return []
            self.flatten_mapping(source)
            self._merged += len(source.value)
            if self._merged > _MOST_MERGED:
                return []
            found += source.value
        return found

    def _untagged(self, _: str, node: yaml.Node) -> Any:
        """A value with a tag of someone's own (`!x`) is the value."""
        if isinstance(node, yaml.ScalarNode):
            return self.construct_object(yaml.ScalarNode(_TEXT, node.value))
        is_list = isinstance(node, yaml.SequenceNode)
        return self.construct_yaml_seq(node) if is_list else self.construct_yaml_map(node)


_MERGE, _TEXT = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:str"
_Yaml12.add_multi_constructor("!", _Yaml12._untagged)
_Yaml12.add_constructor(_MERGE, _Yaml12.construct_yaml_str)  # type: ignore[type-var]
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
    # More than 64 bits in another base than ten are a text.
    (
        "int",
        r"[-+]?(?:0b_*(?:[01]_*){1,63}|0x_*(?:[0-9a-fA-F]_*){1,16}|0o?_*(?:[0-7]_*){1,21}|0_*|[1-9][0-9_]*)",
        "-+0123456789",
    ),
    (
        "float",
        r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
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
        fm = re.split(r"^\.\.\.(?:[ \t].*)?\r?$", fm, maxsplit=1, flags=re.MULTILINE)[0]  # a document's end
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
        return json.loads(fm, strict=False, parse_int=float)  # as Hugo has all of JSON's numbers


def _split_lines(text: str, delimiter: str) -> tuple[str, str]:
    """(front matter, body). Any line that begins with the delimiter closes; what follows there is body."""
    parts = re.split(rf"^{re.escape(delimiter)}(?:[ \t]*\r?$)?", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) < 3:
        raise ValueError(f"the closing {delimiter} is missing")
    return parts[1], parts[2]


_HANDLERS = (_Yaml(), _Toml(), _Json())
