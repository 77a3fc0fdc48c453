"""Addresses of built pages: from their paths below the folder, the site's base, and their canonical links.

`posts/a/index.html` is at `posts/a/`, `posts/a.html` at itself, unless the site links to it in another way
(`posts/a`) or the page names its canonical address.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_INDEX = "index.html"


def encoded(path: str) -> str:
    """A path percent-encoded as Hugo's addresses are, whether it was encoded or not."""
    return quote(unquote(path, errors="surrogateescape"), safe="/$&+,:;=@~-_.", errors="surrogateescape")


def natural_address(path: str) -> str:
    """The address of a file below its site's base: its path without `index.html`, encoded."""
    return quote(_without_index(path), safe="/$&+,:;=@~-_.", errors="surrogateescape")


def other_addresses(path: str) -> Iterator[str]:
    """The other addresses below the base at which web servers show the same file."""
    natural = _without_index(path)
    stem = natural.removesuffix(".html").removesuffix(".htm").rstrip("/")
    for address in (stem, f"{stem}/" if stem else "", path):
        if address != natural:
            yield quote(address, safe="/$&+,:;=@~-_.", errors="surrogateescape")


def _without_index(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return (f"{folder}/" if folder else "") if name == _INDEX else path


def path_of(url: str) -> str:
    """The path of a URL or of a path with a query, encoded; "" where it has none or cannot be read."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return encoded(path) if path.startswith("/") else ""


def host_of(url: str) -> str:
    """The host of a URL; "" where it has none or cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def file_at(folder: Path, address: str) -> str:
    """The path of the file that is shown at an address below the base; "" if there is none."""
    path = unquote(address, errors="surrogateescape").strip("/")
    candidates = (f"{path}/{_INDEX}" if path else _INDEX, path, f"{path}.html")
    for candidate in candidates:
        if ".." not in candidate.split("/") and (folder / candidate).is_file():
            return candidate
    return ""
