"""Hugo with a small theme: navigation, newest posts, table of contents, footer."""

from pathlib import Path

from tests.helpers.hugo import hugo

from .built import Built, Expected, Generator, Prepare, nothing
from .source import Syntax, front_matter, sources, without, write_files

_CONFIGURATION = """
baseURL = "https://blog.example/"
locale = "zh-CN"
title = "珠江边的笔记"
capitalizeListTitles = false
[permalinks]
  posts = "/:year/:month/:contentbasename/"
[markup.highlight]
  lineNos = true
"""
_LAYOUT = """<!doctype html>
<html lang="{{ with .Params.lang }}{{ . }}{{ else }}{{ site.Language.Locale }}{{ end }}"><head><meta charset="utf-8">
<title>{{ .Title }} | {{ site.Title }}</title><link rel="canonical" href="{{ .Permalink }}">
{{ with .Params.noindex }}<meta name="robots" content="noindex">{{ end }}
{{ if .IsPage }}<meta property="og:type" content="article">{{ end }}
{{ with .Date }}{{ if not .IsZero }}<meta property="article:published_time" content="{{ .Format "2006-01-02T15:04:05Z07:00" }}">{{ end }}{{ end }}
</head><body>
<header><nav><a href="/">{{ site.Title }}</a> <a href="/posts/">全部文章</a></nav></header>
<main>{{ if .IsPage }}<article><h1>{{ .Title }}</h1>
<aside class="toc"><p>本页目录</p>{{ .TableOfContents }}</aside>
<div class="content">{{ .Content }}</div>
<footer>{{ range .GetTerms "tags" }}<a rel="tag" href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}
{{ range .GetTerms "categories" }}<a rel="category" href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}
</footer></article>{{ else }}<h1>{{ .Title }}</h1>{{ .Content }}
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}</main>
<aside><h2>近期文章</h2><ul>{{ range first 5 site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></aside>
<footer>版权所有</footer></body></html>
"""
_SYNTAX = Syntax(
    admonition=lambda kind, title, text: f"> **{title or kind}** {text}",
    tabs=lambda tabs: "\n\n".join(f'{{{{< tab "{title}" >}}}}{text}{{{{< /tab >}}}}' for title, text in tabs),
)


def build(folder: Path, prepare: Prepare = nothing) -> Built:
    """Build the site into `folder`."""
    files = {
        "hugo.toml": _CONFIGURATION,
        "layouts/all.html": _LAYOUT,
        "layouts/shortcodes/tab.html": "<details><summary>{{ .Get 0 }}</summary>{{ .Inner }}</details>",
    }
    posts = sources()
    for post in posts:
        values = {
            key: getattr(post, key) for key in ("title", "date", "tags", "categories", "draft", "noindex")
        }
        where = "content" if post.is_page else "content/posts"
        files[f"{where}/{post.slug}.md"] = front_matter(
            {**values, "lang": post.lang}, _SYNTAX.spell(post.body)
        )
    write_files(folder, files)
    prepare(folder)
    hugo("--source", folder, "--destination", folder / "public", "--quiet")
    pages = tuple(
        Expected.of(post, f"/{post.slug}/" if post.is_page else f"/{post.date:%Y/%m}/{post.slug}/")
        for post in without(posts, "draft", "noindex")
    )
    return Built(
        folder / "public", pages, "article .content", "table .lnt, .lntd:first-child, .ln, .footnote-backref"
    )


HUGO = Generator("hugo", build, ("全部文章", "本页目录", "近期文章", "版权所有"), is_light=True)
