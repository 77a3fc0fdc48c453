"""Pages of all encodings are read as browsers show them."""

from pathlib import Path

import pytest

from tests.helpers.built_sites import read_pages
from zhsearch.index.models import Document

SIMPLIFIED, TRADITIONAL = (
    "熊猫爱吃竹子，住在四川的山里。",
    "貓熊愛吃竹子，住在四川的山裡。這是繁體中文的網頁。",
)


def _text(folder: Path, html: bytes) -> str:
    file = folder / "public" / "a.html"
    file.parent.mkdir()
    file.write_bytes(html)
    found = read_pages(file.parent)["a.html"]
    assert isinstance(found, Document)
    return found.text


def _page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>题</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("encoding", "text"), [("gb18030", SIMPLIFIED), ("big5", TRADITIONAL)])
def test_an_old_page_that_declares_no_encoding_is_read(encoding: str, text: str, tmp_path: Path) -> None:
    assert _text(tmp_path, _page(text).encode(encoding, "replace")) == text


@pytest.mark.parametrize(
    ("head", "encoding", "text"),
    [
        ("<meta charset=x-gbk>", "gbk", SIMPLIFIED),
        ("<meta charset=big5>", "big5hkscs", "衞生與粧容"),
        ("<meta charset=base64>", "utf-8", SIMPLIFIED),
        ("<meta charset=undefined>", "utf-8", SIMPLIFIED),
        ("<meta charset=idna>", "utf-8", SIMPLIFIED),
        ("<meta charset=utf-16>", "utf-8", SIMPLIFIED),
    ],
)
def test_a_declared_encoding_is_understood_as_browsers_do(
    head: str, encoding: str, text: str, tmp_path: Path
) -> None:
    assert _text(tmp_path, _page(text, head).encode(encoding, "replace")) == text


def test_the_encoding_of_an_xml_declaration_counts(tmp_path: Path) -> None:
    html = f'<?xml version="1.0" encoding="big5"?>{_page("貓熊")}'
    assert _text(tmp_path, html.encode("big5", "replace")) == "貓熊"
