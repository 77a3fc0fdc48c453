"""The parameters of shortcodes that their templates print as text, found by reading the templates.

A parameter may be a text, a class or an icon; its name does not tell, the template does: `{{ .Get "title" }}`
between tags is read by readers, inside a tag it is an attribute. Templates are not run. What is passed on (to
a function or the enclosing shortcode) stays undecided, and the parameter's name decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from zhsearch.index.markdown import TemplateTexts

_FOLDERS = ("layouts/shortcodes", "layouts/_shortcodes")
_MAX_BYTES = 50_000  # of a template
_CODE_HOOKS = "**/_markup/render-codeblock*.html"
_ATTRIBUTE = re.compile(r"""\.Attributes\.(\w+)|\.Attributes\s+"(\w+)\"""")
_TITLES = frozenset({"filename", "title", "name", "file", "caption"})
_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_ACTION = re.compile(r"\{\{-?(?P<code>(?:\"(?:\\.|[^\"\\\n])*+\"|`[^`]*+`|(?!\}\}).)*+)\}\}", re.DOTALL)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|svg|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z!](?:\"[^\"]*+\"|'[^']*+'|[^>\"'])*+(?:>|\Z)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"<(?:address|article|aside|blockquote|button|dd|details|div|dl|dt|fig\w+|footer|h[1-6r]|header|label|li|main|nav|ol|p"
    r"|pre|section|summary|t[abdhr]\w*|ul)\b",
    re.IGNORECASE,
)
_PLACE = re.compile("\0(\\d+)\0")
_PARAMETER = re.compile(
    r"""\$?\.Get\s+(?:"(?P<name>[^"]+)"|`(?P<raw>[^`]+)`|(?P<number>\d+))|\$?\.Params\.(?P<key>\w+)"""
)
_ASSIGNMENT = re.compile(r"^\$(?P<name>\w+)\s*:?=\s*(?P<code>.+)$", re.DOTALL)
_BLOCK = re.compile(r"^(?P<word>if|with|range|else|end|block|define)\b\s*(?P<code>.*)$", re.DOTALL)
_VALUE = re.compile(r"\$(?P<name>\w+)(?![\w.])|(?<![\w)\]$\"])(?P<dot>\.)(?![\w.])")
_TEXT_FUNCTIONS = re.compile(
    r"\b(?:markdownify|safeHTML|htmlUnescape|htmlEscape|plainify|default|or|title|humanize|upper|lower|trim|string"
    r"|strings\.(?:Title|TrimSpace|ToUpper|ToLower)|transform\.\w+|cast\.ToString)\b"
    r"|\$?\.Page\.RenderString|\$?\.RenderString"
)
_LITERAL = re.compile(r"\"(?:\\.|[^\"\\\n])*+\"|`[^`]*+`")


class _Value(NamedTuple):
    """The parameters that an expression is made of, and whether it is nothing but their text."""

    parameters: tuple[str, ...] = ()
    is_text: bool = True


def read_shortcodes(roots: Iterable[Path]) -> dict[str, TemplateTexts]:
    """The texts of the shortcodes in the layouts of the site and its modules, the first of a name wins."""
    found: dict[str, TemplateTexts] = {}
    for folder in (root / name for root in roots for name in _FOLDERS):
        for file in sorted(folder.rglob("*.html")) if folder.is_dir() else ():
            name = file.relative_to(folder).as_posix().removesuffix(".html").lower()
            if name not in found and file.is_file() and file.stat().st_size <= _MAX_BYTES:
                found[name] = template_texts(file.read_text(encoding="utf-8", errors="replace"))
    return found


def read_code_attributes(roots: Iterable[Path]) -> frozenset[str]:
    """The attributes of code blocks that the render hooks of the site and its modules show."""
    shown: set[str] = set()
    for root in roots:
        for hook in (root / "layouts").glob(_CODE_HOOKS):
            if hook.is_file() and hook.stat().st_size <= _MAX_BYTES:
                named = _ATTRIBUTE.findall(hook.read_text(encoding="utf-8", errors="replace"))
                shown |= {name.lower() for pair in named for name in pair} & _TITLES
    return frozenset(shown)


def template_texts(template: str) -> TemplateTexts:
    """What a template prints of the parameters of its shortcode."""
    actions: list[str] = []

    def place(match: re.Match[str]) -> str:
        actions.append(match["code"].strip().removesuffix("-").strip())
        return f"\0{len(actions) - 1}\0"

    page = _UNSEEN.sub("", _ACTION.sub(place, _COMMENT.sub("", template.replace("\0", ""))))
    outside = {int(number) for number in _PLACE.findall(_TAG.sub("", page))}
    shown: dict[str, None] = {}
    undecided: set[str] = set()
    for number, printed in _printed(actions):
        if printed.is_text and number in outside:
            shown.update(dict.fromkeys(printed.parameters))
        elif not printed.is_text:
            undecided |= set(printed.parameters)
    return TemplateTexts(
        tuple(shown), frozenset(undecided - shown.keys()), is_block=bool(_BLOCK_TAG.search(page))
    )


def _printed(actions: Iterable[str]) -> Iterator[tuple[int, _Value]]:
    """(number, what it prints) of each action that is neither a condition nor an assignment.

    A condition prints nothing; in a `with` the dot is its value, in a `range` something else.
    """
    variables: dict[str, _Value] = {}
    dots = [_Value()]
    for number, action in enumerate(actions):
        block, assignment = _BLOCK.match(action), _ASSIGNMENT.match(action)
        if block and block["word"] == "end":
            dots = dots[:-1] or [_Value()]
        elif block and block["word"] == "with":
            assignment = _ASSIGNMENT.match(block["code"])
            value = _value(assignment["code"] if assignment else block["code"], variables, dots[-1])
            if assignment:
                variables[assignment["name"]] = value
            dots.append(value)
        elif block and block["word"] != "else":
            dots.append(dots[-1] if block["word"] == "if" else _Value())
        elif assignment:
            value, earlier = (
                _value(assignment["code"], variables, dots[-1]),
                variables.get(assignment["name"]),
            )
            variables[assignment["name"]] = _joined(value, earlier) if earlier else value
        elif not block and (value := _value(action, variables, dots[-1])).parameters:
            yield number, value


def _joined(value: _Value, other: _Value) -> _Value:
    parameters = tuple(dict.fromkeys((*other.parameters, *value.parameters)))
    return _Value(parameters, value.is_text and other.is_text)


def _value(code: str, variables: Mapping[str, _Value], dot: _Value) -> _Value:
    """The value of an expression: text, if nothing but functions that keep a text are applied."""
    names = [
        (match["name"] or match["raw"] or match["number"] or match["key"]).lower()
        for match in _PARAMETER.finditer(code)
    ]
    rest = _LITERAL.sub(" ", _PARAMETER.sub(" ", code))
    value = _Value(tuple(dict.fromkeys(names)), _is_text(rest))
    for match in _VALUE.finditer(rest):
        value = _joined(value, dot if match["dot"] else variables.get(match["name"], _Value()))
    return value


def _is_text(rest: str) -> bool:
    """Whether an expression, without literals and parameters, is made of values and such functions alone."""
    return not re.sub(r"[()|\s]", "", _TEXT_FUNCTIONS.sub(" ", _VALUE.sub(" ", rest)))
