"""The constants that decide the order of hits, each with the source of its value.

Sources: [BM25F] Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields" (2004).
[measured]: `make ranking`, which sets a constant here to zero and measures what it contributed (see
docs/benchmarks.md). [chosen]: a limit on the work of one request, large enough for what readers type.

Code reads them as `constants.NAME`, so that a measurement can replace one in this module alone.
The parser decides when a query counts as a question: see `MIN_QUESTION_WORDS` in `query.model`.
"""

from zhsearch.index.fields import META_UNITS, TEXT_FIELDS

# Words: BM25F

K1 = 1.2
"""Saturation of a word's weighted frequency. [BM25F], Lucene's default."""

B = {"title": 0.4, "heading": 0.5, "body": 0.75, "label": 0.3, "code": 0.75, "meta": 0.0}
"""Length normalisation by field: 0 none, 1 full. 0.75 is Lucene's default; less in short fields, where one
word more or less says little. [measured] None in front matter, which most pages of a site may lack: a mean
length of nearly 0 would make each description a long one."""

FIELD_WEIGHTS = {"title": 4.0, "heading": 1.5, "body": 1.0, "label": 1.5, "code": 0.5, "meta": 1 / META_UNITS}
"""Factor of an occurrence's frequency by field. [measured] In front matter the weight is that of its own
field, see `search_fields`."""

SUBSTRING_WEIGHT = 0.4
"""Weighted frequency of a word that a page has only within longer words. [measured]"""

BEGINNING_WEIGHT = 0.3
"""Weighted frequency of a Latin word that a page has only as the beginning of longer words. [chosen]: less
than that of any page with the word itself."""

LATIN_SUBSTRING_WEIGHT = 0.2
"""The same of a Latin word that a page has only within or at the end of longer words. [chosen]"""

TITLE_BEGINNING_WEIGHT = 0.5
"""Factor of a Latin word's IDF, added where only a longer word of the title begins with it. [chosen]"""

TITLE_WEIGHT = 1.5
"""Factor of a word's IDF, added where the title has the word: readers search for what a page is about, and
BM25F's saturation treats a title as one more occurrence in the text. [measured]"""

TITLE_B = 0.3
"""Length normalisation of TITLE_WEIGHT. [measured]"""

MAX_SUBSTRING_SCANS = 24
"""Words of one query that are also searched inside longer words. [chosen]"""

MAX_RARE_LATIN_PAGES = 20
"""Pages with a Latin word up to which it is also searched inside longer words: xfreerdp for rdp. [chosen]"""

# Relaxed queries: the share of the query that a page has

SHARE_BASE = 2.0
"""Added to the IDF of a word, so that one on every page is worth something: on a site of few pages most words
are. [chosen]"""

MAX_SHARE_WIDTH = 8
"""Half-width characters that a word is worth at most, so that a long unknown one does not outweigh the rest.
[chosen]"""

MIN_QUERY_SHARE = 0.27
"""Share of a query that a page needs. Below it are one of four words of the same worth, and what a segmenter
leaves of a text that no page has: 思 of 低头思故乡 (0.18), 后 of 九零后 (0.25), e of e=mc2 (0.26). A word on
every page stays above it beside one on none (linux 火锅: 0.36). [measured] on 2,000 posts about Linux."""

WEAK_QUERY_SHARE = 0.42
"""Share below which a page is a weak hit: one of three words of the same worth, two of five, or the less
telling of two. [measured], as above."""

NAMED_QUERY_SHARE = 0.51
"""Share of a query in a title from which on its page need not have the other words: that of Falcon in
接入 Falcon. More than half, so that of two words of the same worth neither is what is asked for. [measured]:
`python -m tests.bench.writings --kind generic`."""

# Questions: shared character n-grams

BIGRAM_WEIGHT = 0.6
"""Factor of the IDF of a shared character bigram. [measured]"""

UNIGRAM_WEIGHT = 0.5
"""Factor of the IDF of a shared character. [measured]"""

SCORE_FLOOR = 0.4
"""Share of the best page's score that a page needs to match a question. [measured]"""

MAX_NGRAMS = 64
"""Bigrams, and as many unigrams, of one question. [chosen]"""

# Re-ranking of the best hits

RERANKED_TITLES = 30
"""Hits of a list of words whose titles are compared with it. [measured]: more of them change nothing."""

RERANKED_TEXTS = 10
"""Hits of a question whose texts are searched for a dense passage. [chosen]"""

TITLE_COMPLETE = 3.0
"""Points for a title that has every word of a list. [measured]: from 2 on, no more is gained."""

TITLE_ORDER = 1.0
"""Points for a title that has them in their order. [measured]"""

TITLE_ADJACENT = 3.0
"""Points for a title that has them side by side in order; less where they are apart. [measured]"""

TITLE_GAP = 8.0
"""Characters between the words at which half of TITLE_ADJACENT is left. [measured]"""

TITLE_PREFIX = 0.5
"""Points for a title that begins with them, in order. [measured]"""

TITLE_NAMED = 2.0
"""Points for a page whose whole title occurs in the question. [measured]"""

PASSAGE_WEIGHT = 0.3
"""Factor of the IDF of each bigram in the densest passage, besides BIGRAM_WEIGHT. [measured]"""

PASSAGE_CHARS = 20
"""Characters of a passage. [measured]"""

# Near copies

VERSION_SHARE = 0.9
"""Share of the best version's score that a newer version needs to be shown instead. [chosen]: copies differ a
little in length, and one that lacks a word of the title by much more."""

# Related pages

MAX_KEY_TERMS = 24
"""Words that represent a page. [chosen]"""

KEY_TERM_SATURATION = 2
"""Frequency at which a word has half of its weight as a key term. [chosen]"""

KEY_TERM_TITLE_REPEATS = 5
"""Occurrences in the text that a word of the title counts for. [chosen]"""

SHARED_TAG_WEIGHT = 2.0
"""Factor of the IDF of a tag that two pages share. [chosen]"""

assert set(B) == set(FIELD_WEIGHTS) == set(TEXT_FIELDS)
