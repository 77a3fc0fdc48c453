"""What each command prints in each language: whole sentences of that language, and the same JSON."""

import fcntl
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.helpers.sites import post, write_site
from zhsearch.index.settings_reader import _warn, wanted_languages
from zhsearch.search.cli import main
from zhsearch.search.cli.dev_site import describe_box
from zhsearch.search.reindex_state import acquire_run_lock
from zhsearch.search.widget import write_partials

LANGUAGES = {"C": {"LC_ALL": "C"}, "zh_CN": {"LANG": "zh_CN.UTF-8"}, "zh_TW": {"ZHSEARCH_LANG": "zh-Hant"}}
COMMANDS = (
    "",
    "dev",
    "reindex",
    "query",
    "serve",
    "status",
    "check",
    "eval",
    "hugo",
    "hugo init",
    "hugo snippet",
    "report",
    "rollback",
)
OUTCOMES = (
    "query 算力", "query 蒜力", "query 算力 --explain", "query 怎样选择芯片 --explain", "query xyzzy",
    "query x --page 0", "query x --sort y", "query x --from 2026 --to 2025", "query x --per-page z",
    "status", "status --verify", "status --index none", "status --bogus", "stat", "xyz", "query", "serve --port 0",
    "query --explian x", "query --tag",
    "rollback", "rollback --to 000009-0000000000000000", "report", "report --top 0",
    "check --against sitemap.xml", "check --against none", "check --against content/a.md",
    "eval judged.jsonl", "eval none", "eval broken.jsonl",
    "hugo init", "hugo init --url /zh", "hugo init --url nope", "hugo snippet --url /zh",
    "hugo init content --url /zh",
    "dev --content empty/posts", "dev --site-url x", "dev --content none", "dev --port 0",
    "reindex", "reindex -v", "reindex --strict", "reindex --content none", "reindex --content empty", "reindex --every x",
)  # fmt: skip
BROKEN_SETTINGS = ('contnet = "x"', "port = 0", "port = ", 'exclude = "["', "boosts = 3", 'boosts = { "x:y" = 1 }',
                   'engine = "x"', 'rate_limit = "x"', 'synonyms = "none"', 'reindex_token = "short"',
                   'show_pages = "x"', "[server]\nport = 1", "port = “1”", "port = 1\nport = 2", "exclude = [")  # fmt: skip
# What others say (parsers, hugo, click's names of types), and what is typed as it is.
FOREIGN = re.compile(
    r"(?m:^    zhsearch .*)|zhsearch(?: [a-z]+)+|hugo mod vendor|Expecting .*|Invalid value(?: \(at.*)?|Cannot overwrite a value|Unclosed array|found unexpected end of stream"
    r"|site production|FLOAT RANGE|INTEGER RANGE|not well-formed.*|pip install|<[^>]*>|\{\{[^}]*\}\}"
)
ENGLISH = re.compile(r"[A-Za-z][a-z']+(?: [A-Za-z][a-z']*){2,}")
# What differs from run to run.
TIMES = re.compile(r'"(took_ms|seconds)": [0-9.]+')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_site(
        tmp_path_factory.mktemp("site"),
        {
            "a.md": post("算力", "国产算力与芯片", date="2025-02-13", tags=["AI"]),
            "bad.md": '---\ntitle: "x\n---\n',
            "draft.md": post("草稿", "未完", draft="true"),
            "late.md": post("以后", "未来", date="2999-01-01"),
        },
    )
    (folder / "empty/posts").mkdir(parents=True)
    (folder / "hugo.toml").write_text('baseURL = "https://a.example/"\n')
    (folder / "sitemap.xml").write_text("<urlset><url><loc>https://a.example/b/</loc></url></urlset>")
    (folder / "judged.jsonl").write_text(
        '{"doc": 1, "title": "算力", "text": "芯片"}\n{"query": "算力", "relevant": 1}\n', encoding="utf-8"
    )
    (folder / "broken.jsonl").write_text("{\n")
    return folder


@pytest.fixture(scope="module", autouse=True)
def _in_the_site(site: Path) -> Iterator[None]:
    """Runs lower the priority of their process, which is this one."""
    before = Path.cwd()
    os.chdir(site)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "nice", lambda _: 0)
        run("reindex", "C")
        yield
    os.chdir(before)


def run(line: str, language: str) -> tuple[str, str]:
    """(stdout, stderr) of a command in a language."""
    environ = dict.fromkeys(("ZHSEARCH_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    result = CliRunner().invoke(
        main, line.split(), prog_name="zhsearch", env={**environ, **LANGUAGES[language]}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), (line, result.exception)
    return result.stdout, result.stderr


def check_words(shown: str, language: str) -> None:
    """What is shown is for people, and in one language."""
    assert not re.search(r"\bNone\b|\b1 pages\b|\{'|process \?", shown), shown
    if language == "C":
        assert not re.search(r"[一-鿿]{2,}[。，：]", shown), shown
        return
    english = ENGLISH.search(FOREIGN.sub("", shown))
    assert not english, (english, shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_readers_language(language: str) -> None:
    for command in COMMANDS:
        shown, _ = run(f"{command} --help", language)
        check_words(shown, language)
        assert re.search(
            {"C": "Usage:.*\n", "zh_CN": "用法:.*选项", "zh_TW": "用法:.*選項"}[language], shown, re.DOTALL
        )
        for line in shown.splitlines():
            assert sum(2 if char > "\u2e7f" else 1 for char in line) <= 80, line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", OUTCOMES)
def test_what_a_command_prints_is_in_the_readers_language(line: str, language: str) -> None:
    stdout, stderr = run(line, language)
    assert stdout or stderr
    check_words(stdout if not line.startswith("hugo init") else "", language)
    check_words(stderr, language)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "C",
            "read as: exactly 算力, either 芯片 || 云, title 算力, category 科技, without 手机, without tag 菜",
        ),
        ("zh_CN", "理解为：原样 算力，任意一个 芯片 || 云，标题 算力，分类 科技，不含 手机，不含 标签 菜"),
        ("zh_TW", "理解為：原樣 算力，任意一個 芯片 || 云，標題 算力，分類 科技，不含 手机，不含 標籤 菜"),
    ],
)
def test_what_a_query_was_read_as_is_told_in_the_readers_language(language: str, expected: str) -> None:
    stdout, _ = run("query “算力” 芯片 || 云 标题:算力 分类:科技 -手机 -标签:菜", language)
    assert stdout.splitlines()[0] == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("setting", BROKEN_SETTINGS)
def test_what_is_wrong_with_the_settings_is_told_in_the_readers_language(
    site: Path, setting: str, language: str
) -> None:
    file = site / "zhsearch.toml"
    file.write_text(setting, encoding="utf-8")
    try:
        for command in ("reindex", "status"):
            check_words("".join(run(command, language)), language)
    finally:
        file.unlink()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_holds_the_lock_is_named_only_where_that_is_known(site: Path, language: str) -> None:
    for holder in ("", "4711"):
        with (site / ".zhsearch/write.lock").open("w") as lock:
            lock.write(holder)
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            _, stderr = run("reindex", language)
        check_words(stderr, language)
        assert ("4711" in stderr) == bool(holder)


@pytest.mark.parametrize(
    "line",
    ["query 算力 --json", "query 蒜力 --json --explain", "status --json", "reindex --json", "report --json",
     "check --against sitemap.xml --json", "eval judged.jsonl --json", "reindex --content none --json",
     "hugo snippet --url /zh --json", "hugo init --url /zh --json"],
)  # fmt: skip
def test_json_is_the_same_in_every_language(line: str) -> None:
    run(line, "C")
    shown = {TIMES.sub("", run(line, language)[0]) for language in LANGUAGES}
    assert len(shown) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_variable_is_told_in_the_readers_language(
    language: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHSEARCH_PROT", "1")
    monkeypatch.setattr("zhsearch.index.settings_reader._warn", _warn.__wrapped__)  # it warns once
    with without_logging():
        _, stderr = run("status", language)
    check_words(stderr, language)
    assert {"C": "ZHSEARCH_PROT is not a setting", "zh_CN": "ZHSEARCH_PROT 不是设置",
            "zh_TW": "ZHSEARCH_PROT 不是設定"}[language] in stderr + capfd.readouterr().err  # fmt: skip


@contextmanager
def without_logging() -> Iterator[None]:
    """As in a terminal: nobody has set up logging, which pytest does."""
    handlers, logging.root.handlers = logging.root.handlers, []
    try:
        yield
    finally:
        logging.root.handlers = handlers


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_dev_says_of_the_search_box_is_in_the_readers_language(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ZHSEARCH_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in LANGUAGES[language].items():
        monkeypatch.setenv(name, value)
    (tmp_path / "hugo.toml").write_text('theme = "mainroad"\n')
    url = "http://127.0.0.1:8000"
    states = ["\n".join(describe_box(tmp_path, url))]
    write_partials(tmp_path, url)
    states += ["\n".join(describe_box(tmp_path, address)) for address in (url, "http://127.0.0.1:8001")]
    assert len(set(states)) == 3
    for shown in states:
        check_words(shown, language)


def test_the_suggestion_is_printed_in_a_pipe_too() -> None:
    assert "did you mean 算力?\n" in run("query 蒜力", "C")[0]
    assert "您要找的是不是：算力\n" in run("query 蒜力", "zh_CN")[0]


def test_a_run_on_request_writes_english_into_the_servers_log(site: Path) -> None:
    lock = acquire_run_lock(site / ".zhsearch")
    assert lock is not None
    try:
        _, stderr = run(f"reindex --content none --on-request {lock}", "zh_CN")
    finally:
        os.close(lock)
    assert "is not a folder" in stderr


def test_clicks_own_texts_follow_zhsearch_lang_and_change_back() -> None:
    assert "錯誤：沒有選項 '--bogus'。" in run("status --bogus", "zh_TW")[1]
    assert "Error: No such option '--bogus'." in run("status --bogus", "C")[1]
    assert "错误：没有选项 '--bogus'。" in run("status --bogus", "zh_CN")[1]


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, []),
        ({"LANG": "zh_CN.UTF-8"}, ["zh_CN.UTF-8"]),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, ["en_US.UTF-8"]),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "zh_TW"}, ["zh_TW"]),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:zh_CN"}, ["fr", "zh_CN"]),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "zh_CN"}, []),
        ({"LC_ALL": "C", "ZHSEARCH_LANG": "zh"}, ["zh"]),
        ({"LANG": "zh_CN.UTF-8", "ZHSEARCH_LANG": "en"}, ["en"]),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "", "ZHSEARCH_LANG": ""}, ["zh_CN.UTF-8"]),
    ],
)
def test_the_locale_is_read_as_gettext_reads_it(environ: dict[str, str], wanted: list[str]) -> None:
    assert wanted_languages(environ) == wanted
