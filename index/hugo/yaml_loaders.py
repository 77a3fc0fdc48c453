"""YAML loaders: scalars, merge keys and tags as Hugo's parser reads them."""

import re
from typing import Any, ClassVar

import yaml
from yaml.constructor import SafeConstructor

_MAX_MERGED_NAMES = 1000


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


_MERGE_TAG, _TEXT_TAG, _LIST_TAG, _TABLE_TAG = (
    f"tag:yaml.org,2002:{name}" for name in ("merge", "str", "seq", "map")
)
_SCALAR_TAGS = frozenset(
    (_TEXT_TAG, *(f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int", "float")))
)


class _NotPlainError(Exception):
    """A document has more than scalars and lists of scalars."""


class _Yaml12(SafeConstructor):
    """YAML scalars, merge keys and tags as Hugo reads them.

    Only `true` and `false` are truth values; there are no timestamps (Hugo parses dates itself, and an
    impossible one must not lose the post), no sexagesimal numbers, and `1e3`, without a dot, is a text.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = _implicit_resolvers()
    _merged_names = 0

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of an untagged node, as PyYAML finds it where no path has a tag of its own."""
        if kind is yaml.ScalarNode:
            if implicit[0]:
                for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                    if pattern.match(value):
                        return tag
            return _TEXT_TAG
        return _LIST_TAG if kind is yaml.SequenceNode else _TABLE_TAG

    def construct_document(self, node: yaml.Node) -> Any:
        """The values of a document; those of a plain one without PyYAML's generators, which cost more than
        the parser."""
        try:
            return self._plain_values(node)
        except _NotPlainError:
            return super().construct_document(node)

    def _plain_values(self, node: yaml.Node) -> dict[str, Any]:
        """The values of a table of scalars and lists of scalars, as most front matter is. Raises
        _NotPlainError for any other."""
        if type(node) is not yaml.MappingNode or node.tag != _TABLE_TAG:
            raise _NotPlainError
        values: dict[str, Any] = {}
        lists = set()  # their ids: an alias is the same node as what it stands for
        for key, value in node.value:
            if type(key) is not yaml.ScalarNode or key.tag != _TEXT_TAG:
                raise _NotPlainError
            if type(value) is yaml.SequenceNode and value.tag == _LIST_TAG and id(value) not in lists:
                lists.add(id(value))
                values[key.value] = [self._plain_scalar(item) for item in value.value]
            else:
                values[key.value] = self._plain_scalar(value)
        return values

    def _plain_scalar(self, node: yaml.Node) -> Any:
        if type(node) is not yaml.ScalarNode or node.tag not in _SCALAR_TAGS:
            raise _NotPlainError
        return node.value if node.tag == _TEXT_TAG else self.yaml_constructors[node.tag](self, node)

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


class LibyamlLoader(_Yaml12, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Fast, in C."""


class PythonLoader(_Yaml12, yaml.SafeLoader):
    """Slow, but safe with deep nesting."""
