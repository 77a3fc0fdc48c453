"""Other writings of Latin words: inflections, and words that are joined or separated.

`containers` also finds container, `opensource` also open source, `wi-fi` also wifi, `vs code` also VSCode.
Which of the possible writings exist is looked up in the index; what has no pages costs nothing more.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain, compress

import Stemmer

from zhsearch.index.analysis import FUNCTION_WORDS
from zhsearch.search.query.ast import And, Node, Or, Phrase, Word, or_also, or_writings, primary
from zhsearch.search.query.model import Query
from zhsearch.search.query.synonyms import VARIANT_WEIGHT

AreTerms = Callable[[Sequence[str]], Sequence[bool]]
"""Whether any page has a word as a term, for each of some words."""

_SEPARATORS = (" ", "-", ".", "_")
_INFLECTION_WEIGHT = 0.7  # of another form of a word
_MIN_INFLECTED = 4  # letters
_MIN_JOINED = 4  # letters and digits
_MAX_JOINED = 24
_MAX_JOINED_WORDS = 4
_MAX_SPLITS = 2  # of one word
_MAX_SPLIT_PAGES = 50  # of a word that is also looked for in two
_JOINED_WEIGHT = 0.8  # of words written as one
_STEMMER_CACHE = 1 << 14
_BEFORE_ES = ("s", "x", "z", "ch", "sh", "o")
"""What a word ends with that has the plural -es."""
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")


class LatinWritings:
    """Finds the other writings of Latin words that one index has; those of a word are cached."""

    def __init__(
        self,
        are_terms: AreTerms,
        count_pages: Callable[[str], int],
        prefetch: Callable[[Sequence[str]], object] | None = None,
    ) -> None:
        """`count_pages`: the number of pages that have a word as a term. `prefetch`: prepare to look up some
        words; a remote index requests all at once."""
        indexed = IndexedWritings(are_terms, count_pages)
        self._prefetch = partial(_prefetch, prefetch, indexed.splits_of) if prefetch else None
        self._of_word = lru_cache(maxsize=_STEMMER_CACHE)(indexed.of_word)
        self._of_run = lru_cache(maxsize=_STEMMER_CACHE)(indexed.of_run)

    def expand(self, query: Query) -> Query:
        """The query with other writings of its Latin words as alternatives, below the words themselves."""
        if not any(map(_has_latin, (*query.should, *query.must))):
            return query
        if self._prefetch:
            self._prefetch(query)
        joined = self._joined_words(query.should)
        should = tuple(self._expanded(node, joined.get(place, ())) for place, node in enumerate(query.should))
        must = tuple(self._expanded(node, ()) for node in query.must)
        return query._replace(should=should, must=must)

    def _expanded(self, node: Node, joined: Sequence[Node]) -> Node:
        """A node with the other writings of its words, and with the words that it is a part of."""
        if isinstance(node, And):
            return And(tuple(self._expanded(part, ()) for part in node.nodes))
        if isinstance(node, Or):
            first, *others = node.nodes
            expanded = self._expanded(first, joined)
            return or_writings(expanded, others) if node.writings else or_also(expanded, others)
        writings = self._of_word(node) if isinstance(node, Word) and _is_latin(node) else ()
        words = [other for other in joined if isinstance(other, Word)]
        neighbours = [other for other in joined if not isinstance(other, Word)]
        return or_also(or_writings(node, (*writings, *words)), neighbours)

    def _joined_words(self, nodes: Sequence[Node]) -> dict[int, list[Node]]:
        """For each node the words that it makes up with its neighbours, written as one."""
        joined: dict[int, list[Node]] = {}
        for start, run in _runs(nodes):
            for node in self._of_run(run):
                for part in range(start, start + len(run)):
                    joined.setdefault(part, []).append(node)
        return joined


class IndexedWritings:
    """Looks up which of the possible writings an index has.

    Apart from the caches of `LatinWritings`: with them it would hold itself, and an index that
    is no longer used would stay open until the garbage collector runs.
    """

    def __init__(self, are_terms: AreTerms, count_pages: Callable[[str], int]) -> None:
        self._are_terms = are_terms
        self._count_pages = count_pages

    def of_word(self, word: Word) -> tuple[Node, ...]:
        """The other writings of a Latin word that the index has."""
        text = word.term
        if word.kind == "latin":
            forms = self._known_terms(word, _inflections(text))
            inflected = (replace(form, weight=_INFLECTION_WEIGHT) for form in forms)
            return (*inflected, *self._splits(word))
        terms = self._known_terms(word, _other_spellings(text))
        return (*terms, *_apart(word, separated_parts(text)))

    def _known_terms(self, word: Word, texts: Sequence[str]) -> list[Word]:
        """Those of other writings that are terms of the index."""
        return [_other(word, text) for text in self._known([text for text in texts if text != word.term])]

    def _known(self, texts: Sequence[str]) -> list[str]:
        """Those of some texts that are terms of the index."""
        return list(compress(texts, self._are_terms(texts))) if texts else []

    def _splits(self, word: Word) -> Iterator[Node]:
        """The writings of a word of letters in two parts: wifi as wi-fi, wi.fi, wi_fi, wi fi."""
        splits = self.splits_of(word.term)
        is_rare = bool(splits) and self._count_pages(word.term) <= _MAX_SPLIT_PAGES
        for parts in splits:
            signed = self._known_terms(word, [sign.join(parts) for sign in _SEPARATORS[1:]])
            yield from signed
            # plug in, as there is plug-in; of a frequent word its own writing is the usual one
            if signed or (is_rare and not FUNCTION_WORDS.intersection(parts)):
                yield from _apart(word, parts)

    def splits_of(self, text: str) -> list[tuple[str, str]]:
        """The likeliest two parts of a word of letters, both of which are terms."""
        # The parts of wi-fi are terms as well, and most beginnings of words are none.
        left = self._known([left for left, _ in _halves(text)])
        right = set(self._known([text[len(part) :] for part in left]))
        splits = [(part, text[len(part) :]) for part in left if text[len(part) :] in right]
        splits.sort(key=lambda parts: -min(map(len, parts)))
        return splits[:_MAX_SPLITS]

    def of_run(self, parts: tuple[str, ...]) -> tuple[Node, ...]:
        """Neighbouring words written as one, where the index has that.

        As words these find what each word of the run finds. The phrases add to that, so that pages with the
        run side by side, or as one, rank above those with its words apart; each word has its share.
        """
        known = self._known(_joined_texts(parts))
        words = [Word(text, text, "latin", weight=_JOINED_WEIGHT, whole=True) for text in known]
        apart, *others = [
            Phrase(text, bounded=True, quoted=False, weight=weight / len(parts))
            for text, weight in ((" ".join(parts), 1.0), *((text, _JOINED_WEIGHT) for text in known))
        ]
        return (*words, or_writings(apart, others)) if words else ()


def _prefetch(
    look_up: Callable[[Sequence[str]], object],
    splits_of: Callable[[str], Sequence[tuple[str, str]]],
    query: Query,
) -> None:
    """Look up whatever the other writings of a query depend on, in two steps: the second one, which is seldom
    needed, depends on what the first one finds."""
    words = list(dict.fromkeys(word.term for node in (*query.should, *query.must) for word in _words(node)))
    texts = [text for _, run in _runs(query.should) for text in _joined_texts(run)]
    for word in words:
        texts += [word, *_inflections(word), *_other_spellings(word), *chain(*_halves(word))]
    look_up(list(dict.fromkeys(texts)))
    signed = [sign.join(parts) for word in words for parts in splits_of(word) for sign in _SEPARATORS[1:]]
    if signed:
        look_up(signed)


def _words(node: Node) -> Iterator[Word]:
    """The Latin words of a node that are looked up."""
    node = primary(node)
    if isinstance(node, And):
        for part in node.nodes:
            yield from _words(part)
    elif isinstance(node, Word) and _is_latin(node):
        yield node


def _runs(nodes: Sequence[Node]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The runs of two and more neighbouring words that may be written as one, each with its first place."""
    words = list(map(_primary_word, nodes))
    for start in range(len(words)):
        run: tuple[str, ...] = ()
        for word in words[start : start + _MAX_JOINED_WORDS]:
            if word is None or not _is_joinable(word):
                break
            run = (*run, word.term)
            if len(run) > 1:
                yield start, run


def _joined_texts(parts: Sequence[str]) -> list[str]:
    """Words written as one, also with signs; none where that is too short, too long, or a number."""
    text = "".join(parts)
    if not _MIN_JOINED <= len(text) <= _MAX_JOINED or text.isdecimal():
        return []
    return [separator.join(parts) for separator in ("", *_SEPARATORS[1:])]


def _other_spellings(text: str) -> list[str]:
    """The other spellings of a compound: of a version that of its beginning, of others with another sign."""
    if _VERSION.fullmatch(text):
        return [f"{text}."]
    parts = separated_parts(text)
    return [separator.join(parts) for separator in ("", *_SEPARATORS[1:])] if parts else []


def _halves(text: str) -> list[tuple[str, str]]:
    """All two parts of a word of letters."""
    if not text.isalpha() or not _MIN_JOINED <= len(text) <= _MAX_JOINED:
        return []
    return [(text[:place], text[place:]) for place in range(1, len(text) - 1)]


def _primary_word(node: Node) -> Word | None:
    word = primary(node)
    return word if isinstance(word, Word) else None


def _has_latin(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_has_latin, node.nodes))
    return isinstance(node, Word) and _is_latin(node)


def _is_latin(word: Word) -> bool:
    return word.kind != "han" and word.weight == 1.0 and word.term.isascii()


def _is_joinable(word: Word) -> bool:
    return word.kind == "latin" and word.field is None and word.term.isascii()


def _apart(word: Word, parts: Sequence[str]) -> Iterator[Phrase]:
    """A word with its parts as words; a letter alone is seldom one."""
    if min(map(len, parts), default=0) > 1:
        yield Phrase(" ".join(parts), word.field, bounded=True, quoted=False, weight=VARIANT_WEIGHT)


def _other(word: Word, text: str) -> Word:
    """Another writing of a word, a term by itself."""
    pattern = text.removesuffix(".")  # of a version
    return replace(word, term=text, pattern=pattern, kind="latin", weight=VARIANT_WEIGHT, whole=True)


def separated_parts(text: str) -> list[str]:
    """The two to four parts of a word that is written with hyphens, dots or underscores; else none."""
    for separator in _SEPARATORS[1:]:
        parts = text.split(separator)
        if 2 <= len(parts) <= _MAX_JOINED_WORDS and all(map(str.isalnum, parts)):
            has_letters = any(part.isalpha() for part in parts)
            return parts if has_letters and len(text) <= _MAX_JOINED else []
    return []


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)  # without its cache, which costs more than a stem


def _inflections(word: str) -> tuple[str, ...]:
    """The other forms of an English word with the same stem: plurals, -ed and -ing."""
    if len(word) < _MIN_INFLECTED or not word.isalpha() or word in FUNCTION_WORDS:
        return ()
    stem = _stemmer().stemWord
    forms = dict.fromkeys(form for base in _bases(word) for form in _forms(base))
    own = stem(word)
    others = (form for form in forms if form != word and len(form) > 2 and form not in FUNCTION_WORDS)
    return tuple(form for form in others if stem(form) == own)


def _bases(word: str) -> Iterator[str]:
    """The forms without ending that a word may be of: libraries is of library and librarie."""
    yield word
    for ending, bases in (("ies", ("y",)), ("ied", ("y",)), ("s", ("",)), ("es", ("",))):
        stem = word.removesuffix(ending)
        if stem != word and (ending != "es" or stem.endswith(_BEFORE_ES)):
            yield from (stem + base for base in bases)
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            base = word.removesuffix(ending)
            yield from (base, base + "e")
            if base[-2:-1] == base[-1:]:
                yield base[:-1]


def _forms(base: str) -> Iterator[str]:
    """The forms of a base: itself, plural, -ed and -ing."""
    yield from (base, f"{base}s", f"{base}ed", f"{base}ing")
    if base.endswith(_BEFORE_ES):
        yield f"{base}es"
    if base.endswith("e"):
        yield from (f"{base}d", f"{base[:-1]}ing")
    elif base.endswith("y"):
        yield from (f"{base[:-1]}ies", f"{base[:-1]}ied")
    elif base:
        yield from (f"{base}{base[-1]}ed", f"{base}{base[-1]}ing")
