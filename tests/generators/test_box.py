"""The box that `zhsearch init` writes into sites of real generators is on the pages that they build."""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhsearch.search.cli.main import main
from zhsearch.search.widget import widget_bundle

from . import docusaurus, hexo, mkdocs, sphinx
from .built import Generator
from .visible import page_file

URL = "https://search.example"


@pytest.mark.parametrize(
    ("generator", "by_hand"),
    [
        (mkdocs.MATERIAL, None),
        (sphinx.FURO, ("conf.py", 'templates_path = ["_templates"]')),
        (sphinx.ALABASTER, ("conf.py", 'templates_path = ["_templates"]')),
        (hexo.LANDSCAPE, None),
        (docusaurus.DOCUSAURUS, None),
    ],
    ids=lambda value: value.name if isinstance(value, Generator) else "",
)
def test_the_box_is_on_every_page_after_the_steps_that_init_prints(
    generator: Generator, by_hand: tuple[str, str] | None, tmp_path: Path
) -> None:
    if not generator.is_light and "TESTS_GENERATORS" not in os.environ:
        pytest.skip(f"{generator.name} is built by `make generators`")

    def init(project: Path) -> None:
        result = CliRunner().invoke(main, ["init", str(project), "--url", URL])
        assert result.exit_code == 0, result.output
        if by_hand:
            file, line = by_hand
            assert line in result.output
            with (project / file).open("a", encoding="utf-8") as settings:
                settings.write(line + "\n")

    built = generator.build(tmp_path, init)
    for page in built.pages:
        html = page_file(built, page.url).read_text(encoding="utf-8")
        assert len(re.findall(f'<zh-search(?:-button)? src="{URL}"', html)) == 1, page.url
        assert re.search(f'(?:action|href)="{URL}/search"', html)
        if generator is not docusaurus.DOCUSAURUS:  # there the component loads it
            assert widget_bundle().integrity in html
