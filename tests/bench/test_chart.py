"""The chart shows every figure of the results, each in its place."""

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from . import sizes
from .chart import main
from .load import DISTINCT

SVG = "{http://www.w3.org/2000/svg}"


def write_result(folder: Path, posts: int, **rows: dict[str, float | None]) -> Path:
    names = {"speed": "index, posts/s", "p50": "query with count and all facets p50, ms"}
    result = {
        "corpus": {"posts": posts},
        "machine": {"date": "2026-11-24T00:00", "processor": "a processor", "cores": 2},
        "rows": [
            {
                "measure": names[row],
                "peers": {name: value and {"median": value} for name, value in peers.items()},
            }
            for row, peers in rows.items()
        ],
    }
    file = folder / f"{posts}.json"
    file.write_text(json.dumps(result))
    return file


def test_the_chart_has_a_panel_for_each_measure_and_a_dot_for_each_figure(tmp_path: Path) -> None:
    small = write_result(tmp_path, 10, speed={"zhsearch": 300, "stock": 20}, p50={"zhsearch": 1, "stock": 9})
    large = write_result(
        tmp_path, 1000, speed={"zhsearch": 200, "stock": None}, p50={"zhsearch": 2, "stock": 300}
    )
    out = tmp_path / "cost.svg"
    assert main([str(large), str(small), "--out", str(out)]) == 0
    chart = Xml.parse(out).getroot()
    latency, speed = chart.findall(f"{SVG}g")
    assert [len(panel.findall(f"{SVG}circle")) for panel in (latency, speed)] == [4, 3]
    dots = {dot.findtext(f"{SVG}title"): dot for dot in latency.findall(f"{SVG}circle")}
    assert set(dots) == {"zhsearch: 1", "zhsearch: 2", "stock: 9", "stock: 300"}
    assert float(dots["stock: 300"].attrib["cy"]) < float(dots["stock: 9"].attrib["cy"])
    assert float(dots["stock: 9"].attrib["cy"]) < float(dots["zhsearch: 2"].attrib["cy"])
    assert float(dots["stock: 9"].attrib["cx"]) < float(dots["stock: 300"].attrib["cx"])
    assert "2026-11-24, a processor, 2 cores" in out.read_text(encoding="utf-8")


def test_nine_engines_have_colours_and_labels_of_their_own(tmp_path: Path) -> None:
    names = ["zhsearch", *(f"engine {number}" for number in range(8))]
    files = [
        write_result(tmp_path, posts, p50={name: 1 + number / 50 for number, name in enumerate(names)})
        for posts in (10, 1000)
    ]
    out = tmp_path / "cost.svg"
    assert main([*map(str, files), "--out", str(out)]) == 0
    (panel,) = Xml.parse(out).getroot().findall(f"{SVG}g")
    labels = [text for text in panel.findall(f"{SVG}text") if text.text in names]
    assert len({label.attrib["fill"] for label in labels}) == len(labels) == 9
    heights = sorted(float(label.attrib["y"]) for label in labels)
    assert all(below - above >= 11 for above, below in pairwise(heights)), "11 is the size of a letter"
    assert heights[0] > 20, "not above the panel's title"


def test_the_documentation_gets_a_column_for_each_engine_and_for_each_size_of_a_served_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for posts in (1000, 20):
        file = write_result(tmp_path, posts, speed={"zhsearch": posts, "Bleve": None})
        result = json.loads(file.read_text())
        served = {"measure": DISTINCT.name, "peers": {"zhsearch": {"median": 7}, "Bleve": None}}
        result |= {
            "peers": [{"name": "zhsearch"}, {"name": "Bleve"}],
            "missing": {"seekstorm": "cargo is not installed"},
            "rows": [*result["rows"], served],
        }
        file.write_text(json.dumps(result))
        files.append(str(file))
    assert sizes.main(files) == 0
    lines = ["|".join(map(str.strip, line.split("|"))) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "|20 / 1,000 documents|zhsearch|Bleve|"
    assert lines[2] == "|index, posts/s|20 / 1,000|– / –|"
    assert lines[4] == "|served by two workers|20|1,000|"
    assert lines[6].endswith("|7|7|")
    assert lines[-1] == "not measured: seekstorm (cargo is not installed)"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"corpus": 1}'])
def test_the_error_for_a_file_that_is_not_a_result_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    assert main([str(file), "--out", str(tmp_path / "cost.svg")]) == 1
    assert str(file) in capsys.readouterr().err
