"""Content becomes a new generation: ingest, segments, site terms, publishing; and watching for changes."""
