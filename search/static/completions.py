"""Completion as files: the entries of neighbouring keys in one file, each entry once.

The reader searches all entries of the files that an input's keys name. Words that are no entries lie beside
them, for "did you mean". A file is JSON with a column a value, which packs better than records:

`tags` and `words`: texts and numbers of pages. `spelt`: the same of words that are no entries. `correct`: the
hashes of words that need no correction, ascending, as the first one and the differences. `titles` and
`headings`: numbers of pages of the export, descending, the first one and then what each is less than the one
before; texts; of headings the anchors too, empty where they follow from the text. A text is as written; the
folded one is beside it where that takes tables of traditional characters.

URLs take more bytes than texts, and few entries are shown: they are in files of their own, by page.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote
from zlib import crc32

from zhsearch.index.analysis import fold
from zhsearch.search.embedded.completion_entries import SnapshotEntries
from zhsearch.search.static.codec import Chunk
from zhsearch.search.static.completion_keys import entries_by_key, keys_of
from zhsearch.search.static.pages import Pages
from zhsearch.search.static.postings import LiveTerms, Postings
from zhsearch.search.static.spelling_words import correct_words, known_words, word_hash, words_to_spell
from zhsearch.search.suggest.entries import HEADING, TAG, TITLE, WORD, Entry, as_entry_text
from zhsearch.search.suggest.readings import readings, syllables, toned_readings
from zhsearch.search.suggest.spelling import TermSource

_MIN_CHUNK, _MAX_CHUNK = 14_000, 24_000  # bytes of a file, about, before it is packed
_CUT_EVERY = 4  # keys, on average: one of so many may begin a file
_NUMBER_BYTES = 4  # of an entry, about
_URLS_IN_FILE = 64
_SPELT, _CORRECT = HEADING + 1, HEADING + 2  # kinds of words that are no entries: see spelling_words
_FIRST_CODE = ord("0")
_FOLDED = "\x01"  # before the folded text in the line of an entry
_NOT_IN_ANCHOR = re.compile(r"[^\w -]")


class _Shown(NamedTuple):
    """An entry and its line in a file. `page` is the number of its page in the export."""

    entry: Entry
    line: str
    page: int = -1
    anchor: str = ""

    @property
    def size(self) -> int:
        """The bytes that it takes in a file, about."""
        return _NUMBER_BYTES + (
            0 if self.entry.kind == _CORRECT else len(self.line.encode("utf-8", "surrogatepass"))
        )


def completion_chunks(pages: Pages, postings: Postings, frequencies: Mapping[str, int]) -> Iterator[Chunk]:
    """The entries, by the first keys of their files. `frequencies` are those of the segmenter's words."""
    sources = [LiveTerms(postings)]
    shown = _shown_entries(pages, sources)
    keys = {key: {*numbers} for key, numbers in entries_by_key([item.entry for item in shown]).items()}
    for word in _spelling_words(sources, {item.entry.text for item in shown}, frequencies):
        for key in keys_of(word.text[:2]):
            keys.setdefault(key, set()).add(len(shown))
        shown.append(_Shown(word, word.text))
    first, numbers, size = "", set[int](), 0
    for key in sorted(keys):
        added = sum(shown[number].size for number in keys[key] - numbers)
        may_cut = crc32(key.encode("utf-8", "surrogatepass")) % _CUT_EVERY == 0
        if numbers and (size + added > _MAX_CHUNK or (size > _MIN_CHUNK and may_cut)):
            yield Chunk(first, _content([shown[number] for number in sorted(numbers)]))
            first, numbers, size = key, set(), sum(shown[number].size for number in keys[key])
        else:
            size += added
        numbers |= keys[key]
    if numbers:
        yield Chunk(first, _content([shown[number] for number in sorted(numbers)]))


def _spelling_words(
    sources: Sequence[TermSource], known: set[str], frequencies: Mapping[str, int]
) -> Iterator[Entry]:
    for word, count in words_to_spell(sources, known):
        yield Entry(word, _SPELT, count)
    for word in correct_words(sources, frequencies):
        yield Entry(word, _CORRECT, 0)


def completion_urls(pages: Pages, write: Callable[[bytes], str]) -> dict[str, object]:
    """Write the URLs of pages. Returns what the directory says of them: `urls`, the names of the files, and
    `urls_in_file`, the pages of each. `write` writes a file, and returns its name."""
    urls = [pages.snapshot.url(page) for page in pages.snapshot_page.tolist()]
    names = [
        write(_json({"urls": _lines(urls[start : start + _URLS_IN_FILE])}))
        for start in range(0, len(urls), _URLS_IN_FILE)
    ]
    return {"urls": "".join(names), "urls_in_file": _URLS_IN_FILE}


def _shown_entries(pages: Pages, sources: Sequence[TermSource]) -> list[_Shown]:
    """The entries of the server, in its order."""
    snapshot = pages.snapshot
    source = SnapshotEntries(snapshot, sources)
    entries = [entry for entry in source if entry.text]
    stored_once = lru_cache(maxsize=1)(snapshot.stored)  # headings of a page are neighbours
    sections_once = lru_cache(maxsize=1)(lambda page: stored_once(page).sections)
    shown = []
    for entry in entries:
        number, anchor = -1, ""
        if entry.page < 0:
            written = source.shown([entry])[0][0]
        elif entry.kind == TITLE:
            written = stored_once(entry.page).meta.title
        else:
            section = sections_once(entry.page)[entry.number]
            written, anchor = section.title, quote(section.anchor, errors="replace")
            anchor = "" if anchor == _plain_anchor(written) else anchor
        if entry.page >= 0:
            number = int(pages.number[entry.page])
        shown.append(_Shown(entry, _line(written, entry.text), number, anchor))
    return shown


def _line(written: str, folded: str) -> str:
    """A text as written, and as folded too where that takes tables of traditional characters."""
    line = written.replace("\n", " ")
    is_plain = folded == as_entry_text(fold(written).text)
    return line if is_plain else f"{line}{_FOLDED}{folded}"


def _plain_anchor(text: str) -> str:
    """The anchor that most generators give a heading: its letters and digits, with hyphens for blanks."""
    return quote(_NOT_IN_ANCHOR.sub("", text.strip()).replace(" ", "-").lower())


def _content(shown: Sequence[_Shown]) -> bytes:
    """The content of a file, whose entries are in the server's order."""
    content: dict[str, object] = {}
    for name, kind in (("tags", TAG), ("words", WORD), ("spelt", _SPELT)):
        chosen = [item for item in shown if item.entry.kind == kind]
        content[name] = [_lines(item.line for item in chosen), [item.entry.pages for item in chosen]]
    hashes = sorted({word_hash(item.line) for item in shown if item.entry.kind == _CORRECT})
    content["correct"] = hashes[:1] + [after - before for before, after in pairwise(hashes)]
    for name, kind in (("titles", TITLE), ("headings", HEADING)):
        chosen = [item for item in shown if item.entry.kind == kind]
        content[name] = [
            _descending([item.page for item in chosen]),
            _lines(item.line for item in chosen),
            *([_lines(item.anchor for item in chosen)] if kind == HEADING else []),
        ]
    return _json(content)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _descending(numbers: list[int]) -> list[int]:
    """Descending numbers as the first one and the differences."""
    return numbers[:1] + [before - number for before, number in pairwise(numbers)]


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def completion_sounds(
    chars: str, frequencies: Mapping[str, int], write: Callable[[bytes], str]
) -> dict[str, object]:
    """How the Han characters of a site are read: what the directory says of it, and two files.

    `syllables`: all that there are, sorted. `sounds`: texts of as many characters as `chars` has, the first
    for the most common reading of each, the next for another one, and so on: a blank where a character has no
    further reading, else the syllable's number, counted from "0" (48) on. `tones`: the name of a file that
    has the set of the tones of each in the same form. `others`: the name of a file that has, by syllable,
    the characters that the site lacks but known words have; a query may have one by mistake.
    """
    numbers = {syllable: number for number, syllable in enumerate(sorted(syllables()))}
    read = [[*toned_readings(ord(character)).items()] for character in chars]
    sounds, tones = [], []
    for place in range(max(map(len, read), default=0)):
        column = [sound[place] if place < len(sound) else None for sound in read]
        sounds.append(_codes(item and numbers[item[0]] for item in column))
        tones.append(_codes(item and sum(1 << tone for tone in item[1]) for item in column))
    return {
        "syllables": " ".join(numbers),
        "sounds": sounds,
        "tones": write(_json({"tones": tones})),
        "others": write(_json({"sounds": _sounds_of_others(set(chars), frequencies)})),
    }


def _sounds_of_others(chars: set[str], frequencies: Mapping[str, int]) -> dict[str, str]:
    known = {character for word in known_words(frequencies) for character in word}
    sounds: dict[str, str] = {}
    for character in sorted(known - chars):
        for syllable in readings(ord(character)):
            sounds[syllable] = sounds.get(syllable, "") + character
    return dict(sorted(sounds.items()))


def _codes(numbers: Iterable[int | None]) -> str:
    return "".join(" " if number is None else chr(_FIRST_CODE + number) for number in numbers).rstrip()
