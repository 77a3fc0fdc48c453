"""An index with changes: a copy of the live one in a temporary folder, brought up to date by a run.

So a trial is not an estimate: its hits are those that the owner gets after writing the changes. Only pages
that the changes concern are analysed again, as in every run.
"""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from zhsearch.index.analysis import Segmenter, get_segmenter
from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import Message
from zhsearch.index.pipeline import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.engine import Engine
from zhsearch.search.lab.changes import Changes, changed_settings
from zhsearch.search.settings import Settings

_NOT_INDEX = shutil.ignore_patterns("service", "write.lock", "drafts")


@dataclass(slots=True)
class Trial:
    """An engine with changes to texts, `before` by setting; its segmenter, and the seconds that it took.

    `close` deletes its files.
    """

    changes: Changes
    before: Mapping[str, str]
    engine: Engine
    segmenter: Segmenter
    seconds: float
    _folder: TemporaryDirectory[str]

    def close(self) -> None:
        """Delete the copy of the index."""
        self._folder.cleanup()


def make_trial(settings: Settings, changes: Changes, before: Mapping[str, str]) -> Trial:
    """Try changes to the texts `before` on a copy of the index of `settings`.

    Raises SettingsError for a wrong line or number, and whatever a run of reindex raises.
    """
    start = time.perf_counter()
    folder = TemporaryDirectory(prefix="zhsearch-lab-", ignore_cleanup_errors=True)
    try:
        index = Path(folder.name) / "index"
        changed = changed_settings(changes, Path(folder.name))
        backend_of(replace(settings, engine="whoosh")).open()  # tells what is wrong with the index
        shutil.copytree(settings.index, index, ignore=_NOT_INDEX)
        tried = replace(
            changed,
            index=index,
            content=settings.content,
            html=settings.html,
            drafts=settings.drafts,
            engine="whoosh",
        )
        reindex(tried)
        engine = backend_of(tried).open()
        segmenter = get_segmenter(tried.segmenter, tried.cache, engine.lexicon)
    except SettingsError as problem:
        folder.cleanup()
        raise _without_folder(problem) from problem
    except BaseException:
        folder.cleanup()
        raise
    return Trial(changes, before, engine, segmenter, time.perf_counter() - start, folder)


def _without_folder(problem: SettingsError) -> SettingsError:
    """The error with the name of a tried file instead of its path."""
    message: Message = problem.args[0]
    fields = {key: value.name if isinstance(value, Path) else value for key, value in message.fields.items()}
    return SettingsError(message.template, **fields)
