"""A post's body in, the same without Hugo's shortcodes out: what they enclose and what they say is kept."""

import re

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
_SPOKEN = (("summary",), ("alt",), ("title",), ("caption", "attr"))
"""Parameters that themes show, by the blocks of Hugo's own `figure`; all others are for machines."""
_TICKS = re.compile("`+")


def without_shortcodes(body: str) -> str:
    """Shortcodes' tags gone, what they enclose kept; `{{</* */>}}` shows as `{{< >}}`."""
    if "{{" not in body:
        return body
    kept: list[str] = []
    at = 0
    verbatim: re.Match[str] | None = None  # the tag of a `highlight` or `comment` that is open
    for tag in TAG.finditer(body):
        if verbatim and not (tag["name"] == verbatim["name"] and tag["end"]):
            continue
        if verbatim:
            if verbatim["name"] == "highlight":
                kept.append(_fenced(body[verbatim.end() : tag.start()]))
            verbatim = None
        else:
            kept.append(body[at : tag.start()])
            is_alone = tag["escaped"] or tag["end"] or tag["rest"].endswith("/")
            if tag["name"] in ("highlight", "comment") and not is_alone:
                verbatim = tag
            else:
                kept.append(_shown(tag))
        at = tag.end()
    return "".join(kept) + body[at:]


def _fenced(code: str) -> str:
    """A block of code, in a fence that it does not have itself."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(code)), default=0))
    return f"\n\n{fence}\n{code.strip(chr(10))}\n{fence}\n\n"


def _shown(tag: re.Match[str]) -> str:
    if tag["escaped"]:
        opening, closing = tag[0].split("/*", 1)
        return opening + "".join(closing.rsplit("*/", 1))
    if tag["end"] or "=" not in tag["rest"]:
        return "\n\nDetails\n\n" if tag["name"] == "details" and not tag["end"] else ""
    said = {
        name.lower(): value[1:-1].replace('\\"', '"') if value[0] in '"`' else value
        for name, value in _PARAMETER.findall(tag["rest"].removesuffix("/"))
    }
    blocks = [" ".join(said[name] for name in names if name in said) for names in _SPOKEN]
    space = "\n\n" if tag["name"] in ("figure", "details") else " "
    return space.join(["", *filter(None, blocks), ""]) if any(blocks) else ""
