"""The forms in which an index may have a URL."""

from urllib.parse import quote, unquote, urlsplit

_SAFE = "/:@!$&'()*+,;=~-._"  # characters that Hugo does not escape in a path


def url_variants(url: str) -> list[str]:
    """The path of a URL as it is, and escaped as Hugo does; an empty list where it cannot be parsed."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return []
    return list(dict.fromkeys((path, quote(unquote(path), safe=_SAFE))))
