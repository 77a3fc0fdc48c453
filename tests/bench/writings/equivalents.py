"""Writings of the same thing in other signs or words: numerals, dates, accents, inflection, regions (item 3)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

import opencc

from .pairs import Pair, Writings, pairs_of
from .texts import Texts, fold

_DIGITS = "零一二三四五六七八九"
_ORDINAL_UNITS = "章|节|部分|步|个|次|条|代|版|天|季|期|回|卷|课|篇|名|层|行|页|位|届|周|种|类"
_COUNTERS = "个|大|种|条|项|步|章|位|次|倍|款|类|台|名|点|招|天|分钟|小时|年"
_NUMBER = r"([一二三四五六七八九十]+|\d{1,2})"
_DATE = re.compile(
    r"(?<![\d.-])((?:19|20)\d\d)(?:([-/.])(\d\d?)\2(\d\d?)| ?年 ?(\d\d?) ?月 ?(\d\d?) ?日|(\d\d)(\d\d))(?![\d.-])"
)
_SPELLINGS = (
    "帐号 账号,帐户 账户,帐单 账单,登陆 登录,其它 其他,图象 图像,录象 录像,想像 想象,好象 好像,象素 像素,摄象 摄像,"
    "惟一 唯一,做为 作为,身分 身份,部份 部分,成份 成分,份量 分量,纪录 记录,联接 连接,联结 连结,重迭 重叠,折迭 折叠,"
    "订制 定制,定单 订单,定货 订货,定金 订金,定阅 订阅,交待 交代,黏贴 粘贴,阀值 阈值,人材 人才,精采 精彩,起程 启程,"
    "制做 制作,座标 坐标,脚色 角色,涵义 含义,热中 热衷,照像 照相,筹画 筹划,规画 规划,计画 计划,辞汇 词汇,撤消 撤销,"
    "报导 报道,当做 当作,叫作 叫做,看做 看作,备分 备份,布署 部署,存贮 存储,起动 启动,起用 启用,模版 模板,摹拟 模拟,"
    "连系 联系,溶合 融合,透澈 透彻,录相 录像,执著 执着,倒霉 倒楣,耽搁 担搁,搅和 搅合"
)


def ordinals(texts: Texts) -> list[Pair]:
    """第三章, 第3章 and 第 3 章."""
    matches = texts.matches(rf"第 ?{_NUMBER} ?({_ORDINAL_UNITS})")
    classes = (_numerals(m[1], "第", m[2]) for m in matches)
    return pairs_of(texts, "numerals after 第", filter(None, classes))


def counters(texts: Texts) -> list[Pair]:
    """三种, 3种 and 3 种, from three on."""
    matches = texts.matches(
        rf"(?<![第\w.,]){_NUMBER} ?({_COUNTERS})|(?<=[\u4e00-\u9fd5])(?<![第一二三四五六七八九十百千万]){_NUMBER} ?({_COUNTERS})"
    )
    classes = (_numerals(m[1] or m[3], "", m[2] or m[4]) for m in matches)
    return pairs_of(texts, "numerals before counters", filter(None, classes))


def dates(texts: Texts) -> list[Pair]:
    """Full dates in their usual forms."""
    return pairs_of(texts, "dates", _dates(texts))


def thousands(texts: Texts) -> list[Pair]:
    """1,234,567 and 1234567."""
    matches = texts.matches(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,.])")
    classes = [(m[0], m[0].replace(",", "")) for m in matches]
    long = texts.matches(r"(?<![\w.,:/-])[1-9]\d{4,8}(?![\w.,:/-])")
    return pairs_of(texts, "thousands separators", [*classes, *((f"{int(m[0]):,}", m[0]) for m in long)])


def times_signs(texts: Texts) -> list[Pair]:
    """10x20 and 10×20."""
    matches = texts.matches(r"(?<![\w.])([1-9]\d*) ?[x×*] ?([1-9]\d*)(?![\w.])")
    classes = ((f"{m[1]}x{m[2]}", f"{m[1]}×{m[2]}", f"{m[1]} × {m[2]}", f"{m[1]} x {m[2]}") for m in matches)
    return pairs_of(texts, "times signs", classes)


def accents(texts: Texts) -> list[Pair]:
    """café and cafe."""
    matches = texts.matches(r"(?<!\w)[A-Za-z]*[À-ÖØ-öø-ɏ][A-Za-zÀ-ÖØ-öø-ɏ]*(?!\w)")
    words = {m[0] for m in matches if len(m[0]) > 2}
    return pairs_of(texts, "accents", ((word, _without_accents(word)) for word in words))


def inflections(texts: Texts) -> list[Pair]:
    """container and containers, library and libraries, install, installed and installing: words of the corpus."""
    return pairs_of(texts, "English inflections", map(tuple, map(sorted, texts.inflected.values())))


def regional_words(texts: Texts) -> list[Pair]:
    """软件 and 軟體: words of the corpus that OpenCC writes otherwise for Taiwan or Hong Kong."""
    return pairs_of(texts, "regional words", _regional_words(texts), one_way=True)


def spelling_variants(texts: Texts) -> list[Pair]:
    """帐号 and 账号."""
    classes = (tuple(pair.split(" ")) for pair in _SPELLINGS.split(","))
    return pairs_of(texts, "spelling variants", (c for c in classes if fold(c[0]) != fold(c[1])))


def _numerals(text: str, before: str, after: str) -> Writings | None:
    value = int(text) if text.isdigit() else _value(text)
    if not value or (value < 3 and not before):
        return None
    return f"{before}{_han(value)}{after}", f"{before}{value}{after}", f"{before} {value} {after}".strip()


def _han(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


_VALUES = {_han(value): value for value in range(1, 100)}


def _value(text: str) -> int | None:
    """The value of a Chinese numeral below a hundred; None where it is no regular one."""
    return _VALUES.get(text)


def _dates(texts: Texts) -> Iterator[Writings]:
    for match in texts.matches(_DATE.pattern):
        year, month, day = (int(part) for part in match.groups() if part and part not in "-/.")
        with suppress(ValueError):
            yield _date_forms(dt.date(year, month, day))


def _date_forms(date: dt.date) -> Writings:
    year, month, day = date.year, date.month, date.day
    digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    return (
        f"{date:%Y-%m-%d}", f"{date:%Y/%m/%d}", f"{date:%Y.%m.%d}", f"{date:%Y%m%d}", f"{year}-{month}-{day}",
        f"{year}/{month}/{day}", f"{year}.{month}.{day}", f"{year}年{month}月{day}日", f"{year} 年 {month} 月 {day} 日",
        f"{date:%Y年%m月%d日}", f"{digits}年{_han(month)}月{_han(day)}日",
    )  # fmt: skip


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def _regional_words(texts: Texts) -> Iterator[Writings]:
    """Each word with what it is elsewhere: 介面 is 界面 and 接口, and each of these is 介面 alone."""
    converters = [opencc.OpenCC(name).convert for name in ("s2twp", "s2hkp")]
    words_of: dict[str, list[str]] = {}
    for word in texts.han_words:
        regional = [other for convert in converters if fold(other := convert(word)) != word]
        for other in regional:
            words_of.setdefault(other, []).append(word)
        if regional:
            yield word, *regional
    yield from ((regional, *dict.fromkeys(words)) for regional, words in words_of.items())
