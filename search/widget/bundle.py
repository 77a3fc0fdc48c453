"""The bundled scripts of the custom elements: version, integrity value, addresses.

`make widget` builds them from the sources in src/, style sheets included. A page loads widget.js, pinned by
its integrity value. That loads box.js when a reader first uses the search, at the address and with the
integrity value that are written into it, so that one value pins both. The first script of a static export is
another, since its answers come from files.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

_STYLE = Path(__file__).parent / "widget.css"
_BOX = Path(__file__).parent / "box.js"
_OF_SERVER = Path(__file__).parent / "widget.js"
_OF_FILES = Path(__file__).parents[1] / "static" / "widget.js"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load; `version` is the beginning of its hash, `integrity` the value of the attribute
    of that name (SRI)."""

    body: bytes
    version: str
    integrity: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """The asset with this content."""
        digest = hashlib.sha384(body).digest()
        return cls(body, digest.hex()[:12], f"sha384-{base64.b64encode(digest).decode()}")


@dataclass(frozen=True, slots=True)
class WidgetBundle:
    """The scripts: `widget` is loaded by pages, `box` by `widget`."""

    widget: Asset
    box: Asset

    @property
    def version(self) -> str:
        """The version of both."""
        return self.widget.version

    @property
    def integrity(self) -> str:
        """The integrity value of the script that pages load."""
        return self.widget.integrity

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
    """The scripts that a search server delivers."""
    return _bundle(_OF_SERVER)


def static_bundle() -> WidgetBundle:
    """The scripts of a static export."""
    return _bundle(_OF_FILES)


@cache
def widget_style() -> Asset:
    """The style sheet that reserves the elements' space until the script is loaded."""
    return Asset.of(_STYLE.read_bytes())


@cache
def _bundle(widget: Path) -> WidgetBundle:
    """A first script and the box, read once for each process."""
    return WidgetBundle(Asset.of(widget.read_bytes()), Asset.of(_BOX.read_bytes()))
