"""Plain front matter, scalars and lists of scalars, is read without PyYAML's constructors, with the same values."""

from typing import Any

import pytest
import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import BaseResolver

from zhsearch.index.hugo.yaml_loaders import LibyamlLoader, PythonLoader


@pytest.mark.parametrize(
    "text",
    [
        "title: 标题\ndate: 2025-02-13\ndraft: false\nweight: 012\ntags: [甲, 'b c', \"d\", 1.50, ~]",
        "title: a\ntitle: b\ntags:\n- x\n- y: z",
        "tags: &t [a]\ncategories: *t\nmore: *t",
        "a: &a x\nb: *a\n? c\n: d",
        "a: !!str 1\nb: !!bool yes\nc: !!int 0x1_f\nd: !x y",
        "<<: {a: 1}\nb: <<",
        "1: a\ntrue: b\n~: c",
        "a: |\n  x\n  y\nb: >-\n  x\n  y",
        "a: {b: [c]}\nd: []",
        "- a\n- b",
        "a: !!set {x, y}",
        "text",
        "a:\n- !!seq []\n- b",
        "a: !!bool perhaps",
    ],
)
def test_plain_front_matter_is_read_like_any_other(text: str) -> None:
    class Slow(PythonLoader):
        def construct_document(self, node: yaml.Node) -> object:
            return SafeConstructor.construct_document(self, node)

        resolve = BaseResolver.resolve

    assert _read(text, LibyamlLoader) == _read(text, Slow)
    assert _read(text, PythonLoader) == _read(text, Slow)


def _read(text: str, loader: Any) -> object:
    """The values, and which lists are the same object; or the kind of error."""
    try:
        values = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, KeyError) as problem:
        return type(problem)
    lists = (
        [value for value in values.values() if isinstance(value, list)] if isinstance(values, dict) else []
    )
    return repr(values), [[one is other for other in lists] for one in lists]
