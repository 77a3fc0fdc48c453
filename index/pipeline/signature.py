"""The signature of an index: everything but the posts that decides about its terms.

If it differs from that of the live generation, a run analyses all posts again instead of guessing which of
them a new version or another configuration affects.
"""

import functools
import importlib.metadata
import unicodedata
from collections.abc import Mapping

from zhsearch.index.analysis import segmenter_signature
from zhsearch.index.code_version import code_version
from zhsearch.index.messages import Message
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import PageSource

_DESCRIPTIONS = {
    "code": Message("the version of zhsearch"),
    "source": Message("where pages come from"),
    "dictionary": Message("the segmenter's dictionary"),
    "site": Message("the site's configuration"),
    "sections": Message("what the sections' _index files say"),
    "search_fields": Message("the setting search_fields"),
    "facets": Message("the setting facets"),
}
"""Descriptions of the parts whose values mean nothing to a reader, hashes above all."""


def signature_of(source: PageSource, settings: IndexSettings) -> dict[str, str]:
    """The signature, by name, of an index of `source` that this code builds with these settings."""
    return {
        "code": code_version("zhsearch.index"),
        **segmenter_signature(settings.segmenter),
        **_library_versions(),
        "unicode": unicodedata.unidata_version,
        **source.signature,
    }


def changes_between(old: Mapping[str, str], new: Mapping[str, str]) -> str | None:
    """Describe the differences of a new signature from the old one; None if they are equal."""
    changed = [_change(name, old.get(name), new[name]) for name in new if old.get(name) != new[name]]
    if not changed:
        return None
    *others, last = changed
    for other in reversed(others):
        last = Message("{first}, {second}", first=other, second=last)
    return Message("changed: {parts}", parts=last)


def _change(name: str, old: str | None, new: str) -> Message:
    if name in _DESCRIPTIONS:
        return _DESCRIPTIONS[name]
    if old is None:
        return Message("{name} ({new}, which is new)", name=name, new=new)
    return Message("{name} ({old} → {new})", name=name, old=old, new=new)


@functools.cache  # the versions of the running code, even if newer ones were installed since
def _library_versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ("opencc", "pyromark", "PyYAML")}
