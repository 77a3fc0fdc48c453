"""The lexicon: the site owner's dictionary, stop words and synonyms, and the site terms.

| file (setting) | one line |
| --- | --- |
| `dictionary` | a word: `深度求索`; optionally its frequency, else it is estimated: `深度求索 50` |
| `stop_words` | a word that need not match, such as 的 and the |
| `synonyms` | `番茄, 西红柿` (each matches the others), or `手机 => iPhone, 安卓` (one way) |

`#` after a blank begins a comment. Everything is folded as texts are. A generation is queried with the
lexicon it was built with, so that a change takes effect with the next reindex, in every process at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from zhsearch.index.analysis.folding import HAN, fold, simplify_words
from zhsearch.index.errors import SettingsError
from zhsearch.index.messages import Message, system_message

_MAX_WORD_CHARS = 32
_MAX_LINES = 100_000  # of a file
_MAX_FREQUENCY = 100_000  # of a word; a higher one would change how other words are segmented
_MAX_SYNONYMS = 16  # of a line
_HAN_RUN = re.compile(f"[{HAN}]+")
_ARROW = re.compile(r"\s*(?:=>|→)\s*")
_COMMENT = re.compile(r"(?:^|\s)#.*")  # not the # of C#
_COMMA = re.compile(r"\s*[,，、]\s*")


@dataclass(frozen=True)
class Lexicon:
    """Words added to the built-in dictionary, stop words and synonyms, all folded.

    The tuples are sorted, so that lexicons with the same words are equal. Look-up tables are computed once.

    `words` are (word, frequency) of the dictionary file; frequency 0 stands for the lowest one with which it
    is segmented as one word. `synonyms` are (word, synonyms). `site_terms` come from the site's tags,
    categories and titles (see zhsearch.index.pipeline.site_terms). `regional` are (word, words of the site
    that other regions use for it): (软体, (软件,)); see zhsearch.index.pipeline.regional_words.
    `other_writings`: whether a query's words also find their other writings.
    """

    words: tuple[tuple[str, int], ...] = ()
    stop_words: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    site_terms: tuple[str, ...] = ()
    regional: tuple[tuple[str, tuple[str, ...]], ...] = ()
    other_writings: bool = True

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(
            (self.words, self.stop_words, self.synonyms, self.site_terms, self.regional, self.other_writings)
        )

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        """The frequency of each added word; the owner's overrides a site term's."""
        return {**dict.fromkeys(self.site_terms, 0), **dict(self.words)}

    @cached_property
    def han(self) -> tuple[tuple[str, int], ...]:
        """(word, frequency) of the added words of Han characters only, for the segmenter."""
        return tuple(sorted(word for word in self._frequencies.items() if _HAN_RUN.fullmatch(word[0])))

    @cached_property
    def mixed(self) -> tuple[str, ...]:
        """The added words of Han and other characters, for the token pattern."""
        return tuple(word for word, _ in self.words if _HAN_RUN.search(word) and not _HAN_RUN.fullmatch(word))

    @cached_property
    def stop_word_set(self) -> frozenset[str]:
        """`stop_words`, for look-ups."""
        return frozenset(self.stop_words)

    @cached_property
    def synonyms_of(self) -> dict[str, tuple[str, ...]]:
        """`synonyms`, for look-ups by word."""
        return dict(self.synonyms)

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """The words that are variants of several others, or have several: 文件 is both 檔案 and 文檔."""
        partners: dict[str, set[str]] = {}
        for word, others in self.variants_of.items():
            for other in others:
                partners.setdefault(word, set()).add(other)
                partners.setdefault(other, set()).add(word)
        return frozenset(word for word, others in partners.items() if len(others) > 1)

    @cached_property
    def variants_of(self) -> dict[str, tuple[str, ...]]:
        """Other writings of a word that rank below it: spelling variants, and words of other regions."""
        if not self.other_writings:
            return {}
        variants = {word: list(others) for word, others in self.regional}
        for word, others in spelling_variants().items():
            variants[word] = [*dict.fromkeys([*others, *variants.get(word, ())])]
        return {word: tuple(others) for word, others in variants.items()}

    @cached_property
    def longest_synonym(self) -> int:
        """The length in characters of the longest word that has synonyms, 0 without any."""
        return max(map(len, self.synonyms_of), default=0)

    @cached_property
    def longest_variant(self) -> int:
        """The length in characters of the longest word that has synonyms or variants."""
        return max(max(map(len, self.variants_of), default=0), self.longest_synonym)

    @cached_property
    def variant_beginnings(self) -> frozenset[str]:
        """The first two characters of each word that has synonyms or variants: few words of a query begin
        so."""
        return frozenset(word[:2] for word in (*self.synonyms_of, *self.variants_of))

    @cached_property
    def site_term_set(self) -> frozenset[str]:
        """`site_terms`, for look-ups."""
        return frozenset(self.site_terms)

    def as_json(self) -> dict[str, Any]:
        """JSON values for the manifest; `lexicon_of` reads them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def changed_words(self, other: "Lexicon") -> set[str]:
        """The words that only one of the lexicons adds, or that they add with different frequencies."""
        changed = self._frequencies.items() ^ other._frequencies.items()
        return {word for word, _ in changed}


def lexicon_of(manifest: Mapping[str, Any]) -> Lexicon:
    """Decode the lexicon of a generation from the key `lexicon` of its manifest; an empty one by default.

    Raises TypeError, ValueError or AttributeError if it is damaged.
    """
    value = manifest.get("lexicon", {})
    return Lexicon(
        tuple((str(word), int(frequency)) for word, frequency in value.get("words", ())),
        tuple(map(str, value.get("stop_words", ()))),
        _word_lists(value.get("synonyms", ())),
        tuple(map(str, value.get("site_terms", ()))),
        _word_lists(value.get("regional", ())),
        bool(value.get("other_writings", True)),
    )


def _word_lists(value: Iterable[tuple[str, Iterable[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((str(word), tuple(map(str, others))) for word, others in value)


@lru_cache(maxsize=1)
def spelling_variants() -> dict[str, tuple[str, ...]]:
    """The words that are spelt in two ways, 帐号 and 账号, each with its other spellings; folded."""
    lines = files("zhsearch.index.analysis").joinpath("words/spelling.txt").read_text(encoding="utf-8")
    groups = [line.split() for line in lines.splitlines()]
    return {word: tuple(other for other in group if other != word) for group in groups for word in group}


def read_lexicon(dictionary: Path | None, stop_words: Path | None, synonyms: Path | None) -> Lexicon:
    """Read the owner's files. Raises SettingsError, which names the file and the line."""
    words = dict(map(_dictionary_word, _lines(dictionary)))
    stops = {_word(line, line.text) for line in _lines(stop_words)}
    synonyms_of: dict[str, dict[str, None]] = {}
    for line in _lines(synonyms):
        for word, others in _synonym_group(line):
            synonyms_of.setdefault(word, {}).update(dict.fromkeys(others))
    return Lexicon(
        tuple(sorted(words.items())),
        tuple(sorted(stops)),
        tuple(sorted((word, tuple(others)) for word, others in synonyms_of.items())),
    )


class _Line(NamedTuple):
    """A line of a file, without comment and outer blanks."""

    file: Path
    number: int
    text: str

    def error(self, text: str, remedy: str) -> SettingsError:
        return SettingsError(
            "{file}:{number}: {text!r} is not valid; {remedy}.",
            file=self.file,
            number=self.number,
            text=text[:60],
            remedy=remedy,
        )


def _lines(file: Path | None) -> Iterator[_Line]:
    """The lines of a file that are neither empty nor only a comment."""
    if file is None:
        return
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            "{file}:{number}: not UTF-8. Convert the file.", file=file, number=number
        ) from error
    except OSError as error:
        raise SettingsError(
            "{file} cannot be read: {problem}. It must be a text file in UTF-8.",
            file=file,
            problem=system_message(error),
        ) from error
    lines = text.split("\n")
    if len(lines) > _MAX_LINES:
        raise SettingsError(
            "{file}: {lines:,} lines, more than {max_lines:,}. Keep the words that your site needs.",
            file=file,
            lines=len(lines),
            max_lines=_MAX_LINES,
        )
    for number, line in enumerate(lines, 1):
        content = _COMMENT.sub("", line).strip()
        if content:
            yield _Line(file, number, content)


def _dictionary_word(line: _Line) -> tuple[str, int]:
    """(word, frequency) of a line of the dictionary."""
    columns = line.text.split()
    frequency = columns[1] if len(columns) > 1 else "0"
    # jieba's own files may have a third column, the part of speech.
    if len(columns) > 3 or not re.fullmatch("[0-9]{1,6}", frequency) or int(frequency) > _MAX_FREQUENCY:
        raise line.error(
            line.text,
            Message(
                "write a word, or a word and its frequency of at most {most:,}: 深度求索 50",
                most=_MAX_FREQUENCY,
            ),
        )
    return _word(line, columns[0]), int(frequency)


def _word(line: _Line, text: str) -> str:
    """A single word, folded."""
    folded = _folded(text)
    if not folded or len(folded) > _MAX_WORD_CHARS or " " in folded or not re.search(r"\w", folded):
        raise line.error(
            text, Message("a word has 1 to {most} characters and no blanks", most=_MAX_WORD_CHARS)
        )
    return folded


def _synonym_group(line: _Line) -> Iterator[tuple[str, list[str]]]:
    """(word, its synonyms) for each word of a line that has synonyms."""
    sides = _ARROW.split(line.text)
    if len(sides) > 2:
        raise line.error(line.text, Message("write one arrow: 手机 => iPhone, 安卓"))
    left, right = ([_phrase(line, text) for text in _COMMA.split(side)] for side in (sides[0], sides[-1]))
    if len(sides) == 1 and len(left) < 2:
        raise line.error(line.text, Message("write two words or more: 番茄, 西红柿"))
    if len(right) > _MAX_SYNONYMS:
        raise line.error(line.text, Message("write at most {most} words", most=_MAX_SYNONYMS))
    for word in left:
        yield word, [synonym for synonym in right if synonym != word]


def _phrase(line: _Line, text: str) -> str:
    """One or more words, folded."""
    folded = _folded(text)
    if not re.search(r"\w", folded) or len(folded) > 2 * _MAX_WORD_CHARS:
        raise line.error(
            text, Message("write words of at most {most} characters between commas", most=2 * _MAX_WORD_CHARS)
        )
    return folded


def _folded(text: str) -> str:
    """Fold a text as it is before tokenization, with single blanks."""
    return " ".join(simplify_words(fold(text).text).split())
