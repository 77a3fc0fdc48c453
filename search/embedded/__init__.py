"""The default engine: queries evaluated with array operations on memory-mapped segments."""
