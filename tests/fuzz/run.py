"""A target and a time in, what breaks it out: `python -m tests.fuzz.run TARGET SECONDS`, by atheris (libFuzzer).

A find is written to tests/data/fuzz/TARGET/, where tests/test_fuzz.py runs it from then on.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["zhsearch"]):
    from tests.fuzz.targets import TARGETS, seeds

KEPT = Path(__file__).parent.parent / "data/fuzz"


def main() -> None:
    """Fuzz one target."""
    name, seconds = sys.argv[1], sys.argv[2]
    kept = KEPT / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={kept}/",
            "-rss_limit_mb=3000",
            "-timeout=20",
        ]
        atheris.Setup([sys.argv[0], *options, corpus, str(kept)], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
