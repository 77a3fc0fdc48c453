"""Search: query language, engines, snippets, Flask app, command line, widget."""
