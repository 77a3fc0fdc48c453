"""The text of a built page: what readers take for its text, whatever generator and theme made it."""

from pathlib import Path

import pytest

from tests.helpers.built_sites import page, read_one, read_pages, write_pages
from zhsearch.index.models import Document

TEXT = "<p>熊猫爱吃竹子，一天要吃二十公斤。</p>"
NAVIGATION = "<nav><a href='/'>首页</a><a href='/about/'>关于</a></nav>"

THEMES = {
    "hexo-next": f"""<div class="container"><header class="header"><div class="site-meta"><h1>我的站</h1></div>
        {NAVIGATION}</header><aside class="sidebar"><div class="post-toc">目录</div></aside>
        <main class="main"><div class="post-block"><article><header class="post-header">
        <h1 class="post-title" itemprop="name headline">熊猫</h1><div class="post-meta-container">发表于
        <time itemprop="dateCreated datePublished" datetime="2025-02-13T08:01:14+08:00">2025-02-13</time></div></header>
        <div class="post-body" itemprop="articleBody">{TEXT}</div><footer class="post-footer"><div class="post-tags">
        <a href="/tags/动物/" rel="tag"># 动物</a></div><div class="post-nav"><a rel="prev" href="/b/">上一篇</a></div>
        </footer></article></div><div class="comments">评论</div></main></div>""",
    "mkdocs-material": f"""<header class="md-header">我的站</header><main class="md-main">
        <div class="md-sidebar md-sidebar--primary">{NAVIGATION}</div><div class="md-content">
        <article class="md-content__inner md-typeset"><a class="md-content__button" title="编辑"></a>
        <h1 id="_1">熊猫<a class="headerlink" href="#_1" title="Permanent link">¶</a></h1>{TEXT}
        <nav class="md-tags"><span class="md-tag">动物</span></nav></article></div></main>
        <footer class="md-footer">版权所有</footer>""",
    "docusaurus": f"""<nav class="navbar">站</nav><main class="docMainContainer_TBSr"><div class="row"><div class="col">
        <article><nav class="theme-doc-breadcrumbs">文档</nav><div class="tocCollapsible_ETCw">本页总览</div>
        <div class="theme-doc-markdown markdown"><header><h1>熊猫</h1></header>{TEXT}</div>
        <footer class="theme-doc-footer">编辑此页</footer></article></div>
        <div class="tableOfContents_bqdL">本页总览</div></div></main>""",
    "sphinx": f"""<div class="document"><div class="bodywrapper"><div class="body" role="main"><section id="panda">
        <h1>熊猫<a class="headerlink" href="#panda" title="Link to this heading">¶</a></h1>{TEXT}</section></div></div>
        <div class="sphinxsidebar" role="navigation">{NAVIGATION}</div></div><div class="footer">©2025</div>""",
    "vitepress": f"""<div class="VPContent"><div class="aside">本页目录</div><main class="main"><div class="vp-doc">
        <h1 id="熊猫" tabindex="-1">熊猫 <a class="header-anchor" href="#熊猫" aria-label="Permalink">&#8203;</a></h1>
        {TEXT}</div></main><footer class="VPDocFooter">下一页</footer></div>""",
    "pelican": f"""<header id="banner"><h1><a href="/">我的站</a></h1></header><section id="content"><article>
        <header><h1 class="entry-title"><a href="/posts/a/" rel="bookmark">熊猫</a></h1></header>
        <div class="entry-content"><footer class="post-info"><abbr class="published" title="2025-02-13T08:01:14+08:00">
        四</abbr><p>tags: <a href="/tag/dong-wu.html">动物</a></p></footer>{TEXT}</div></article></section>
        <section id="extras">链接</section>""",
    "a theme without main or article": f"""<div id="page"><div class="top">我的站 {NAVIGATION}</div><div class="left">
        <ul><li><a href="/b/">竹林</a></li><li><a href="/c/">溪流</a></li></ul></div><div class="right"><h1>熊猫</h1>
        {TEXT * 3}</div></div>""",
}


@pytest.mark.parametrize("theme", THEMES)
def test_the_text_of_a_page_is_that_of_its_post(theme: str, tmp_path: Path) -> None:
    found = read_one(tmp_path, page(THEMES[theme], title="熊猫 | 我的站"))
    assert set(found.text.split("\n")) == {"熊猫爱吃竹子，一天要吃二十公斤。"}
    assert found.title == "熊猫"
    assert found.url == "/posts/a/"


@pytest.mark.parametrize("theme", ["hexo-next", "pelican"])
def test_the_date_and_tags_that_a_theme_shows_are_found(theme: str, tmp_path: Path) -> None:
    found = read_one(tmp_path, page(THEMES[theme], title="熊猫"))
    assert found.date
    assert found.date.isoformat() == "2025-02-13T08:01:14+08:00"
    assert found.tags == ("动物",)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>可见</p><script>var 暗 = 1</script><style>暗</style><template>暗</template>", "可见"),
        ("<p>可见</p><button class='copy'>复制</button><select><option>暗</select>", "可见"),
        ("<p>可见</p><div hidden>暗</div><div aria-hidden='true'>暗</div>", "可见"),
        ("<div role='tabpanel' hidden><p>第二个标签页</p></div>", "第二个标签页"),
        ("<details><summary>展开</summary><p>答案</p></details>", "展开\n答案"),
        ("<p>正文<sup><a class='footnote-ref' href='#fn1'>1</a></sup>。</p>", "正文。"),
        ("<blockquote><p>学而时习之</p><footer>论语</footer></blockquote>", "学而时习之\n论语"),
        ("<p><img src='a.png' alt='一只熊猫在吃竹子'></p>", "一只熊猫在吃竹子"),
        (
            "<p>能量 <span class='katex'><span class='katex-mathml'><math><semantics><mrow><mi>E</mi></mrow>"
            "<annotation encoding='application/x-tex'>E_0</annotation></semantics></math></span>"
            "<span class='katex-html' aria-hidden='true'>E</span></span> 守恒</p>",
            "能量 E 守恒",
        ),
        (
            "<figure class='highlight'><table><tr><td class='gutter'><pre><span class='line'>1</span><br>"
            "<span class='line'>2</span></pre></td><td class='code'><pre><span class='line'>rm -rf</span><br>"
            "<span class='line'>ls</span></pre></td></tr></table></figure>",
            "rm -rf\nls",
        ),
        ("<aside class='admonition'><p>提示</p><p>先备份。</p></aside>", "提示\n先备份。"),
        ("<div class='post has-toc'><p>有目录的文章</p></div>", "有目录的文章"),
    ],
)
def test_what_of_a_page_is_text(html: str, text: str, tmp_path: Path) -> None:
    body = f"<main><article><h1>题</h1><p>{'长' * 300}</p>{html}</article></main>"
    assert read_one(tmp_path, page(body, title="题")).text.split("\n", 1)[1] == text


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("<h2 id='a'>节</h2>", "a"),
        ("<h2 id='a'>节<a href='#a' class='anchor'>#</a></h2>", "a"),
        ("<h2 id='a'><a class='header-anchor' href='#a'><span>节</span></a></h2>", "a"),
        ("<section id='a'><h2>节<a class='headerlink' href='#a'>¶</a></h2></section>", "a"),
        ("<section id='a'><span id='old'></span><h2>节</h2></section>", "a"),
        ("<h2>节<span class='anchor' id='a'></span></h2>", "a"),
        ("<a name='a'></a><h2>节</h2>", "a"),
        ("<h2>节</h2>", ""),
    ],
)
def test_sections_have_the_anchors_of_their_headings(heading: str, anchor: str, tmp_path: Path) -> None:
    found = read_one(tmp_path, page(f"<main><h1>题</h1><p>开头</p>{heading}<p>正文</p></main>", title="题"))
    assert [(section.title, section.anchor) for section in found.sections] == [("节", anchor)]


def test_code_is_told_from_text(tmp_path: Path) -> None:
    found = read_one(
        tmp_path, page("<main><p>正文</p><pre><code>a = 1\nb = 2\n</code></pre></main>", title="题")
    )
    assert [found.text[start:end] for start, end in found.code] == ["a = 1\nb = 2"]


def test_what_most_pages_show_is_no_text_of_any(tmp_path: Path) -> None:
    body = "<main><p>第{}篇的正文</p><p>本站内容采用知识共享许可。</p><h2 id='ref'>参考</h2></main>"
    write_pages(tmp_path, {f"{n}.html": page(body.format(n), title=f"第{n}篇") for n in range(5)})
    for number, found in enumerate(read_pages(tmp_path).values()):
        assert isinstance(found, Document)
        assert found.text == f"第{number}篇的正文\n参考"


def test_marked_content_alone_is_searched_and_pages_without_it_are_left_out(tmp_path: Path) -> None:
    marked = "<div>菜单</div><div data-pagefind-body><p>正文</p><p data-pagefind-ignore>略</p></div>"
    write_pages(
        tmp_path,
        {"a.html": page(marked, title="甲"), "b.html": page("<main><p>没有标记</p></main>", title="乙")},
    )
    found = read_pages(tmp_path)
    assert isinstance(found["a.html"], Document)
    assert found["a.html"].text == "正文"
    assert getattr(found["b.html"], "kind", None) == "unmarked"


def test_code_that_shows_the_mark_marks_nothing(tmp_path: Path) -> None:
    shown = "<main><p>写 <code>&lt;main data-pagefind-body&gt;</code></p></main>"
    assert read_one(tmp_path, page(shown, title="题")).text == "写 <main data-pagefind-body>"


def test_one_long_section_is_not_taken_for_the_whole_page(tmp_path: Path) -> None:
    """AsciiDoc and Texinfo: sections beside each other, without a main or an article."""
    short = "<div class='sect1'><h2>概述</h2><p>竹子的简介。</p></div>"
    body = f"<div id='content'>{short}<div class='sect1'><h2>详解</h2>{TEXT * 20}</div></div>"
    found = read_one(tmp_path, page(body, title="竹"))
    assert "竹子的简介。" in found.text


def test_characters_with_readings_above_them_are_found_together(tmp_path: Path) -> None:
    ruby = "<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rt>zì</rt></ruby>"
    assert read_one(tmp_path, page(f"<main><h1>題</h1><p>學{ruby}的書</p></main>")).text == "學漢字的書"


def test_a_book_on_one_page_is_searched_though_sphinx_calls_it_a_table_of_pages(tmp_path: Path) -> None:
    chapter = f"<section id='a'><h2>第一章</h2>{TEXT}</section>"
    body = f"<div role='main'><h1>书</h1><div class='toctree-wrapper compound'>{chapter}</div></div>"
    found = read_one(tmp_path, page(body, title="书"))
    assert found.text == "第一章\n熊猫爱吃竹子，一天要吃二十公斤。"


def test_many_redirects_do_not_keep_navigation_in_the_text(tmp_path: Path) -> None:
    menu = "<p>上一章 下一章</p>"
    pages = {f"p/{n}.html": page(f"{menu}<p>第{n}章的正文。</p>") for n in range(4)}
    to_new = page("", head="<meta http-equiv='refresh' content='0; url=/p/1.html'>")
    aliases = {f"old/{n}.html": to_new for n in range(8)}
    found = read_pages(write_pages(tmp_path, pages | aliases))
    texts = [read.text for read in found.values() if isinstance(read, Document)]
    assert texts == [f"第{n}章的正文。" for n in range(4)]


@pytest.mark.parametrize(
    "html",
    [
        "<section id='new'><a href='src.html'>源代码</a><h4>pub fn <a href='#new'>new</a></h4></section>",
        "<p><a name='new'></a></p><h4>pub fn new</h4>",
    ],
)
def test_a_hit_links_to_the_section_that_its_heading_links_to_or_follows(html: str, tmp_path: Path) -> None:
    found = read_one(tmp_path, page(f"<main><h1>题</h1>{html}{TEXT}</main>", title="题"))
    assert [(section.title, section.anchor) for section in found.sections] == [("pub fn new", "new")]


def test_elements_nested_without_sense_take_no_minutes(tmp_path: Path) -> None:
    found = read_one(tmp_path, page("<div class='x'>甲" * 10_000, title="题"))
    assert found.text.count("甲") > 5_000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<pre class='line-numbers language-js'><code>let a;\nlet b;</code></pre>", "let a;\nlet b;"),
        (
            "<table><td><pre class='line-numbers'>1\n2</pre></td><td><pre>let a;\nlet b;</pre></table>",
            "let a;\nlet b;",
        ),
        (
            "<h3><button class='accordion-button'>怎么买票？</button></h3><p>在线上。</p>",
            "怎么买票？\n在线上。",
        ),
        ("<h3>门票<button>复制链接</button></h3><p>十元。</p>", "门票\n十元。"),
    ],
)
def test_code_with_numbers_and_questions_that_open_are_text(html: str, text: str, tmp_path: Path) -> None:
    assert read_one(tmp_path, page(f"<main><h1>题</h1>{html}</main>", title="题")).text == text


def test_a_page_that_is_one_form_keeps_its_text(tmp_path: Path) -> None:
    body = f"<form id='aspnetForm'><h1>题</h1>{TEXT}<form><p>留言</p></form></form>"
    assert "熊猫爱吃竹子" in read_one(tmp_path, page(body, title="题")).text


def test_a_list_of_the_headings_of_a_page_is_not_its_beginning(tmp_path: Path) -> None:
    links = "<li><a href='#a'>第一节</a><ul><li><a href='#b'>第二节</a></li></ul></li>"
    sections = f"<h2 id='a'>第一节<a href='#a'>¶</a></h2>{TEXT}<h2 id='b'>第二节</h2>{TEXT}"
    body = f"<main><h1>题</h1><div>目录</div><ul>{links}</ul>{sections}</main>"
    found = read_one(tmp_path, page(body, title="题"))
    assert found.text.startswith("第一节\n熊猫")
    kept = f"<main><h1>题</h1><ul><li><a href='#a'>第一节</a>：从这里读</li></ul>{sections}</main>"
    assert "从这里读" in read_one(tmp_path, page(kept, title="题")).text


def test_a_box_in_the_text_is_kept_although_its_class_is_sidebar(tmp_path: Path) -> None:
    """DocBook's sidebar and the directive of docutils."""
    box = "<aside class='sidebar'><p class='sidebar-title'>工具</p><p>用锄头挖竹笋。</p></aside>"
    menu = "<div class='sidebar'><p><a href='/b/'>溪流里的鱼</a></p></div>"
    found = read_one(tmp_path, page(f"<main><h1>题</h1>{TEXT * 3}{box}{menu}</main>", title="题"))
    assert "用锄头挖竹笋。" in found.text
    assert "溪流" not in found.text
