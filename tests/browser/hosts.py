"""Pages of another origin that embed the search element, as a site that uses it would."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route

from .reader import Site

FORM = '<form action="/search" role="search"><input type="search" name="q"></form>'


def open_host_page(
    page: Page, site: Site, *, body: str = "", head: str = "", policy: str | None = None, lang: str = "zh-CN"
) -> str:
    """Open a page of the allowed origin with the given body and the element's script, and return its address.

    `policy` is its Content-Security-Policy.
    """
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Host</title>{head}'
        f'<meta name="viewport" content="width=device-width">'
        f'<script type="module" src="{site.base}/widget.js"></script></head><body>{body}</body></html>'
    )
    headers = {"Content-Type": "text/html", **({"Content-Security-Policy": policy} if policy else {})}

    def fulfill(route: Route) -> None:
        route.fulfill(body=html, headers=headers)

    address = f"http://127.0.0.1:{site.other_port}/"
    page.route(re.compile(re.escape(address)), fulfill)
    page.goto(address)
    return address


def search_element(site: Site, inside: str = FORM, attributes: str = "") -> str:
    """Return the HTML of a search element around `inside`."""
    return f'<zh-search src="{site.base}" {attributes}>{inside}</zh-search>'
