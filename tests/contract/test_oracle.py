"""Thousands of generated queries, checked against stock Whoosh, plain string search and plain counting."""

import math
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import opencc
import pytest
from hypothesis import settings
from whoosh.index import open_dir
from whoosh.query import Or as WhooshOr
from whoosh.query import Term
from whoosh.scoring import bm25
from whoosh.searching import Searcher as Stock

from tests.helpers.folding import drop_accents, drop_neutral_blanks
from tests.helpers.sites import Searcher, current_generation, default_segmenter, index_site, post, write_site
from zhsearch.index.fields import TEXT_FIELDS, facet_key
from zhsearch.index.models import Document
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.embedded.clauses import NodeCache
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.embedded.matcher import Matcher
from zhsearch.search.query.ast import And, FacetTerm, Node, Not, Or, Phrase, Word
from zhsearch.search.query.model import Query
from zhsearch.search.query.parser import parse
from zhsearch.search.ranking.bm25f import saturate
from zhsearch.search.ranking.constants import FIELD_WEIGHTS, K1, B
from zhsearch.search.settings import Settings

WORDS = [
    *("算力", "芯片", "国产", "存储", "手机", "平台", "云", "数据库", "資料庫", "开源", "软件", "科学院", "中国科学院"),
    *("docker", "GPT-4o", "gpt", "C++", "2.307亿", "192.168.1.1", "node.js", "A", "ｄｏｃｋｅｒ", "乾隆", "藉口", "借口", "𠮷"),
]  # fmt: skip


class World:
    """One index, its pages as plain strings, and stock Whoosh on the same files: what a query must find."""

    def __init__(self, settings: Settings) -> None:
        self.searcher = Searcher(settings)
        assert isinstance(self.searcher.engine, EmbeddedEngine)
        self.engine = self.searcher.engine
        self.snapshot = self.engine._snapshot
        self.documents = {
            page: self.snapshot.stored(page).document() for page in self.snapshot.pages.tolist()
        }
        self.blocks = {
            page: [plain(line) for line in [d.title, *d.text.split("\n")]]
            for page, d in self.documents.items()
        }
        self.stock: Stock = open_dir(str(current_generation(settings.index).folder)).searcher()
        self._matching_cache: dict[Node, set[int]] = {}
        self._titled_cache: dict[Node, set[int]] = {}
        self._by_url = {document.url: page for page, document in self.documents.items()}

    def with_term(self, word: Word) -> set[int]:
        """Pages with the word as a term, according to stock Whoosh."""
        fields = TEXT_FIELDS if word.field is None else (word.field,)
        found = self.stock.search(WhooshOr([Term(field, word.term) for field in fields]), limit=None)
        return {self._by_url[hit["url"]] for hit in found}

    def with_text(self, text: str, field: str | None) -> set[int]:
        """Pages that contain the folded text, according to plain string search."""
        end = 1 if field == "title" else None
        return {page for page, blocks in self.blocks.items() if any(text in b for b in blocks[:end])}

    def with_pattern(self, pattern: str, field: str | None) -> set[int]:
        """Pages that a regular expression matches in, according to `re`."""
        end, compiled = 1 if field == "title" else None, re.compile(pattern)
        return {page for page, blocks in self.blocks.items() if any(map(compiled.search, blocks[:end]))}

    def matching(self, node: Node) -> set[int]:
        """Pages that match a node, by set algebra."""
        if node not in self._matching_cache:
            self._matching_cache[node] = self._matching(node)
        return self._matching_cache[node]

    def _matching(self, node: Node) -> set[int]:
        if isinstance(node, Word):
            found = self.with_term(node)
            if node.kind == "han":
                return found | self.with_text(node.pattern, node.field)
            if node.kind == "latin" and not node.whole and len(node.term) > 2 and not node.term.isdecimal():
                if len(found) <= 20:  # rare words are also found inside others
                    return found | self.with_pattern(re.escape(node.term), node.field)
                return found | self.with_pattern(rf"(?<![^\W\d_]){re.escape(node.term)}", node.field)
            return found
        if isinstance(node, Phrase) and node.bounded:
            return self.with_pattern(
                rf"(?<![0-9a-z]){re.escape(node.pattern)}(?![0-9a-z])"
                if node.pattern[0].isascii() and node.pattern[-1].isascii()
                else rf"(?<![0-9a-z]){re.escape(node.pattern)}"
                if node.pattern[0].isascii()
                else rf"{re.escape(node.pattern)}(?![0-9a-z])",
                node.field,
            )
        if isinstance(node, Phrase):
            return self.with_text(node.pattern, node.field)
        if isinstance(node, FacetTerm):
            return {
                page
                for page, d in self.documents.items()
                if node.value in map(plain, d.tags if node.field == "tag" else d.categories)
            }
        if isinstance(node, Not):
            return self.documents.keys() - self.matching(node.node)
        assert isinstance(node, And | Or)
        parts = [self.matching(part) for part in node.nodes]
        return set.intersection(*parts) if isinstance(node, And) else set.union(*parts)

    def allowed(self, query: Query) -> set[int]:
        """Pages that match all `must` clauses."""
        return set.intersection(set(self.documents), *map(self.matching, query.must))

    def with_all(self, query: Query) -> set[int]:
        """Pages that match all `must` and `should` clauses."""
        return set.intersection(self.allowed(query), *map(self.matching, query.should))

    def expected(self, query: Query) -> set[int]:
        """Pages that a query must find, by the documented rules of minimum-should-match, minimum share and titles."""
        allowed = self.allowed(query)
        if not query.should:
            return allowed
        worth = self.worth(query)
        counts, shares = Counter[int](), defaultdict[int, float](float)
        for node in query.should:
            for page in self.matching(node) & allowed:
                counts[page] += 1
                shares[page] += worth[node]
        if len(query.should) > 1:
            counts = Counter({page: count for page, count in counts.items() if shares[page] >= 0.27})
        needed, named = len(query.should), self.named(query, worth) & allowed
        if needed > 1 and (
            query.is_question or not self.with_all(query)
        ):  # a title counts as half of the words
            counts |= Counter(dict.fromkeys(named, (needed + 1) // 2))
        elif needed > 1 and not named & self.with_all(query):
            return named | self.with_all(query)
        best = max(counts.values(), default=0)
        if needed > 1 and (best < needed or query.is_question):
            needed = max(1, min((needed + 1) // 2, best))
        return {page for page, count in counts.items() if count >= needed}

    def named(self, query: Query, worth: dict[Node, float]) -> set[int]:
        """Pages with words in the title that are worth more than half of a query."""
        shares = defaultdict[int, float](float)
        for node in query.should if not query.is_question else ():
            for page in self.titled(node):
                shares[page] += worth[node]
        return {page for page, share in shares.items() if share >= 0.51}

    def titled(self, node: Node) -> set[int]:
        """Pages with the words of a node in the title."""
        if isinstance(node, Word):
            if node not in self._titled_cache:
                self._titled_cache[node] = self.with_term(replace(node, field="title"))
            return self._titled_cache[node]
        if isinstance(node, And | Or):
            parts = [self.titled(part) for part in node.nodes]
            return set.intersection(*parts) if isinstance(node, And) else set.union(*parts)
        return set()

    def worth(self, query: Query) -> dict[Node, float]:
        """The share of a query that each word is worth: half by its rarity, half by its width."""
        allowed, pages = self.allowed(query), len(self.documents)
        found = {node: len(self.matching(node) & allowed) for node in query.should}
        rarity = {node: 2 + math.log(1 + (pages - n + 0.5) / (n + 0.5)) for node, n in found.items()}
        widths = {node: min(width(node), 8) for node in query.should}
        return {
            node: rarity[node] / sum(rarity.values()) / 2 + widths[node] / sum(widths.values()) / 2
            for node in query.should
        }


def expanded(world: World, q: str) -> Query:
    """The query of a text with its other writings, as the API makes it."""
    return world.searcher.engine.expand(parse(q, world.searcher.segmenter))


def width(node: Node) -> int:
    """Latin letters and digits are half as wide as other characters; alternatives are as wide as the widest.

    Other writings, and characters that stand together, have a weight and no width of their own.
    """
    if isinstance(node, Word | Phrase):
        if node.weight != 1.0:
            return 0
        return sum(1 if c.isalnum() and c < "\u2e80" else 2 for c in node.pattern)
    assert isinstance(node, And | Or)
    return (sum if isinstance(node, And) else max)(map(width, node.nodes))


STRAIGHT = str.maketrans("‘’‛“”‟‐‒–", "'''\"\"\"---")


def plain(text: str) -> str:
    """Fold a text as documented, with nothing but the standard library and OpenCC, a character at a time."""
    text = drop_neutral_blanks(INVISIBLE.sub("", text))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(map(simplify, drop_accents(folded))).translate(STRAIGHT)


def simplify(character: str) -> str:
    if character not in SIMPLIFIED:
        SIMPLIFIED[character] = CONVERTER.convert(character) if character > "\u2e80" else character
    return SIMPLIFIED[character] if len(SIMPLIFIED[character]) == 1 else character


INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
CONVERTER = opencc.OpenCC("t2s")
SIMPLIFIED: dict[str, str] = {}


def random_posts(rng: random.Random, count: int) -> dict[str, str]:
    posts = {}
    for number in range(count):
        body = "".join(
            rng.choice([*WORDS, "，", "。", " ", "\n\n", "\n\n## ", "的"]) for _ in range(rng.randint(0, 60))
        )
        date = f"202{rng.randint(0, 5)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
        tags = rng.sample(["甲", "乙", "Tag", "tag", "资料"], rng.randint(0, 3))
        posts[f"p/{number}.md"] = post("".join(rng.choices(WORDS, k=2)), body, tags=tags, date=date)
    return posts


@pytest.fixture(scope="module")
def random_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Random posts in several segments, some pages of which are deleted."""
    rng = random.Random(3)
    folder = write_site(tmp_path_factory.mktemp("world"), random_posts(rng, 400))
    settings = index_site(folder)
    for number in rng.sample(range(400), 12):
        (folder / f"content/p/{number}.md").write_text(
            random_posts(rng, 1)["p/0.md"] if number % 3 else "---\ndraft: true\n---\n", encoding="utf-8"
        )
    reindex(settings)
    manifest = current_generation(settings.index).manifest
    assert len(manifest.segments) > 1
    assert any(segment.deleted for segment in manifest.segments)
    return World(settings)


@pytest.fixture(scope="module")
def real_world(tmp_path_factory: pytest.TempPathFactory, shared: Callable[[str], Path]) -> World:
    """Every seventh post of one real Chinese site and every third of another."""
    folder = tmp_path_factory.mktemp("real")
    posts = sorted((shared("corpus/lctt") / "content").rglob("*.md"))[::7]
    posts += sorted((shared("corpus/servicemesher") / "content").rglob("*.md"))[::3]
    texts = {f"{n}.md": file.read_text(encoding="utf-8", errors="replace") for n, file in enumerate(posts)}
    return World(index_site(write_site(folder, texts)))


def queries(rng: random.Random, words: list[str], count: int) -> Iterator[str]:
    for _ in range(count):
        parts = []
        for _ in range(rng.choice([1, 1, 1, 2, 2, 2, 3, 4, 7])):
            word = rng.choice(words)
            form = rng.random()
            if form < 0.15:
                word = f'"{word}{rng.choice(words) if rng.random() < 0.5 else ""}"'
            elif form < 0.25:
                word = f"-{word}"
            elif form < 0.32:
                word = f"title:{word}"
            elif form < 0.36:
                word = f"tag:{rng.choice(['甲', 'tag', '资料', '資料'])}"
            elif form < 0.44:
                word = f"{word} OR {rng.choice(words)}"
            elif form < 0.5:
                word = f"({word} {rng.choice(words)}) OR {rng.choice(words)}"
            parts.append(word)
        yield " ".join(parts)


def has_latin_word(node: Node) -> bool:
    """Whether a node contains a word of letters, which falls back to a substring search where no page has it."""
    if isinstance(node, Not):
        return has_latin_word(node.node)
    if isinstance(node, And | Or):
        return any(map(has_latin_word, node.nodes))
    return isinstance(node, Word) and node.kind != "han"


def assert_same(world: World, q: str, *, strictly: bool) -> None:
    query = expanded(world, q)._replace(per_page=50)
    found = set(Matcher(world.snapshot, world.engine._norms, NodeCache(0)).match(query).pages.tolist())
    expected = world.expected(query)
    if query.is_question_form and (query.is_question or not world.with_all(query)):
        # Question scoring decides by numbers which pages answer; those with all words must be among them.
        assert world.with_all(query) <= found <= world.allowed(query), q
    elif strictly or not any(map(has_latin_word, (*query.should, *query.must))):
        assert found == expected, q
    assert world.engine.search(query).total == len(found)


def test_cached_words_of_earlier_queries_change_no_answer(random_world: World) -> None:
    snapshot, norms, words = random_world.snapshot, random_world.engine._norms, NodeCache(50_000)
    for q in queries(random.Random(7), [*WORDS, "的", "国", "独角鲸"], 500):
        query = expanded(random_world, q)
        warm = Matcher(snapshot, norms, words).match(query)
        cold = Matcher(snapshot, norms, NodeCache(0)).match(query)
        assert warm.relaxed == cold.relaxed, q
        assert warm.pages.tolist() == cold.pages.tolist(), q
        assert warm.score.tolist() == cold.score.tolist(), q


def test_a_thousand_queries_find_the_expected_random_posts(random_world: World) -> None:
    han = [word for word in WORDS if all(unicodedata.category(c) == "Lo" for c in word)]
    for q in queries(random.Random(4), [*han, "的", "国", "片存", "独角鲸"], 10 * settings().max_examples):
        assert_same(random_world, q, strictly=True)


def test_hundreds_of_queries_find_the_expected_real_posts(real_world: World) -> None:
    rng = random.Random(5)
    words = set()
    for document in rng.sample(list(real_world.documents.values()), 60):
        run = rng.choice(re.findall("[\u4e00-\u9fa5]{4,}", document.title + document.text) or ["文章"])
        start = rng.randrange(len(run))
        words.add(run[start : start + rng.randint(1, 4)])
    for q in queries(rng, sorted(words), 5 * settings().max_examples):
        assert_same(real_world, q, strictly=True)


def test_words_of_letters_are_found_where_stock_whoosh_finds_them(real_world: World) -> None:
    rng = random.Random(6)
    terms = [term.decode() for field, term in real_world.stock.reader().all_terms() if field == "body"]
    latin = [term for term in terms if term.isascii() and term.isalnum()]
    for term in rng.sample(latin, 400):
        query = parse(term, default_segmenter())
        found = (
            Matcher(real_world.snapshot, real_world.engine._norms, NodeCache(0)).match(query).pages.tolist()
        )
        assert set(found) == set.union(*map(real_world.matching, query.should)), term


def test_every_visible_substring_of_a_page_is_found_as_a_quoted_phrase(
    random_world: World, real_world: World
) -> None:
    rng = random.Random(7)
    for world, count in ((random_world, 300), (real_world, 1500)):
        pages = list(world.documents)
        for _ in range(count):
            page = rng.choice(pages)
            phrase = random_substring(rng, world.documents[page])
            if not phrase or re.search('["“”＂]', phrase):
                continue
            query = parse(f'"{phrase}"', default_segmenter())
            found = set(
                Matcher(world.snapshot, world.engine._norms, NodeCache(0)).match(query).pages.tolist()
            )
            assert page in found, phrase
            folded = " ".join(plain(phrase).split())
            assert found == world.with_text(folded, None), phrase


def random_substring(rng: random.Random, document: Document) -> str:
    """A substring of a line, without spaces around it, that starts and ends at a grapheme boundary."""
    line = rng.choice([document.title, *document.text.split("\n")])
    start = rng.randrange(len(line) + 1)
    end = min(len(line), start + rng.choice([1, 1, 2, 3, 5, 8, 20, 60]))
    while start < end and joins(line[start]):
        start += 1
    while end < len(line) and joins(line[end]):
        end += 1
    return line[start:end].strip()


def joins(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M" or bool(INVISIBLE.match(character)) or character == "\ufffd"
    )


def test_a_word_scores_as_stock_whoosh_scores_it_in_each_field(real_world: World) -> None:
    rng = random.Random(8)
    snapshot, norms = real_world.snapshot, real_world.engine._norms
    means = snapshot.lengths.mean(axis=1)
    reader = real_world.stock.reader()
    for field, term in rng.sample(list(reader.all_terms()), 1500):
        ((_, pages, frequencies),) = snapshot.postings(term, (field,))
        matcher = reader.postings(field, term)
        row = TEXT_FIELDS.index(field)
        for page, weighted in zip(
            pages.tolist(), norms.weighted_frequency(field, pages, frequencies).tolist(), strict=True
        ):
            assert matcher.id() == page
            # Whoosh has no field weights here; ours multiplies the frequency before saturation.
            length, mean = float(snapshot.lengths[row, page]), max(float(means[row]), 1.0)
            stock = bm25(1.0, FIELD_WEIGHTS[field] * matcher.weight(), length, mean, B[field], K1)
            ours = weighted * (K1 + 1) / (weighted + K1)
            assert ours == pytest.approx(stock, rel=1e-9)
            matcher.next()
        assert not matcher.is_active()
    assert saturate(means[:1], 1, 2)[0] > saturate(means[:1], 2, 2)[0]


def test_the_counts_of_a_facet_are_exact_under_the_other_filters(random_world: World) -> None:
    rng = random.Random(9)
    for q in queries(rng, WORDS[:8], 150):
        tag = rng.sample(["甲", "tag", "资料", "无"], rng.randint(0, 2))
        since, until = rng.choice([None, "2022"]), rng.choice([None, "2024-05"])
        answer = random_world.searcher(q, tag=tag, since=since, until=until)
        query = expanded(random_world, q)
        if answer["relaxed"]:
            continue
        matching = [random_world.documents[page] for page in random_world.expected(query)]
        if not query.should or len(query.should) > 5:
            continue
        dated = [d for d in matching if in_range(d, since, until)]
        tags = Counter(key for d in dated for key in {facet_key(value) for value in d.tags})
        assert {facet_key(f["value"]): f["count"] for f in answer["facets"]["tag"] if f["count"]} == tags, q
        selected = {facet_key(value) for value in tag}
        tagged = [d for d in matching if not selected or selected & {facet_key(value) for value in d.tags}]
        years = Counter(str(d.date.year) for d in tagged if d.date)
        assert {f["value"]: f["count"] for f in answer["facets"]["year"] if f["count"]} == years, q


def in_range(document: Document, since: str | None, until: str | None) -> bool:
    day = document.date.strftime("%Y-%m-%d") if document.date else ""
    return (not since or day >= since) and (not until or "" < day <= f"{until}-99")


def test_hits_are_complete_and_sorted_on_every_page(random_world: World) -> None:
    for q in ("芯片", "算力 芯片 存储 手机 平台 云 开源", "", "的"):
        for sort in ("relevance", "newest", "oldest"):
            pages = [
                random_world.searcher(q, sort=sort, page=str(n), per_page="7")["results"]
                for n in range(1, 60)
            ]
            urls = [result["url"] for page in pages for result in page]
            assert len(urls) == len(set(urls)) == random_world.searcher(q)["total"]
            scores = [result["score"] for page in pages for result in page]
            if sort == "relevance" and " " not in q:
                assert scores == sorted(scores, reverse=True)
