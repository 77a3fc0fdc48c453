"""The lab: a local page on which the owner looks at a search, tries changes, and judges hits."""

from zhsearch.search.lab.app import create_lab
from zhsearch.search.lab.server import LabServer

__all__ = ["LabServer", "create_lab"]
