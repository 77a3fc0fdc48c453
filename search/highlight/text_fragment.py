"""An excerpt and its marks in, the sentence that a browser looks for on the page it opens out.

`#:~:text=` (WICG, "URL Fragment Text Directives") scrolls to a text of the page and highlights it. The same
rules as `passage` in widget/src/hits.js; the cases of tests/data/passages.json test both.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

_END = re.compile('[。！？；!?;"…]')
_PAUSE = re.compile(r"[\s，、：,:]")
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff，。：、）》」”"
_BETWEEN_BLOCKS = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")


def quoted_passage(text: str, marks: Sequence[Sequence[int]]) -> str:
    """The sentence around the first mark, "" where nothing is marked.

    A blank between Han characters parts two blocks, and no text is found across these. An excerpt may begin
    and end within a sentence, even a word: there it is cut at a comma or blank.
    """
    if not marks:
        return ""
    first, last = marks[0]
    ends = [match.start() for pattern in (_END, _BETWEEN_BLOCKS) for match in pattern.finditer(text)]
    soft = [match.start() for match in _PAUSE.finditer(text)]
    start = max((end + 1 for end in ends if end < first), default=0)
    if not start:
        start = min((pause + 1 for pause in soft if pause < first), default=first)
    end = min((end for end in ends if end >= last), default=len(text))
    if end == len(text):
        end = max((pause for pause in soft if pause >= last), default=last)
    return text[start:end].strip()


def text_fragment(text: str, marks: Sequence[Sequence[int]]) -> str:
    """What to put behind a page's address, with its sign; "" where nothing is marked."""
    words = quoted_passage(text, marks)
    return f"#:~:text={quote(words, safe='').replace('-', '%2D')}" if words else ""
