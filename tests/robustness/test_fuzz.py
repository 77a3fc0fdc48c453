"""The short form of `make fuzz`, and every input that it found before."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.sites import ROOT
from tests.robustness.fuzz.targets import TARGETS, seeds

FINDINGS = sorted((ROOT / "tests/data/fuzz").glob("*/*"))


@pytest.mark.parametrize("file", FINDINGS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_earlier_findings_stay_fixed(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


def mutated(seed: bytes) -> st.SearchStrategy[bytes]:
    """The seed with a range replaced by other bytes."""
    return st.tuples(st.integers(0, len(seed)), st.integers(0, 8), st.binary(max_size=12)).map(
        lambda edit: seed[: edit[0]] + edit[2] + seed[edit[0] + edit[1] :]
    )


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_breaks_a_target(name: str) -> None:
    examples = 60 if name in ("manifest", "segment") else 200
    inputs = st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(str.encode), *map(mutated, seeds(name))
    )

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs if name != "manifest" else mutated(seeds(name)[0]))
    def run(data: bytes) -> None:
        TARGETS[name](data)

    run()
