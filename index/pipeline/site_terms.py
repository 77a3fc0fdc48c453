"""Site terms: words for the segmenter, derived from the site's titles, tags and categories.

Authors name things that no dictionary has. A tag or a category of two to four Han characters that the
segmenter would split becomes a word, and so does such a name in 《》 or 「」 in a title. Longer ones do not:
they would hide the words that they consist of.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set

from zhsearch.index.analysis import HAN, Segmenter, fold_plain
from zhsearch.index.arrays import decode_text
from zhsearch.index.fields import LABELS
from zhsearch.index.pipeline.segment_set import Changes
from zhsearch.index.segment.merge import LiveSegment

_TERM = re.compile(f"[{HAN}]{{2,4}}")
_QUOTED = re.compile(f"[《〈「『]([{HAN}]{{2,4}})[》〉」』]")


def site_terms(
    changes: Changes, segmenter: Callable[[], Segmenter], known: Set[str] | None = None
) -> tuple[str, ...]:
    """The names on live pages that the segmenter would split; sorted.

    `known` are those that it would split of the pages before the changes, if its dictionary is the same. The
    segmenter, whose dictionary takes a twentieth of a second, is asked for only if there is another name.
    """
    kept, added = _names(changes.kept), _names(changes.added)
    terms = (known or frozenset()) & (kept | added)
    new = added | kept if known is None else added - kept
    if new and known is not None:
        new -= _names(changes.removed)
    if new := set(filter(_TERM.fullmatch, new)):
        cut = segmenter().cut
        terms |= {name for name in new if len(cut(name)) > 1}
    return tuple(sorted(terms))


def _names(pages: Iterable[LiveSegment]) -> set[str]:
    return {name for segment in pages for name in _names_in(segment)}


def _names_in(segment: LiveSegment) -> Iterator[str]:
    """Quoted names in titles, tags and categories of the live pages, folded."""
    for title in segment.strings("title_line"):
        yield from _QUOTED.findall(decode_text(title))
    for facet in LABELS:
        yield from (fold_plain(decode_text(value)) for value in segment.facet_values(facet))
