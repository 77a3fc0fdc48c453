"""The version of the code: a fingerprint of its files, for whatever is derived from the code.

A release number is not enough, because code is edited between releases.
"""

import functools
import hashlib
from importlib.util import find_spec
from pathlib import Path

_SUFFIXES = (".py", ".txt")  # code and word lists


@functools.cache  # the version of the running code, even if newer files were installed since
def code_version(*packages: str) -> str:
    """The fingerprint of the Python modules and word lists of packages, sub-packages included, in hexadecimal
    digits (BLAKE2b, 8 bytes). Changes with each file's name and content."""
    hasher = hashlib.blake2b(digest_size=8)
    for folder in map(_folder, packages):
        for file in sorted(folder.rglob("*")):
            if file.suffix in _SUFFIXES:
                data = file.read_bytes()
                hasher.update(f"{file.relative_to(folder)} {len(data)}\n".encode())
                hasher.update(data)
    return hasher.hexdigest()


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])
