"""A query in, hits out: query language, engine, excerpts, Flask app, command line, widget."""
