"""The version of a page that is published in several: from a folder of its path, or from its title.

`docs/v1.20/install.md`, `docs/15/install.md` and `docs/latest/install.md` are versions of one page. A number
is a version in a folder of its own, and in a title with a `v` or a dot, or where a folder says the same.
Years, dates and the numbers of parts and chapters are none.
"""

import re
from typing import NamedTuple

_LATEST = ("latest", "stable", "current")
_DEVELOPMENT = ("next", "nightly", "unreleased", "dev", "devel", "master", "main")
_NUMBER = r"\d{1,4}(?:\.\d{1,6})*(?:\.x)?(?:[-.]?(?:alpha|beta|rc|pre)[-.]?\d{0,4})?"
_YEAR = re.compile(r"(?:19|20)\d\d")
_FOLDER = re.compile(
    rf"(?:^|(?<=/))((?:v|version-?|release-?)?({_NUMBER})|{'|'.join((*_LATEST, *_DEVELOPMENT))})(?=/)", re.I
)
_IN_TITLE = re.compile(
    rf"(?<![\w.])(?:v({_NUMBER})|(?<!^)(\d{{1,4}}(?:\.\d{{1,6}})+(?:\.x)?))(?![\w.])", re.I
)
_PRE_RELEASE = re.compile(r"[-.]?(alpha|beta|rc|pre)[-.]?(\d*)$", re.I)
_NO_LETTERS = re.compile(r"[\W_]+")
_FINAL = ("~", 0)  # after every pre-release


class Version(NamedTuple):
    """A version as its author writes it, such as `v1.20` or `latest`; `number` is its bare number, if any."""

    label: str
    number: str | None


def page_version(path: str, title: str) -> Version | None:
    """The version of a page; None where neither its path nor its title has any."""
    return _folder_version(path) or _title_version(title)


def version_order(version: Version | None) -> tuple[int, tuple[int, ...], tuple[str, int]]:
    """The key that sorts versions, the newest last.

    A page that has no version, beside others that have one, is the current one, as sites keep it; what is
    under development comes before all that is released.
    """
    if version is None:
        return 2, (), _FINAL
    if version.number is None:
        return (3 if version.label.lower() in _LATEST else 0), (), _FINAL
    pre_release = _PRE_RELEASE.search(version.number)
    final = version.number[: pre_release.start()] if pre_release else version.number
    numbers = [int(part) for part in final.split(".") if part.isdecimal()]
    while numbers and not numbers[-1]:
        numbers.pop()
    stage = (pre_release[1].lower(), int(pre_release[2] or 0)) if pre_release else _FINAL
    return 1, tuple(numbers), stage


def unversioned_path(path: str) -> str:
    """The path without its version, the same for all versions of a page."""
    match = _folder_match(path)
    return path[: match.start()] + path[match.end() + 1 :] if match else path


def unversioned_title(path: str, title: str) -> str:
    """The words of a folded title without its version; the title itself where nothing else is left."""
    version = _folder_version(path)
    bare = _without_number(title, version.number) if version and version.number else title
    return _NO_LETTERS.sub(" ", _IN_TITLE.sub(" ", bare)).strip() or title


def unversioned_text(path: str, text: str) -> str:
    """A text of the page without the number of its own version, which differs in its copies."""
    version = page_version(path, "")
    return _without_number(text, version.number) if version and version.number else text


def _without_number(text: str, number: str) -> str:
    return re.sub(rf"(?<![\d.])v?{re.escape(number.lower())}(?!\d)", " ", text)


def _folder_version(path: str) -> Version | None:
    match = _folder_match(path)
    return Version(match[1], match[2]) if match else None


def _folder_match(path: str) -> re.Match[str] | None:
    """The first folder that is a version; what follows a year is a date."""
    match = _FOLDER.search(path)
    if match is None or not _YEAR.fullmatch(match[1]):
        return match
    return None


def _title_version(title: str) -> Version | None:
    match = _IN_TITLE.search(title)
    return Version(match[0], match[1] or match[2]) if match else None
