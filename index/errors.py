"""The error family: every message names the value that is wrong and what to do about it."""

from pathlib import Path


class ZhsearchError(Exception):
    """Base of everything this project raises on purpose; its text is written for the person who sees it."""


class SettingsError(ZhsearchError):
    """A setting (file, environment, flag) is unknown or out of range."""


class SiteError(ZhsearchError):
    """The content folder or the Hugo configuration cannot be read."""


class PostError(ZhsearchError):
    """One post cannot be indexed; the text is the reason shown beside its path. The others go on."""


class StoreError(ZhsearchError):
    """The index folder cannot be read or written."""


class CorruptIndexError(StoreError):
    """A file of the index is not what was published. `what` names it and says how, without the remedy."""

    def __init__(self, name: Path | str, why: str) -> None:
        super().__init__(f"{name}: {why}. Rebuild it: zhsearch reindex --full")
        self.what = f"{name}: {why}"


class ResourceExhaustedError(StoreError):
    """The system has not enough of something (memory, file descriptors) just now; the index may be fine."""


class BackendUnavailableError(StoreError):
    """What holds the index does not answer just now, and may in a moment."""


class NoIndexError(StoreError):
    """There is no servable generation yet."""


class LockedError(StoreError):
    """Another process is writing this index."""
