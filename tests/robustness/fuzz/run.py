"""Fuzz one target with atheris (libFuzzer): `python -m tests.robustness.fuzz.run TARGET SECONDS`.

An input that breaks the target is written to tests/data/fuzz/TARGET/, where tests/robustness/test_fuzz.py runs it from
then on.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["zhsearch"]):
    from tests.helpers.sites import DATA
    from tests.robustness.fuzz.targets import TARGETS, seeds

FINDINGS = DATA / "fuzz"


def main() -> None:
    """Fuzz one target."""
    name, seconds = sys.argv[1], sys.argv[2]
    findings = FINDINGS / name
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={findings}/",
            "-rss_limit_mb=3000",
            "-timeout=20",
        ]
        atheris.Setup([sys.argv[0], *options, corpus, str(findings)], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
