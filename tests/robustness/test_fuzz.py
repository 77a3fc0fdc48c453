"""Whatever is read from outside, fed with anything: a short form of `make fuzz`, and what that found before."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.sites import ROOT
from tests.robustness.fuzz.targets import TARGETS, seeds

FOUND = sorted((ROOT / "tests/data/fuzz").glob("*/*"))


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_found_stays_mended(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


def changed(seed: bytes) -> st.SearchStrategy[bytes]:
    """The seed with a range of it replaced by anything."""
    return st.tuples(st.integers(0, len(seed)), st.integers(0, 8), st.binary(max_size=12)).map(
        lambda at: seed[: at[0]] + at[2] + seed[at[0] + at[1] :]
    )


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_it(name: str) -> None:
    few = 60 if name in ("manifest", "part") else 200
    inputs = st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(str.encode), *map(changed, seeds(name))
    )

    @settings(max_examples=few, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs if name != "manifest" else changed(seeds(name)[0]))
    def run(data: bytes) -> None:
        TARGETS[name](data)

    run()
