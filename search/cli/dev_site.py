"""What `zhsearch dev` finds out about a site: its folders, a free port, the state of its search box."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.hugo import load_site, read_configuration
from zhsearch.index.messages import Message
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.cli.language import _
from zhsearch.search.errors import ParameterError
from zhsearch.search.server import check_address
from zhsearch.search.widget import THEMES, installed_box, theme_steps

_HOSTS = ("localhost", "127.0.0.1")
_PORTS_TRIED = 20


@dataclass(frozen=True, slots=True)
class DevSite:
    """A Hugo site: the folder of its configuration, its content as for `reindex`, and the folder that has
    zhsearch.toml and .zhsearch."""

    root: Path
    content: Path
    folder: Path


def find_dev_site(content: Path | None) -> DevSite:
    """The site of `content`, else the one that the working folder is in, else that of the setting `content`.

    Raises SiteError if a configuration cannot be read, ZhsearchError if there is none.
    """
    here = Path.cwd()
    if content is not None:
        root = _root_of(content)
        if root:
            return DevSite(root, content.absolute(), root)
    elif root := _root_of(here):
        return DevSite(root, root, root)
    else:
        configured = checked_settings().content
        if configured.is_dir() and (root := _root_of(configured)):
            return DevSite(root, configured.absolute(), here)
    raise _no_site(content or here)


def _root_of(folder: Path) -> Path | None:
    site = load_site(folder)
    return site.root.absolute() if site.fingerprint else None


def _no_site(folder: Path) -> ZhsearchError:
    folder = folder.absolute()
    above = (parent for parent in folder.parents if read_configuration(parent, "production"))
    nearest = next(above, None)
    if nearest:
        remedy = Message("Its root may be {folder}", folder=nearest)
    else:
        remedy = Message("Go to the site's root")
    return ZhsearchError(
        "no Hugo site in {folder}: neither it nor the folder above has a hugo.toml (or .yaml, .json,"
        " config.*). {remedy}, or name it: zhsearch dev --content {site}",
        folder=folder,
        remedy=remedy,
        site=nearest or "SITE",
    )


def origins_of(site_url: str) -> tuple[str, ...]:
    """The origin of a URL, and the same under this machine's other name. Raises ParameterError."""
    origin = re.fullmatch(r"(https?)://([^:/?#\s]+)(:\d{1,5})?/?", site_url)
    if not origin:
        raise ParameterError(
            "site-url",
            "{url!r} is not an origin. Give scheme, host and port: http://localhost:1313",
            url=site_url,
        )
    scheme, host, port = origin.groups(default="")
    hosts = sorted(_HOSTS, key=lambda name: name != host) if host in _HOSTS else [host]
    return tuple(f"{scheme}://{name}{port}" for name in hosts)


def choose_port(wanted: int | None, configured: int, root: Path) -> int:
    """A port of 127.0.0.1 to serve on: the wanted one, the one that the site's partials name, the configured
    one or the next that is free. Raises ZhsearchError with a remedy if a port that must be it is taken."""
    named = _port_of_box(root)
    first = wanted or named or configured
    if _is_free(first):
        return first
    free = next(filter(_is_free, range(first + 1, min(first + _PORTS_TRIED, 65_536))), None)
    proposed = free or "PORT"
    if wanted:
        raise ZhsearchError(
            "port {port} is taken. Choose another: zhsearch dev --port {proposed}",
            port=wanted,
            proposed=proposed,
        )
    if named:
        raise ZhsearchError(
            "port {port} is taken, and the site's partials lead there. Stop what uses it (another `zhsearch"
            " dev`?), or change both: zhsearch dev --port {proposed} --init",
            port=named,
            proposed=proposed,
        )
    if free is None:
        raise ZhsearchError(
            "the ports from {first} on are taken. Choose one: zhsearch dev --port PORT", first=first
        )
    return free


def _port_of_box(root: Path) -> int | None:
    box = installed_box(root)
    parts = urlsplit(box.url) if box and not box.is_static else None
    return parts.port if parts and parts.hostname in _HOSTS else None


def _is_free(port: int) -> bool:
    try:
        check_address("127.0.0.1", port)
    except ZhsearchError:
        return False
    return True


def describe_box(root: Path, url: str) -> Iterator[str]:
    """Lines about the site's search box: it leads to `url`, or what has to be done for that."""
    command = f"  zhsearch hugo init --url {url}"
    box = installed_box(root)
    if box is None:
        theme, steps = theme_steps(root, url)
        yield "\n" + _("The site has no search box yet. In the site's root (or with `zhsearch dev --init`):")
        yield f"\n{command}"
        is_known = theme != THEMES[-1]
        yield "\n" + (_("Theme: {theme}. Then by hand:", theme=theme) if is_known else _("Then by hand:"))
        yield ""
        yield from map(_, steps)
    elif box.is_static:
        yield "\n" + _("The site's search box reads files. To try it with `hugo server`:")
        yield "\n  zhsearch export static/zhsearch"
    elif box.url not in (url, url.replace("127.0.0.1", "localhost")):
        yield "\n" + _("The site's search box leads to {url}. To try it here:", url=box.url)
        yield f"\n{command}\n"
        yield _("Before you publish the site: zhsearch hugo init --url {url}", url=box.url)
    elif not box.is_current:
        yield "\n" + _("The site's search box is of another version of zhsearch. Write it again:")
        yield f"\n{command}"
    else:
        yield _("box     is set up: the site's partials lead here")
