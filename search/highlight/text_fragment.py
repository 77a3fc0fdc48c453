"""Text fragments: links that open a page at a hit's sentence.

`#:~:text=` (WICG, "URL Fragment Text Directives") makes a browser scroll to a text of the page and highlight
it. search/widget/src/box/excerpts.js has the same rules in `passage`; tests/data/passages.json tests both.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from zhsearch.search.highlight.excerpt import ELLIPSIS

_SENTENCE_END = re.compile('[。！？；!?;"…]')
_PAUSE = re.compile(r"[\s，、：,:]")
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff，。：、）》」”"
_BETWEEN_BLOCKS = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])|(?<= )·(?= )")


def quoted_passage(text: str, marks: Sequence[Sequence[int]]) -> str:
    """The sentence of a snippet around its first mark, "" where nothing is marked.

    A middle dot between blanks, and a blank between Han characters, separate two blocks, and browsers do not
    match text across blocks. Where an ellipsis says that the snippet begins or ends within a sentence, the
    passage begins or ends at a comma or blank: browsers have their own idea of words.
    """
    if not marks:
        return ""
    mark_start, mark_end = marks[0]
    ends = [match.start() for pattern in (_SENTENCE_END, _BETWEEN_BLOCKS) for match in pattern.finditer(text)]
    pauses = [match.start() for match in _PAUSE.finditer(text)]
    start = max((end + 1 for end in ends if end < mark_start), default=0)
    if start == 1 and text[0] == ELLIPSIS:
        start = min((pause + 1 for pause in pauses if pause < mark_start), default=mark_start)
    end = min((end for end in ends if end >= mark_end), default=len(text))
    if end == len(text) - 1 and text[end] == ELLIPSIS:
        end = max((pause for pause in pauses if mark_end <= pause), default=mark_end)
    return text[start:end].strip()


def text_fragment(text: str, marks: Sequence[Sequence[int]]) -> str:
    """The fragment to append to a page's URL, with its `#`; "" where nothing is marked."""
    passage = quoted_passage(text, marks)
    return f"#:~:text={quote(passage, safe='').replace('-', '%2D')}" if passage else ""
