"""The bundled scripts of the custom elements: version, integrity value, compressed form.

`make widget` builds both from the sources in src/, style sheet included, so that one request, one version and
one integrity value cover everything: the script of a search server, and that of a static export.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDGET_STYLE = Path(__file__).parent / "widget.css"
"""The style sheet that reserves the elements' space until the script is loaded."""
_OF_SERVER = Path(__file__).parent / "widget.js"
_OF_FILES = Path(__file__).parents[1] / "static" / "widget.js"


@dataclass(frozen=True, slots=True)
class WidgetBundle:
    """The script as bytes, plain and gzipped; `version` is the beginning of its hash, `integrity` the
    value of the attribute of that name (SRI)."""

    script: bytes
    zipped: bytes
    version: str
    integrity: str

    def address(self, base: str) -> str:
        """The URL of exactly this version below `base`, the URL of the search server or of the export."""
        return f"{base.rstrip('/')}/widget.js?v={self.version}"

    def tag(self, base: str) -> str:
        """The `<script>` element that loads it, pinned by its integrity value."""
        return (
            f'<script type="module" src="{self.address(base)}" integrity="{self.integrity}"'
            ' crossorigin="anonymous"></script>'
        )


def widget_bundle() -> WidgetBundle:
    """The script that a search server delivers."""
    return _bundle(_OF_SERVER)


def static_bundle() -> WidgetBundle:
    """The script of a static export."""
    return _bundle(_OF_FILES)


@cache
def _bundle(file: Path) -> WidgetBundle:
    """A bundle, read once for each process."""
    script = file.read_bytes()
    digest = hashlib.sha384(script).digest()
    return WidgetBundle(
        script=script,
        zipped=gzip.compress(script, mtime=0),
        version=digest.hex()[:12],
        integrity=f"sha384-{base64.b64encode(digest).decode()}",
    )
