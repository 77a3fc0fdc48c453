"""Words that some page writes side by side and another one as one: open source and opensource, java-script.

A query for either also finds the other. Of such neighbours an export has the pages, so that a browser need not
read all texts that have both words somewhere.
"""

import re
from collections.abc import Collection, Iterable

_MAX_JOINED = 24  # letters and digits; as in `zhsearch.search.query.latin`
_WORD = "[a-z0-9]+"
_NEIGHBOURS = re.compile(rf"(?<![a-z0-9])(?=({_WORD}([ ._-]){_WORD}(?:\2{_WORD}){{0,2}}))")


def joined_words(texts: Iterable[str], terms: Collection[str]) -> set[str]:
    """The texts of two to four neighbouring words, with a blank or the same sign between them, that are a term
    if they are written as one. `texts` are folded."""
    found, seen = set[str](), set[str]()
    for text in texts:
        for words, sign in _NEIGHBOURS.findall(text):
            while sign in words and words not in seen:
                seen.add(words)
                joined = words.replace(sign, "")
                if joined in terms and len(joined) <= _MAX_JOINED and not joined.isdecimal():
                    found.add(words)
                words = words[: words.rindex(sign)]
    return found
