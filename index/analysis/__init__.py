"""Text analysis: folding, segmentation and terms, the same for pages and queries."""

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folded_text import FoldedText
from zhsearch.index.analysis.folding import (
    HAN,
    facet_text,
    fold,
    fold_keeping_blanks,
    fold_plain,
    folds_by_character,
    simplify_characters,
    simplify_words,
)
from zhsearch.index.analysis.lexicon import Lexicon, lexicon_of, read_lexicon, spelling_variants
from zhsearch.index.analysis.offset_maps import Offsets, offset_map
from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter, segmenter_signature, uses_rjieba
from zhsearch.index.analysis.token_terms import MAX_TERM_CHARS
from zhsearch.index.analysis.tokenizer import (
    FUNCTION_WORDS,
    QueryToken,
    query_tokens,
    token_across,
    token_pattern,
)

__all__ = [
    "FUNCTION_WORDS",
    "HAN",
    "MAX_TERM_CHARS",
    "Analyzer",
    "FoldedText",
    "Lexicon",
    "Offsets",
    "QueryToken",
    "Segmenter",
    "facet_text",
    "fold",
    "fold_keeping_blanks",
    "fold_plain",
    "folds_by_character",
    "get_segmenter",
    "lexicon_of",
    "offset_map",
    "query_tokens",
    "read_lexicon",
    "segmenter_signature",
    "simplify_characters",
    "simplify_words",
    "spelling_variants",
    "token_across",
    "token_pattern",
    "uses_rjieba",
]
