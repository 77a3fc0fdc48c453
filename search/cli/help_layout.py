"""Line breaks for help in Chinese, which has no blanks to break at and characters two columns wide."""

import re
from collections.abc import Iterable

import click

from zhsearch.search.cli.output import columns

_NOT_FIRST = "，。；：、！？）」』》…"  # no line begins with these
_ATOM = rf"\s+|[（「『《]*(?:[⺀-鿿]|[！-～]|[!-~]+|\S)[{_NOT_FIRST}]*"
_BLOCK = "\b"  # click's mark of a paragraph whose lines stay as they are


class WideHelpFormatter(click.HelpFormatter):
    """click's layout of help, with lines broken by their width on the terminal."""

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text(_with_breaks(text, self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands, the second column beside the first."""
        rows = list(rows)
        first = min(max(columns(name) for name, _ in rows), col_max) + col_spacing
        width = max(self.width - first - 2, 10)
        super().write_dl([(name, _with_breaks(text, width)) for name, text in rows], col_max, col_spacing)


def _with_breaks(text: str, width: int) -> str:
    paragraphs = re.split(r"\n{2,}", text)
    return "\n\n".join(
        each if each.startswith(_BLOCK) else f"{_BLOCK}\n" + "\n".join(_lines(each, width))
        for each in paragraphs
        if each
    )


def _lines(paragraph: str, width: int) -> list[str]:
    lines, used = [""], 0
    for atom in re.findall(_ATOM, " ".join(paragraph.split())):
        taken = columns(atom)
        if used + taken > width and lines[-1]:
            lines.append("")
            used = 0
        if lines[-1] or not atom.isspace():
            lines[-1] += atom
            used += taken
    return [line.rstrip() for line in lines]
