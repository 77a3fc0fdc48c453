"""`make bench`: one corpus, several search engines, one interleaved run, one table."""
