"""The WSGI server: gunicorn, with a worker whose event loop buffers requests and responses."""
