"""Settings of the search server that a site needs, merged into its zhsearch.toml.

tomlkit edits the file: comments, order and layout stay as its owner wrote them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zhsearch.index.settings_reader import FILE as SETTINGS_FILE
from zhsearch.index.settings_reader import read_toml

__all__ = ["SETTINGS_FILE", "MergedSettings", "Values", "merge_settings", "server_settings", "setting_line"]

Values = Mapping[str, str | Sequence[str]]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class MergedSettings:
    """The result of merging values into a file.

    `text` is the new file, None if it needs no change; `added` and `present` are keys. `differing` are keys
    that the owner set to something else, which stays, with the line that is needed instead.
    """

    text: str | None
    added: tuple[str, ...]
    present: tuple[str, ...]
    differing: Mapping[str, str]


def server_settings(url: str, site_url: str, *, port: int = 1313) -> Values:
    """The settings for pages of the site `site_url` (its baseURL) that call a search server at `url`.

    None if both have the same origin. A server on this machine is called by the pages that the generator's
    own server shows to authors, at `port` (`hugo server`: 1313).
    """
    server, site = urlsplit(url), urlsplit(site_url)
    if not server.netloc:
        return {}
    if server.hostname in _LOOPBACK:
        origins = tuple(f"http://{host}:{port}" for host in ("localhost", "127.0.0.1"))
        return {"cors_origins": origins, "site_url": origins[0]}
    if not site.netloc or (site.scheme, site.netloc) == (server.scheme, server.netloc):
        return {}
    origin = f"{site.scheme}://{site.netloc}"
    return {"cors_origins": (origin,), "site_url": origin}


def merge_settings(folder: Path, values: Values) -> MergedSettings:
    """Merge values into the zhsearch.toml of a folder: missing keys and items are added, nothing is replaced.

    Nothing is written. Raises SettingsError if the file cannot be read.
    """
    import tomlkit  # noqa: PLC0415  only `init` edits a file

    before, _ = read_toml(folder / SETTINGS_FILE)
    document: dict[str, Any] = tomlkit.parse(before)
    added: list[str] = []
    present: list[str] = []
    differing: dict[str, str] = {}
    for key, value in values.items():
        wanted = value if isinstance(value, str) else list(value)
        found = document.get(key)
        if found is None:
            document[key] = wanted
            added.append(key)
        elif isinstance(found, list) and isinstance(wanted, list):
            missing = [item for item in wanted if item not in found]
            found.extend(missing)
            (added if missing else present).append(key)
        elif found == wanted:
            present.append(key)
        else:
            differing[key] = setting_line(key, value)
    text = tomlkit.dumps(document) if added else None
    if text and "\r\n" in before:
        text = re.sub(r"(?<!\r)\n", "\r\n", text)
    return MergedSettings(text, tuple(added), tuple(present), differing)


def setting_line(key: str, value: str | Sequence[str]) -> str:
    """A setting as a line of TOML; for texts without quotation marks and control characters."""
    items = f'"{value}"' if isinstance(value, str) else "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f"{key} = {items}"
