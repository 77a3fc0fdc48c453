"""The index of a site: reads its Markdown files and publishes what the engines search.

It knows nothing of queries or HTTP.
"""
