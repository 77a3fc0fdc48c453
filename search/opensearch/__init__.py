"""The engine on an OpenSearch cluster: the same terms, weights and results."""

__all__: list[str] = []
