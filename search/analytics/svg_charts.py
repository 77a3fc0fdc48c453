"""Charts as SVG for the search report: stacked bars, and a line over days.

Their colours are classes of the page's style sheet, so that one drawing serves light, dark and print.
Libraries that write SVG bring scripts for tooltips, fixed colours, or a plotting stack of 30 MB.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDE, NARROW = 960, 460
"""Widths of charts, in pixels at the size that they are shown in."""

_HEIGHT = 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 22
_LABEL_WIDTH = 64  # of a label below the columns, with the space around it
_TICKS = 4


class Column(NamedTuple):
    """A column of a chart: what stands below it, its parts from the bottom up, and what a pointer is told."""

    label: str
    parts: Sequence[float]
    title: str


def bars(columns: Sequence[Column], description: str, width: int = NARROW) -> str:
    """A chart of stacked bars; the parts have the classes `part0`, `part1`, …"""
    highest, step = _scale(max((sum(column.parts) for column in columns), default=0))
    slot = (width - _LEFT - _RIGHT) / max(len(columns), 1)
    gap = min(4.0, slot * 0.2)
    marks = []
    for number, column in enumerate(columns):
        x, top = _LEFT + number * slot + gap / 2, 0.0
        rectangles = []
        for part, value in enumerate(column.parts):
            if value:
                y = _y(top + value, highest)
                size = f'width="{slot - gap:.2f}" height="{_y(top, highest) - y:.2f}"'
                rectangles.append(f'<rect class="part{part}" x="{x:.2f}" y="{y:.2f}" {size}/>')
            top += value
        if rectangles:
            marks.append(f"<g><title>{escape(column.title)}</title>{''.join(rectangles)}</g>")
    centres = [_LEFT + (number + 0.5) * slot for number in range(len(columns))]
    return _svg(description, width, highest, step, [*marks, *_labels(columns, centres)])


def line(columns: Sequence[Column], description: str, width: int = NARROW) -> str:
    """A chart of a line through the first parts of columns, from zero up."""
    values = [column.parts[0] for column in columns]
    highest, step = _scale(max(values, default=0))
    slot = (width - _LEFT - _RIGHT) / max(len(columns), 1)
    places = [_LEFT + (number + 0.5) * slot for number in range(len(columns))]
    points = [(x, _y(value, highest)) for x, value in zip(places, values, strict=True)]
    path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    marks = [f'<polyline class="line" points="{path}"/>'] if len(points) > 1 else []
    for (x, y), column in zip(points, columns, strict=True):
        title = f"<title>{escape(column.title)}</title>"
        marks.append(f'<circle class="dot" cx="{x:.2f}" cy="{y:.2f}" r="2.5">{title}</circle>')
    return _svg(description, width, highest, step, [*marks, *_labels(columns, places)])


def _svg(description: str, width: int, highest: float, step: float, marks: Sequence[str]) -> str:
    grid = []
    for number in range(round(highest / step) + 1):
        y = _y(number * step, highest)
        grid.append(f'<line class="grid" x1="{_LEFT}" x2="{width - _RIGHT}" y1="{y:.2f}" y2="{y:.2f}"/>')
        grid.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 3.5:.2f}">{_number(number * step)}</text>')
    inside = "".join([*grid, *marks])
    return (
        f'<svg class="chart" viewBox="0 0 {width} {_HEIGHT}" role="img" aria-label="{escape(description)}">'
        f"{inside}</svg>"
    )


def _labels(columns: Sequence[Column], centres: Sequence[float]) -> list[str]:
    """The labels of as many columns as there is room for."""
    room = (centres[-1] - centres[0]) / _LABEL_WIDTH + 1 if centres else 1
    every = max(1, math.ceil(len(columns) / room))
    y = _HEIGHT - 6
    return [
        f'<text class="label" x="{x:.2f}" y="{y}">{escape(column.label)}</text>'
        for column, x in list(zip(columns, centres, strict=True))[::every]
    ]


def _scale(highest: float) -> tuple[float, float]:
    """The end of the axis, and the distance of its ticks: 1, 2 or 5 times a power of ten, at least 1."""
    if highest <= _TICKS:
        return max(math.ceil(highest), 1), 1
    rough = highest / _TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return math.ceil(highest / step) * step, step


def _y(value: float, highest: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / highest


def _number(value: float) -> str:
    """A short number: 1.5k, 20M."""
    for limit, unit in ((1_000_000, "M"), (1_000, "k")):
        if value >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"
