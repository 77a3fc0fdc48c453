"""Plain text files of the owner's in, a Lexicon out: new words, words that need not match, synonyms.

| file (setting) | a line |
| --- | --- |
| `dictionary` | a word: `深度求索`; how often it occurs, if that is not to be guessed: `深度求索 50` |
| `stop_words` | a word that a page need not have, as 的 and the |
| `synonyms` | `番茄, 西红柿` (each finds the others), or `手机 => iPhone, 安卓` (one way) |

`#` after a blank begins a comment. Everything is folded as texts are. What holds is what the live generation
was built with, so that a change takes effect with the next reindex, in every process at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.errors import SettingsError

_LONGEST = 32  # characters of a word
_MOST = 100_000  # lines of a file
_MOST_OFTEN = 100_000  # a word's frequency; more would weigh on how other words are cut
_MOST_SYNONYMS = 16  # of a line
_HAN = re.compile("[\u4e00-\u9fd5]+")
_ARROW = re.compile(r"\s*(?:=>|→)\s*")
_COMMENT = re.compile(r"(?:^|\s)#.*")  # not that of C#
_COMMA = re.compile(r"\s*[,，、]\s*")


@dataclass(frozen=True)
class Lexicon:
    """What an owner adds to the built-in words. All folded; sorted, so that equal ones are equal. What is
    looked up for every query is made of it once.

    `words` are (word, frequency), 0 for a frequency that makes it a word; `synonyms` are (word, what finds
    it as well). `site_terms` are words of the site itself (see zhsearch.index.pipeline.site_terms).
    """

    words: tuple[tuple[str, int], ...] = ()
    stop_words: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    site_terms: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.words, self.stop_words, self.synonyms, self.site_terms))

    @cached_property
    def _cut(self) -> dict[str, int]:
        """The words that are cut as one, and their frequencies; the owner's before those that are taught."""
        return {**dict.fromkeys(self.site_terms, 0), **dict(self.words)}

    @cached_property
    def han(self) -> tuple[tuple[str, int], ...]:
        """The words that are nothing but Han characters, which the segmenter cuts."""
        return tuple(sorted(word for word in self._cut.items() if _HAN.fullmatch(word[0])))

    @cached_property
    def mixed(self) -> tuple[str, ...]:
        """The words of Han and other characters; those without Han are told apart by a rule."""
        return tuple(word for word, _ in self.words if _HAN.search(word) and not _HAN.fullmatch(word))

    @cached_property
    def stop_word_set(self) -> frozenset[str]:
        """The stop words."""
        return frozenset(self.stop_words)

    @cached_property
    def synonyms_of(self) -> dict[str, tuple[str, ...]]:
        """The synonyms of each word that has some."""
        return dict(self.synonyms)

    @cached_property
    def longest_synonym(self) -> int:
        """Characters of the longest word that has synonyms."""
        return max(map(len, self.synonyms_of), default=0)

    @cached_property
    def site_term_set(self) -> frozenset[str]:
        """The words that the site taught."""
        return frozenset(self.site_terms)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the manifest."""
        return asdict(self)

    def changed_words(self, other: "Lexicon") -> set[str]:
        """The words that one of the two cuts otherwise than the other."""
        changed = self._cut.items() ^ other._cut.items()
        return {word for word, _ in changed}


def lexicon_of(manifest: Mapping[str, Any]) -> Lexicon:
    """The lexicon that a generation was built with; its manifest keeps what `as_json` gave."""
    value = manifest.get("lexicon", {})
    return Lexicon(
        tuple((str(word), int(frequency)) for word, frequency in value.get("words", ())),
        tuple(map(str, value.get("stop_words", ()))),
        tuple((str(word), tuple(map(str, others))) for word, others in value.get("synonyms", ())),
        tuple(map(str, value.get("site_terms", ()))),
    )


def read_lexicon(dictionary: Path | None, stop_words: Path | None, synonyms: Path | None) -> Lexicon:
    """The lexicon of some files. Raises SettingsError naming the file and the line that is wrong."""
    words = dict(_word(file, at, line) for file, at, line in _lines(dictionary))
    stops = {_one(file, at, line) for file, at, line in _lines(stop_words)}
    others: dict[str, dict[str, None]] = {}
    for file, at, line in _lines(synonyms):
        for word, others_of in _group(file, at, line):
            others.setdefault(word, {}).update(dict.fromkeys(others_of))
    return Lexicon(
        tuple(sorted(words.items())),
        tuple(sorted(stops)),
        tuple(sorted((word, tuple(some)) for word, some in others.items())),
    )


def _lines(file: Path | None) -> Iterator[tuple[Path, int, str]]:
    """(file, number, text) of each line that says something."""
    if file is None:
        return
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        at = problem.object[: problem.start].count(b"\n") + 1
        raise SettingsError(f"{file}:{at}: not UTF-8. Convert the file.") from problem
    except OSError as problem:
        raise SettingsError(f"{file} cannot be read: {problem}. It is a text file in UTF-8.") from problem
    lines = text.split("\n")
    if len(lines) > _MOST:
        raise SettingsError(f"{file}: {len(lines):,} lines, more than {_MOST:,}. Keep what your site needs.")
    for number, line in enumerate(lines, 1):
        said = _COMMENT.sub("", line).strip()
        if said:
            yield file, number, said


def _word(file: Path, at: int, line: str) -> tuple[str, int]:
    parts = line.split()
    frequency = parts[1] if len(parts) > 1 else "0"
    # jieba's own files may name a part of speech as well.
    if len(parts) > 3 or not re.fullmatch("[0-9]{1,6}", frequency) or int(frequency) > _MOST_OFTEN:
        most = f"at most {_MOST_OFTEN:,} times"
        raise _wrong(file, at, line, f"write a word, or a word and how often it occurs, {most}: 深度求索 50")
    return _one(file, at, parts[0]), int(frequency)


def _one(file: Path, at: int, text: str) -> str:
    """A word, folded."""
    folded = " ".join(simplify_words(fold(text).text).split())
    if not folded or len(folded) > _LONGEST or " " in folded or not re.search(r"\w", folded):
        raise _wrong(file, at, text, f"a word has 1 to {_LONGEST} characters and no blanks")
    return folded


def _group(file: Path, at: int, line: str) -> Iterator[tuple[str, list[str]]]:
    """(word, others) of a line: those that a search for the word finds as well."""
    sides = _ARROW.split(line)
    if len(sides) > 2:
        raise _wrong(file, at, line, "one arrow is enough: 手机 => iPhone, 安卓")
    left, right = ([_phrase(file, at, text) for text in _COMMA.split(side)] for side in (sides[0], sides[-1]))
    if len(sides) == 1 and len(left) < 2:
        raise _wrong(file, at, line, "name two words or more: 番茄, 西红柿")
    if len(right) > _MOST_SYNONYMS:
        raise _wrong(file, at, line, f"name at most {_MOST_SYNONYMS} words")
    for word in left:
        yield word, [other for other in right if other != word]


def _phrase(file: Path, at: int, text: str) -> str:
    """A word or several, folded."""
    folded = " ".join(simplify_words(fold(text).text).split())
    if not re.search(r"\w", folded) or len(folded) > 2 * _LONGEST:
        raise _wrong(file, at, text, "a word is missing between commas, or too long")
    return folded


def _wrong(file: Path, at: int, text: str, remedy: str) -> SettingsError:
    return SettingsError(f"{file}:{at}: {text[:60]!r} is not understood; {remedy}.")
