"""Word segmentation of Han runs by jieba or rjieba; the only module that imports either.

jieba is the default; rjieba is the same algorithm and dictionary in Rust, used where it is installed. Both
get only runs of Han characters, which they segment identically; what they disagree on (Latin,
digits, mixed words) is tokenized by our own pattern (`tokenizer`).
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
    """Two ways to segment runs of Han characters, separated by newlines; named as in jieba.

    `cut` gives the best segmentation: words without overlap, a newline as a word of its own. `search` yields
    (word, start, end) and adds the dictionary words inside long words, each before the word that contains
    it. Source: jieba's `lcut`, and `tokenize` in search mode. `is_word` tells whether a text is in the
    dictionary. `frequency` is that of a word in the dictionary, to within one; 0 of a text that is none, or
    that is segmented nevertheless. `lexicon` is the one whose words were added.
    """

    cut: Callable[[str], list[str]]
    search: Callable[[str], Iterable[tuple[str, int, int]]]
    is_word: Callable[[str], bool]
    frequency: Callable[[str], int]
    lexicon: Lexicon

    def words_inside(self, word: str) -> list[tuple[str, int]]:
        """The dictionary words, and their offsets, that search mode adds before a word of `cut`: those of
        two characters, then those of three."""
        inside = []
        for size in range(2, min(len(word), 4)):
            for start in range(len(word) - size + 1):
                part = word[start : start + size]
                if self.is_word(part):
                    inside.append((part, start))
        return inside


def segmenter_signature(kind: str) -> dict[str, str]:
    """What the segmentation depends on, by name, for the signature of an index: a change rebuilds it.

    Does not import a segmenter. Raises SettingsError if `kind` is rjieba and that is not installed.
    """
    uses_rjieba(kind)
    # The same for both: a test compares their words, so either can extend an index of the other.
    version = importlib.metadata.version("jieba")
    return {"segmenter": "jieba", "segmenter_version": version, "dictionary": "built in"}


_EMPTY_LEXICON = Lexicon()
_UNUSED_DEFAULT = ["rjieba's own tokenizer"]


@lru_cache(maxsize=3)  # a dictionary takes 25 MB
def get_segmenter(kind: str, cache: Path, lexicon: Lexicon = _EMPTY_LEXICON) -> Segmenter:
    """The segmenter `kind` (auto, jieba, rjieba) with the words of a lexicon, cached in the process.

    `cache` is a folder of our own where jieba caches its compiled dictionary. Raises SettingsError if
    `kind` is rjieba and that is not installed.
    """
    return _rjieba(lexicon) if uses_rjieba(kind) else _jieba(cache, lexicon)


def uses_rjieba(kind: str) -> bool:
    """Whether the segmenter `kind` is rjieba. Raises SettingsError if it must be, and is not installed."""
    is_installed = importlib.util.find_spec("rjieba") is not None
    if kind == "rjieba" and not is_installed:
        raise SettingsError(
            "segmenter = 'rjieba', but rjieba is not installed: pip install 'zhsearch[fast]', or use 'auto'."
        )
    return is_installed and kind != "jieba"


def _rjieba(lexicon: Lexicon) -> Segmenter:
    import rjieba  # noqa: PLC0415  an optional extra

    # The import creates a tokenizer, which takes as long as a query; the first call uses it. Later calls
    # create new ones, because added words cannot be removed.
    try:
        _UNUSED_DEFAULT.pop()
    except IndexError:
        tokenizer = rjieba.Jieba()
    else:
        tokenizer = rjieba._DEFAULT_JIEBA
    for word, frequency in lexicon.han:
        tokenizer.add_word(word, frequency or tokenizer.suggest_freq(word), "")

    def frequency_of(text: str) -> int:
        is_word = tokenizer.has_word(text) and len(tokenizer.cut(text)) == 1
        # Of a word that is not segmented, the frequency that keeps it so is its own.
        return tokenizer.suggest_freq(text) if is_word else 0

    return Segmenter(
        tokenizer.cut,
        lambda runs: tokenizer.tokenize(runs, "search", True),
        tokenizer.has_word,
        frequency_of,
        lexicon,
    )


def _jieba(cache: Path, lexicon: Lexicon) -> Segmenter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes and pkg_resources in jieba, which we cannot fix
        import jieba  # noqa: PLC0415  its import takes half a second, which rjieba saves

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # By default jieba caches marshal data in the shared temporary folder, where anyone may write.
    tokenizer.tmp_dir = str(_private_folder(cache))
    tokenizer.initialize()
    for word, frequency in lexicon.han:
        tokenizer.add_word(word, frequency or tokenizer.suggest_freq(word))
    return Segmenter(
        tokenizer.lcut,
        lambda runs: tokenizer.tokenize(runs, "search", True),
        lambda text: bool(tokenizer.FREQ.get(text)),  # beginnings of words are in it, too, with 0
        lambda text: tokenizer.FREQ.get(text, 0) if len(tokenizer.lcut(text)) == 1 else 0,
        lexicon,
    )


def _private_folder(cache: Path) -> Path:
    """`cache` if this user alone may write there, else a temporary folder."""
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        stat = cache.stat()
        if stat.st_uid == os.geteuid() and not stat.st_mode & 0o022:
            with tempfile.TemporaryFile(dir=cache):
                return cache
    except OSError:
        pass  # read-only, full or not a folder: cached elsewhere, for this process only
    return Path(tempfile.mkdtemp(prefix="zhsearch-"))
