"""The site's colours on the search page: a palette for light pages and one for dark ones, as CSS variables.

A site names one to three colours; the others follow from them. What is read keeps the contrast of WCAG 1.4.3
with what is behind it: a colour that cannot be read is replaced, and the site's owner is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zhsearch.index.messages import Message

READABLE = 4.5  # contrast of small text, WCAG 1.4.3
_WHITE, _BLACK = "#ffffff", "#000000"
_BACK, _TEXT, _DARK_BACK, _DARK_TEXT = "#ffffff", "#1d2329", "#1b1f24", "#e4e7ea"  # of tokens.css
_STEPS = 50  # from a colour to white or black, tried for a tone that can be read
_TINT, _LINE, _EDGE, _CHOSEN = 0.07, 0.16, 0.55, 0.1  # shares of another colour in the background


@dataclass(frozen=True, slots=True, kw_only=True)
class PageColours:
    """The colours that a site has set, as `#rrggbb`: none, one for all pages, or one for light and one for
    dark pages."""

    accent: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    def css(self) -> str:
        """A style sheet with the variables of tokens.css, "" where the site has set nothing."""
        light, dark = self._variables(0), self._variables(1)
        if not light and not dark:
            return ""
        rules = f":root{{{_joined(light)}}}"
        if self._has_one_scheme:
            rules += f":root{{color-scheme:{'dark' if _is_dark(self.background[0]) else 'light'}}}"
        elif light != dark:
            rules += f"@media (prefers-color-scheme:dark){{:root{{{_joined(dark)}}}}}"
        return rules + "\n"

    def replaced(self) -> Iterator[Message]:
        """What the owner should know: the colours that cannot be read where they would be shown."""
        for scheme in (0,) if self._has_one_scheme else (0, 1):
            back, text = self._ground(scheme)
            # A single colour is meant for light pages; that dark ones have another tone is no surprise.
            for wanted in self.text[scheme : scheme + 1]:
                if wanted != text:
                    yield _too_faint("page_text", wanted, back, text)
            for wanted in self.accent[scheme : scheme + 1]:
                tint = _tint(back, text)
                if (tone := readable(wanted, back, tint)) != wanted:
                    yield _too_faint("page_accent", wanted, tint, tone)

    @property
    def _has_one_scheme(self) -> bool:
        """Whether the page is the same to all readers: the site has one background."""
        return len(self.background) == 1

    def _ground(self, scheme: int) -> tuple[str, str]:
        """The background of light (0) or dark (1) pages, and the text's colour on it."""
        back = _of_scheme(self.background, scheme) or (_DARK_BACK if scheme else _BACK)
        text = _of_scheme(self.text, scheme)
        if not text or contrast(text, back) < READABLE:
            text = _DARK_TEXT if _is_dark(back) else _TEXT
            text = text if contrast(text, back) >= READABLE else readable(text, back)
        return back, text

    def _variables(self, scheme: int) -> dict[str, str]:
        back, text = self._ground(scheme)
        variables: dict[str, str] = {}
        if accent := _of_scheme(self.accent, scheme):
            accent = readable(accent, back, _tint(back, text))
            variables |= {
                "zh-search-accent": accent,
                "on-accent": max(_WHITE, _BLACK, key=lambda colour: contrast(colour, accent)),
                "chosen": _mixed(back, accent, _CHOSEN),
            }
        if self.background or self.text:
            chosen = variables.get("chosen") or _mixed(back, text, _CHOSEN)
            variables |= {
                "zh-search-background": back,
                "zh-search-text": text,
                "soft": readable(_mixed(text, back, 0.3), back, chosen),
                "tint": _tint(back, text),
                "chosen": chosen,
                "mark": _mixed(back, "#e0a000" if _is_dark(back) else "#ffc400", 0.3),
                "line": _mixed(back, text, _LINE),
                "edge": _mixed(back, text, _EDGE),
            }
        return variables


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, back: str, *others: str) -> str:
    """The colour, or the tone nearest to it that can be read on a background, and on others if possible."""
    end = max(_WHITE, _BLACK, key=lambda pole: contrast(pole, back))
    tones = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    readable_on = (back, *others)
    return next(
        (tone for tone in tones if all(contrast(tone, each) >= READABLE for each in readable_on)), end
    )


def _of_scheme(colours: tuple[str, ...], scheme: int) -> str:
    """The colour for light (0) or dark (1) pages; a single one counts for both, "" where there is none."""
    return colours[min(scheme, len(colours) - 1)] if colours else ""


def _tint(back: str, text: str) -> str:
    """The background of groups and of what the mouse is over; what can be read on it can be read anywhere."""
    return _mixed(back, text, _TINT)


def _too_faint(name: str, colour: str, back: str, tone: str) -> Message:
    return Message(
        "{name} = {colour} cannot be read on {back}: contrast {contrast}, needed 4.5. {tone} is used.",
        name=name,
        colour=colour,
        back=back,
        contrast=f"{contrast(colour, back):.1f}",
        tone=tone,
    )


def _joined(variables: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in variables.items())


def _is_dark(colour: str) -> bool:
    return contrast(colour, _WHITE) > contrast(colour, _BLACK)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _rgb(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(first: str, second: str, share: float) -> str:
    """A colour between two; `share` is that of the second."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
