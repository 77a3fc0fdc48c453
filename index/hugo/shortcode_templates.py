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


class _Printed(NamedTuple):
    """The parameters in an action, and whether it prints nothing but their text."""

    parameters: tuple[str, ...]
    is_text: bool


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

    page = _UNSEEN.sub("", _ACTION.sub(place, template.replace("\0", "")))
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


def _printed(actions: Iterable[str]) -> Iterator[tuple[int, _Printed]]:
    """(number, what it prints) of each action that is neither a condition nor an assignment.

    A condition prints nothing; in a `with` the dot is its value, in a `range` something else.
    """
    variables: dict[str, tuple[str, ...]] = {}
    dots: list[tuple[str, ...]] = [()]
    for number, action in enumerate(actions):
        if action.startswith("/*"):
            continue
        if block := _BLOCK.match(action):
            word, code = block["word"], block["code"]
            if word == "end":
                dots = dots[:-1] or [()]
            elif word == "with":
                assigned = _ASSIGNMENT.match(code)
                value = _parameters(assigned["code"] if assigned else code, variables, dots[-1])
                if assigned:
                    variables[assigned["name"]] = value
                dots.append(value)
            elif word != "else":
                dots.append(dots[-1] if word == "if" else ())
        elif assignment := _ASSIGNMENT.match(action):
            value = _parameters(assignment["code"], variables, dots[-1])
            earlier = variables.get(assignment["name"], ())
            variables[assignment["name"]] = tuple(dict.fromkeys((*earlier, *value)))
        elif parameters := _parameters(action, variables, dots[-1]):
            yield number, _Printed(parameters, _is_text(action))


def _parameters(code: str, variables: Mapping[str, tuple[str, ...]], dot: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters whose values are in an expression."""
    found = [
        (match["name"] or match["raw"] or match["number"] or match["key"]).lower()
        for match in _PARAMETER.finditer(code)
    ]
    for match in _VALUE.finditer(_LITERAL.sub('""', _PARAMETER.sub(" ", code))):
        found += dot if match["dot"] else variables.get(match["name"], ())
    return tuple(dict.fromkeys(found))


def _is_text(action: str) -> bool:
    """Whether an action prints its values as they are, by nothing but functions that keep a text."""
    rest = _LITERAL.sub(" ", _PARAMETER.sub(" ", action))
    return not re.sub(r"[()|\s]", "", _VALUE.sub(" ", _TEXT_FUNCTIONS.sub(" ", rest)))
