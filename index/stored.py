"""A Document in, the bytes that keep it out, and back.

The text as written differs little from its folded form, which a part keeps anyway to search in. So a
record is deflated with the folded text for a dictionary, line by line the same lines: a tenth of the
Markdown instead of four tenths. Deflate looks back 32 kB, so that long texts are cut in slices.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterator

from index.records import Document, Section

_SLICE = 15_000  # bytes of folded text; with the text beside it within what deflate can look back


def store(document: Document, folded: bytes) -> bytes:
    """The record of a document whose title and blocks are the lines of `folded`."""
    date = document.date.isoformat() if document.date else None
    head = json.dumps(
        [
            document.path,
            document.url,
            document.title,
            date,
            document.lang,
            document.tags,
            document.categories,
            document.thumbnail,
            [[s.title, s.anchor, s.level, s.start, s.end] for s in document.sections],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    lines = f"{head}\n{document.text}".split("\n")
    records = []
    at = 0
    for dictionary in _slices(folded):
        count = dictionary.count(b"\n")
        text = "\n".join([*lines[at : at + count], ""])
        deflate = zlib.compressobj(wbits=-15, memLevel=9, zdict=dictionary[-32_768:])
        records.append(deflate.compress(text.encode("utf-8", "surrogatepass")) + deflate.flush())
        at += count
    return b"".join(records)


def restore(record: bytes, folded: bytes) -> Document:
    """The document of a record. Raises ValueError or zlib.error where the two do not fit."""
    texts = []
    for dictionary in _slices(folded):
        inflate = zlib.decompressobj(-15, zdict=dictionary[-32_768:])
        texts.append(inflate.decompress(record))
        record = inflate.unused_data
    head, _, text = b"".join(texts).decode("utf-8", "surrogatepass").partition("\n")
    path, url, title, date, lang, tags, categories, thumbnail, sections = json.loads(head)
    return Document(
        path=path,
        url=url,
        title=title,
        date=dt.datetime.fromisoformat(date) if date else None,
        lang=lang,
        tags=tuple(tags),
        categories=tuple(categories),
        thumbnail=thumbnail,
        text=text[:-1],
        sections=tuple(map(Section._make, sections)),
    )


def _slices(folded: bytes) -> Iterator[bytes]:
    """Whole lines, as many as fit, each ended by a newline."""
    folded += b"\n"
    at = 0
    while at < len(folded):
        end = folded.rfind(b"\n", at, at + _SLICE) + 1 or folded.index(b"\n", at) + 1
        yield folded[at:end]
        at = end
