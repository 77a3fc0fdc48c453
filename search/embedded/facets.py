"""Facets as arrays over the pages of a snapshot: which values each page has, and how they are counted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from zhsearch.index.analysis import facet_text, fold_plain
from zhsearch.index.arrays import IntArray, Mask, concat, expand_ranges, offsets, unpack_strings
from zhsearch.index.fields import facet_array, facet_key
from zhsearch.index.messages import Message
from zhsearch.index.segment import SegmentReader, interleave
from zhsearch.search.embedded.hits import intersect
from zhsearch.search.engine import DATE_FACETS, FacetValue

_ROW_QUANTILE = 0.99  # of the pages fit in a row; a page with a hundred tags does not widen all rows


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. A page's values are `ids[starts[page]:starts[page + 1]]`, numbers of `values`.

    `values` (value,) as shown; `keys` (value,) their facet keys, and `by_key` the number of each; `folded`
    (value,) folded for comparison with a typed text, `texts` (value,) for that with a query's; `order`
    (value,) the place of each value among the values sorted as shown; `starts` (page + 1,) and `ids` (all
    values of all pages,) int64.
    """

    values: tuple[str, ...]
    starts: IntArray
    ids: IntArray
    by_key: dict[str, int]
    keys: tuple[str, ...]
    folded: tuple[str, ...]
    order: IntArray
    texts: tuple[str, ...] = ()

    def pages_of(self, values: Iterable[int]) -> IntArray:
        """The pages that have any of the values, ascending."""
        is_wanted = np.zeros(len(self.values), dtype=np.bool_)
        is_wanted[list(values)] = True
        pages = np.searchsorted(self.starts, np.flatnonzero(is_wanted[self.ids]), side="right") - 1
        distinct: IntArray = pages[np.diff(pages, prepend=-1) != 0]
        return distinct

    def has(self, pages: IntArray, values: Iterable[int]) -> Mask:
        """Which of the pages have any of the values."""
        is_wanted = np.zeros(len(self.values), dtype=np.bool_)
        is_wanted[list(values)] = True
        starts = self.starts[pages]
        counts = self.starts[pages + 1] - starts
        owners = np.repeat(np.arange(len(pages)), counts)
        mask = np.zeros(len(pages), dtype=np.bool_)
        mask[owners[is_wanted[self.ids[expand_ranges(starts, counts)]]]] = True
        return mask


class Facets:
    """All facets of a snapshot, counted in one pass over the values of all pages.

    The values of all facets are numbered one after another, in the order of `facets`: a value's *place*.
    """

    def __init__(self, facets: Mapping[str, Facet]) -> None:
        self._facets = facets
        ordered = list(facets.values())
        firsts = offsets([len(facet.values) for facet in ordered])
        ranges = zip(facets, pairwise(firsts.tolist()), strict=True)
        self._places = {name: slice(first, last) for name, (first, last) in ranges}
        self._keys = {name: facet.by_key for name, facet in facets.items()}
        self._values = [value for facet in ordered for value in facet.values]
        size = len(ordered[0].starts) - 1
        pages = np.arange(size)
        self._starts, positions = interleave([(pages, np.diff(facet.starts)) for facet in ordered], size)
        self._ids = np.empty(self._starts[-1], dtype=np.int64)
        for facet, first, facet_positions in zip(ordered, firsts, positions, strict=False):
            self._ids[facet_positions] = facet.ids + first
        # `_table` (page, column): places of the page's values, padded with a place that no value has. The few
        # pages in `_long` have more values, which are read from `_ids`.
        sizes = np.diff(self._starts)
        self._columns = int(np.quantile(sizes, _ROW_QUANTILE)) if size else 0
        self._long = np.flatnonzero(sizes > self._columns)
        fits = np.minimum(sizes, self._columns)
        padding = len(self._values)
        self._table = np.full((size, self._columns), padding, dtype=np.min_scalar_type(padding))
        self._table[np.arange(self._columns) < fits[:, np.newaxis]] = self._ids[
            expand_ranges(self._starts[:-1], fits)
        ]
        # Values are shown by facet, then the most used first, then by name; dates latest first. The sort key
        # is one number: the facet in the high bits, less the count (not of dates), plus the name's rank.
        dated = np.repeat([name in DATE_FACETS for name in facets], np.diff(firsts))
        order = concat([facet.order for facet in ordered])
        self._group = np.repeat(np.arange(len(ordered)), np.diff(firsts))
        self._base_key = (self._group + 1 << 56) + np.where(dated, len(order) - order, order)
        self._count_factor = np.where(dated, 0, -1 << 28)
        self._edges = np.arange(len(ordered) + 1)

    def __getitem__(self, name: str) -> Facet:
        return self._facets[name]

    def count(self, pages: IntArray) -> IntArray:
        """(place,) the number of the pages that have each value."""
        ids = self._table.take(pages, axis=0).ravel()
        if len(self._long) and len(long := intersect(self._long, pages)):
            starts = self._starts[long] + self._columns
            ids = np.concatenate((ids, self._ids[expand_ranges(starts, self._starts[long + 1] - starts)]))
        counts: IntArray = np.bincount(ids, minlength=len(self._values) + 1)
        return counts[:-1]

    @property
    def keys(self) -> Mapping[str, Mapping[str, int]]:
        """By facet, the number of each of its values by key."""
        return self._keys

    def places(self, name: str) -> slice:
        """The places of a facet's values among those of all facets."""
        return self._places[name]

    def place(self, name: str, key: str) -> int:
        """The place of one value, by its key."""
        start: int = self._places[name].start
        return start + self._keys[name][key]

    def shown(self, counts: IntArray, selected: Iterable[int] = ()) -> dict[str, list[FacetValue]]:
        """The values that have a count or are `selected` (places), by facet, in the order shown."""
        selected = set(selected)
        if selected:
            is_shown = counts > 0
            is_shown[list(selected)] = True
            places = is_shown.nonzero()[0]
        else:
            places = counts.nonzero()[0]
        order = self._base_key.take(places) + counts.take(places) * self._count_factor.take(places)
        places = places.take(order.argsort())
        place_list, names = places.tolist(), self._values
        values: list[FacetValue] = [
            {"value": names[place], "count": count, "selected": False}
            for place, count in zip(place_list, counts.take(places).tolist(), strict=True)
        ]
        for place in selected:
            values[place_list.index(place)]["selected"] = True
        edges = self._group.take(places).searchsorted(self._edges).tolist()
        ranges = zip(self._facets, pairwise(edges), strict=True)
        return {name: values[first:last] for name, (first, last) in ranges}

    def shown_of(
        self, names: Iterable[str], counts: IntArray, selected: Iterable[int] = ()
    ) -> dict[str, list[FacetValue]]:
        """What `shown` gives for some facets alone; the selected values are theirs."""
        own = np.zeros_like(counts)
        for name in names:
            own[self._places[name]] = counts[self._places[name]]
        facets = self.shown(own, selected)
        return {name: facets[name] for name in names}


def facet_of(segments: Sequence[SegmentReader], name: str, live: Mask) -> Facet:
    """A facet of the pages of all segments. Raises ValueError where the arrays of a segment contradict each
    other."""
    prefix = facet_array(name)
    values: list[str] = []
    ids, counts = [], []
    for segment in segments:
        strings = unpack_strings(segment.arrays[f"{prefix}.values"], segment.arrays[f"{prefix}.value_starts"])
        ids.append(segment.arrays[f"{prefix}.ids"].astype(np.int64) + len(values))
        counts.append(np.diff(segment.arrays[f"{prefix}.starts"].astype(np.int64)))
        if counts[-1].min(initial=0) < 0 or counts[-1].sum() != len(ids[-1]):
            # Of such counts, the arrays below could fill the memory.
            raise ValueError(Message("{name}: the pages' counts are not those of its values", name=name))
        values += [string.decode("utf-8", "surrogatepass") for string in strings]
    return _facet(values, concat(ids), offsets(concat(counts)), live)


def _facet(values: list[str], ids: IntArray, starts: IntArray, live: Mask) -> Facet:
    """Merge spellings with the same key into one value, as Hugo does; the most used spelling is shown.

    `values` (spelling,); `ids`, `starts` as in Facet, but of spellings; `live` (page,).
    """
    uses = np.bincount(ids[np.repeat(live, np.diff(starts))], minlength=len(values)).tolist()
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for value, count in zip(values, uses, strict=True):
        spellings[facet_key(value)][value] += count
    keys = sorted(spellings)
    by_key = {key: number for number, key in enumerate(keys)}
    shown = [min(spellings[key], key=lambda value: (-spellings[key][value], value)) for key in keys]
    merged = np.array([by_key[facet_key(value)] for value in values], dtype=np.int64)[ids]
    if len(keys) < len(values):
        # A page that has two spellings of a value has the value once.
        pages = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        order = np.lexsort((merged, pages))
        pages, merged = pages[order], merged[order]
        new = np.ones(len(pages), dtype=np.bool_)
        new[1:] = (np.diff(pages) != 0) | (np.diff(merged) != 0)
        merged = merged[new]
        starts = offsets(np.bincount(pages[new], minlength=len(starts) - 1))
    order = np.argsort(np.array(sorted(range(len(shown)), key=shown.__getitem__), dtype=np.int64))
    folded, texts = tuple(map(fold_plain, shown)), tuple(map(facet_text, shown))
    return Facet(tuple(shown), starts, merged, by_key, tuple(keys), folded, order, texts)


def periods(numbers: IntArray, form: str) -> Facet:
    """The facet of years (YYYY) or months (YYYYMM); `numbers` (page,), 0 where a page has no date. `form`
    formats a number, padded with zeros."""
    values, ids = np.unique(numbers[numbers > 0], return_inverse=True)
    names = tuple(form.format(value) for value in values.tolist())
    names = tuple(name if len(name) == 4 else f"{name[:4]}-{name[4:]}" for name in names)
    by_key = {name: number for number, name in enumerate(names)}
    return Facet(names, offsets(numbers > 0), ids, by_key, names, names, np.arange(len(names)))
