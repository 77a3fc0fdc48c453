"""Run the scripts of the static engine in the Node that Playwright brings along."""

import json
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.static.data import SCRIPTS

_FRAME = """
import {{ readFileSync, writeSync }} from "node:fs";
{source}
const input = JSON.parse(readFileSync(0, "utf8"));
const output = Buffer.from(JSON.stringify(await answer(input)) ?? "null");
for (let at = 0; at < output.length;) {{
  try {{ at += writeSync(1, output, at); }} catch (error) {{ if (error.code !== "EAGAIN") throw error; }}
}}
process.exit(0);
"""


def node() -> str:
    """The path of Node. Skips the test where there is none."""
    spec = find_spec("playwright")
    if spec and spec.origin:
        path = Path(spec.origin).parent / "driver" / "node"
        if path.exists():
            return str(path)
    pytest.skip("Playwright, whose Node runs the scripts, is not installed")


def run(source: str, value: object = None, *, timeout: float = 120) -> Any:
    """What `answer(value)`, a function of a module's source, returns; both as JSON.

    `SRC` in the source stands for the folder of scripts: `import { fold } from "SRC/analysis/folding.js";`
    """
    module = _FRAME.format(source=source.replace("SRC", SCRIPTS.as_uri()))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.mjs"
        script.write_text(module, encoding="utf-8")
        done = subprocess.run(
            [node(), str(script)],
            input=json.dumps(value).encode(),  # ASCII: half characters stay what they are
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    if done.returncode:
        raise AssertionError(done.stderr.decode("utf-8", "replace")[-4000:])
    return json.loads(done.stdout)
