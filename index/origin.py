"""Origins of web pages, as browsers send them: scheme, host and port, and nothing else.

A browser's `Origin` header is compared letter by letter, so that another spelling of the same origin would
never match: it is brought into the browser's one, or refused with a remedy.
"""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from zhsearch.index.messages import Message

ANY = "*"
"""Stands for all origins, in lists."""

_EXAMPLE = "https://news.example"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(?:([a-z][a-z0-9+.-]*)://|/{0,2})([^/?#\\]*)(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
_AMBIGUOUS = re.compile("[ßς\u200c\u200d]")  # Python's IDNA is of 2003 and maps these as no browser does
_BLANK = re.compile(r"\s")
_LOCAL = re.compile(r"(localhost|127\.|\[::1\])")


def read_origin(text: str) -> str:
    """An origin as browsers write it: in lower case, international names as `xn--…`, without a default port.

    Raises ValueError with a Message that names the text and says what to write.
    """
    scheme, authority, rest = _parts(text)
    origin = _normal(scheme, authority)
    if text == "null":
        raise ValueError(
            Message("has 'null', which any page can claim to be: open the pages from a web server")
        )
    if _BLANK.search(text):
        raise ValueError(
            Message(
                'has {text!r}, which has a blank in it: write ["a", "b"], or a,b in the environment',
                text=text,
            )
        )
    if ANY in text:
        raise ValueError(
            Message("has {text!r}: * cannot be a part of an origin. Write all of them, or * alone", text=text)
        )
    if not scheme:
        guessed = _normal("http" if _LOCAL.match(authority) else "https", authority)
        raise ValueError(
            Message(
                "has {text!r}, which lacks a scheme: write {origin}", text=text, origin=guessed or _EXAMPLE
            )
        )
    if not origin:
        raise ValueError(
            Message("has {text!r}, which is no origin: write {origin}", text=text, origin=_EXAMPLE)
        )
    if rest.strip("/"):
        raise ValueError(
            Message("has {text!r}, which is more than an origin: write {origin}", text=text, origin=origin)
        )
    return origin


def _parts(text: str) -> tuple[str, str, str]:
    """Scheme ("" for none), authority (`host:port`), and what follows."""
    url = _URL.fullmatch(text)
    assert url  # it matches any text
    scheme, authority, rest = url.groups(default="")
    return scheme.lower(), authority, rest


def _normal(scheme: str, authority: str) -> str:
    """The origin of a scheme and an authority; "" if the authority is none."""
    try:
        url = urlsplit(f"{scheme}://{authority}")
        host, port = _normal_host(url.hostname or ""), url.port
    except ValueError:  # UnicodeError too
        return ""
    if not host or url.username is not None or authority.endswith(":"):
        return ""
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{scheme}://{host}:{port}"


def _normal_host(host: str) -> str:
    """A host's name in ASCII, an IPv6 address in brackets; "" if it is neither. Raises ValueError."""
    if ":" in host:
        return f"[{IPv6Address(host).compressed}]"
    if _AMBIGUOUS.search(host):
        return ""
    name = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    return name if _HOST.fullmatch(name) else ""
