"""Selection of the k smallest matches by several keys, without sorting all."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from zhsearch.index.arrays import Array, IntArray

_BLOCK = 64  # values of which the smallest is looked at first
_MAX_SORTED = 4  # times as many as are sought; more ties are compared by the next key before they are sorted

Places = IntArray | slice
"""Indices into a list of matches."""

Key = Callable[[Places], Array]
"""A sort key: its values at some places."""


def top_k(keys: Sequence[Key], count: int) -> IntArray:
    """The places of the `count` smallest in order, by the first key, then by the next ones.

    Of many ties only those of one key are compared by the next, and only the result is sorted.
    """
    first, *others = keys
    values = first(slice(None))
    if len(values) > count:
        limit = _smallest(values, count)
        places = (values <= limit).nonzero()[0]
        if others and len(places) > _MAX_SORTED * count:
            inside, tied = (values < limit).nonzero()[0], (values == limit).nonzero()[0]
            tied = tied[top_k([partial(_within, key, tied) for key in others], count - len(inside))]
            places = np.concatenate((inside, tied))
    else:
        places = np.arange(len(values))
    best: IntArray = places[np.lexsort([key(places) for key in reversed(keys)])]
    return best[:count]


def _smallest(values: Array, count: int) -> Any:
    """The last of the `count` smallest values, of which there are more."""
    size = len(values) // _BLOCK
    if size > count:
        # So many blocks have a value up to this bound, and few values are below it.
        least = values[: size * _BLOCK].reshape(_BLOCK, size).min(axis=0)
        least.partition(count - 1)
        values = values[values <= least[count - 1]]
    lowest = np.partition(values, count - 1)
    return lowest[count - 1]


def _within(key: Key, subset: IntArray, places: Places) -> Array:
    return key(subset[places])
