"""Results of several sizes in (`compare --json`), a picture of cost against size out, as SVG.

`python -m tests.bench.picture FILE.json … --out cost.svg`. One panel a measure, one line an engine; both axes
are logarithmic, so that what grows with the documents is a straight line and a ratio is a distance.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

PANELS = {
    "query with count and all facets p50, ms": "query p50, count and facets, ms",
    "query with count and all facets p99, ms": "query p99, count and facets, ms",
    "index, posts/s": "indexing, posts/s (more is better)",
    "index size / Markdown size": "index size / Markdown size",
    "peak memory while indexing, MB": "peak memory while indexing, MB",
}
_WIDTH, _HEIGHT = 345, 250  # of a panel with its labels
_PLOT = (34, 44, 190, 218)  # left, top, right, bottom within it
_MARGIN, _HEAD, _FOOT = 28, 62, 46
_COLOURS = ("#c2410c", "#334155", "#0f766e", "#5eaaa3", "#7c6fb0")
_LINE = 15  # pixels that a label takes
_FONT = "font-family: system-ui, sans-serif"

Points = list[tuple[int, float]]  # documents, value


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure: the points of each engine that has some."""

    title: str
    lines: dict[str, Points]


class ResultError(ValueError):
    """A file is no result of `compare --json`."""


def read_panels(files: Sequence[Path]) -> tuple[list[Panel], str]:
    """The panels that there are figures for, and a line about the runs. Raises ResultError naming the file."""
    results = sorted(map(_read, files), key=lambda result: int(result["corpus"]["posts"]))
    panels = []
    for measure, title in PANELS.items():
        lines: dict[str, Points] = {}
        for result in results:
            for name, values in _values(result, measure).items():
                if values:
                    point = (int(result["corpus"]["posts"]), float(values["median"]))
                    lines.setdefault(name, []).append(point)
        if lines:
            panels.append(Panel(title, lines))
    machine = results[-1]["machine"]
    date = str(machine["date"]).partition("T")[0]
    return panels, f"{date}, {machine['processor']}, {machine['cores']} cores; both axes logarithmic"


def draw(panels: Sequence[Panel], about: str) -> Xml.Element:
    """The picture."""
    width = 2 * _MARGIN + _WIDTH * min(len(panels), 3)
    height = _HEAD + _HEIGHT * -(-len(panels) // 3) + _FOOT
    svg = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}"})
    svg.set("role", "img")
    Xml.SubElement(svg, "title").text = "Cost against size"
    Xml.SubElement(svg, "desc").text = "; ".join(panel.title for panel in panels)
    Xml.SubElement(svg, "rect", {"width": str(width), "height": str(height), "rx": "10", "fill": "#fff"})
    _text(svg, _MARGIN, 38, "Cost against the number of documents", size=19, weight="600")
    _text(svg, _MARGIN, height - 20, about, size=11, fill="#64748b")
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colours = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(names)}
    for at, panel in enumerate(panels):
        place = f"translate({_MARGIN + at % 3 * _WIDTH} {_HEAD + at // 3 * _HEIGHT})"
        _draw_panel(Xml.SubElement(svg, "g", {"transform": place, "class": "panel"}), panel, colours)
    return svg


def _draw_panel(group: Xml.Element, panel: Panel, colours: dict[str, str]) -> None:
    left, top, right, bottom = _PLOT
    points = [point for line in panel.lines.values() for point in line]
    sizes = sorted({size for size, _ in points})
    low, high = _decades(value for _, value in points)

    def x(size: int) -> float:
        if len(sizes) == 1:
            return (left + right) / 2
        return left + (right - left) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def y(value: float) -> float:
        return bottom - (bottom - top) * (math.log10(value) - low) / (high - low)

    _text(group, 0, 20, panel.title, size=12.5, weight="600", fill="#0f172a")
    for decade in range(low, high + 1):
        height = f"{y(10.0**decade):.1f}"
        rule = {"x1": str(left), "x2": str(right), "y1": height, "y2": height, "stroke": "#e2e8f0"}
        Xml.SubElement(group, "line", rule)
        _text(group, left - 6, float(height) + 4, f"{10.0**decade:g}", size=10, fill="#94a3b8", anchor="end")
    for size in sizes:
        _text(group, x(size), bottom + 18, f"{size:,}", size=10, fill="#64748b", anchor="middle")
    for name, line in reversed(panel.lines.items()):  # ours on top
        at = [f"{x(size):.1f},{y(value):.1f}" for size, value in line]
        look = {
            "fill": "none",
            "stroke": colours[name],
            "stroke-width": "2.4" if name == "zhsearch" else "1.4",
        }
        Xml.SubElement(group, "polyline", {"points": " ".join(at), **look})
        for size, value in line:
            dot = {"cx": f"{x(size):.1f}", "cy": f"{y(value):.1f}", "r": "3.2", "fill": colours[name]}
            Xml.SubElement(Xml.SubElement(group, "circle", dot), "title").text = f"{name}: {value:g}"
    ends = sorted((y(line[-1][1]), name) for name, line in panel.lines.items())
    for (_, name), label in zip(ends, _apart([place for place, _ in ends]), strict=True):
        weight = "600" if name == "zhsearch" else "400"
        _text(group, right + 9, label + 4, name, size=11, weight=weight, fill=colours[name])


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """Whole powers of ten around the values."""
    some = list(values)
    low, high = math.floor(math.log10(min(some))), math.ceil(math.log10(max(some)))
    return low, max(high, low + 1)


def _apart(heights: list[float]) -> list[float]:
    """Ascending places of labels moved apart, so that none covers another, and back up from the edge."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + _LINE) if placed else height)
    over = placed[-1] - _PLOT[3] if placed else 0
    return [place - over for place in placed] if over > 0 else placed


def _text(
    parent: Xml.Element, x: float, y: float, text: str, *, size: float, fill: str = "#0f172a",
    weight: str = "400", anchor: str = "start",
) -> None:  # fmt: skip
    look = {
        "font-size": f"{size:g}",
        "font-weight": weight,
        "fill": fill,
        "text-anchor": anchor,
        "style": _FONT,
    }
    Xml.SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", **look}).text = text


def _read(file: Path) -> dict[str, Any]:
    try:
        result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _ = result["corpus"]["posts"], result["machine"]["processor"], result["rows"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ResultError(f"{file}: no result of `compare --json` ({problem})") from problem
    return result


def _values(result: dict[str, Any], measure: str) -> dict[str, Any]:
    found: dict[str, Any] = next((row["peers"] for row in result["rows"] if row["measure"] == measure), {})
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="picture", description="draw results of several sizes")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.svg")
    options = parser.parse_args(arguments)
    try:
        picture = draw(*read_panels(options.files))
    except ResultError as problem:
        print(f"picture: {problem}", file=sys.stderr)
        return 1
    Xml.indent(picture)
    options.out.write_text(Xml.tostring(picture, encoding="unicode") + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
