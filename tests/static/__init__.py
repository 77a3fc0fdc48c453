"""The static engine: its files, and the same meaning of a query in JavaScript."""
