"""Selection of the k smallest keys without sorting all."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from zhsearch.index.arrays import Array, IntArray

At = IntArray | slice

Key = Callable[[At], Array]
"""What matches are sorted by: the values of those at some places."""


def top_k(keys: Sequence[Key], count: int) -> IntArray:
    """Places of the `count` smallest by several keys, the first above the others, in order.

    Only what the first key leaves open is compared by the next, and nothing is sorted but the result.
    """
    first, *others = keys
    values = first(slice(None))
    if len(values) > count:
        lowest = values.copy()
        lowest.partition(count - 1)
        limit = lowest[count - 1]
        inside, open_ = (values < limit).nonzero()[0], (values == limit).nonzero()[0]
        missing = count - len(inside)
        if others and len(open_) > missing:
            open_ = open_[top_k([partial(_within, key, open_) for key in others], missing)]
        places = np.concatenate((inside, open_))
    else:
        places = np.arange(len(values))
    return places[np.lexsort([key(places) for key in reversed(keys)])][:count]


def _within(key: Key, some: IntArray, at: At) -> Array:
    return key(some[at])
