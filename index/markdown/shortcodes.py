"""Removal of Hugo's shortcodes from a body, except for the texts that they enclose or show.

Themes' shortcodes cannot be rendered without the theme, so only what readers certainly see is extracted: the
enclosed text, and parameters such as a caption. Source: Hugo's `parser/pageparser` and its embedded
shortcodes.
"""

import re

from zhsearch.index.markdown.alt_texts import alt_text

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
_SHOWN_PARAMETERS = (("summary",), ("alt",), ("title",), ("caption", "attr"))
"""Parameters that themes show, grouped by the blocks of Hugo's own `figure`; the others are not visible."""
_BACKTICKS = re.compile("`+")


def without_shortcodes(body: str) -> str:
    """The body without the tags of shortcodes; an escaped `{{</* x */>}}` shows as `{{< x >}}`.

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
                pieces.append(_shown_text(tag))
        end = tag.end()
    return "".join(pieces) + body[end:]


def _opens_verbatim(tag: re.Match[str]) -> bool:
    is_closed = tag["escaped"] or tag["end"] or tag["rest"].endswith("/")
    return tag["name"] in ("highlight", "comment") and not is_closed


def _fenced(code: str) -> str:
    """A block of code, with a fence longer than any run of backticks in it."""
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(code)), default=0))
    return f"\n\n{fence}\n{code.strip(chr(10))}\n{fence}\n\n"


def _shown_text(tag: re.Match[str]) -> str:
    """The replacement of a tag: the tag itself if it is escaped, else the text that its parameters show."""
    if tag["escaped"]:
        opening, closing = tag[0].split("/*", 1)
        return opening + "".join(closing.rsplit("*/", 1))
    if tag["end"] or "=" not in tag["rest"]:
        is_details = tag["name"] == "details" and not tag["end"]
        return "\n\nDetails\n\n" if is_details else ""  # the summary that Hugo writes by default
    parameters = {
        name.lower(): value[1:-1].replace('\\"', '"') if value[0] in '"`' else value
        for name, value in _PARAMETER.findall(tag["rest"].removesuffix("/"))
    }
    if "alt" in parameters:
        parameters["alt"] = alt_text(parameters["alt"])
    blocks = [
        " ".join(parameters[name] for name in names if name in parameters) for names in _SHOWN_PARAMETERS
    ]
    separator = "\n\n" if tag["name"] in ("figure", "details") else " "
    return separator.join(["", *filter(None, blocks), ""]) if any(blocks) else ""
