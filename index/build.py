"""Content in, a new generation out: which files changed, their documents, one Whoosh commit, one publish."""

import datetime as dt
import hashlib
import importlib.metadata
import os
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from index.analysis import ANALYSIS_VERSION
from index.content import find_files, read_files, read_post
from index.errors import PostError, ZhsearchError
from index.markdown import read_html, read_markdown
from index.records import Document, Note, Post, Report
from index.schema import SCHEMA_VERSION, make_schema, to_whoosh
from index.segment import Segmenter, get_segmenter
from index.settings import Settings
from index.site import Site, load_site
from index.store import Generation, Writer, writing

Progress = Callable[[int, int], None]
"""Called with (files done, files in all) as a run goes on."""

_MOST_SEGMENTS = 8  # more cost every query; then they are merged into one


class StrictError(ZhsearchError):
    """A strict run met posts that it cannot index; nothing was published."""

    def __init__(self, skipped: tuple[Note, ...]) -> None:
        names = ", ".join(note.path for note in skipped[:5])
        super().__init__(
            f"{len(skipped)} posts cannot be indexed ({names}{', …' if len(skipped) > 5 else ''});"
            " nothing was published. Mend them, or run without --strict"
        )
        self.skipped = skipped


@dataclass(slots=True)
class _Tally:
    """What a run has found so far."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # the manifest's entry of each live file
    unchanged: int = 0
    added: list[str] = field(default_factory=list)
    unpublished: int = 0
    skipped: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)


def reindex(
    settings: Settings,
    *,
    full: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    now: dt.datetime | None = None,
) -> Report:
    """Bring the index up to date with the content, and publish it if anything changed.

    Only new and changed posts are analysed, all of them with `full` or when a setting that changes terms
    did. Raises SiteError, StoreError, LockedError, and StrictError when `strict` and a post was skipped;
    whatever is raised, the index in use goes on serving.
    """
    start = time.perf_counter()
    site = load_site(settings.content)
    segmenter = get_segmenter(settings.segmenter, settings.cache)
    signature = _signature(site, segmenter)
    with writing(settings.index) as writer:
        because = _why_rebuild(writer.live, signature)
        base = None if full or because else writer.live
        before = set(writer.live.manifest["files"]) if writer.live else set()
        tally = _Tally()
        documents = _documents(
            site, settings, base, tally, segmenter, progress, now or dt.datetime.now(dt.UTC)
        )
        first = next(documents, None)
        generation = writer.live.id if writer.live else ""
        if first or base is None or writer.fell_back or before - set(tally.files):
            generation = _publish(
                writer, base, tally, chain([first] if first else [], documents), signature, strict
            )
        elif strict and tally.skipped:
            raise StrictError(tuple(tally.skipped))
        writer.clean_up(keep=settings.keep_generations)
    return Report(
        generation=generation,
        indexed=len(tally.added),
        unchanged=tally.unchanged,
        updated=sum(path in before for path in tally.added),
        deleted=len(before - set(tally.files)),
        unpublished=tally.unpublished,
        skipped=tuple(sorted(tally.skipped, key=lambda note: note.path)),
        warnings=tuple(tally.warnings),
        seconds=round(time.perf_counter() - start, 3),
        rebuilt_because=because,
    )


def make_document(post: Post) -> Document:
    """The document of a post: its body as visible text with sections."""
    text, sections = (read_html if post.markup == "html" else read_markdown)(post.body)
    shared = {f.name for f in fields(Document)} & {f.name for f in fields(Post)}
    return Document(text=text, sections=sections, **{name: getattr(post, name) for name in shared})


def _signature(site: Site, segmenter: Segmenter) -> dict[str, Any]:
    """Everything but the posts that decides what is in the index."""
    return {
        "schema": SCHEMA_VERSION,
        "analysis": ANALYSIS_VERSION,
        "segmenter": segmenter.name,
        "segmenter_version": segmenter.version,
        "dictionary": segmenter.dictionary,
        "opencc": importlib.metadata.version("opencc"),
        "unicode": unicodedata.unidata_version,
        "site": site.fingerprint,
    }


def _why_rebuild(live: Generation | None, signature: dict[str, Any]) -> str | None:
    if live is None:
        return None
    old = live.manifest["signature"]
    changed = [key for key in signature if old.get(key) != signature[key]]
    return f"changed: {', '.join(changed)}" if changed else None


def _documents(
    site: Site,
    settings: Settings,
    base: Generation | None,
    tally: _Tally,
    segmenter: Segmenter,
    progress: Progress | None,
    now: dt.datetime,
) -> Iterator[dict[str, object]]:
    """The Whoosh documents of new and changed posts, one in memory at a time; the rest goes to `tally`."""
    found = find_files(site)
    tally.skipped += found.refused
    known = base.manifest["files"] if base else {}
    changed: list[str] = []
    for path in found.paths:
        entry = known.get(path)
        if entry and not _expired(entry, now) and _same_stat(site.content / path, entry):
            tally.files[path] = entry
            tally.unchanged += 1
        else:
            changed.append(path)
    for done, (path, data, stat) in enumerate(read_files(site, tuple(changed), settings.max_post_bytes)):
        if progress:
            progress(done, len(changed))
        try:
            document = _take(site, tally, path, data, stat, known.get(path), segmenter, now)
        except PostError as problem:
            tally.skipped.append(Note(path, str(problem)))
        except ZhsearchError:
            raise
        except Exception as problem:  # one odd post must never stop the others
            tally.skipped.append(
                Note(path, f"cannot be read ({type(problem).__name__}: {str(problem)[:120]})")
            )
        else:
            if document:
                yield document
    if progress:
        progress(len(changed), len(changed))


def _take(
    site: Site,
    tally: _Tally,
    path: str,
    data: bytes | PostError,
    stat: os.stat_result | None,
    old: dict[str, Any] | None,
    segmenter: Segmenter,
    now: dt.datetime,
) -> dict[str, object] | None:
    """Decide about one file whose stat is new: the Whoosh document to add, or None."""
    if isinstance(data, PostError) or stat is None:
        raise data if isinstance(data, PostError) else PostError("cannot be read")
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if old and old["hash"] == digest and not _expired(old, now):
        tally.files[path] = old
        tally.unchanged += 1
        return None
    post = read_post(site, path, data, now)
    if post is None:
        tally.unpublished += 1
        return None
    document = to_whoosh(make_document(post), segmenter)
    tally.warnings += [Note(path, warning) for warning in post.warnings]
    tally.added.append(path)
    tally.files[path] = {
        "hash": digest,
        "stat": [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino],
        "read": time.time_ns(),
        "expires": post.expires.isoformat() if post.expires else None,
    }
    return document


def _expired(entry: dict[str, Any], now: dt.datetime) -> bool:
    return bool(entry["expires"]) and dt.datetime.fromisoformat(entry["expires"]) <= now


def _same_stat(file: Path, entry: dict[str, Any]) -> bool:
    """May the hash be spared? Not where the file changed so shortly before it was read that a second change
    could have left the same times."""
    try:
        stat = file.stat(follow_symlinks=False)
    except OSError:
        return False
    same: bool = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino] == entry["stat"]
    settled: bool = max(stat.st_mtime_ns, stat.st_ctime_ns) < entry["read"] - 50_000_000
    return same and settled


def _publish(
    writer: Writer,
    base: Generation | None,
    tally: _Tally,
    documents: Iterable[dict[str, object]],
    signature: dict[str, Any],
    strict: bool,
) -> str:
    with writer.new_folder(base=base) as folder:
        with _whoosh_writer(folder, fresh=base is None) as whoosh:
            for document in documents:
                whoosh.add_document(**document)
            if strict and tally.skipped:
                raise StrictError(tuple(tally.skipped))
            replaced = set(tally.added) | set(base.manifest["files"]).difference(tally.files) if base else ()
            for path in replaced:  # in the segments that were there before; those just added stay
                whoosh.delete_by_term("path", path)
        manifest = {
            "version": importlib.metadata.version("zhsearch"),
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "signature": signature,
            "documents": len(tally.files),
            "files": tally.files,
        }
        return writer.publish(folder, manifest, base=base)


@contextmanager
def _whoosh_writer(folder: Path, *, fresh: bool) -> Iterator[SegmentWriter]:
    storage = FileStorage(str(folder))
    index: FileIndex = storage.create_index(make_schema()) if fresh else storage.open_index()
    whoosh = SegmentWriter(index, limitmb=256)
    try:
        yield whoosh
    except BaseException:
        whoosh.cancel()
        raise
    whoosh.commit(merge=False, optimize=len(whoosh.segments) >= _MOST_SEGMENTS)
    index.close()
    # Whoosh's own lock file; ours is the one that counts.
    (folder / "MAIN_WRITELOCK").unlink(missing_ok=True)
