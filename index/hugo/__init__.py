"""A site's rules, read as Hugo reads them: which pages it publishes, at which addresses."""

from zhsearch.index.hugo.config import read_configuration
from zhsearch.index.hugo.discovery import CONTENT_ADAPTER, ContentFiles, find_files
from zhsearch.index.hugo.documents import assemble_document, make_document
from zhsearch.index.hugo.languages import language_tag
from zhsearch.index.hugo.posts import Unpublished, page_fields, read_files, read_page
from zhsearch.index.hugo.sections import Folders
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.hugo.source import HugoReader, HugoSource, mounted_folders
from zhsearch.index.hugo.urls import list_url, terms_prefix
from zhsearch.index.hugo.values import as_bool, as_lower_table, scalar_text
from zhsearch.index.hugo.wanted_fields import WantedFields, wanted_fields

__all__ = [
    "CONTENT_ADAPTER",
    "ContentFiles",
    "Folders",
    "HugoReader",
    "HugoSource",
    "Site",
    "Unpublished",
    "WantedFields",
    "as_bool",
    "as_lower_table",
    "assemble_document",
    "find_files",
    "language_tag",
    "list_url",
    "load_site",
    "make_document",
    "mounted_folders",
    "page_fields",
    "read_configuration",
    "read_files",
    "read_page",
    "scalar_text",
    "terms_prefix",
    "wanted_fields",
]
