"""The search box as a script, and the partials that put it into a Hugo site."""

from zhsearch.search.widget.bundle import WIDGET_STYLE, WidgetBundle, widget_bundle
from zhsearch.search.widget.hugo_partials import (
    THEMES,
    InitResult,
    InstalledBox,
    installed_box,
    snippet,
    theme_steps,
    write_partials,
)

__all__ = [
    "THEMES",
    "WIDGET_STYLE",
    "InitResult",
    "InstalledBox",
    "WidgetBundle",
    "installed_box",
    "snippet",
    "theme_steps",
    "widget_bundle",
    "write_partials",
]
