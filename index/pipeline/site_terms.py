"""Site terms: words for the segmenter, derived from the site's titles, tags and categories.

Authors name things that no dictionary has. A tag or a category of two to four Han characters that the
segmenter would split becomes a word, and so does such a name in 《》 or 「」 in a title. Longer ones do not:
they would hide the words that they consist of.
"""

import re
from collections.abc import Iterable, Iterator

from zhsearch.index.analysis import HAN, Segmenter, fold_plain
from zhsearch.index.arrays import decode_text
from zhsearch.index.fields import LABELS
from zhsearch.index.segment.merge import LiveSegment

_TERM = re.compile(f"[{HAN}]{{2,4}}")
_QUOTED = re.compile(f"[《〈「『]([{HAN}]{{2,4}})[》〉」』]")


def site_terms(pages: Iterable[LiveSegment], segmenter: Segmenter) -> tuple[str, ...]:
    """The names on live pages that the segmenter would split; sorted."""
    names = {name for segment in pages for name in _names(segment)}
    return tuple(sorted(name for name in names if _TERM.fullmatch(name) and len(segmenter.cut(name)) > 1))


def _names(segment: LiveSegment) -> Iterator[str]:
    """Quoted names in titles, tags and categories of the live pages, folded."""
    for title in segment.strings("title_line"):
        yield from _QUOTED.findall(decode_text(title))
    for facet in LABELS:
        yield from (fold_plain(decode_text(value)) for value in segment.facet_values(facet))
