"""The index of a site: reads its Markdown files and publishes what the engines search.

It has no code for queries or HTTP.
"""
