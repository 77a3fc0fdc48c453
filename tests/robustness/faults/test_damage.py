"""One flipped bit in each file of the live generation: under a running server, at its start, before the next run."""

import random
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.server import serving
from tests.helpers.sites import ROOT, current_generation
from tests.robustness.faults.states import (
    IS_LONG,
    QUERIES,
    ZHSEARCH,
    Answers,
    Reader,
    answers_of,
    assert_no_garbage,
    expected_answers,
    make_site,
    run,
    write_state,
)
from zhsearch.index.generations.store import current_id
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

KINDS = ("shared segment", "new segment", "_MAIN_1.toc", "manifest.json", "CURRENT", "write.lock")
PLACES = [round(sixteenth / 16, 3) for sixteenth in range(17)]
FLIPS = [  # in the short form, two in each segment and one in each small file
    (kind, place)
    for kind in KINDS
    for place in (PLACES if IS_LONG else [0.02, 0.7] if "segment" in kind else [0.7])
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Answers, Answers]:
    """An index of two generations that share a segment, and the answers of the older and the newer one."""
    folder = tmp_path_factory.mktemp("published")
    settings = make_site(folder)
    for number in range(300):  # so many that the first segment is not merged
        extra = f"---\ntitle: 更多{number}\n---\n国产算力\n"
        (folder / f"content/more{number}.md").write_text(extra, encoding="utf-8")
    run(settings)
    old = answers_of(settings.index)
    write_state(folder, 1)
    run(settings)
    new = answers_of(settings.index)
    assert new == expected_answers(settings, folder / "scratch") != old
    return settings, old, new


def flip_bit(file: Path, place: float) -> None:
    """Flip one bit of a file in place, so that processes that have mapped it see it."""
    size = file.stat().st_size
    offset = min(size - 1, int(size * place))
    with file.open("r+b") as data:
        data.seek(offset)
        byte = data.read(1)[0]
        data.seek(offset)
        data.write(bytes([byte ^ 1 << random.Random(place).randrange(8)]))


def file_of(index: Path, kind: str) -> Path:
    if kind in ("CURRENT", "write.lock"):
        return index / kind
    folder = index / "generations" / str(current_id(index))
    if "segment" not in kind:
        return folder / kind
    by_size = sorted(folder.glob("*.segment"), key=lambda file: file.stat().st_size)
    assert len(by_size) >= 2
    file = by_size[-1 if kind == "shared segment" else 0]
    assert (file.stat().st_nlink > 1) == (kind == "shared segment")
    return file


def test_every_kind_of_file_in_an_index_is_damaged_here(
    published: tuple[Settings, Answers, Answers],
) -> None:
    index = published[0].index
    of_kinds = {file_of(index, kind) for kind in KINDS}
    live_ones = [
        file for file in (index / "generations" / str(current_id(index))).rglob("*") if file.is_file()
    ]
    beside = [file for file in index.iterdir() if file.is_file() and file.name != ".gitignore"]
    # Files in service/ are no part of the index, and no answer depends on them.
    assert {path.name for path in index.iterdir() if path.is_dir()} <= {"generations", "service"}
    kinds = {kind_of(file) for file in of_kinds}
    assert [file.name for file in (*beside, *live_ones) if kind_of(file) not in kinds] == []


def kind_of(file: Path) -> str:
    """The kind of a file: its name; for segments only whether generations share them."""
    return f"*{file.suffix}, {file.stat().st_nlink > 1}" if file.suffix == ".segment" else file.name


@pytest.mark.parametrize(("kind", "place"), FLIPS)
def test_a_flipped_bit_is_detected_and_never_served(
    published: tuple[Settings, Answers, Answers], tmp_path: Path, kind: str, place: float
) -> None:
    settings, old, new = published
    settings = replace(settings, index=tmp_path / "index")
    subprocess.run(["cp", "-a", str(published[0].index), str(settings.index)], check=True)
    file = file_of(settings.index, kind)
    none_intact = kind == "shared segment"
    harmless = kind in ("CURRENT", "write.lock")
    with serving(tmp_path, settings) as server:
        Reader(server, new).ask_all()
        flip_bit(file, place)
        time.sleep(1.1)  # damage is noticed within a second
        reader = Reader(server, new, *([] if harmless else [old]), refusals=none_intact)
        reader.settle(new if harmless else old)
        reader.ask_all()
        assert not reader.bad, reader.bad[:3]
        assert (reader.refused > 0) == none_intact

        checked = subprocess.run(
            [*ZHSEARCH, "status", "--verify", "--index", str(settings.index)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (checked.returncode == 1) == (kind != "write.lock"), checked
        assert kind == "write.lock" or is_named(file, checked.stderr)
        assert "Traceback" not in checked.stderr

        report = run(settings)
        assert kind == "write.lock" or is_named(file, f"{report['rebuilt_because']} {report['warnings']}")
        assert answers_of(settings.index) == new
        current_generation(settings.index).verify()
        reader = Reader(server, new, old)  # while a worker opens the new generation, it serves the old one
        reader.settle(new)
        reader.ask_all()
        assert not reader.refused
        assert not reader.bad, reader.bad[:3]
        run(settings)
        assert_no_garbage(settings)


def is_named(file: Path, text: str) -> bool:
    """Whether a text names a file, or its folder."""
    text = text.replace("\n", "")
    return file.name in text or file.parent.name in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_starts_on_a_damaged_index_serves_an_intact_generation(
    published: tuple[Settings, Answers, Answers], tmp_path: Path, kind: str
) -> None:
    settings, old, new = published
    settings = replace(settings, index=tmp_path / "index")
    subprocess.run(["cp", "-a", str(published[0].index), str(settings.index)], check=True)
    if kind == "shared segment":
        shutil.rmtree(settings.index / "generations" / sorted(generations(settings))[0])
        run(settings, "--full")  # now no segment is shared
        kind = "new segment"
        file = next((settings.index / "generations" / str(current_id(settings.index))).glob("*.segment"))
        old = new
    else:
        file = file_of(settings.index, kind)
    flip_bit(file, 0.4)
    with serving(tmp_path, settings) as server:
        reader = Reader(server, new if kind in ("CURRENT", "write.lock") else old)
        reader.ask_all()
        assert not reader.bad, reader.bad[:3]


def generations(settings: Settings) -> list[str]:
    return [folder.name for folder in (settings.index / "generations").iterdir()]


@pytest.mark.parametrize("loss", ["emptied", "removed", "cut short"])
def test_without_a_readable_current_the_newest_generation_is_served(
    published: tuple[Settings, Answers, Answers], tmp_path: Path, loss: str
) -> None:
    settings, _, new = published
    settings = replace(settings, index=tmp_path / "index")
    subprocess.run(["cp", "-a", str(published[0].index), str(settings.index)], check=True)
    current = settings.index / "CURRENT"
    text = current.read_text()
    if loss == "removed":
        current.unlink()
    else:
        current.write_text(text[:10] if loss == "cut short" else "")
    assert answers_of(settings.index) == new
    assert "CURRENT" in str(run(settings)["warnings"])
    assert answers_of(settings.index) == new
    assert current_id(settings.index)


@pytest.mark.parametrize("kind", ["shared segment", "new segment"])
def test_before_damage_is_noticed_a_search_that_fails_gives_503(
    published: tuple[Settings, Answers, Answers], tmp_path: Path, kind: str
) -> None:
    codes: Counter[int] = Counter()
    for sixteenth in range(16):
        index = tmp_path / f"index{sixteenth}"
        subprocess.run(["cp", "-a", str(published[0].index), str(index)], check=True)
        file = file_of(index, kind)
        with create_app(replace(published[0], index=index, answer_cache_mb=0)).test_client() as client:
            assert client.get("/readyz").status_code == 200
            size = file.stat().st_size
            with file.open("r+b") as data:
                data.seek(size * sixteenth // 16)
                data.write(bytes(0xFF - number % 3 for number in range(size // 16)))
            codes.update(client.get("/api/search", query_string={"q": q}).status_code for q in QUERIES * 2)
    assert set(codes) <= {200, 503}
    assert codes[503]
