"""The settings of the index: folders, analysis, exclusions, boosts and limits.

`zhsearch.search.settings.Settings` extends this group by those of engines and servers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zhsearch.index import setting_fields as setting

SEGMENTERS = ("auto", "jieba", "rjieba")


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """The settings that decide about an index and its content.

    Relative paths start at the working folder, those in zhsearch.toml at its folder.
    """

    content: Path = setting.path("content", "a site's root or content folder")
    html: Path | None = setting.path(
        None,
        "folder of the built site; its text is searched, whatever generator made it",
        see="[Built pages](built-pages.md)",
    )
    html_base: str = setting.string(
        "", "path of the built site on its host, such as `/docs/`; empty: what its pages say"
    )
    index: Path = setting.path(".zhsearch", "the index folder; only trusted people may write there")
    cache: Path = setting.path(
        "~/.cache/zhsearch", "folder of jieba's compiled dictionary; follows `XDG_CACHE_HOME`"
    )
    segmenter: str = setting.choice(
        "auto", SEGMENTERS, "auto takes rjieba if it is installed; both give the same words"
    )
    dictionary: Path | None = setting.path(
        None, "file of your words", see="[Words of your own](query-language.md#words-of-your-own)"
    )
    stop_words: Path | None = setting.path(None, "file of words that need not match")
    synonyms: Path | None = setting.path(None, "file of words that find each other")
    other_writings: bool = setting.boolean(
        True, "words also find their other writings: inflections, numerals, dates, regional words"
    )
    group_versions: bool = setting.boolean(
        True, "near copies of a page, such as its versions in a documentation, are one hit"
    )
    search_fields: Mapping[str, float] = setting.weights(
        "weights of further fields of front matter, or other ones; 0: not searched",
        see="[Front matter](#front-matter)",
    )
    facets: tuple[str, ...] = setting.facets(
        "fields of front matter that count and filter pages, besides the site's taxonomies",
        see="[Front matter](#front-matter)",
    )
    environment: str = setting.string("production", "Hugo's environment, which selects a folder in `config/`")
    drafts: bool = setting.boolean(
        False, "search drafts too, as `hugo server -D` shows them; not for a public server"
    )
    exclude: tuple[str, ...] = setting.strings(
        (), 'patterns of files below the content folder that are not searched: `"drafts/**"`'
    )
    boosts: Mapping[str, float] = setting.factors(
        "factors for the scores of pages in a folder (`posts/news`) or with a tag (`tag:教程`)"
    )
    max_post_bytes: int = setting.integer(
        5_000_000, 1_000, 1_000_000_000, "bytes; a larger post is skipped and reported"
    )
    processes: int = setting.integer(0, 0, 64, "processes that analyse posts; 0: one for each processor")
    keep_generations: int = setting.integer(2, 1, 100, "generations kept: the live one and those before it")

    @property
    def has_content(self) -> bool:
        """Whether pages come from content files. Where `html` is set and `content` is not, `read_settings`
        makes them the same folder: then they come from built pages alone."""
        return self.html is None or self.content != self.html
