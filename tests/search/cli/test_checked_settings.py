"""Every command refuses the same settings, in the same words."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from limits import parse

from tests.helpers.server import free_port
from tests.helpers.sites import post, write_site
from tests.search.cli.test_commands import running
from zhsearch.index.errors import SettingsError
from zhsearch.search.cli import main
from zhsearch.search.settings import load_settings

COMMANDS = ("reindex", "query x", "serve", "status", "check", "report", "rollback", "eval questions.jsonl")
WRONG = {
    "port = 0": "port = 0 is out of range: use 1 to 65535",
    'rate_limit = "often"': "rate_limit = 'often' is not a rate: write \"600/minute\"",
    'dictionary = "nowhere.txt"': "dictionary = ",
    'stop_words = "."': "stop_words = ",
    'synonyms = "closed.txt"': "synonyms = ",
    'engine = "opensearch"\nopensearch_hosts = []': "opensearch_hosts = '' names no host",
    "prot = 1": "unknown setting prot. Did you mean port?",
}


@pytest.mark.parametrize("toml", WRONG)
def test_every_command_refuses_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str
) -> None:
    write_site(tmp_path, {"a.md": post("一")})
    (tmp_path / "zhsearch.toml").write_text(toml)
    before = set(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    answers = {}
    for command in COMMANDS:
        done = CliRunner().invoke(main, command.split())
        assert done.exit_code == 2, (command, done.output)
        answers[command] = done.output
    assert len(set(answers.values())) == 1, answers
    assert WRONG[toml] in answers["status"]
    assert set(tmp_path.rglob("*")) == before


RATES = st.from_regex(
    r"\s?[0-9]{1,3}(/|\s?per\s?)[0-9]?\s?[a-z]{1,2}(econd|inute|our|ay|onth|ear)s?[ ,;]?", fullmatch=True
)


@given(
    RATES | st.sampled_from(["60/minute", "5 per second", "1/2 hours", "60 / minute", "1/day;2/hour", "a"])
)
def test_a_rate_is_one_that_the_limiter_reads(rate: str) -> None:
    def is_read(read: object) -> bool:
        try:
            read(rate)  # type: ignore[operator]
        except (ValueError, SettingsError):
            return False
        return True

    is_one = not any(separator in rate for separator in ",;|")
    assert is_read(lambda text: load_settings(environ={"ZHSEARCH_RATE_LIMIT": text})) == (
        is_one and is_read(parse)
    )


def test_serve_without_an_index_says_so_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with running("serve", "--port", free_port(), cwd=tmp_path) as process:
        assert process.stderr
        lines = [process.stderr.readline() for _ in range(3)]
        assert "/search  (stop with Ctrl-C)" in lines[0]
        assert (
            lines[1] == "zhsearch: no index in .zhsearch yet. Make one: zhsearch reindex --index .zhsearch\n"
        )
        assert "503" in lines[2]
    assert not list(tmp_path.iterdir())
