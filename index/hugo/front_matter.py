"""Front matter: split from a post's body and parsed as YAML, TOML or JSON, the way Hugo does.

python-frontmatter recognises the format, splits at our delimiters and calls the YAML and JSON parsers. It
has no TOML handler on the standard library, it cannot name a missing delimiter, and its JSON must end with a
`}` on a line of its own; these are overridden here.
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
from zhsearch.index.messages import Message

# Real front matter is below 10 kB. libyaml's stack overflows on some 50,000 nested brackets and takes the
# process with it, so larger front matter goes to the slow parser in Python, which raises RecursionError
# instead.
_MAX_LIBYAML_CHARS = 10_000
_MAX_CHARS = 200_000
_MAX_MERGED_NAMES = 1000


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


def _implicit_resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """PyYAML's table for untagged scalars: first character -> [(tag, pattern of the whole scalar)].

    Source: the core schema of YAML 1.2, with what Hugo's parser takes besides: underscores in
    numbers, and a leading 0 for octal. Numbers of more than 64 bits in another base than ten are texts.
    """
    integer = (
        r"[-+]?(?:0b_*(?:[01]_*){1,63}|0x_*(?:[0-9a-fA-F]_*){1,16}|0o?_*(?:[0-7]_*){1,21}|0_*|[1-9][0-9_]*)"
    )
    decimal = r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
    special = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, first_characters in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
        ("merge", r"<<", "<"),
        ("int", integer, "-+0123456789"),
        ("float", f"{decimal}|{special}", "-+0123456789."),
    ):
        for character in first_characters:
            resolvers.setdefault(character, []).append(
                (f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"))
            )
    return resolvers


_MERGE_TAG, _TEXT_TAG = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:str"


class _Yaml12(SafeConstructor):
    """YAML scalars, merge keys and tags as Hugo reads them.

    Only `true` and `false` are truth values; there are no timestamps (Hugo parses dates itself, and an
    impossible one must not lose the post), no sexagesimal numbers, and `1e3`, without a dot, is a text.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = _implicit_resolvers()
    _merged_names = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Replace merge keys by the names that they merge, in place, so that of two values the later counts.

        Merged aliases of aliases grow without bound (the one real YAML bomb): beyond _MAX_MERGED_NAMES the
        value stays under the key `<<`, and so does a value that is not a mapping.
        """
        pairs, node.value = node.value, []  # empty while it is read: a mapping may contain itself
        for key, value in pairs:
            if key.tag != _MERGE_TAG:
                node.value.append((key, value))
                continue
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if merged := self._merge(sources):
                node.value += merged
            else:
                key.tag = _TEXT_TAG
                node.value.append((key, value))

    def _merge(self, sources: list[yaml.Node]) -> list[tuple[yaml.Node, yaml.Node]]:
        """The pairs of all `sources`; none if one is not a mapping, or if they would be too many."""
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        for source in sources:
            self._merged_names += 1
            if not isinstance(source, yaml.MappingNode):
                return []
            if self._merged_names + len(source.value) > _MAX_MERGED_NAMES:
                return []
            self.flatten_mapping(source)
            self._merged_names += len(source.value)
            if self._merged_names > _MAX_MERGED_NAMES:
                return []
            pairs += source.value
        return pairs

    def _construct_untagged(self, _: str, node: yaml.Node) -> Any:
        """The value of a node with an application's tag (`!x`), which Hugo ignores."""
        if isinstance(node, yaml.ScalarNode):
            return self.construct_object(yaml.ScalarNode(_TEXT_TAG, node.value))
        is_list = isinstance(node, yaml.SequenceNode)
        return self.construct_yaml_seq(node) if is_list else self.construct_yaml_map(node)


_Yaml12.add_multi_constructor("!", _Yaml12._construct_untagged)
_Yaml12.add_constructor(_MERGE_TAG, _Yaml12.construct_yaml_str)  # type: ignore[type-var]


class _LibyamlLoader(_Yaml12, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Fast, in C."""


class _PythonLoader(_Yaml12, yaml.SafeLoader):
    """Slow, but safe with deep nesting."""


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
        return super().load(first_document, Loader=_LibyamlLoader if is_small else _PythonLoader, **kwargs)


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
