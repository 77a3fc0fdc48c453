"""The comparison of our list of pages with Hugo's, a built site's or a sitemap's; the files of one page."""

from zhsearch.index.audit.check import CheckResult, check
from zhsearch.index.audit.page_files import PageFile, page_files

__all__ = ["CheckResult", "PageFile", "check", "page_files"]
