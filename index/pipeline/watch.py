"""A watcher of whatever decides about an index: content, configuration, settings, word lists.

A file event is only a hint: it triggers a run, which checks all files. Events that are missed, because
folders are created in quick succession or the drive sends none, are therefore made up for by the next run.
Importing this module loads watchfiles.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles._rust_notify import RustNotify

from zhsearch.index.errors import SiteError
from zhsearch.index.pipeline.sources import source_folders
from zhsearch.index.settings import IndexSettings
from zhsearch.index.settings_reader import FILE

_QUIET_MS = 300  # without a change: then the editor or the checkout is done
_MAX_BATCH_MS = 5_000  # after which a stream of changes is reported even if it goes on
_POLL_MS = 300  # for file systems without events
_TIMEOUT_MS = 60_000
_CONFIGURATION = re.compile(r"(?:hugo|config)\.(?:toml|ya?ml|json)")
_IGNORED = re.compile(r"[.#].*|.*~")  # names that Hugo ignores: what editors and git write beside files


@dataclass(frozen=True, slots=True)
class WatchedPaths:
    """The folders to watch: `deep` ones recursively, `flat` ones for `names` and configuration files directly
    in them. Changes below `index` are ignored.

    `identities` are device and inode of each folder, which change if it is moved away and created again.
    """

    deep: frozenset[Path]
    flat: frozenset[Path]
    names: frozenset[Path]
    index: Path
    identities: frozenset[tuple[int, int]]

    def matters(self, path: Path) -> bool:
        """Whether a change of this file or folder may change the index."""
        if path.is_relative_to(self.index):
            return False
        if path in self.names or (path.parent in self.flat and _CONFIGURATION.fullmatch(path.name)):
            return True
        inside = (path.relative_to(folder).parts for folder in self.deep if path.is_relative_to(folder))
        return any(not any(map(_IGNORED.fullmatch, parts)) for parts in inside)


class Watcher:
    """Watches the paths that decide about an index; to be used by one thread."""

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._paths: WatchedPaths | None = None
        self._content: frozenset[Path] = frozenset()
        self._stop = threading.Event()

    def aim(self, settings: IndexSettings, folder: Path) -> str | None:
        """Watch the paths that decide about the index of these settings, which were read in `folder`.

        Returns the reason if that is not possible; None means that no later change is missed.
        """
        with suppress(SiteError):  # the configuration is being edited: the content has not moved
            self._content = frozenset(source_folders(settings))
        # Look again once the watches stand: a folder that was created meanwhile is not covered by them.
        while (paths := _watched_paths(settings, folder, self._content)) != self._paths:
            self.close()
            try:
                self._start(paths)
            except (OSError, RuntimeError) as problem:
                return str(problem)
            self._paths = paths
        return None

    def wait(self, seconds: float) -> bool:
        """Wait until something changed and has been quiet; False if `seconds` passed instead."""
        changed = self._changed.wait(seconds)
        self._changed.clear()
        return changed

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._paths = None

    def _start(self, paths: WatchedPaths) -> None:
        """Watch the folders, each kind in a thread of its own. Raises OSError or RuntimeError."""
        self._stop = threading.Event()
        for folders, recursive in ((paths.deep, True), (paths.flat, False)):
            if folders:
                notify = RustNotify(sorted(map(str, folders)), False, False, _POLL_MS, recursive, True)
                args = (notify, paths, self._stop)
                threading.Thread(target=self._follow, args=args, daemon=True).start()

    def _follow(self, notify: RustNotify, paths: WatchedPaths, stop: threading.Event) -> None:
        while True:
            changes = notify.watch(_MAX_BATCH_MS, _QUIET_MS, _TIMEOUT_MS, stop)
            if isinstance(changes, set):
                if any(paths.matters(Path(path)) for _, path in changes):
                    self._changed.set()
            elif changes != "timeout":
                notify.close()
                return


def _watched_paths(settings: IndexSettings, folder: Path, content: frozenset[Path]) -> WatchedPaths:
    root = settings.content.resolve()
    config = [parent / "config" for parent in (root, root.parent)]
    word_lists = (settings.dictionary, settings.stop_words, settings.synonyms)
    files = [path for file in word_lists if file for path in (file.absolute(), file.absolute().resolve())]
    names = [(folder / FILE).resolve(), root, *config, *files, *content]
    deep = {path for path in (*(content or [root]), *config) if path.is_dir()}
    flat = {path for path in (root, root.parent, *(name.parent for name in names)) if path.is_dir()}
    # Two watches of one folder would report each change twice, at different moments.
    flat = {path for path in flat if not any(path.is_relative_to(parent) for parent in deep)}
    return WatchedPaths(
        deep=frozenset(deep),
        flat=frozenset(flat),
        names=frozenset(names),
        index=settings.index.resolve(),
        identities=frozenset(_identities(deep | flat)),
    )


def _identities(folders: set[Path]) -> Iterator[tuple[int, int]]:
    for folder in folders:
        with suppress(OSError):
            stat = folder.stat()
            yield stat.st_dev, stat.st_ino
