"""The README is run: its commands, its examples, its configuration, its links."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.helpers.sites import CACHE, ROOT
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.settings import Settings, load_settings
from zhsearch.search.http.app import create_app

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def contains(answer: Any, example: Any) -> bool:
    """Is everything that the example shows in the answer?"""
    if isinstance(example, dict):
        return all(key in answer and contains(answer[key], value) for key, value in example.items())
    if isinstance(example, list) and example and isinstance(example[0], dict):
        return all(contains(one, shown) for one, shown in zip(answer, example, strict=False)) and bool(answer)
    return bool(answer == example)


def test_the_http_examples_answer_as_shown(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path, cache=CACHE)
    reindex(settings)
    examples = re.findall(r"^```http\nGET (.*?)\n```\n```json\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert len(examples) == len(blocks("http")) >= 5
    with create_app(settings).test_client() as client:
        for address, shown in examples:
            answer = json.loads(client.get(quote(address, safe="/?&=%")).data)
            assert contains(answer, json.loads(shown)), (address, answer)


def test_the_commands_run(tmp_path: Path) -> None:
    (tmp_path / "content").symlink_to(ROOT / "content")
    (tmp_path / "hugo.toml").write_text('theme = "Mainroad"\n', encoding="utf-8")
    judged = '{"doc": 1, "title": "貔貅", "text": "瑞兽"}\n{"query": "什么是貔貅", "relevant": 1}\n'
    (tmp_path / "questions.jsonl").write_text(judged, encoding="utf-8")
    commands = [
        shlex.split(line, comments=True)
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("zhsearch") and "--content ." not in line
    ]
    assert len(commands) >= 6
    for _, *args in commands:
        if args[0] == "serve":
            args = ["serve", "--help"]
        done = subprocess.run(
            [sys.executable, "-m", "zhsearch.search.cli", *args],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },  # the newest hugo
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (args, done.stderr)


def test_the_configuration_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks("toml") if "segmenter" in block]
    values = tomllib.loads(shown)
    assert list(values) == [field.name for field in fields(Settings)]
    (tmp_path / "zhsearch.toml").write_text(shown, encoding="utf-8")
    read = load_settings(folder=tmp_path, environ={})
    for name in values:
        default = getattr(Settings(), name)
        if not isinstance(default, Path):
            assert getattr(read, name) == default, name


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_links_in_the_docs_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_file_that_the_architecture_names_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:index|search|tests|content)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
