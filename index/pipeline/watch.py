"""What decides about an index in, word out that it may have changed: content, configuration, settings, words.

A word is a hint, no more: whoever gets it looks at everything, as a run always does. What is missed
between two folders made in a hurry, or on a drive that tells nothing, is therefore found by the next look.
Takes effect on import: the library that watches is loaded.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles._rust_notify import RustNotify

from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.site import load_site
from zhsearch.index.settings import IndexSettings
from zhsearch.index.settings_reader import FILE

_QUIET = 300  # milliseconds without a change: the editor, or the checkout, is done
_LONGEST = 5_000  # milliseconds after which a stream of changes is taken as it is
_CONFIGURATION = re.compile(r"(?:hugo|config)\.(?:toml|ya?ml|json)")
_LEFT_OUT = re.compile(r"[.#].*|.*~")  # by Hugo, for their names: what editors and git write beside files


@dataclass(frozen=True, slots=True)
class WatchedPaths:
    """What to watch: folders with all that is in them, folders for some names, and what is left out.

    `identities` are device and inode of each folder: one that was moved away and made again is another.
    """

    deep: frozenset[Path]
    flat: frozenset[Path]
    names: frozenset[Path]
    index: Path
    identities: frozenset[tuple[int, int]]

    def matters(self, path: Path) -> bool:
        """May a change of this file or folder change the index?"""
        if path.is_relative_to(self.index):
            return False
        if path in self.names or (path.parent in self.flat and _CONFIGURATION.fullmatch(path.name)):
            return True
        inside = (path.relative_to(folder).parts for folder in self.deep if path.is_relative_to(folder))
        return any(not any(map(_LEFT_OUT.fullmatch, parts)) for parts in inside)


class Watcher:
    """Watches the places of the settings that it was last aimed at; for one thread."""

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._places: WatchedPaths | None = None
        self._content: frozenset[Path] = frozenset()
        self._stop = threading.Event()

    def aim(self, settings: IndexSettings, folder: Path) -> str | None:
        """Watch what decides about the index of these settings, which were read in `folder`; why that cannot
        be, if it cannot. Nothing that happens from now on is missed."""
        with suppress(SiteError):  # the configuration is being edited: the content is where it was
            site = load_site(settings.content, settings.environment)
            self._content = frozenset((site.content / mount.source).resolve() for mount in site.mounts)
        places = _places(settings, folder, self._content)
        if places == self._places:
            return None
        self.close()
        self._stop = threading.Event()
        try:
            for folders, recursive in ((places.deep, True), (places.flat, False)):
                if folders:
                    names = sorted(map(str, folders))
                    notify = RustNotify(names, False, False, 300, recursive, True)
                    wait = (notify, places, self._stop)
                    threading.Thread(target=self._follow, args=wait, daemon=True).start()
        except (OSError, RuntimeError) as problem:
            return str(problem)
        self._places = places
        return None

    def wait(self, seconds: float) -> bool:
        """Wait until something changed and came to rest; False when so much time has passed instead."""
        changed = self._changed.wait(seconds)
        self._changed.clear()
        return changed

    def close(self) -> None:
        """Watch nothing any more."""
        self._stop.set()
        self._places = None

    def _follow(self, notify: RustNotify, places: WatchedPaths, stop: threading.Event) -> None:
        while True:
            found = notify.watch(_LONGEST, _QUIET, 60_000, stop)
            if isinstance(found, set):
                if any(places.matters(Path(path)) for _, path in found):
                    self._changed.set()
            elif found != "timeout":
                notify.close()
                return


def _places(settings: IndexSettings, folder: Path, content: frozenset[Path]) -> WatchedPaths:
    given = settings.content.resolve()
    config = [root / "config" for root in (given, given.parent)]
    named = (settings.dictionary, settings.stop_words, settings.synonyms)
    words = [file.absolute() for file in named if file]
    files = [file for word in words for file in (word, word.resolve())]
    names = [(folder / FILE).resolve(), given, *config, *files, *content]
    deep = {path for path in (*(content or [given]), *config) if path.is_dir()}
    flat = {path for path in (given, given.parent, *(name.parent for name in names)) if path.is_dir()}
    # Two that watch one folder tell of each change twice, and not at one moment.
    flat = {path for path in flat if not any(path.is_relative_to(folder) for folder in deep)}
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
