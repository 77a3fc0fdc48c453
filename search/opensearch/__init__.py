"""Search on a cluster: our words, weights and characters go into OpenSearch, and queries come out of it."""
