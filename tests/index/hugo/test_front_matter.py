"""Front matter: YAML, TOML and JSON as Hugo reads them; errors give the line, and nothing crashes."""

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import ROOT
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.front_matter import split_front_matter
from zhsearch.index.hugo.sections import Sections, read_section
from zhsearch.index.hugo.values import scalar_text

ALIASES = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
MERGES = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{level}: &a{level} {{<<: [{','.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 12)
)


def yaml(fields: str, body: str = "正文") -> str:
    return f"---\n{fields}\n---\n{body}\n"


def fields_of(text: str) -> dict[str, Any]:
    return split_front_matter(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: 标题\ntags: [甲, "乙"]\n---\n正文\n',
        '+++\ntitle = "标题"\ntags = ["甲", "乙"]\n+++\n正文\n',
        '{"title": "标题",\n "tags": ["甲", "乙"]}\n正文\n',
        '---\r\ntitle: 标题\r\ntags: [甲, "乙"]\r\n---\r\n正文\n',
        '+++\r\ntitle = "标题"\r\ntags = ["甲", "乙"]\r\n+++\r\n正文\n',
        "---  \nTitle: 标题\nTAGS:\n  - 甲\n  - 乙\n---\t\n正文\n",
    ],
    ids=["YAML", "TOML", "JSON", "YAML with CRLF", "TOML with CRLF", "names in upper case"],
)
def test_every_format_gives_the_same_fields_and_body(text: str) -> None:
    fields, body = split_front_matter(text)
    assert fields == {"title": "标题", "tags": ["甲", "乙"]}
    assert body.strip() == "正文"


@pytest.mark.parametrize("text", ["正文", "----\ntitle: a\n----\n", "{{< figure >}}\n", ""])
def test_a_text_without_front_matter_is_all_body(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    "text", ["---\n---\n正文", "+++\n+++\n正文", "---\n# nothing\n---\n正文", "{}\n正文"]
)
def test_empty_front_matter_is_none(text: str) -> None:
    fields, body = split_front_matter(text)
    assert (fields, body.strip()) == ({}, "正文")


def test_a_rule_in_the_body_ends_nothing() -> None:
    assert split_front_matter(yaml("title: a", "上\n\n---\n\n下"))[1].strip() == "上\n\n---\n\n下"


def test_yaml_scalars_are_those_of_yaml_1_2_but_for_octal_numbers() -> None:
    found = fields_of(yaml("tags: [yes, no, on, Off, true, ~, 1, 1.5, 0x1f, 010, 12:30:45, 2025-02-30]"))
    assert found["tags"] == [
        "yes", "no", "on", "Off", True, None, 1, 1.5, 31, 8, "12:30:45", "2025-02-30",
    ]  # fmt: skip


def test_an_impossible_date_does_not_lose_the_post() -> None:
    assert fields_of(yaml("date: 2025-02-30\ntitle: a")) == {"date": "2025-02-30", "title": "a"}


def test_toml_dates_are_dates() -> None:
    assert fields_of("+++\ndate = 2025-02-13\n+++\n") == {"date": dt.date(2025, 2, 13)}


@pytest.mark.parametrize("text", [yaml("title: a\ntitle: b"), '{"title": "a", "title": "b"}\n'])
def test_of_a_name_given_twice_the_last_counts(text: str) -> None:
    assert fields_of(text) == {"title": "b"}


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x7f", "\x85", "\u2028", "\ufffe"], ids=ascii)
@pytest.mark.parametrize(
    "form", ["---\ntitle: a{}b\n---\n", '+++\ntitle = "a{}b"\n+++\n', '{{"title": "a{}b"}}\n']
)
def test_an_unprintable_character_does_not_lose_the_post(odd: str, form: str) -> None:
    assert fields_of(form.format(odd)) == {"title": "a b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: a\n", "the closing --- is missing"),
        ("+++\ntitle = 1\n", "the closing +++ is missing"),
        ("---", "the closing --- is missing"),
        (yaml("title: a: b"), "line 2: mapping values are not allowed"),
        (yaml("title: a\ntags: [a\ndate: 2025-01-01"), "line 4: "),
        (yaml("title: @a"), "line 2: found character"),
        (yaml("- a\n- b"), "a list instead of names with values"),
        (yaml("只是一句话"), "a str instead of names with values"),
        (yaml("title: !!python/object/apply:os.system [id]"), "line 2: could not determine a constructor"),
        (yaml("[a]: b"), "unhashable key"),
        (yaml("date: !!timestamp gestern"), "group"),
        (yaml("weight: !!int ''"), "index"),
        ('+++\ntitle = "a\n+++\n', "line 2"),
        ("+++\ndate = 2025-02-30\n+++\n", "Invalid date"),
        ('{"title": "a",}\n', "line 1 column 1"),  # 15, or 14 from Python 3.13 on
        ('{"title": "a"\n', "delimiter"),
        ("{not json}\n", "property name"),
        (yaml("title: " + "9" * 5000), "digits"),
        (yaml("title: " + "长" * 300_000), "characters, more than 200,000"),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text: str, reason: str) -> None:
    with pytest.raises(PostError) as caught:
        split_front_matter(text)
    assert str(caught.value).startswith("front matter: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bomb", [ALIASES, MERGES, "a: &a [*a]", "a: &a {b: *a}"])
def test_a_yaml_bomb_is_never_written_out(bomb: str) -> None:
    assert scalar_text(fields_of(yaml(bomb + "\ntitle: 炸弹"))["title"]) == "炸弹"


@pytest.mark.parametrize("bomb", [ALIASES, "a: &a11 [*a11]\n", "a: &a11 {b: *a11}\n"])
def test_a_yaml_bomb_in_a_cascade_is_never_written_out(bomb: str) -> None:
    section = read_section(yaml(f"{bomb}cascade: {{x: *a11}}").encode(), "")
    other = read_section(yaml("cascade: {x: 1}").encode(), "")
    fingerprints = {Sections({("en", ()): known}).fingerprint(names=True) for known in (section, other)}
    assert len(fingerprints) == 2


def test_merged_names_are_bounded_and_what_is_beyond_stays_under_its_key() -> None:
    found = fields_of(yaml(MERGES))
    assert found["a2"] == {"x": 1, "y": 2}
    assert list(found["a11"]) == ["<<"]


@pytest.mark.parametrize(
    "odd", ["<<: 3", "<<:", "<<: [a]", "<<: {}", "a: &a {<<: *a}", "b: <<", "b: !x [1, !y z]"]
)
def test_odd_merge_keys_and_tags_do_not_lose_the_post(odd: str) -> None:
    assert fields_of(yaml(f"{odd}\ntitle: a"))["title"] == "a"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (7, "7"),
        (1.5, "1.5"),
        (None, ""),
        (["a"], ""),
        ({"a": "b"}, ""),
        (b"a", ""),
    ]
    + [("\ud800a", "?a"), ("a\x00b\u2028c", "a b c")],
)
def test_only_scalars_have_a_text(value: object, text: str) -> None:
    assert scalar_text(value) == text


WORST = {
    "brackets in YAML, small": "---\na: " + "[" * 4_900 + "]" * 4_900 + "\n---\n",
    "brackets in YAML, large": "---\na: " + "[" * 50_000 + "]" * 50_000 + "\n---\n",
    "open brackets in YAML": "---\na: " + "[" * 9_900 + "\n---\n",
    "braces in YAML": "---\na: " + "{a: " * 2_000 + "}" * 2_000 + "\n---\n",
    "dashes in YAML": "---\n" + "- " * 50_000 + "a\n---\n",
    "aliases in YAML": yaml(ALIASES + "title: *a11\ndate: *a11"),
    "merges in YAML": yaml(MERGES),
    "brackets in JSON": '{"a":' + "[" * 90_000 + "]" * 90_000 + "}\n",
    "open brackets in JSON": '{"a":' + "[" * 90_000,
    "brackets in TOML": "+++\na=" + "[" * 50_000 + "]" * 50_000 + "\n+++\n",
    "braces in TOML": "+++\na=" + "{a=" * 900 + "1" + "}" * 900 + "\n+++\n",
    "dots in TOML": "+++\n" + ".".join("a" * 5_000) + "=1\n+++\n",
}
READ_ONE = """
import resource, sys
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.front_matter import split_front_matter
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
try:
    split_front_matter(sys.stdin.buffer.read().decode())
except PostError as problem:
    print(problem)
"""


@pytest.mark.parametrize("name", WORST)
def test_the_worst_front_matter_neither_crashes_nor_fills_the_memory(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_ONE],
        input=WORST[name].encode(),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.sampled_from(["---\n{}\n---\n", "+++\n{}\n+++\n", "{{{}}}\n"]), st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_reason(form: str, text: str) -> None:
    try:
        fields, _ = split_front_matter(form.format(text))
    except PostError as problem:
        assert str(problem).startswith("front matter: ")
    else:
        assert all(isinstance(name, str) and name == name.lower() for name in fields)
