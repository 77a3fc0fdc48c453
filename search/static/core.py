"""The core of an export: what every query needs, loaded when the search is opened.

It has the facets with their pages, the dates, the site owner's words, and the directories of the other files.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from zhsearch.index.analysis import HAN, Lexicon, Segmenter, simplify_characters
from zhsearch.index.boosts import BoostRules
from zhsearch.index.fields import FACETS, TEXT_FIELDS
from zhsearch.index.models import PageMeta
from zhsearch.search.api import page_json
from zhsearch.search.ranking import mean_lengths
from zhsearch.search.static.lexical import composed_terms
from zhsearch.search.static.ngrams import Ngrams
from zhsearch.search.static.other_words import other_word_facts
from zhsearch.search.static.pages import Pages
from zhsearch.search.static.records import differences, records_per_file

FORMAT = 1
"""The format of an export's files; `search.js` reads one of its own format only."""

_RECENT, _RECENT_BY_LANGUAGE = 60, 20
_FIRST_HAN, _LAST_HAN = map(ord, HAN.split("-"))
_EPOCH = dt.date(1970, 1, 1).toordinal()
_SECOND = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def site_facts(pages: Pages, segmenter: Segmenter) -> dict[str, Any]:
    """What the core says of the site and its owner's words."""
    generation = pages.snapshot.generation
    manifest = generation.manifest
    means = mean_lengths(pages.snapshot.lengths, pages.snapshot.live)
    return {
        "format": FORMAT,
        "generation": generation.id,
        "version": manifest.version,
        "site": manifest.site._asdict(),
        "documents": len(pages),
        "created": manifest.created.isoformat(),
        "lexicon": _lexicon_json(manifest.lexicon, segmenter),
        "facets": list(manifest.facets),
        "title_mean": float(means[TEXT_FIELDS.index("title")]),
    }


def _lexicon_json(lexicon: Lexicon, segmenter: Segmenter) -> dict[str, Any]:
    """The owner's words; of the site terms those that consist of words, of which a page may have others."""
    return {
        "stop_words": lexicon.stop_words,
        "site_terms": composed_terms(lexicon, segmenter),
        "mixed": lexicon.mixed,
        "other_writings": lexicon.other_writings,
        **other_word_facts(lexicon),
    }


def page_facts(pages: Pages) -> dict[str, Any]:
    """What the core says of pages by number: dates, values of facets, copies, boosts."""
    snapshot = pages.snapshot
    days = [_day_number(day) for day in snapshot.day[pages.snapshot_page].tolist()]
    instants = np.concatenate([np.zeros(0), *(segment.arrays["instant"] for segment in snapshot.segments)])[
        pages.snapshot_page
    ]
    undated = int(np.isnan(instants).sum())
    copies = [
        [number for number in pages.number[list(group)].tolist() if number >= 0] for group in snapshot.copies
    ]
    return {
        "undated": undated,
        "days": differences(days[undated:]),
        "ties": (np.flatnonzero(np.diff(instants) == 0) + 1).tolist(),
        "values": {name: _values(pages, name) for name in (*FACETS, *snapshot.generation.manifest.facets)},
        "copies": [group for group in copies if len(group) > 1],
        "boosts": _boosts(pages),
    }


def _day_number(day: int) -> int:
    """Days since 1970 of a day given as YYYYMMDD; 0 without a date."""
    return dt.date(day // 10_000, day // 100 % 100, day % 100).toordinal() - _EPOCH if day else 0


def _values(pages: Pages, name: str) -> list[tuple[str, list[int]]]:
    """(value, pages) of each value of a facet that a page has, that of most pages first."""
    facet = pages.snapshot.facets[name]
    lists: list[list[int]] = [[] for _ in facet.values]
    starts = facet.starts.tolist()
    for number, page in enumerate(pages.snapshot_page.tolist()):
        for value in facet.ids[starts[page] : starts[page + 1]].tolist():
            lists[value].append(number)
    values = ((value, numbers) for value, numbers in zip(facet.values, lists, strict=True) if numbers)
    return [
        (value, differences(numbers))
        for value, numbers in sorted(values, key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def _boosts(pages: Pages) -> dict[int, float] | None:
    """The factor of each page that has another than 1; None where nothing is boosted."""
    rules = BoostRules(pages.snapshot.generation.manifest.boosts)
    if not rules:
        return None
    metas = (pages.snapshot.stored(page).meta for page in pages.snapshot_page.tolist())
    factors = {number: rules.factor(meta.path, meta.tags) for number, meta in enumerate(metas)}
    return {number: factor for number, factor in factors.items() if factor != 1.0}


def han_characters(ngrams: Ngrams) -> str:
    """The Han characters of the folded texts, sorted."""
    singles = (ngrams.keys >> _SHIFT)[ngrams.keys & _SECOND == 0].tolist()
    return "".join(chr(point) for point in singles if _FIRST_HAN <= point <= _LAST_HAN)


def has_traditional(characters: Iterable[str]) -> bool:
    """Whether some character has a simplified one."""
    text = "".join(sorted(characters))
    return simplify_characters(text) != text


def recent_pages(pages: Pages) -> list[Mapping[str, object]]:
    """The newest dated pages, of all languages and of each."""
    metas: Iterable[PageMeta] = (
        pages.snapshot.stored(page).meta for page in reversed(pages.snapshot_page.tolist())
    )
    found, by_language = list[Mapping[str, object]](), dict[str, int]()
    languages = len(pages.snapshot.facets["lang"].values)
    full = 0
    for meta in metas:
        if meta.date is None or (len(found) >= _RECENT and full >= languages):
            break
        count = by_language[meta.lang] = by_language.get(meta.lang, 0) + 1
        full += count == _RECENT_BY_LANGUAGE
        if len(found) < _RECENT or count <= _RECENT_BY_LANGUAGE:
            found.append(page_json(meta))
    return found


def group_facts(groups: Sequence[tuple[int, str]], count: int) -> Mapping[str, Any]:
    """The directory of the records of `count` pages; groups are (number of the first page, name)."""
    return {
        "starts": differences([start for start, _ in groups]),
        "names": "".join(name for _, name in groups),
        "records_per_file": records_per_file(count),
    }
