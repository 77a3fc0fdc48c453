"""The site's language that a reader's language means."""

from collections.abc import Sequence


def site_language(wished: str, languages: Sequence[str]) -> str | None:
    """The first of a site's languages that is the one wished for, case aside; or else is a variety of it
    (zh-CN of zh), or what it is a variety of. None where there is none."""
    if not wished:
        return None
    key = wished.casefold()
    keys = [language.casefold() for language in languages]
    for own, language in zip(keys, languages, strict=True):
        if own == key:
            return language
    for own, language in zip(keys, languages, strict=True):
        if own.startswith(f"{key}-") or key.startswith(f"{own}-"):
            return language
    return None
