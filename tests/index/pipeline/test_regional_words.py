"""Regional words and site terms: a run that looks at new ones only finds those of a full one."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.sites import current_generation, index_site, post, write_site
from zhsearch.index.pipeline import regional_words
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.segment.merge import LiveSegment
from zhsearch.search.settings import Settings

# Words of both sides, words that are found in parts (数据结构), and words that hold others.
TEXT = (
    "软件 軟體 鼠标 滑鼠 打印机 印表機 文件 檔案 文档 文檔 数据 資料 结构 結構 数据结构 資料結構 U盘 隨身碟"
    " 程序 程式 默认 預設 信息 資訊 网络 網路 内存 記憶體 接口 介面 界面 账户 帳戶 出租车 計程車 的士 麒麟 貔貅"
)
WORDS = TEXT.split()
NAMES = ("深度求索", "区块链", "貔貅兽", "软件", "鼠标垫", "讯飞星火", "长江")


def random_text(rng: random.Random) -> str:
    """A post of words side by side, of which a few are no words of the other pages."""
    body = "，".join(rng.choice(WORDS) for _ in range(rng.randrange(6)))
    return post(f"《{rng.choice(NAMES)}》", body, tags=rng.sample(NAMES, rng.randrange(3)))


def edit(rng: random.Random, folder: Path) -> None:
    """Write, add or remove a post; the last one stays."""
    files = sorted(folder.rglob("*.md"))
    if len(files) > 1 and rng.random() < 0.4:
        rng.choice(files).unlink()
    else:
        (folder / f"{rng.randrange(9)}.md").write_text(random_text(rng), encoding="utf-8")


def lexicon_in(settings: Settings) -> str:
    """The lexicon in the live manifest, as it is on disk."""
    return json.dumps(current_generation(settings.index).manifest.lexicon.as_json(), ensure_ascii=False)


@pytest.mark.parametrize("seed", range(6))
def test_after_edits_and_removals_the_words_are_those_of_a_full_run(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    site = write_site(tmp_path, {f"{number}.md": random_text(rng) for number in range(5)})
    settings = index_site(site)
    fresh = replace(settings, index=tmp_path / "fresh")
    for _ in range(12):
        for _ in range(rng.choice((1, 1, 3))):
            edit(rng, site / "content")
        reindex(settings)
        reindex(fresh, full=True)
        assert lexicon_in(settings) == lexicon_in(fresh)


def test_a_word_of_the_dictionary_is_no_site_term_any_more(tmp_path: Path) -> None:
    names = {"a.md": post("《讯飞星火》"), "b.md": post("二", tags=["貔貅兽"])}
    settings = index_site(write_site(tmp_path, names))
    words = tmp_path / "words.txt"
    assert current_generation(settings.index).manifest.lexicon.site_terms == ("讯飞星火", "貔貅兽")
    for text, terms in (("讯飞星火\n", ("貔貅兽",)), ("麒麟\n", ("讯飞星火", "貔貅兽"))):
        words.write_text(text, encoding="utf-8")
        reindex(replace(settings, dictionary=words))
        assert current_generation(settings.index).manifest.lexicon.site_terms == terms


def test_after_many_changes_all_words_are_converted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_site(tmp_path, {"a.md": post("一", "软件"), "b.md": post("二", "鼠标")})
    settings = index_site(site)
    monkeypatch.setattr(regional_words, "_MAX_CHANGED", 0)
    (site / "content/a.md").write_text(post("一", "打印机"), encoding="utf-8")
    reindex(settings)
    words = dict(current_generation(settings.index).manifest.lexicon.regional)
    assert words["滑鼠"] == ("鼠标",)
    assert words["印表机"] == ("打印机",)
    assert "软体" not in words


def test_a_run_without_a_new_word_does_not_open_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_site(tmp_path, {"a.md": post("一", "软件，数据"), "b.md": post("二", "鼠标，软件")})
    settings = index_site(site)
    before = lexicon_in(settings)
    monkeypatch.setattr(regional_words, "_converted", lambda words: pytest.fail(f"converted {words}"))
    (site / "content/a.md").write_text(post("一", "数据，鼠标，软件"), encoding="utf-8")
    assert reindex(settings).updated == 1
    assert lexicon_in(settings) == before


def test_the_pages_of_changes(tmp_path: Path) -> None:
    names = [f"{number}.md" for number in range(40)]
    settings = index_site(write_site(tmp_path, {name: post("一", "软件") for name in names}))
    base = current_generation(settings.index)
    folder = tmp_path / "new"
    folder.mkdir()
    segments = SegmentSet(folder, base)
    segments.delete({"3.md", "17.md"})
    segments.finish()
    removed, kept, added = segments.changes()
    assert [path for segment in removed for path in segment.strings("path")] == [b"17.md", b"3.md"]
    assert sum(int(segment.live.sum()) for segment in kept) == 38
    assert added == ()


def test_terms_of_few_pages_and_single_terms(tmp_path: Path) -> None:
    rng = random.Random(7)
    settings = index_site(write_site(tmp_path, {f"{number}.md": random_text(rng) for number in range(12)}))
    (source,) = SegmentSet(tmp_path, current_generation(settings.index)).pages()
    for _ in range(20):
        live = np.array([rng.random() < 0.3 for _ in range(len(source.reader))], dtype=np.bool_)
        segment = LiveSegment(source.reader, live)
        assert segment.terms_of_few() == segment.terms()
        assert list(filter(segment.has, source.terms())) == segment.terms()
        assert not segment.has("麒麟软件".encode())
