"""Every kind of writing: how its queries are made, and how an answer is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from . import absent, adjacency, equivalents, generic, latin_parts, signs, spacing
from .fields import shown_fields
from .measure import (
    Asker,
    Outcome,
    measure_leading,
    measure_pair,
    measure_relaxing,
    measure_suggestion,
    measure_typing,
)
from .pairs import Pair
from .texts import Texts

FIELDS_SITE = "fields"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of writings: a slug for the command line, a name for the table, and its rule for one corpus."""

    slug: str
    name: str
    outcomes: Callable[[Asker], Sequence[Outcome]]
    site: str | None = None  # of its own; None: the corpora


@dataclass(frozen=True, slots=True)
class KindResult:
    """The outcomes of a kind on all corpora."""

    kind: Kind
    outcomes: tuple[Outcome, ...]


def _of_pairs(make: Callable[[Texts], list[Pair]], asker: Asker) -> list[Outcome]:
    return [measure_pair(asker, pair) for pair in make(asker.texts)]


def _of_leading(make: Callable[[Texts], list[Pair]], asker: Asker) -> list[Outcome]:
    return [measure_leading(asker, pair) for pair in make(asker.texts)]


def _of_words(
    make: Callable[[Texts], list[str]], measure: Callable[[Asker, str], Outcome], asker: Asker
) -> list[Outcome]:
    return [measure(asker, word) for word in make(asker.texts)]


def _pairs(slug: str, name: str, make: Callable[[Texts], list[Pair]]) -> Kind:
    return Kind(slug, name, partial(_of_pairs, make))


KINDS: tuple[Kind, ...] = (
    _pairs("flags", "1 commands with flags: git rebase -i", signs.flags),
    _pairs("negative", "1 negative numbers: -18℃, 返回 -1", signs.negative_numbers),
    _pairs("dictionary", "2 mixed words of jieba: C语言, C 语言", spacing.mixed_dictionary_words),
    _pairs("han", "2 Latin beside Han: Linux系统, Linux 系统", spacing.latin_beside_han),
    _pairs("han-quoted", "2 the same in quotes", spacing.latin_beside_han_quoted),
    _pairs("unit", "2 number and unit: 500GB, 500 GB", spacing.number_and_unit),
    _pairs("number", "2 name and number: Windows10, Windows 10", spacing.name_and_number),
    _pairs("hyphen", "2 hyphens: wi-fi, wifi, wi fi", spacing.hyphens),
    _pairs("dot", "2 dots: node.js, nodejs, node js", spacing.dots),
    _pairs("compound", "2 compounds: open source, opensource", spacing.compounds),
    _pairs("camel", "2 camelCase: getUserName, get user name", spacing.camel_case),
    _pairs("snake", "2 snake_case: user_name, user name", spacing.snake_case),
    _pairs("wide", "2 blank beside a wide sign, quoted", spacing.blank_beside_wide),
    _pairs("blanks", "2 blanks between characters: 大 纲", spacing.blanks_between_characters),
    _pairs("ordinal", "3 numerals after 第: 第三章, 第3章", equivalents.ordinals),
    _pairs("counter", "3 numerals before counters: 十大, 10 大", equivalents.counters),
    _pairs("date", "3 full dates", equivalents.dates),
    _pairs("thousands", "3 thousands separators: 1,234,567", equivalents.thousands),
    _pairs("times", "3 times signs: 10x20, 10×20", equivalents.times_signs),
    _pairs("accent", "3 accents: café, cafe", equivalents.accents),
    _pairs("inflection", "3 English inflections: container, containers", equivalents.inflections),
    _pairs("region", "3 regional words: 软件, 軟體", equivalents.regional_words),
    _pairs("spelling", "3 spelling variants: 帐号, 账号", equivalents.spelling_variants),
    _pairs("beginning", "4 beginnings: kube, kubernetes", latin_parts.beginnings),
    _pairs("inside", "4 parts inside: rdp, xfreerdp", latin_parts.inside_words),
    Kind("typing", "4 counts fall while typing", partial(_of_words, latin_parts.typed_words, measure_typing)),
    _pairs("neighbours", "5 two characters that are no word: 段简", adjacency.neighbours),
    _pairs("beside", "5 a character beside a word: 李小龙", adjacency.beside_words),
    Kind("fields", "6 fields that themes show", partial(_of_pairs, shown_fields), FIELDS_SITE),
    Kind(
        "absent",
        "7 absent words get no suggestion: 土豆",
        partial(_of_words, absent.absent_words, measure_suggestion),
    ),
    Kind(
        "phrase",
        "7 absent phrases find nothing unrelated",
        partial(_of_words, absent.absent_phrases, measure_relaxing),
    ),
    Kind(
        "generic",
        "8 a task that the page of the thing lacks: 如何接入 Falcon",
        partial(_of_leading, generic.tasks_with_things),
    ),
)
