"""Readers' writings of the same thing, measured: does a query in one writing find the pages that have another?

A *writing* is one way to write a thing (500GB, 500 GB); a *class* of writings is all of them that readers take for
the same. The modules of kinds make classes by rule from the pages of a corpus; `pairs` makes a query of each writing;
`texts` says by plain substrings which pages hold which writing, without any code of the engine; `measure` asks the
engine, `report` prints.
"""

from .report import as_json, as_lines
from .run import measure_corpora

__all__ = ["as_json", "as_lines", "measure_corpora"]
