"""The terms of an export: for each the pages that have it, and those that match it only by longer words.

An entry has what the embedded engine's LeafScorer gives for the word; see there. Texts that are no terms, but
that queries look for as words, have entries as well: what the lexicon writes otherwise, and beginnings of so
many terms that a browser should not load them all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from zhsearch.index.analysis import (
    HAN,
    Lexicon,
    Segmenter,
    fold_plain,
    query_tokens,
    simplify_characters,
    token_pattern,
)
from zhsearch.index.arrays import Array, IntArray, concat, decode_text, encode_text, offsets
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.search.query import Word
from zhsearch.search.ranking import constants
from zhsearch.search.static.codec import (
    Chunk,
    ChunkSize,
    Column,
    bytes_packed,
    cut_chunks,
    joined,
    lists_column,
    lists_packed,
    numbers_packed,
    texts_packed,
)
from zhsearch.search.static.inside import (
    Endings,
    TextPatterns,
    difference,
    pairs_beginning,
    pairs_in_texts,
    patterns_of,
    ranges_sharing,
    rows_with_few,
)
from zhsearch.search.static.joined import counted_words, joined_words
from zhsearch.search.static.lexical import Dictionary, composed_words
from zhsearch.search.static.ngrams import Ngrams
from zhsearch.search.static.other_words import packed_other_words
from zhsearch.search.static.pages import Pages
from zhsearch.search.static.postings import Postings, distinct, lists_of

FREQUENCY, POSTINGS, TITLE, INSIDE, INSIDE_TITLE, BEGINNING, TITLE_BEGINNING, WRITINGS, WHOLE, OTHER_WORDS = (
    1 << bit for bit in range(10)
)
"""Flags of an entry; WHOLE: it is no term."""

_CHUNK = ChunkSize(8_500, 13_000)
_HAN_RUN = re.compile(f"[{HAN}]+")
_FIRST_HAN = encode_text(HAN[0])
_MIN_PREFIX = 3  # bytes; see Word.matches_beginnings
_MAX_JOINED_TERMS = 64  # that begin with a text; a browser joins the pages of so many itself
_SATURATIONS = 65_535
_STEP = 4  # of them: a finer one changes the order of hits in next to no answer, and takes a tenth more bytes


class Texts(NamedTuple):
    """The folded texts and titles of all pages, and their n-grams."""

    pages: list[bytes]
    titles: list[bytes]
    ngrams: Ngrams
    title_ngrams: Ngrams


class Entries(NamedTuple):
    """The sorted keys of all entries, which of them are no terms, and the postings, whose rows are keys.

    `kinds` (key,): how a query's token with this text is searched, one of _HAN, _COMPOUND, _PREFIX (a Latin
    word that also stands for longer ones), _LATIN, and _NEVER where no query has such a token.
    """

    keys: list[bytes]
    is_whole: Array
    kinds: Array
    postings: Postings

    def rows(self, *kinds: int) -> IntArray:
        """The rows of some kinds, ascending."""
        return np.flatnonzero(np.isin(self.kinds, kinds))


_NEVER, _HAN, _COMPOUND, _PREFIX, _LATIN = range(5)


def list_entries(
    postings: Postings, texts: Texts, lexicon: Lexicon, segmenter: Segmenter, dictionary: Dictionary
) -> Entries:
    """The entries of all terms, and of the texts that are looked for besides."""
    terms = set(postings.terms)
    others = {
        text: kind for text, kind in _other_texts(postings, texts, lexicon, segmenter) if text not in terms
    }
    for word in composed_words(texts.ngrams, set(map(decode_text, terms)), dictionary):
        others.setdefault(encode_text(word), _HAN)
    keys = sorted([*postings.terms, *others])
    is_whole = np.fromiter((key in others for key in keys), np.bool_, len(keys))
    kind_of = _kind_of(lexicon)
    kinds = [others[key] if key in others else kind_of(decode_text(key)) for key in keys]
    moved = postings.moved(np.flatnonzero(~is_whole))
    return Entries(keys, is_whole, np.array(kinds, dtype=np.int8), moved)


def _other_texts(
    postings: Postings, texts: Texts, lexicon: Lexicon, segmenter: Segmenter
) -> Iterator[tuple[bytes, int]]:
    """The texts that queries look for although they may be no terms, and how they are searched."""
    pages = list(map(decode_text, texts.pages))
    arabic, chinese = counted_words(pages)
    joined = joined_words(pages, set(map(decode_text, postings.terms)))
    for found, kind in ((joined, _COMPOUND), (arabic, _COMPOUND), (chinese, _HAN)):
        yield from ((encode_text(text), kind) for text in found)
    kind_of = _kind_of(lexicon)
    yield from ((text, kind_of(decode_text(text))) for text in packed_other_words(lexicon))
    yield from ((text, _HAN) for text in _lexicon_texts(lexicon, segmenter) if text)
    yield from ((prefix, _PREFIX) for prefix in _prefixes(postings))


def _prefixes(postings: Postings) -> Iterator[bytes]:
    """The beginnings of terms that are not looked up term by term: those of many terms, and those of terms
    that some page has only where its reader does not see them, whose pages must not be joined."""
    for prefix, _, _ in ranges_sharing(postings.terms, _MIN_PREFIX, _MAX_JOINED_TERMS):
        if not prefix.isdigit():
            yield prefix
    unseen = difference(postings.pairs, postings.shown)
    for row in distinct(unseen // postings.pages).tolist():
        term = postings.terms[row]
        for size in range(_MIN_PREFIX, len(term)):
            prefix = term[:size]
            if prefix.isascii() and prefix.isalnum() and not prefix.isdigit():
                yield prefix


def _lexicon_texts(lexicon: Lexicon, segmenter: Segmenter) -> Iterator[bytes]:
    """The synonyms and variants that are searched as one word wherever they occur."""
    for table in (lexicon.synonyms_of, lexicon.variants_of):
        for others in table.values():
            for other in others:
                tokens = query_tokens(other, segmenter)
                if len(tokens) == 1 and len(tokens[0].term) == len(other) and tokens[0].kind != "han":
                    continue
                yield encode_text(fold_plain(other))


def _kind_of(lexicon: Lexicon) -> Callable[[str], int]:
    """How a token with a text is searched, see Entries."""
    match = token_pattern(lexicon.mixed).fullmatch

    def kind(text: str) -> int:
        if _HAN_RUN.fullmatch(text):
            return _HAN
        found = match(text)
        if found is None:
            return _NEVER
        if found.lastgroup in ("single", "syllabic"):
            return _HAN
        if found.lastgroup != "latin" or not text.isalnum():
            return _COMPOUND
        return _PREFIX if Word(text, text, "latin").matches_beginnings else _LATIN

    return kind


def term_chunks(
    entries: Entries,
    pages: Pages,
    texts: Texts,
    endings: Endings,
    dictionary: Dictionary,
    writings: Mapping[bytes, bytes],
    lexicon: Lexicon,
) -> Iterator[Chunk]:
    """All entries, in chunks. `writings` are the other writings of Latin words, as JSON."""
    rows, count = len(entries.keys), entries.postings.pages
    beginning, title_beginning = _beginnings(entries)
    inside, inside_title = _insides(entries, texts, endings, beginning, title_beginning)
    columns = [
        _frequencies(entries, dictionary),
        _postings(entries),
        _title_postings(entries, pages, texts.titles),
        *(
            lists_column(flag, *lists_of(pairs, rows, count))
            for flag, pairs in (
                (INSIDE, inside),
                (INSIDE_TITLE, inside_title),
                (BEGINNING, beginning),
                (TITLE_BEGINNING, title_beginning),
            )
        ),
        _json_column(WRITINGS, entries, writings),
        _flag_column(np.flatnonzero(entries.is_whole)),
        _json_column(OTHER_WORDS, entries, packed_other_words(lexicon)),
    ]
    return cut_chunks(entries.keys, columns, _CHUNK)


def _frequencies(entries: Entries, dictionary: Dictionary) -> Column:
    """The frequencies of words in the dictionary."""
    rows, frequencies = [], []
    for row, key in enumerate(entries.keys):
        frequency = dictionary.frequency(decode_text(key)) if key >= _FIRST_HAN else 0
        if frequency:
            rows.append(row)
            frequencies.append(frequency)
    return Column(FREQUENCY, np.array(rows, np.int64), numbers_packed(np.array(frequencies, np.int64)))


def _postings(entries: Entries) -> Column:
    """The pages with a term in any field, and how far its weighted frequency on each saturates."""
    own = entries.postings
    starts, pages = lists_of(own.pairs, len(entries.keys), own.pages)
    rows = np.flatnonzero(np.diff(starts))
    starts = np.append(starts[rows], len(pages))
    saturations = _STEP * np.round(_SATURATIONS // _STEP * own.weights / (own.weights + constants.K1))
    return Column(
        POSTINGS,
        rows,
        joined([lists_packed(starts, pages), bytes_packed(saturations.astype(np.uint16), starts)]),
    )


def _title_postings(entries: Entries, pages: Pages, titles: list[bytes]) -> Column:
    """The pages with a term in the title, the length of each title, the frequency there, and the place."""
    own = entries.postings.fields["title"]
    starts, numbers = lists_of(own.pairs, len(entries.keys), entries.postings.pages)
    rows = np.flatnonzero(np.diff(starts))
    starts = np.append(starts[rows], len(numbers))
    lengths = pages.snapshot.lengths[TEXT_FIELDS.index("title")][pages.snapshot_page[numbers]]
    texts = list(map(decode_text, titles))
    keys = [decode_text(entries.keys[row]) for row in (own.pairs // entries.postings.pages).tolist()]
    places = [_place(texts[page], key) for page, key in zip(numbers.tolist(), keys, strict=True)]
    values = np.column_stack((lengths.astype(np.int64), own.frequencies, np.array(places, np.int64))).ravel()
    return Column(TITLE, rows, joined([lists_packed(starts, numbers), numbers_packed(values, starts * 3)]))


def _place(title: str, term: str) -> int:
    """Where a title has a term: the place from 1, times 4, with a bit each for a blank before and after it. 0
    where it has it otherwise. A browser tells by it whether words are side by side without the title.
    """
    start = title.find(term)
    before, after = title[:start][-1:] == " ", title[start + len(term) :][:1] == " "
    return (start + 1) * 4 + before * 2 + after if start >= 0 else 0


def _beginnings(entries: Entries) -> tuple[IntArray, IntArray]:
    """The pairs of words and pages that have only longer words which begin so: on the page, in the title."""
    own, words = entries.postings, entries.rows(_PREFIX)
    anywhere = pairs_beginning(words, entries.keys, own.shown, own.pages)
    in_title = pairs_beginning(words, entries.keys, own.fields["title"].pairs, own.pages)
    return difference(anywhere, own.pairs), difference(in_title, own.fields["title"].pairs)


def _insides(
    entries: Entries, texts: Texts, endings: Endings, beginning: IntArray, title_beginning: IntArray
) -> tuple[IntArray, IntArray]:
    """The pairs of words and pages that have them only inside longer words: on the page, in the title."""
    own, title = entries.postings, entries.postings.fields["title"].pairs
    patterns = _patterns(entries, entries.rows(_HAN, _COMPOUND))
    in_title = patterns, texts.title_ngrams, texts.titles, title, title
    inside = [
        pairs_in_texts(patterns, texts.ngrams, texts.pages, own.pairs, own.pairs),
        difference(_containing(entries, endings), own.pairs, beginning),
    ]
    # Of Latin words all titles, although not every word is searched so: their order in a title counts, too.
    short = entries.rows(_LATIN)
    short = short[[len(entries.keys[row].decode()) > 1 for row in short.tolist()]]
    in_longer = endings.pairs_containing(entries.rows(_PREFIX), title, own.pages)
    inside_title = [
        pairs_in_texts(*in_title),
        pairs_in_texts(_patterns(entries, short), *in_title[1:]),
        difference(in_longer, title, title_beginning),
    ]
    return np.sort(concat(inside)), np.sort(concat(inside_title))


def _patterns(entries: Entries, rows: IntArray) -> TextPatterns:
    """The texts of some rows as they are searched in folded texts."""
    texts = [simplify_characters(decode_text(entries.keys[row])) for row in rows.tolist()]
    row_of = {key: row for row, key in enumerate(entries.keys)}
    return patterns_of(rows, texts, (entries.kinds[rows] == _COMPOUND).tolist(), row_of)


def _containing(entries: Entries, endings: Endings) -> IntArray:
    """The pairs of Latin words that few pages have, and the pages of the plain terms that contain them."""
    own, words = entries.postings, entries.rows(_PREFIX)
    few = rows_with_few(own.pairs, len(entries.keys), own.pages, constants.MAX_RARE_LATIN_PAGES)
    return endings.pairs_containing(words[few[words]], own.shown, own.pages)


def plain_endings(entries: Entries) -> Endings:
    """The endings of the ASCII terms of letters and digits."""
    plain = [
        (key, row)
        for row, (key, whole) in enumerate(zip(entries.keys, entries.is_whole.tolist(), strict=True))
        if not whole and key.isascii() and key.isalnum()
    ]
    rows = np.array([row for _, row in plain], dtype=np.int64)
    return Endings([key for key, _ in plain], rows, entries.rows(_PREFIX), entries.keys)


def _json_column(flag: int, entries: Entries, values: Mapping[bytes, bytes]) -> Column:
    """Values of some words, as JSON."""
    rows = [row for row, key in enumerate(entries.keys) if key in values]
    return Column(flag, np.array(rows, np.int64), texts_packed(values[entries.keys[row]] for row in rows))


def _flag_column(rows: IntArray) -> Column:
    """A flag without values."""
    return Column(WHOLE, rows, bytes_packed(np.zeros(0, np.uint8), offsets(np.zeros(len(rows), np.int64))))
