"""Titles, tags and categories of a site in, the words that they teach the segmenter out.

An author names things that no dictionary knows. A tag or a category of two to four Han characters that is
cut in pieces is taken for a word, and so is such a name in 《》 or 「」 in a title. Longer ones are not: they
would hide the words that they are made of.
"""

import re
from collections.abc import Iterable, Iterator

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.arrays import unpack_strings
from zhsearch.index.fields import LABELS
from zhsearch.index.segment.merge import LiveSegment

_WORD = re.compile("[\u4e00-\u9fd5]{2,4}")
_NAMED = re.compile("[《〈「『]([\u4e00-\u9fd5]{2,4})[》〉」』]")


def site_terms(pages: Iterable[LiveSegment], segmenter: Segmenter) -> tuple[str, ...]:
    """The words that the live pages teach, beyond what the segmenter cuts as one; sorted."""
    found = {word for source in pages for word in _names(source)}
    return tuple(sorted(word for word in found if _WORD.fullmatch(word) and len(segmenter.cut(word)) > 1))


def _names(source: LiveSegment) -> Iterator[str]:
    part, live = source
    titles = unpack_strings(part.arrays["title_line"], part.arrays["title_line.starts"])
    for title, is_live in zip(titles, live.tolist(), strict=True):
        if is_live:
            yield from _NAMED.findall(title.decode("utf-8", "surrogatepass"))
    for facet in LABELS:
        values = unpack_strings(part.arrays[f"{facet}.values"], part.arrays[f"{facet}.value_starts"])
        starts, ids = (part.arrays[f"{facet}.{name}"].tolist() for name in ("starts", "ids"))
        used = {
            number for page, is_live in enumerate(live.tolist()) if is_live
            for number in ids[starts[page] : starts[page + 1]]
        }  # fmt: skip
        yield from (fold_plain(values[number].decode("utf-8", "surrogatepass")) for number in used)
