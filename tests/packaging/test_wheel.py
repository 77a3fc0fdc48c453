"""The wheel works in a clean environment, with its static files and word lists."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.helpers.sites import ROOT


def test_a_wheel_in_a_clean_environment_indexes_and_serves(tmp_path: Path) -> None:
    def run(*command: object) -> str:
        done = subprocess.run(
            [*map(str, command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    source = tmp_path / "source"
    run("git", "clone", "-q", ROOT, source)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", source)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for required in (
        "zhsearch/search/widget/widget.js",
        "zhsearch/search/widget/box.js",
        "zhsearch/search/static/widget.js",
        "zhsearch/search/widget/templates/script.html",
        "zhsearch/search/http/templates/search.html",
        "zhsearch/search/locale/zh_CN/LC_MESSAGES/zhsearch.mo",
        "zhsearch/search/locale/zh_TW/LC_MESSAGES/zhsearch.mo",
        "zhsearch/index/analysis/words/mixed.txt",
        "zhsearch/search/suggest/readings.txt",
        "zhsearch/index/py.typed",
    ):
        assert required in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"zhsearch"}
    # The dependencies are those of this environment; the package comes from the wheel, in a folder of its own.
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", tmp_path / "site", wheel)
    program = (
        "import sys; sys.path.insert(0, 'site');"
        "from pathlib import Path; import zhsearch.search as search; from zhsearch.search.http.app import create_app;"
        "from zhsearch.index.pipeline.reindex import reindex; from zhsearch.search.settings import Settings;"
        "assert Path(search.__file__).is_relative_to(Path('site').resolve()), search.__file__;"
        f"settings = Settings(content=Path({str(ROOT / 'content')!r}), index=Path('ix'), cache=Path('cache'));"
        "reindex(settings); client = create_app(settings).test_client();"
        "print(client.get('/api/search?q=DeepSeek').get_json()['total'],"
        " *[client.get(p).status_code for p in ('/widget.js', '/box.js', '/widget.css', '/page.css', '/search?q=x')])"
    )
    assert run(sys.executable, "-I", "-c", program).split() == ["1", *5 * ["200"]]
