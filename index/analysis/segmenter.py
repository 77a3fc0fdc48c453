"""Runs of Han characters in, dictionary words with offsets out. The only module that imports a segmenter.

jieba is the customer's choice; rjieba is the same algorithm and dictionary in Rust, used where it is
installed. Both get nothing but runs of Han characters, on which they agree on every token: what they
disagree on (Latin, digits, mixed words) is cut by our own rule in `analysis`.
"""

import importlib.metadata
import importlib.util
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Two ways to cut runs of Han characters, several of them separated by newlines.

    `cut` is the one best cut: words without overlap, a newline as a word of its own. `search` yields
    (word, start, end) and adds the dictionary words inside long words, each before the word that contains
    it. Source: jieba's `lcut`, and `tokenize` in search mode. `lexicon` is what the owner of the site added.
    """

    cut: Callable[[str], list[str]]
    search: Callable[[str], Iterable[tuple[str, int, int]]]
    lexicon: Lexicon


def segmenter_signature(kind: str) -> dict[str, str]:
    """What the segmenter `kind` is, for the manifest: an index cut by another one is rebuilt.

    Loads nothing. Raises SettingsError when rjieba is asked for and not installed.
    """
    _uses_rjieba(kind)
    # One version for both: equal tokens are tested, so an index moves freely between the two.
    version = importlib.metadata.version("jieba")
    return {"segmenter": "jieba", "segmenter_version": version, "dictionary": "built in"}


_NOTHING = Lexicon()
_UNUSED = ["rjieba's own"]


@lru_cache(maxsize=3)  # a dictionary takes 25 MB; the last generation's goes
def get_segmenter(kind: str, cache: Path, lexicon: Lexicon = _NOTHING) -> Segmenter:
    """The segmenter `kind` (auto, jieba, rjieba) with the words of a lexicon, loaded once a process.

    `cache` is a folder of our own where jieba keeps its compiled dictionary. Raises SettingsError when
    rjieba is asked for and not installed.
    """
    return _rjieba(lexicon) if _uses_rjieba(kind) else _jieba(cache, lexicon)


def _uses_rjieba(kind: str) -> bool:
    is_here = importlib.util.find_spec("rjieba") is not None
    if kind == "rjieba" and not is_here:
        raise SettingsError(
            "segmenter = 'rjieba', but rjieba is not installed: pip install 'zhsearch[fast]', or use 'auto'."
        )
    return is_here and kind != "jieba"


def _rjieba(lexicon: Lexicon) -> Segmenter:
    import rjieba  # noqa: PLC0415  an optional extra

    # Importing it makes one, which takes the time of a query; whoever comes first has it. Others get one of
    # their own, since words that are added cannot be taken away.
    try:
        _UNUSED.pop()
    except IndexError:
        tokenizer = rjieba.Jieba()
    else:
        tokenizer = rjieba._DEFAULT_JIEBA
    for word, frequency in lexicon.han:
        tokenizer.add_word(word, frequency or tokenizer.suggest_freq(word), "")
    return Segmenter(tokenizer.cut, lambda runs: tokenizer.tokenize(runs, "search", True), lexicon)


def _jieba(cache: Path, lexicon: Lexicon) -> Segmenter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own escapes and pkg_resources, nothing that we could mend
        import jieba  # noqa: PLC0415  half a second of import that rjieba spares

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba would cache marshal data in the shared temporary folder, where anyone may write it.
    tokenizer.tmp_dir = str(_private(cache))
    tokenizer.initialize()
    for word, frequency in lexicon.han:
        tokenizer.add_word(word, frequency or tokenizer.suggest_freq(word))
    return Segmenter(tokenizer.lcut, lambda runs: tokenizer.tokenize(runs, "search", True), lexicon)


def _private(cache: Path) -> Path:
    """`cache`, where this user alone may write; a throw-away folder where that cannot be."""
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        stat = cache.stat()
        if stat.st_uid == os.geteuid() and not stat.st_mode & 0o022:
            with tempfile.TemporaryFile(dir=cache):
                return cache
    except OSError:
        pass  # read-only, full or no folder: cached elsewhere, for this process only
    return Path(tempfile.mkdtemp(prefix="zhsearch-"))
