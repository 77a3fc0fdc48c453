"""Site terms: words for the segmenter, derived from the site's titles, tags and categories.

An author names things that no dictionary knows. A tag or a category of two to four Han characters that the
segmenter would cut in pieces is taken for a word, and so is such a name in 《》 or 「」 in a title. Longer
ones are not: they would hide the words that they are made of.
"""

import re
from collections.abc import Iterable, Iterator

from zhsearch.index.analysis import HAN, Segmenter, fold_plain
from zhsearch.index.arrays import decode_text, unpack_strings
from zhsearch.index.fields import LABELS
from zhsearch.index.segment import LiveSegment

_TERM = re.compile(rf"[{HAN}]{{2,4}}")
_QUOTED = re.compile(rf"[《〈「『]([{HAN}]{{2,4}})[》〉」』]")


def site_terms(pages: Iterable[LiveSegment], segmenter: Segmenter) -> tuple[str, ...]:
    """The terms of the live pages that the segmenter does not know as words yet; sorted."""
    names = {name for segment in pages for name in _names(segment)}
    return tuple(sorted(name for name in names if _TERM.fullmatch(name) and len(segmenter.cut(name)) > 1))


def _names(segment: LiveSegment) -> Iterator[str]:
    """Quoted names in titles, tags and categories of the live pages, folded."""
    reader, live = segment
    titles = unpack_strings(reader.arrays["title_line"], reader.arrays["title_line.starts"])
    for title, is_live in zip(titles, live.tolist(), strict=True):
        if is_live:
            yield from _QUOTED.findall(decode_text(title))
    for facet in LABELS:
        values = unpack_strings(reader.arrays[f"{facet}.values"], reader.arrays[f"{facet}.value_starts"])
        starts, ids = (reader.arrays[f"{facet}.{name}"].tolist() for name in ("starts", "ids"))
        used = {
            number for page, is_live in enumerate(live.tolist()) if is_live
            for number in ids[starts[page] : starts[page + 1]]
        }  # fmt: skip
        yield from (fold_plain(decode_text(values[number])) for number in used)
