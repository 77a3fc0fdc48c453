"""Which generator makes a site, and in which folder its sources are, from the names of its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhsearch.index.hugo import read_configuration
from zhsearch.search.widget.stamped_files import InitError, read_file

# The first that fits wins: what only one generator has stands before names that several use.
_SIGNS: dict[str, tuple[str, ...]] = {  # glob patterns, one of which fits
    "vitepress": (".vitepress/config.*",),
    "docusaurus": ("docusaurus.config.*",),
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
    "sphinx": ("conf.py",),
    "hexo": ("_config.yml",),
    "jekyll": ("_config.yml", "_config.yaml", "_config.toml"),
    "hugo": ("hugo.*", "config.*", "config/_default/*"),
    "html": ("*.html",),
}
GENERATORS = tuple(_SIGNS)
_FOLDERS = {"vitepress": ("", "docs/"), "sphinx": ("", "docs/", "source/", "docs/source/")}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A generator, and the folder of its sources below the site's root: empty, or with a slash at its end."""

    generator: str
    folder: str = ""


def recognise(site: Path, generator: str | None = None) -> Recognised:
    """The generator of the site in a folder; `generator`: look for the folder of this one alone.

    Raises InitError if none is recognised, or a named one has no configuration there.
    """
    for name in (generator,) if generator else GENERATORS:
        for folder in _FOLDERS.get(name, ("",)):
            if _fits(name, site / folder):
                return Recognised(name, folder)
    if generator in ("hugo", "html"):  # Hugo's own error says what is missing; HTML needs no file
        return Recognised(generator)
    if generator:
        signs = ", ".join(_SIGNS[generator])
        raise InitError("{site} has no {signs}. Name the site's root.", site=site, signs=signs)
    raise InitError(
        "{site} is not recognised as a site of any of {generators}. Name the site's root, or the generator"
        " with --generator",
        site=site,
        generators=", ".join(GENERATORS),
    )


def _fits(generator: str, folder: Path) -> bool:
    if generator == "hugo":
        return read_configuration(folder, "production") is not None
    if not _has(folder, _SIGNS[generator]):
        return False
    package = read_file(folder / "package.json") or ""
    if generator == "hexo":
        return '"hexo"' in package
    if generator == "jekyll":
        return '"hexo"' not in package
    return True


def _has(folder: Path, patterns: Sequence[str]) -> bool:
    return any(path.is_file() for pattern in patterns for path in folder.glob(pattern))
