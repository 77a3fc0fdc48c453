"""The embedded engine: vectorised search on the arrays of a generation's segments."""

__all__: list[str] = []
