"""Write search/static/src/data.js: the constants of Python that the scripts use, so that there is one source of both.

`python -m tests.static.data`, which `make widget` runs. A constant `_MAX_WRITINGS` of `search/query/writings.py` is
`WRITINGS_MAX_WRITINGS` there. Only those that a script names are written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.helpers.sites import ROOT
from tests.static.patterns import javascript

SCRIPTS = ROOT / "search" / "static" / "src"
DATA = SCRIPTS / "data.js"
MODULES = (
    "index.fields",
    "index.models",
    "index.analysis.folding",
    "index.analysis.neutral_blanks",
    "index.analysis.lexicon",
    "index.analysis.segmenter",
    "index.analysis.tokenizer",
    "search.query.adjacency",
    "search.query.as_typed",
    "search.query.ast",
    "search.query.date_range",
    "search.query.gaps",
    "search.query.latin",
    "search.query.lexer",
    "search.query.model",
    "search.query.numerals",
    "search.query.parser",
    "search.query.pattern",
    "search.query.reading",
    "search.query.synonyms",
    "search.query.writings",
    "search.ranking.constants",
    "search.ranking.policy",
    "search.ranking.proximity",
    "search.ranking.questions",
    "search.ranking.query_share",
    "search.ranking.rerank",
    "search.ranking.versions",
    "search.embedded.collapse",
    "search.engine.protocol",
    "search.highlight.excerpt",
    "search.highlight.passages",
    "search.highlight.snippet",
    "search.suggest.completion",
    "search.suggest.did_you_mean",
    "search.suggest.edits",
    "search.suggest.entries",
    "search.suggest.pinyin",
    "search.suggest.pinyin_input",
    "search.suggest.readings",
    "search.suggest.spelling",
    "search.api.parameters",
    "search.api.parameter_names",
    "search.api.parameter_types",
    "search.api.search",
    "search.static.lexical",
    "search.static.completion_keys",
    "search.static.spelling_words",
)
"""Modules below the package whose constants the scripts may use."""

MANY_WORDS = 8
"""Lists of as many words are written as one text, which is shorter."""

_CONSTANT = re.compile("_?[A-Z][A-Z0-9_]*")
_IMPORT = re.compile(r'import \{([^}]*)\} from "[./]*data\.js";')


def constants() -> Iterator[tuple[str, object]]:
    """The name in JavaScript and the value of every constant of the modules."""
    for name in MODULES:
        module = import_module(f"zhsearch.{name}")
        prefix = name.rpartition(".")[2].upper()
        for constant, value in own_constants(module):
            yield f"{prefix}_{constant.lstrip('_')}", value


def own_constants(module: ModuleType) -> Iterator[tuple[str, object]]:
    """The constants of a module, those that it imports left out."""
    text = Path(module.__file__ or "").read_text(encoding="utf-8")
    for name, value in vars(module).items():
        if _CONSTANT.fullmatch(name) and re.search(
            rf"(?m)^(?:{name}(?::| =|, )|.*, {name}(?:, .*)? = )", text
        ):
            yield name, value


def script_value(value: object) -> str:
    """A value as JavaScript. Raises TypeError for what has no counterpart."""
    if isinstance(value, str) and value.startswith("(?P<"):  # a part of a pattern, compiled as a whole alone
        return javascript(re.compile(value))
    if isinstance(value, re.Pattern):
        return javascript(value)
    if isinstance(value, frozenset | set):
        return script_value(sorted(value))
    if isinstance(value, tuple | list):
        if len(value) >= MANY_WORDS and all(
            isinstance(item, str) and item.split() == [item] for item in value
        ):
            return f'{json.dumps(" ".join(value), ensure_ascii=False)}.split(" ")'
        return f"[{', '.join(map(script_value, value))}]"
    if isinstance(value, Mapping):
        items = (
            (json.dumps(str(key), ensure_ascii=False), script_value(item)) for key, item in value.items()
        )
        return "{" + ", ".join(f"{key}: {item}" for key, item in items) + "}"
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: getattr(value, field.name) for field in fields(value)}
        return script_value(
            {name: item for name, item in own.items() if type(item) is int}
        )  # no documentation
    if value is None or isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(type(value).__name__)


def exportable(value: object) -> bool:
    """Whether a value has a counterpart in JavaScript."""
    try:
        script_value(value)
    except (TypeError, ValueError):
        return False
    return True


def used_names() -> set[str]:
    """The names that scripts import from data.js."""
    texts = (path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.js") if path != DATA)
    return {
        name.strip() for text in texts for names in _IMPORT.findall(text) for name in names.split(",")
    } - {""}


def data() -> str:
    """The text of data.js. Raises LookupError for a name that no module has."""
    wanted, lines = used_names(), []
    known = dict(constants())
    if missing := sorted(wanted - known.keys()):
        raise LookupError(f"no module has {', '.join(missing)}: see MODULES")
    for name, value in known.items():
        if name in wanted:
            lines.append(f"export const {name} = {script_value(value)};\n")
    return (
        "/* Made from the constants of the Python modules by `make widget`: change them there. */\n"
        + "".join(lines)
    )


if __name__ == "__main__":
    DATA.parent.mkdir(parents=True, exist_ok=True)
    DATA.write_text(data(), encoding="utf-8")
    print(f"{DATA.relative_to(ROOT)}: {DATA.stat().st_size:,} bytes")
