"""An SVG chart of cost against corpus size, from results of `compare --json`, or of static_bench, at several sizes.

`python -m tests.bench.chart FILE.json … --out cost.svg`. One panel per measure, one line per engine. Both axes are
logarithmic, so that a power law is a straight line and a ratio is a distance.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
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
    "first answer, kB": "kB before the first answer",
    "first answer, ms": "ms to the first answer",
    "next new query, kB": "kB of the next new query",
}
_WIDTH, _HEIGHT = 345, 250  # of a panel with its labels
_PLOT = (34, 44, 190, 218)  # left, top, right, bottom within it
_MARGIN, _HEAD, _FOOT = 28, 62, 46
_COLOURS = (
    "#c2410c", "#334155", "#0f766e", "#5eaaa3", "#7c6fb0", "#2563eb", "#be185d", "#65a30d", "#a16207",
)  # fmt: skip
_LABEL_HEIGHT = 15  # pixels
_FONT = "font-family: system-ui, sans-serif"

Points = list[tuple[int, float]]  # documents, value


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure, with the points of each engine that has any."""

    title: str
    lines: dict[str, Points]


class ResultError(ValueError):
    """A file is not a result of `compare --json`."""


def read_panels(files: Sequence[Path]) -> tuple[list[Panel], str]:
    """The panels with figures, and a caption about the runs. Raises ResultError with the name of the file."""
    results = sorted(map(read_result, files), key=lambda result: int(result["corpus"]["posts"]))
    panels = []
    for measure, title in PANELS.items():
        lines: dict[str, Points] = {}
        for result in results:
            for name, values in values_of(result, measure).items():
                if values:
                    point = (int(result["corpus"]["posts"]), float(values["median"]))
                    lines.setdefault(name, []).append(point)
        if lines:
            panels.append(Panel(title, lines))
    machine = results[-1]["machine"]
    date = str(machine["date"]).partition("T")[0]
    return panels, f"{date}, {machine['processor']}, {machine['cores']} cores; both axes logarithmic"


def draw(panels: Sequence[Panel], caption: str) -> Xml.Element:
    """The chart as an SVG element."""
    width = 2 * _MARGIN + _WIDTH * min(len(panels), 3)
    height = _HEAD + _HEIGHT * -(-len(panels) // 3) + _FOOT
    svg = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}"})
    svg.set("role", "img")
    Xml.SubElement(svg, "title").text = "Cost against size"
    Xml.SubElement(svg, "desc").text = "; ".join(panel.title for panel in panels)
    Xml.SubElement(svg, "rect", {"width": str(width), "height": str(height), "rx": "10", "fill": "#fff"})
    _text(svg, _MARGIN, 38, "Cost against the number of documents", size=19, weight="600")
    _text(svg, _MARGIN, height - 20, caption, size=11, fill="#64748b")
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colours = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(names)}
    for number, panel in enumerate(panels):
        position = f"translate({_MARGIN + number % 3 * _WIDTH} {_HEAD + number // 3 * _HEIGHT})"
        _draw_panel(Xml.SubElement(svg, "g", {"transform": position, "class": "panel"}), panel, colours)
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
    for name, line in reversed(panel.lines.items()):  # the first engine is drawn last, on top
        vertices = [f"{x(size):.1f},{y(value):.1f}" for size, value in line]
        style = {
            "fill": "none",
            "stroke": colours[name],
            "stroke-width": "2.4" if name == "zhsearch" else "1.4",
        }
        Xml.SubElement(group, "polyline", {"points": " ".join(vertices), **style})
        for size, value in line:
            dot = {"cx": f"{x(size):.1f}", "cy": f"{y(value):.1f}", "r": "3.2", "fill": colours[name]}
            Xml.SubElement(Xml.SubElement(group, "circle", dot), "title").text = f"{name}: {value:g}"
    ends = sorted((y(line[-1][1]), name) for name, line in panel.lines.items())
    for (end, name), label in zip(ends, _without_overlap([height for height, _ in ends]), strict=True):
        weight = "600" if name == "zhsearch" else "400"
        at = x(panel.lines[name][-1][0])
        leader = {"x1": f"{at + 4:.1f}", "y1": f"{end:.1f}", "x2": str(right + 12), "y2": f"{label:.1f}"}
        Xml.SubElement(group, "line", {**leader, "stroke": colours[name], "stroke-width": "0.6"})
        _text(group, right + 14, label + 4, name, size=11, weight=weight, fill=colours[name])


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """The exponents of the powers of ten just below and above the values."""
    all_values = list(values)
    low, high = math.floor(math.log10(min(all_values))), math.ceil(math.log10(max(all_values)))
    return low, max(high, low + 1)


def _without_overlap(heights: list[float]) -> list[float]:
    """Ascending heights of labels, moved apart so that none covers another and none leaves the plot."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + _LABEL_HEIGHT) if placed else height)
    excess = placed[-1] - _PLOT[3] if placed else 0
    return [height - excess for height in placed] if excess > 0 else placed


def _text(
    parent: Xml.Element, x: float, y: float, text: str, *, size: float, fill: str = "#0f172a",
    weight: str = "400", anchor: str = "start",
) -> None:  # fmt: skip
    attributes = {
        "font-size": f"{size:g}",
        "font-weight": weight,
        "fill": fill,
        "text-anchor": anchor,
        "style": _FONT,
    }
    Xml.SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", **attributes}).text = text


def read_result(file: Path) -> dict[str, Any]:
    """A result as `compare --json` wrote it. Raises ResultError with the name of the file."""
    try:
        result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _ = result["corpus"]["posts"], result["machine"]["processor"], result["rows"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultError(f"{file}: not a result of `compare --json` ({error})") from error
    return result


def values_of(result: Mapping[str, Any], measure: str) -> dict[str, Any]:
    """The statistics of each peer for a measure; None for a peer without figures."""
    values: dict[str, Any] = next((row["peers"] for row in result["rows"] if row["measure"] == measure), {})
    return values


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="chart", description="Draw results of several corpus sizes.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.svg")
    options = parser.parse_args(arguments)
    try:
        chart = draw(*read_panels(options.files))
    except ResultError as error:
        print(f"chart: {error}", file=sys.stderr)
        return 1
    Xml.indent(chart)
    options.out.write_text(Xml.tostring(chart, encoding="unicode") + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
