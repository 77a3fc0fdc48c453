"""The posts of the small site, and the pages that a generator would make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tests.helpers.sites import post

BOX: Final = '<zh-search src="/"><form action="/search" role="search"><input type="search" name="q"></form></zh-search>'
MODAL: Final = BOX.replace("<zh-search", '<zh-search mode="modal"')
GUIDE: Final = """容器把程序和它需要的文件装在一起。

## 安装容器 {#install}
先安装容器引擎，再拉取镜像。安装之后，容器可以在任何机器上启动。

## 网络与端口 {#network}
容器之间的网络默认是隔离的；要从外面访问容器，先映射端口。

## 备份 {#backup}
容器里的数据放在卷里，备份卷就是备份容器的数据。
"""
POSTS: Final[Mapping[str, str]] = {
    "posts/guide.md": post(
        "容器入门", GUIDE, date="2025-11-02", tags=["容器", "运维"], categories=["教程"], slug="guide"
    ),
    **{
        f"posts/note{number}.md": post(
            f"容器笔记之{name}", f"第{name}篇笔记：容器的镜像、{topic}与日志。", date=f"2025-0{number}-11",
            tags=["容器", topic], categories=["笔记"], slug=f"note{number}",
        )
        for number, (name, topic) in enumerate(
            zip("一二三四五六七八九", ("网络", "存储", "安全", "调度", "监控", "日志", "镜像", "编排", "升级"), strict=True), start=1
        )
    },
    "posts/night.md": post("夜车上的无线网", "夜车开过山口，无线网断了又连。", date="2024-08-08", tags=["旅行"], slug="night"),
    "posts/tofu.md": post("麻婆豆腐", "豆腐切块，用盐水泡十分钟。", date="2024-05-01", tags=["做饭"], slug="tofu"),
}  # fmt: skip


def rendered(text: str) -> str:
    """The body of a post's page: headings with their anchors, far enough apart to scroll; and a search box above."""
    title = re.search('title: "(.*)"', text)
    assert title
    body = re.sub(
        r"^## (.*) \{#(.*)\}$",
        r'<h2 id="\2" style="margin-top:90vh">\1</h2>',
        text.split("---\n")[2],
        flags=re.MULTILINE,
    )
    paragraphs = "".join(
        f"<p>{line}</p>" if not line.startswith("<") else line for line in body.splitlines() if line
    )
    return f"{BOX}<h1>{title[1]}</h1>{paragraphs}<div style='height:150vh'></div>"
