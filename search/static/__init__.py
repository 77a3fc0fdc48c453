"""The index as static files, which a browser searches without a server."""

from zhsearch.search.static.export import ExportReport, export_site

__all__ = ["ExportReport", "export_site"]
