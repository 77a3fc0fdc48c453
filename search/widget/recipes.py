"""The search box in sites of any generator: which files put it in, and which steps are left to the owner.

Only files of our own are written, where a generator loads them by itself or lets them replace a part of its
theme; what would change a file of the owner's is printed as a step.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from zhsearch.index.messages import Message
from zhsearch.search.widget.hugo_partials import snippet, write_partials
from zhsearch.search.widget.init_result import (
    BoxSource,
    InitResult,
    build_steps,
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
_FOLDER = "zhsearch"  # of an export, below the built site
_OWN_TEMPLATES_OF_MKDOCS: tuple[str, ...] = (
    Message("mkdocs.yml, the folder of your own templates:"),
    "  theme:\n    custom_dir: overrides",
)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How the box gets into a site: files (path below the root -> template), and the steps that are left.

    `address` is the site's own, "" where its configuration names none, and `base` its path there; `port` that
    of the generator's server for authors. `output`: the folder below the root that the site is built into.
    """

    output: str
    theme: str = _OTHER
    files: dict[str, str] = field(default_factory=dict)
    todo: tuple[str, ...] = ()
    address: str = ""
    base: str = ""
    port: int = 8000
    stamp: str = JS_STAMP

    @property
    def export(self) -> str:
        """The URL of an export in the built site."""
        base = (self.base or urlsplit(self.address).path).strip("/")
        return f"/{base}/{_FOLDER}" if base else f"/{_FOLDER}"


def add_box(
    site: Path,
    url: str | None,
    *,
    static: bool = False,
    generator: str | None = None,
    theme: str | None = None,
    pin: bool = True,
    force: bool = False,
) -> InitResult:
    """Write the search box into a site; its generator is recognised from its files by default.

    `url` is that of the search server, or (`static`) of an export, by default the folder zhsearch below the
    site's base. `theme` is one of Hugo's. Raises InitError if the generator is not recognised, or a file was
    edited and `force` is not given.
    """
    url = checked_url(url) if url else None
    found = recognise(site, generator)
    if found.generator == "hugo":
        return write_partials(site, url, static=static, theme=theme, pin=pin, force=force)
    if theme:
        raise InitError(
            "--theme is for Hugo, and this is a site of {generator}. Leave it out", generator=found.generator
        )
    if found.generator == "html":
        return _plain_html(BoxSource(url or f"/{_FOLDER}", is_static=static, is_pinned=pin))
    recipe = _RECIPES[found.generator](site, found.folder)
    source = BoxSource(url or recipe.export, is_static=static, is_pinned=pin)
    values = template_values(source, "zh-CN")
    files = {path: filled(template, values, stamp=recipe.stamp) for path, template in recipe.files.items()}
    settings = {} if static else server_settings(source.url, recipe.address, port=recipe.port)
    done = write_files(site, files, settings, force=force)
    return InitResult(
        generator=found.generator,
        theme=recipe.theme,
        written=done.written,
        unchanged=done.unchanged,
        integrity=source.bundle.integrity,
        todo=(*recipe.todo, *differing_steps(done.differing), *_steps(source, recipe.output)),
        settings=done.settings,
        added=done.added,
        present=done.present,
    )


def _steps(source: BoxSource, output: str) -> tuple[str, ...]:
    """The steps that an export needs after each build into the folder `output`."""
    if not source.is_static:
        return ()
    target = _FOLDER if output == "." else f"{output}/{_FOLDER}"
    return build_steps(f"zhsearch build --html {output} {target}")


def _plain_html(source: BoxSource) -> InitResult:
    html = snippet(source.url, pin=source.is_pinned, static=source.is_static)
    lines = (f"  {line}" for line in html.splitlines())
    return InitResult(
        generator="html",
        theme=_OTHER,
        written=(),
        unchanged=(),
        integrity=source.bundle.integrity,
        todo=(Message("where it belongs in each page:"), *lines, *_steps(source, ".")),
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
        _yaml_value(text, "public_dir") or "public",
        theme=theme if known else _OTHER,
        files={"scripts/zhsearch.js": "hexo.js"},
        todo=todo,
        address=_yaml_value(text, "url"),
        base=_yaml_value(text, "root"),
        port=4000,
    )


def _vitepress(site: Path, folder: str) -> _Recipe:
    theme = f"{folder}.vitepress/theme"
    files = {f"{theme}/zhsearch.js": "vitepress.js"}
    output = f"{folder}.vitepress/dist"
    base = _js_text(site / folder / ".vitepress", "config.*", "base")
    own = next((path.name for path in sorted((site / theme).glob("index.*"))), None)
    if own is None or (own == "index.js" and " zhsearch init " in (read_file(site / theme / own) or "")):
        files[f"{theme}/index.js"] = "vitepress.index.js"
        return _Recipe(output, "default", files, base=base, port=5173)
    index = f"{theme}/{own}"
    return _Recipe(
        output,
        files=files,
        todo=(
            Message("{file}, around the theme that it exports:", file=index),
            "  import { withSearch } from './zhsearch.js'",
            "  export default withSearch(theme)",
        ),
        base=base,
        port=5173,
    )


def _docusaurus(site: Path, folder: str) -> _Recipe:
    url, base = (_js_text(site, "docusaurus.config.*", key) for key in ("url", "baseUrl"))
    return _Recipe(
        "build",
        "classic",
        {"src/theme/SearchBar/index.js": "docusaurus.js"},
        address=url if url.startswith("http") else "",
        base=base,
        port=3000,
    )


def _mkdocs(site: Path, folder: str) -> _Recipe:
    text = next(filter(None, (read_file(site / name) for name in ("mkdocs.yml", "mkdocs.yaml"))), "")
    is_material = re.search(r"^\s+name:\s*['\"]?material\b|^theme:\s*['\"]?material\b", text, re.MULTILINE)
    output = _yaml_value(text, "site_dir") or "site"
    if not is_material:
        return _Recipe(
            output,
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
        output,
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
        "build/html" if folder.endswith("source/") else f"{folder}_build/html",
        theme if theme in places else _OTHER,
        {f"{templates}/{name}": "plain.html" for name in places.get(theme, ("zhsearch.html",))},
        todo=todo,
        address=address[1] if address else "",
        stamp=JINJA_STAMP,
    )


def _jekyll(site: Path, folder: str) -> _Recipe:
    text = next(filter(None, (read_file(site / f"_config.{end}") for end in ("yml", "yaml"))), "")
    return _Recipe(
        _yaml_value(text, "destination") or "_site",
        files={"_includes/zhsearch.html": "plain.html"},
        todo=(Message("where it belongs in your layouts:"), "  {% include zhsearch.html %}"),
        address=_yaml_value(text, "url"),
        base=_yaml_value(text, "baseurl"),
        port=4000,
        stamp=LIQUID_STAMP,
    )


def _yaml_value(text: str, key: str) -> str:
    """The text of a key at the beginning of a line; "" without one.

    Read without a YAML parser: mkdocs.yml may have tags that only MkDocs knows.
    """
    found = re.search(rf"""^{key}:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))""", text, re.MULTILINE)
    return next((group.strip() for group in found.groups() if group), "") if found else ""


def _js_text(folder: Path, pattern: str, key: str) -> str:
    """The text of a key at the beginning of a line of a JavaScript configuration; "" without one."""
    file = next(iter(sorted(folder.glob(pattern))), None)
    text = read_file(file) or "" if file else ""
    found = re.search(rf"""^\s*{key}:\s*['"]([^'"\n]+)""", text, re.MULTILINE)
    return found[1] if found else ""


_RECIPES: dict[str, Callable[[Path, str], _Recipe]] = {
    "hexo": _hexo,
    "vitepress": _vitepress,
    "docusaurus": _docusaurus,
    "mkdocs": _mkdocs,
    "sphinx": _sphinx,
    "jekyll": _jekyll,
}
