"""Selection of the k smallest matches by several keys, without sorting all."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from zhsearch.index.arrays import Array, IntArray

Places = IntArray | slice
"""Indices into a list of matches."""

Key = Callable[[Places], Array]
"""A sort key: its values at some places."""


def top_k(keys: Sequence[Key], count: int) -> IntArray:
    """The places of the `count` smallest in order, by the first key, then by the next ones.

    Only ties of one key are compared by the next, and only the result is sorted.
    """
    first, *others = keys
    values = first(slice(None))
    if len(values) > count:
        lowest = values.copy()
        lowest.partition(count - 1)
        limit = lowest[count - 1]
        inside, tied = (values < limit).nonzero()[0], (values == limit).nonzero()[0]
        missing = count - len(inside)
        if others and len(tied) > missing:
            tied = tied[top_k([partial(_within, key, tied) for key in others], missing)]
        places = np.concatenate((inside, tied))
    else:
        places = np.arange(len(values))
    return places[np.lexsort([key(places) for key in reversed(keys)])][:count]


def _within(key: Key, subset: IntArray, places: Places) -> Array:
    return key(subset[places])
