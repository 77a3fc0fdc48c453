"""The table of all settings in docs/configuration.md, written from their declarations.

`make docs` runs this after a change; a test says when the table is out of date.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.helpers.sites import ROOT
from zhsearch.index.setting_fields import settings_of
from zhsearch.search.settings import Settings

PAGE = ROOT / "docs" / "configuration.md"
BEGIN, END = "<!-- settings:begin -->\n", "<!-- settings:end -->"


def settings_table() -> str:
    """The rows of all settings in Markdown, heads included."""
    defaults = Settings()
    lines = ["| setting | default | range | meaning |", "| --- | --- | --- | --- |"]
    for name, setting in settings_of(Settings).items():
        default = getattr(defaults, name)
        shown = "none" if default is None else f"`{as_toml(default)}`"
        meaning = f"{setting.help}; see {setting.see}" if setting.see else setting.help
        lines.append(f"| `{name}` | {shown} | {setting.limits} | {meaning} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def as_toml(value: object) -> str:
    """A default as it would be written in zhsearch.toml."""
    if isinstance(value, Mapping) and not value:
        return "{}"
    return json.dumps(str(value) if isinstance(value, Path) else value)


def with_table(page: str) -> str:
    """The page with the table of today."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{settings_table()}{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
