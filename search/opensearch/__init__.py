"""Search on an OpenSearch cluster, with the results of the embedded engine."""
