"""The search box in sites of any generator: which files put it in, and which steps are left to the owner.

Only files of our own are written, where a generator loads them by itself or lets them replace a part of its
theme; what would change a file of the owner's is printed as a step.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from zhsearch.index.messages import Message
from zhsearch.search.widget.bundle import widget_bundle
from zhsearch.search.widget.hugo_partials import snippet, write_partials
from zhsearch.search.widget.init_result import (
    InitResult,
    checked_url,
    differing_steps,
    template_values,
    write_files,
)
from zhsearch.search.widget.recognition import recognise
from zhsearch.search.widget.site_settings import server_settings
from zhsearch.search.widget.stamped_files import (
    JINJA_STAMP,
    JS_STAMP,
    LIQUID_STAMP,
    InitError,
    filled,
    read_file,
)

_OTHER = "other"
_OWN_TEMPLATES_OF_MKDOCS: tuple[str, ...] = (
    Message("mkdocs.yml, the folder of your own templates:"),
    "  theme:\n    custom_dir: overrides",
)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How the box gets into a site: files (path below the root -> template), and the steps that are left.

    `address` is the site's own, "" where its configuration names none; `port` that of the generator's server
    for authors.
    """

    theme: str = _OTHER
    files: dict[str, str] = field(default_factory=dict)
    todo: tuple[str, ...] = ()
    address: str = ""
    port: int = 8000
    stamp: str = JS_STAMP


def add_box(
    site: Path,
    url: str,
    *,
    generator: str | None = None,
    theme: str | None = None,
    pin: bool = True,
    force: bool = False,
) -> InitResult:
    """Write the search box into a site; its generator is recognised from its files by default.

    `theme` is one of Hugo's. Raises InitError if the generator is not recognised, or a file was edited and
    `force` is not given.
    """
    url = checked_url(url)
    found = recognise(site, generator)
    if found.generator == "hugo":
        return write_partials(site, url, theme=theme, pin=pin, force=force)
    if theme:
        raise InitError(
            "--theme is for Hugo, and this is a site of {generator}. Leave it out", generator=found.generator
        )
    if found.generator == "html":
        return _plain_html(url, pin)
    recipe = _RECIPES[found.generator](site, found.folder)
    values = template_values(url, "zh-CN", pin)
    files = {path: filled(template, values, stamp=recipe.stamp) for path, template in recipe.files.items()}
    done = write_files(site, files, server_settings(url, recipe.address, port=recipe.port), force=force)
    return InitResult(
        generator=found.generator,
        theme=recipe.theme,
        written=done.written,
        unchanged=done.unchanged,
        integrity=widget_bundle().integrity,
        todo=(*recipe.todo, *differing_steps(done.differing)),
        settings=done.settings,
        added=done.added,
        present=done.present,
    )


def _plain_html(url: str, pin: bool) -> InitResult:
    lines = (f"  {line}" for line in snippet(url, pin=pin).splitlines())
    return InitResult(
        generator="html",
        theme=_OTHER,
        written=(),
        unchanged=(),
        integrity=widget_bundle().integrity,
        todo=(Message("where it belongs in each page:"), *lines),
    )


def _hexo(site: Path, folder: str) -> _Recipe:
    text = read_file(site / "_config.yml") or ""
    theme = _yaml_value(text, "theme")
    known = theme in ("next", "landscape")
    todo = (
        (Message("build anew, because Hexo remembers pages:"), "  npx hexo clean && npx hexo generate")
        if known
        else (
            Message("where it belongs in your theme's layout (EJS, or Nunjucks):"),
            "  <%- zhsearch() %>",
            "  {{ zhsearch() | safe }}",
        )
    )
    return _Recipe(
        theme=theme if known else _OTHER,
        files={"scripts/zhsearch.js": "hexo.js"},
        todo=todo,
        address=_yaml_value(text, "url"),
        port=4000,
    )


def _vitepress(site: Path, folder: str) -> _Recipe:
    theme = f"{folder}.vitepress/theme"
    files = {f"{theme}/zhsearch.js": "vitepress.js"}
    own = next((path.name for path in sorted((site / theme).glob("index.*"))), None)
    if own is None or (own == "index.js" and " zhsearch init " in (read_file(site / theme / own) or "")):
        return _Recipe("default", {**files, f"{theme}/index.js": "vitepress.index.js"}, port=5173)
    index = f"{theme}/{own}"
    return _Recipe(
        files=files,
        todo=(
            Message("{file}, around the theme that it exports:", file=index),
            "  import { withSearch } from './zhsearch.js'",
            "  export default withSearch(theme)",
        ),
        port=5173,
    )


def _docusaurus(site: Path, folder: str) -> _Recipe:
    configuration = next(iter(sorted(site.glob("docusaurus.config.*"))), None)
    text = read_file(configuration) or "" if configuration else ""
    found = re.search(r"""^\s*url:\s*['"](https?://[^'"]+)""", text, re.MULTILINE)
    return _Recipe(
        "classic",
        {"src/theme/SearchBar/index.js": "docusaurus.js"},
        address=found[1] if found else "",
        port=3000,
    )


def _mkdocs(site: Path, folder: str) -> _Recipe:
    text = next(filter(None, (read_file(site / name) for name in ("mkdocs.yml", "mkdocs.yaml"))), "")
    is_material = re.search(r"^\s+name:\s*['\"]?material\b|^theme:\s*['\"]?material\b", text, re.MULTILINE)
    if not is_material:
        return _Recipe(
            files={"overrides/zhsearch.html": "plain.html"},
            todo=(
                *_OWN_TEMPLATES_OF_MKDOCS,
                Message("where it belongs in a template of your theme:"),
                '  {% include "zhsearch.html" %}',
            ),
            address=_yaml_value(text, "site_url"),
            stamp=JINJA_STAMP,
        )
    own = re.search(r"^\s+custom_dir:\s*['\"]?([^'\"\s#]+)", text, re.MULTILINE)
    todo = () if own else _OWN_TEMPLATES_OF_MKDOCS
    if re.search(r"^plugins:", text, re.MULTILINE) and not re.search(
        r"^\s+-?\s*(material/)?search\b", text, re.MULTILINE
    ):
        todo += (
            Message("mkdocs.yml, without which Material shows no search:"),
            "  plugins:\n    - search",
        )
    return _Recipe(
        "material",
        {f"{own[1].strip('/') if own else 'overrides'}/partials/search.html": "mkdocs.html"},
        todo=todo,
        address=_yaml_value(text, "site_url"),
        stamp=JINJA_STAMP,
    )


def _sphinx(site: Path, folder: str) -> _Recipe:
    text = read_file(site / folder / "conf.py") or ""
    found = re.search(r"""^html_theme\s*=\s*['"]([^'"]+)""", text, re.MULTILINE)
    theme = found[1] if found else "alabaster"
    templates = f"{folder}_templates"
    box = "searchbox.html"  # in the sidebar of most themes
    places = {
        "furo": ("sidebar/search.html",),
        "alabaster": ("searchfield.html", box),  # its own name for it, and that of older versions
        "sphinx_rtd_theme": (box,),
    }
    todo: tuple[str, ...] = ()
    if not re.search(r"^templates_path\s*=.*_templates", text, re.MULTILINE):
        todo = (Message("conf.py, the folder of your own templates:"), '  templates_path = ["_templates"]')
    if theme not in places:
        todo += (
            Message("where it belongs in a template of your theme:"),
            '  {% include "zhsearch.html" %}',
        )
    address = re.search(r"""^html_baseurl\s*=\s*['"]([^'"]+)""", text, re.MULTILINE)
    return _Recipe(
        theme if theme in places else _OTHER,
        {f"{templates}/{name}": "plain.html" for name in places.get(theme, ("zhsearch.html",))},
        todo=todo,
        address=address[1] if address else "",
        stamp=JINJA_STAMP,
    )


def _jekyll(site: Path, folder: str) -> _Recipe:
    text = next(filter(None, (read_file(site / f"_config.{end}") for end in ("yml", "yaml"))), "")
    return _Recipe(
        files={"_includes/zhsearch.html": "plain.html"},
        todo=(Message("where it belongs in your layouts:"), "  {% include zhsearch.html %}"),
        address=_yaml_value(text, "url"),
        port=4000,
        stamp=LIQUID_STAMP,
    )


def _yaml_value(text: str, key: str) -> str:
    """The text of a key at the beginning of a line; "" without one.

    Read without a YAML parser: mkdocs.yml may have tags that only MkDocs knows.
    """
    found = re.search(rf"""^{key}:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))""", text, re.MULTILINE)
    return next((group.strip() for group in found.groups() if group), "") if found else ""


_RECIPES: dict[str, Callable[[Path, str], _Recipe]] = {
    "hexo": _hexo,
    "vitepress": _vitepress,
    "docusaurus": _docusaurus,
    "mkdocs": _mkdocs,
    "sphinx": _sphinx,
    "jekyll": _jekyll,
}
