"""The forms in which an index may have the address that a request names."""

from urllib.parse import quote, unquote, urlsplit

_SAFE = "/:@!$&'()*+,;=~-._"  # what Hugo does not escape in an address


def url_variants(url: str) -> list[str]:
    """The path of a URL as it is, and escaped as Hugo does; no form where it is no URL at all."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return []
    return list(dict.fromkeys((path, quote(unquote(path), safe=_SAFE))))
