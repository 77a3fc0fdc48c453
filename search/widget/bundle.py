"""The script of the elements in, what a page needs besides out: version, integrity value, compressed form.

widget.js is made of the sources in src/ (`make widget`) and holds their style sheet too: one
request, one version and one integrity value cover all.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDGET_STYLE = Path(__file__).parent / "widget.css"
"""The style sheet that keeps the elements' places until the script is there."""
_FILE = Path(__file__).parent / "widget.js"


@dataclass(frozen=True, slots=True)
class WidgetBundle:
    """The script of the elements. `version` changes with every byte of it; `integrity` is the value of the
    attribute of that name."""

    script: bytes
    zipped: bytes
    version: str
    integrity: str

    def address(self, base: str) -> str:
        """Where this very version is, below the search's own address."""
        return f"{base.rstrip('/')}/widget.js?v={self.version}"

    def tag(self, base: str) -> str:
        """The HTML that loads it, and nothing else in its stead."""
        return (
            f'<script type="module" src="{self.address(base)}" integrity="{self.integrity}"'
            ' crossorigin="anonymous"></script>'
        )


@cache
def widget_bundle() -> WidgetBundle:
    """The script as it is delivered."""
    script = _FILE.read_bytes()
    digest = hashlib.sha384(script).digest()
    return WidgetBundle(
        script=script,
        zipped=gzip.compress(script, mtime=0),
        version=digest.hex()[:12],
        integrity=f"sha384-{base64.b64encode(digest).decode()}",
    )
