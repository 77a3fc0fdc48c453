"""The engine protocol loads no library of an engine."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["engine.protocol", "engine.backend", "engine.selected_facets", "query.model", "query.ast"]
)
def test_the_engine_protocol_loads_neither_numpy_nor_opencc_nor_http(module: str) -> None:
    code = (
        f"import zhsearch.search.{module}, sys\n"
        "print([name for name in ('numpy', 'opencc', 'flask', 'whoosh') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
