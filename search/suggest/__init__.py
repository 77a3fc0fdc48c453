"""Did-you-mean and completion, from spelling, pinyin and the entries of an index.

Only names that are cheap to import are exported. `completion`, `entries`, `pinyin` and `spelling` are
imported as modules, since most queries on the command line do without them.
"""

from zhsearch.search.suggest.did_you_mean import MAX_RARE_PAGES, MIN_KNOWN_FREQUENCY, han_and_latin_runs
from zhsearch.search.suggest.lazy_suggestions import LazySuggestions

__all__ = ["MAX_RARE_PAGES", "MIN_KNOWN_FREQUENCY", "LazySuggestions", "han_and_latin_runs"]
