"""The comparison of our list of pages with Hugo's, a built site's or a sitemap's."""

from zhsearch.index.audit.check import CheckResult, check

__all__ = ["CheckResult", "check"]
