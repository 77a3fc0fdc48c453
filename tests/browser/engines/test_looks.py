"""Looks: dark pages, right-to-left pages, strict policies, styles of a theme, forced narrow sidebars."""

from __future__ import annotations

import pytest

from .posts import BOX
from .reader import FIELD, Reader

LIGHTNESS = "(getComputedStyle(one('.panel')).backgroundColor.match(/[\\d.]+/g) || [0, 0, 0]).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 765"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; img-src data: 'self'"


@pytest.mark.parametrize(
    ("head", "attributes", "dark"),
    [
        ("<style>body{background:#111;color:#eee}</style>", "", True),
        (
            "<style>.dark body{background:#222;color:#ddd}:root{color-scheme:light dark}</style>",
            "class=dark",
            True,
        ),
        ("<style>body{background:#fff;color:#222}</style>", "", False),
        ("", "", False),
    ],
    ids=["dark", "dark by a class", "light", "plain"],
)
def test_the_hits_are_as_dark_as_the_page(reader: Reader, head: str, attributes: str, dark: bool) -> None:
    reader.open(head=head, attributes=attributes)
    reader.search("容器")
    lightness = reader.see(LIGHTNESS)
    assert lightness < 0.4 if dark else lightness > 0.6


def test_a_theme_that_is_switched_while_the_hits_are_shown_takes_them_along(reader: Reader) -> None:
    reader.open(head="<style>body{background:#fff;color:#222} .dark body{background:#111;color:#eee}</style>")
    reader.search("容器")
    assert reader.see(LIGHTNESS) > 0.6
    reader.see("document.documentElement.className = 'dark'")
    reader.until(f"{LIGHTNESS} < 0.4")


def test_on_a_page_from_right_to_left_the_hits_stay_on_the_screen(reader: Reader) -> None:
    reader.open(f"<div style='width:300px'>{BOX}</div>", attributes="dir=rtl")
    reader.search("容器")
    panel, form = reader.see("[box(one('.panel')), box(one('form'))]")
    assert panel["left"] >= 0
    assert panel["right"] <= 1200
    assert abs(panel["right"] - form["right"]) < 12
    assert reader.see("document.documentElement.scrollWidth") <= 1200


def test_a_strict_policy_hinders_nothing(reader: Reader) -> None:
    reader.open(policy=POLICY)
    reader.search("豆腐")
    assert reader.titles == ["麻婆豆腐"]
    assert reader.see("getComputedStyle(one('.panel')).position") in ("fixed", "absolute")


def test_styles_of_a_theme_do_not_reach_into_the_box(reader: Reader) -> None:
    reader.open(
        head="<style>*{margin:30px;text-transform:uppercase} a,input,button{display:none!important}</style>"
    )
    assert reader.see(f"seen({FIELD})")
    reader.search("容器")
    assert reader.see("seen(one('.hit a'))")


def test_the_hits_are_wider_than_a_narrow_sidebar(reader: Reader) -> None:
    reader.open(f"<aside style='width:220px;overflow:hidden;transform:translateX(0)'>{BOX}</aside>")
    reader.search("容器")
    panel = reader.see("box(one('.panel'))")
    assert panel["width"] > 400
    middle = reader.see(
        "root.elementFromPoint(...arguments)?.closest('.panel') !== null",
        panel["right"] - 30,
        panel["top"] + 60,
    )
    assert middle
