"""The family of errors that are raised on purpose; each message names the wrong value and the remedy."""

from pathlib import Path

from zhsearch.index.messages import Message


class ZhsearchError(Exception):
    """Base of all errors that are raised on purpose.

    Users see the message as it is: in English, or in their language where it is given as a template of
    str.format with its fields, as for `Message`.
    """

    def __init__(self, template: str, /, **fields: object) -> None:
        super().__init__(template if isinstance(template, Message) else Message(template, **fields))


class SettingsError(ZhsearchError):
    """A setting (from file, environment or option) is unknown or its value is invalid."""


class SiteError(ZhsearchError):
    """The content folder or the Hugo configuration cannot be read."""


class PostError(ZhsearchError):
    """One post cannot be indexed and is skipped; the message is the reason, shown beside its path."""


class StoreError(ZhsearchError):
    """The index folder cannot be read or written."""


class CorruptIndexError(StoreError):
    """A file of the index differs from what was published. `cause` is the message without the remedy."""

    def __init__(self, name: Path | str, why: str, /, **fields: object) -> None:
        reason = why if isinstance(why, Message) else Message(why, **fields)
        super().__init__("{name}: {why}. Rebuild it: zhsearch reindex --full", name=name, why=reason)
        self.cause = Message("{name}: {why}", name=name, why=reason)


class ResourceExhaustedError(StoreError):
    """The system lacks memory or file descriptors at the moment; the index may be intact."""


class BackendUnavailableError(StoreError):
    """The search backend is temporarily unreachable."""


class NoIndexError(StoreError):
    """There is no generation to search yet."""


class LockedError(StoreError):
    """Another process is writing this index."""
