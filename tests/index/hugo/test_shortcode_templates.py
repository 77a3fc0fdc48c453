"""Which parameters of shortcodes their templates print as text, and what of that is searched."""

import json
from pathlib import Path

import pytest

from tests.bench.rendered import shown_by_hugo, shown_by_us
from tests.helpers.hugo import write_files
from zhsearch.index.hugo import load_site
from zhsearch.index.hugo.shortcode_templates import template_texts
from zhsearch.index.markdown import TemplateTexts


@pytest.mark.parametrize(
    ("template", "shown", "undecided"),
    [
        ('<b>{{ .Get "title" }}</b>', ("title",), set()),
        ("<b>{{- .Get `Title` | markdownify -}}</b>", ("title",), set()),
        ('<b class="{{ .Get "class" }}" {{ with .Get "id" }}id="{{ . }}"{{ end }}>{{ .Get 0 }}</b>', ("0",), set()),
        ('{{ $t := .Get "t" | default "无" }}{{ with $t }}<i title="{{ . }}">{{ . | safeHTML }}</i>{{ end }}', ("t",), set()),
        ('{{ if .Get "open" }}<p>{{ .Params.text }}</p>{{ end }}', ("text",), set()),
        ('{{ $i := index site.Data.icons (.Get "name") }}{{ $i | safeHTML }}', (), {"name"}),
        ('{{ partial "icon" (dict "name" (.Get "icon")) }}{{ .Get "label" }}', ("label",), {"icon"}),
        ('{{ .Parent.Store.Set "tabs" (dict "name" (.Get "name")) }}', (), {"name"}),
        ('{{/* {{% x title="a" %}} .Get "hidden" */}}<style>{{ .Get "css" }}</style><!-- {{ .Get "c" }} -->', (), set()),
        ('{{ range .Params }}{{ . }}{{ end }}{{ with .Get "a" }}{{ with .Get "b" }}{{ . }}{{ end }}{{ end }}', ("b",), set()),
        ('<a href="{{ .Get "href" | relURL }}">{{ or (.Get "text") (.Get 1) }}</a>', ("text", "1"), {"href"}),
        ('{{ .Get "unclosed', (), set()),
        ("<div <div <div {{ end }}{{ end }}", (), set()),
    ],
)  # fmt: skip
def test_what_is_printed_between_tags_is_text(
    template: str, shown: tuple[str, ...], undecided: set[str]
) -> None:
    texts = template_texts(template)
    assert (texts.shown, set(texts.undecided)) == (shown, undecided)


@pytest.mark.parametrize(
    "piece", ["{{ ", "{{ with x }}", "<a ", '<a "', "<!--", "{{/*", "<script", '{{ .Get "a']
)
def test_no_piece_however_often_repeated_takes_long(piece: str) -> None:
    template_texts(piece * 4_000)


TEMPLATES = {
    "tip": '<abbr class="{{ .Get "class" }}" title="{{ .Get "note" }}">{{- .Get "text" -}}</abbr>',
    "card": '<div class="card"><h5>{{ .Get "title" }}</h5><p>{{ .Get "subtitle" | markdownify }}</p></div>',
    "fold": "<details><summary>{{ .Get 0 }}</summary>{{ .Inner | markdownify }}</details>",
    "filetree/file": '{{ $name := .Get "name" }}<ul><li>{{ $name }}</li></ul>',
    "badge": '<span class="badge {{ .Get 1 }}">{{- .Get 0 -}}</span>',
}
BODY = """每个{{< tip text="水车" note="注" class="密" >}}都由木匠维护。

{{< card title="标题" subtitle="**副**标题" icon="密" >}}

{{< fold "展开看答案" >}}答案{{< /fold >}}

{{< filetree/file name="茶馆.txt" >}}

版本{{< badge "新" "密" >}}了，==不是标记==。

```yaml {filename="茶馆.yaml" class="密"}
a: 1
```
"""


def site(root: Path, hook: str = "", config: dict[str, object] | None = None) -> Path:
    files = {f"layouts/shortcodes/{name}.html": template for name, template in TEMPLATES.items()}
    if hook:
        files["layouts/_default/_markup/render-codeblock.html"] = hook
    config = {"baseURL": "https://x.example/", **(config or {})}
    return write_files(
        root,
        {**files, "content/p.md": f"---\ntitle: 题\n---\n{BODY}", "hugo.json": json.dumps(config)},
    )


HOOK = "<div><p>{{ .Attributes.filename }}</p><pre><code>{{ .Inner }}</code></pre></div>"
MARK: dict[str, object] = {
    "markup": {"goldmark": {"extensions": {"extras": {"mark": {"enable": True}, "insert": {"enable": True}}}}}
}


@pytest.mark.parametrize(("hook", "config"), [("", {}), (HOOK, MARK)])
def test_the_text_of_a_site_s_own_shortcodes_is_what_hugo_shows(
    tmp_path: Path, hook: str, config: dict[str, object]
) -> None:
    root = site(tmp_path / "site", hook, config)
    hugo, ours = shown_by_hugo(root, tmp_path / "public")["p.md"], shown_by_us(root)["p.md"]
    assert [block.replace(" ", "") for block in ours.blocks] == [
        block.replace(" ", "") for block in hugo.blocks
    ]


def test_a_changed_template_rebuilds_the_index(tmp_path: Path) -> None:
    before = load_site(site(tmp_path)).fingerprint
    (tmp_path / "layouts/shortcodes/tip.html").write_text('{{ .Get "note" }}')
    assert load_site(tmp_path).fingerprint != before


def test_the_first_template_of_a_name_wins_and_themes_are_read(tmp_path: Path) -> None:
    files = {
        "hugo.toml": 'theme = "t"',
        "themes/t/layouts/_shortcodes/a.html": "{{ .Get 0 }}",
        "themes/t/layouts/shortcodes/B.html": "{{ .Get 0 }}",
        "layouts/shortcodes/a.html": "{{ .Get 1 }}",
        "content/p.md": "title: 题",
    }
    rules = load_site(write_files(tmp_path, files)).languages["en"].markdown.shortcodes
    assert rules == {"a": TemplateTexts(("1",)), "b": TemplateTexts(("0",))}
