"""The score of a word by the field that has it."""

from pathlib import Path

from tests.helpers.sites import Searcher, index_site, post, write_site


def test_a_page_with_a_word_in_its_text_ranks_above_one_with_it_in_code(tmp_path: Path) -> None:
    prose, code = "用 nmap 扫描。", "扫描如下。\n\n```sh\nnmap\n```\n\n然后"
    pages = {
        "a.md": post("甲", code),
        "b.md": post("乙", prose),
        "c.md": post("丙", "别的。\n\n```\nls\n```"),
    }
    search = Searcher(index_site(write_site(tmp_path, pages)))
    assert search.titles("nmap") == ["乙", "甲"]
    assert search.titles("ls") == ["丙"]
    assert set(search.titles('"nmap"')) == {"甲", "乙"}
