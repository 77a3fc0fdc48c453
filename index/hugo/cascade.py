"""Cascades: front matter that a section or the configuration hands down to the pages below.

Hugo takes the page's own front matter, then the cascades of the nearest section upwards, then those of the
configuration; the first that sets a key wins. A cascade may be limited to a target: a path pattern, a kind
of page, languages, an environment. We need it because `draft`, `slug`, `date` and `outputs` may come from
it. Source: Hugo's `resources/page/page_matcher.go` and `hugolib/page__meta.go` (`setMetaPost`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.glob import admits, matches
from zhsearch.index.hugo.values import as_lower_table, as_strings, as_table, scalar_text

_RESERVED_KEYS = ("target", "_target", "params", "kind", "path", "lang", "cascade")
"""Keys of a cascade table that are never handed down as front matter."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Front matter for the pages whose path, kind and language match; an empty pattern matches all."""

    fields: Mapping[str, Any]
    path: str = ""
    kind: str = ""
    languages: tuple[str, ...] = ()

    def applies(self, path: str, kind: str, language: str) -> bool:
        """Whether it applies to the page at `path`, in Hugo's form: `/posts/a`."""
        return matches(self.path, path) and matches(self.kind, kind) and admits(self.languages, language)


def read_cascades(value: object, environment: str, language: str = "") -> tuple[Cascade, ...]:
    """Read the value of the key `cascade`: a table or a list of tables.

    `language` is the language whose own configuration the value comes from; it limits the cascades to that
    language unless they name languages themselves.
    """
    cascades = []
    for table in value if isinstance(value, list) else [value]:
        values = as_lower_table(table)
        target = as_lower_table(values.get("target", values.get("_target")))
        fields = {key: inner for key, inner in values.items() if key not in _RESERVED_KEYS}
        fields |= as_lower_table(values.get("params"))
        if fields and matches(scalar_text(target.get("environment")), environment):
            languages = target_languages(target) or ((language,) if language else ())
            path, kind = scalar_text(target.get("path")), scalar_text(target.get("kind"))
            cascades.append(Cascade(fields, path, kind, languages))
    return tuple(cascades)


def target_languages(target: Mapping[str, Any]) -> tuple[str, ...]:
    """The language patterns of a target or mount: its `lang`, and `sites.matrix.languages` of newer
    versions."""
    matrix = as_table(as_table(target.get("sites")).get("matrix"))
    return tuple(as_strings(target.get("lang")) + as_strings(matrix.get("languages")))


def apply_cascades(
    fields: Mapping[str, Any], cascades: Iterable[Cascade], path: str, kind: str, language: str
) -> dict[str, Any]:
    """The front matter `fields` of a page, completed by the `cascades` that apply, nearest first."""
    completed = dict(fields)
    for cascade in cascades:
        if cascade.applies(path, kind, language):
            completed = {**cascade.fields, **completed}
    return completed
