"""Removal of Hugo's shortcodes from a body, except for the texts that they enclose or show.

Themes' shortcodes are not run, so only what readers certainly see is extracted: the enclosed text, and those
parameters that the template of the shortcode prints as text. Where there is no template, or it does not tell,
the names of usual parameters and shortcodes decide. Source: Hugo's `parser/pageparser` and its embedded
shortcodes; the shortcodes of Docsy, Hextra, hugo-book, Relearn, LoveIt, Blowfish and Congo.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from zhsearch.index.markdown.alt_texts import alt_text
from zhsearch.index.markdown.options import TemplateTexts

# A tag ends before the next begins, so that tags that never end are read in one pass.
TAG = re.compile(
    r"""\{\{(?P<sign>[<%])(?P<escaped>/\*)?\s*+
        (?P<end>/\s*+)?(?P<name>[\w./-]*+)
        (?P<rest>(?:"(?:\\.|[^"\\\n{]|\{(?!\{))*+"|`(?:[^`{]|\{(?!\{))*+`|(?!\{\{|(?:\*/)?[>%]\}\}).)*+)
        (?(escaped)\*/)[>%]\}\}""",
    re.DOTALL | re.VERBOSE,
)
"""A shortcode's opening, closing or escaped tag."""
_QUOTED = r'"(?:[^"\\]|\\.)*+"|`[^`]*+`'
_PARAMETER = re.compile(rf'(?:([\w-]++)\s*+=\s*+)?+({_QUOTED}|[^\s"`=]++)')
_FIGURE = (("alt",), ("title",), ("caption", "attr"))
"""Parameters that Hugo's own `figure` shows, grouped by its blocks."""
_USUAL = ("summary", "alt", "header", "title", "subtitle", "label", "text", "caption", "attr")
"""Parameters that are texts in every theme known, in the order in which they are shown."""
_USUAL_OF = {
    **dict.fromkeys(("file", "folder", "button", "card", "step"), ("name",)),
    "badge": ("content", "0"),
    **dict.fromkeys(("tab", "details", "expand", "fold", "collapse", "spoiler"), ("name", "0")),
    **dict.fromkeys(("admonition", "notice"), ("1",)),
}
"""Further ones of some shortcodes, by the last part of their name; positions are digits."""
_INLINE = ("tooltip", "badge", "link", "term")
"""Parts of the names of shortcodes that are parts of a line."""
_BLOCKS = frozenset((*_USUAL_OF, "callout")) - {"badge", "button"}
_NO_TEXT = ("icon", "svg", "fa")
_BACKTICKS = re.compile("`+")


def without_shortcodes(body: str, templates: Mapping[str, TemplateTexts] = MappingProxyType({})) -> str:
    """The body without the tags of shortcodes, with the texts that their `templates` show.

    An escaped `{{</* x */>}}` shows as `{{< x >}}`.

    What `highlight` encloses becomes a fenced block of code; what `comment` encloses is dropped.
    """
    if "{{" not in body:
        return body
    pieces: list[str] = []
    end = 0
    verbatim: re.Match[str] | None = None  # the opening tag of a `highlight` or `comment`
    for tag in TAG.finditer(body):
        if verbatim:
            if tag["name"] != verbatim["name"] or not tag["end"]:
                continue
            if verbatim["name"] == "highlight":
                pieces.append(_fenced(body[verbatim.end() : tag.start()]))
            verbatim = None
        else:
            pieces.append(body[end : tag.start()])
            if _opens_verbatim(tag):
                verbatim = tag
            else:
                pieces.append(_shown_text(tag, templates))
        end = tag.end()
    return "".join(pieces) + body[end:]


def _opens_verbatim(tag: re.Match[str]) -> bool:
    is_closed = tag["escaped"] or tag["end"] or tag["rest"].endswith("/")
    return tag["name"] in ("highlight", "comment") and not is_closed


def _fenced(code: str) -> str:
    """A block of code, with a fence longer than any run of backticks in it."""
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(code)), default=0))
    return f"\n\n{fence}\n{code.strip(chr(10))}\n{fence}\n\n"


def _shown_text(tag: re.Match[str], templates: Mapping[str, TemplateTexts]) -> str:
    """The replacement of a tag: the tag itself if it is escaped, else the text that its parameters show."""
    if tag["escaped"]:
        opening, closing = tag[0].split("/*", 1)
        return opening + "".join(closing.rsplit("*/", 1))
    name = tag["name"].lower()
    template = templates.get(name)
    if tag["end"] or (name != "details" and not tag["rest"].strip(" /")):
        return ""
    parameters = _parameters(tag["rest"])
    if template is None and name in ("figure", "details"):
        groups = (("summary",), *_FIGURE) if name == "details" else _FIGURE
        blocks = [" ".join(parameters[key] for key in keys if parameters.get(key)) for keys in groups]
        if name == "details" and not any(blocks):
            # The summary that Hugo writes by default, unless it is that of a theme with a positional one.
            blocks = [parameters.get("0") or "Details"]
        return "\n\n".join(["", *filter(None, blocks), ""]) if any(blocks) else ""
    last = name.rpartition("/")[2]
    shown = [parameters[key] for key in _shown_names(last, template) if parameters.get(key)]
    if not shown:
        return ""
    if last in _BLOCKS or (template and template.is_block):
        return "\n\n".join(["", *shown, ""])
    is_inline = bool(template and template.shown) or any(part in last for part in _INLINE)
    return " ".join(shown) if is_inline else f" {' '.join(shown)} "


def _shown_names(name: str, template: TemplateTexts | None) -> list[str]:
    """The names and positions of the parameters that a shortcode shows."""
    usual = [] if any(part in name for part in _NO_TEXT) else [*_USUAL, *_USUAL_OF.get(name, ())]
    if template is None:
        return usual
    return [*template.shown, *(key for key in usual if key in template.undecided)]


def _parameters(rest: str) -> dict[str, str]:
    """The parameters of a tag by name, or, where none has a name, by position."""
    named: dict[str, str] = {}
    positional: dict[str, str] = {}
    for key, value in _PARAMETER.findall(rest.removesuffix("/")):
        text = value[1:-1].replace('\\"', '"') if value[0] in '"`' else value
        if key:
            named[key.lower()] = text
        elif text != "open":
            positional[str(len(positional))] = text
    if "alt" in named:
        named["alt"] = alt_text(named["alt"])
    return named or positional
