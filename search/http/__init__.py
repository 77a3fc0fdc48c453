"""The Flask application: endpoints, errors, caching, limits, metrics and the search page."""
