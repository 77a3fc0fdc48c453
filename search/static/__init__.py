"""The index as static files, which a browser searches without a server."""

from zhsearch.search.static.export import ExportReport, check_place, export_site

__all__ = ["ExportReport", "check_place", "export_site"]
