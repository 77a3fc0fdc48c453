"""A slug and a title that are numbers, times or tagged read as the real Hugo reads them, in every format."""

from pathlib import Path

from tests.helpers.hugo import assert_same_pages, hugo, posts_of, write_files

YAML = """
    007 0777 -007 +0777 08 00 000 0 0_ 0_7 1_000 1__0 1_ _1 1_000.5 0.1_5 007.5 1e3 1E3 1e+3 1e-7 1_0e2 12e03 1.5e3 .1e2 1.e2
    0b11 -0b11 0b2 0B11 0o17 0o9 0O17 0x1F -0x1F 0x_1F 0X1F 0xFFFFFFFFFFFFFFFFF 0.00001 0.000123 1e20 1e21 1e400
    100000000000000000000.0 1.7976931348623157e308 1234567890123456789012 9223372036854775808 18446744073709551616
    1.0 1.50 5. .5 +.5 -.5e1 +5 -5 -0 0.0 -0.0 .inf -.inf .Inf .nan inf nan Infinity yes on true True ~ null 12:30:45 2025-01-02
    2025-01-02T03:04:05Z !x|a !x|007 !!int|007 !!int|"7" !!float|7 !!bool|yes "007" '1e21' += .
"""
JSON = """
    7 7.0 -0 -1.5 1.50 1e3 1e20 1e21 0.000001 0.0000001 1e-7 123456789012345678901 9007199254740993 12345678901234567
    100000000000000000000000 true null "007"
"""
TOML = """
    07:32:00 07:32:00.5 1979-05-27 1979-05-27T07:32:00 1979-05-27T07:32:00.25 1979-05-27T07:32:00Z
    1979-05-27T00:32:00-07:00 1979-05-27T00:32:00.999+08:00 1_000 1_0.5 +1 0xDEAD 0o17 0b11 1e3 1e21 1e-7 0.00001 5.0
    inf -inf nan true 9223372036854775807 '007'
"""
WHOLE = {
    "a name in two cases": "---\nSlug: a\nslug: b\n---\n",
    "the same the other way": "---\nslug: b\nSlug: a\n---\n",
    "in JSON": '{"Slug": "x", "slug": "y"}\n',
    "in TOML": '+++\nSlug = "a"\nslug = "b"\n+++\n',
    "merged": "---\nx: &x {slug: m, title: n}\n<<: *x\n---\n",
    "merged, then its own": "---\nx: &x {slug: m, title: n}\n<<: *x\nslug: own\n---\n",
    "its own, then merged": "---\nx: &x {slug: m, title: n}\nslug: own\n<<: *x\n---\n",
    "merged in place": "---\n<<: {slug: m}\n---\n",
    "merged into what is merged": "---\nx: &x {slug: m}\nz: &z {<<: *x, title: n}\n<<: *z\n---\n",
    "several merged": "---\nx: &x {slug: m}\nz: &z {title: n}\n<<: [*x, *z]\n---\n",
    "quoted": '---\n"<<": {slug: m}\n---\n',
    "two documents": "---\ntitle: a\n...\nslug: c\n---\n",
    "tagged": "---\ntitle: !y {a: b}\ntags: !y [a, b]\nslug: k\n---\n",
    "a delimiter within a text": "---\ntitle: |-\n  ---more\nslug: k\n---\n",
}  # fmt: skip
CLOSED = ["--- text", "---more", "----", "--- ", "---"]


def words(text: str) -> list[str]:
    """Those of a table; a bar in one is a space."""
    return [word.replace("|", " ") for word in text.split()]


def test_scalars_in_yaml_json_and_toml(tmp_path: Path) -> None:
    files = {"hugo.toml": 'baseURL = "https://x.example/"'}
    for number, scalar in enumerate(words(YAML)):
        files[f"content/yaml/p{number}.md"] = f"---\ntitle: {scalar}\nslug: {scalar}\n---\n"
    for number, scalar in enumerate(words(JSON)):
        files[f"content/json/p{number}.md"] = f'{{"title": {scalar}, "slug": {scalar}}}\n'
    for number, scalar in enumerate(words(TOML)):
        files[f"content/toml/p{number}.md"] = f"+++\ntitle = {scalar}\nslug = {scalar}\n+++\n"
    assert len(assert_same_pages(write_files(tmp_path, files))) == len(words(YAML + JSON + TOML))


def test_names_merge_keys_tags_and_documents(tmp_path: Path) -> None:
    files = {f"content/p/{name}.md": text for name, text in WHOLE.items()}
    pages = assert_same_pages(write_files(tmp_path, {**files, "hugo.toml": 'baseURL = "https://x.example/"'}))
    assert len(pages) == len(WHOLE)


def test_any_line_that_begins_with_the_delimiter_closes_and_its_rest_is_body(tmp_path: Path) -> None:
    files = {f"content/y/{n}.md": f"---\nslug: s{n}\n{line}\n正文\n" for n, line in enumerate(CLOSED)}
    files |= {
        f"content/t/{n}.md": f"+++\nslug = 't{n}'\n{line.replace('-', '+')}\n正文\n"
        for n, line in enumerate(CLOSED)
    }
    layout = {
        "layouts/all.html": "{{ .RawContent | safeHTML }}",
        "hugo.toml": 'baseURL = "https://x.example/"',
    }
    root = write_files(tmp_path / "site", {**files, **layout})
    assert len(assert_same_pages(root)) == len(files)
    hugo("--source", root, "--destination", tmp_path / "out", "--quiet")
    for post in posts_of(root):
        shown = (tmp_path / "out" / post.url.strip("/") / "index.html").read_text(encoding="utf-8")
        assert post.body.split() == shown.split(), post.path
