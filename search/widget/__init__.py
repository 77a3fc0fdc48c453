"""The search box as a script, and the files that put it into a site of any generator."""

from zhsearch.search.widget.bundle import Asset, WidgetBundle, static_bundle, widget_bundle, widget_style
from zhsearch.search.widget.hugo_partials import (
    THEMES,
    InstalledBox,
    installed_box,
    snippet,
    theme_steps,
    write_partials,
)
from zhsearch.search.widget.init_result import InitResult
from zhsearch.search.widget.recipes import add_box
from zhsearch.search.widget.recognition import GENERATORS

__all__ = [
    "GENERATORS",
    "THEMES",
    "Asset",
    "InitResult",
    "InstalledBox",
    "WidgetBundle",
    "add_box",
    "installed_box",
    "snippet",
    "static_bundle",
    "theme_steps",
    "widget_bundle",
    "widget_style",
    "write_partials",
]
