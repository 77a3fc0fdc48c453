"""One frozen Settings: defaults < zhsearch.toml < ZHSEARCH_* environment < command-line flags.

The only module that reads the environment.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from zhsearch.index.boosts import read_boosts
from zhsearch.index.errors import SettingsError

FILE = "zhsearch.toml"
PREFIX = "ZHSEARCH_"
SEGMENTERS = ("auto", "jieba", "rjieba")
LOG_FORMATS = ("text", "json")
ENGINES = ("whoosh", "opensearch")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. Paths may be relative to the working folder.

    Units: `max_post_bytes` bytes; `threads`, `answer_cache_mb` and `page_cache_mb` (megabytes, 0: none)
    per worker process; `max_age` seconds that browsers and proxies may keep an answer without asking
    whether it still holds.
    `environment` is Hugo's; `exclude` are patterns of files below the content folder that are not searched;
    `boosts` multiply the scores of the pages in a folder (`posts/news`) or with a tag (`tag:教程`).
    `processes` analyse posts, 0 means one for each processor. `segmenter` is auto (rjieba where it is
    installed), jieba or rjieba; `dictionary`, `stop_words` and `synonyms` are files of the owner's (see
    `lexicon`). `explain` lets anyone who asks see why a hit is
    one (`explain=1`). `engine` is what answers: whoosh, which is embedded, or opensearch, a cluster at
    `opensearch_hosts`, where the index is known as `opensearch_index` and a new one gets `opensearch_shards`.
    `cors_origins` are origins such as `https://news.example`; `site_url` is where the
    search page finds the site's pages, if not on its own host.

    `budget_ms` milliseconds that an answer may take to be made (0: any), `max_waiting` requests that one
    process takes up at once; `rate_limit` of a client is such as `60/minute` ("": none), `trusted_hops` the
    proxies in front whose word on the client's address is taken. `statistics` counts what is searched for.
    `log_format` is text or json. `reindex_token` and `webhook_secret` (16 characters or more; "": none)
    allow `POST /api/reindex`; no error, log or representation shows them.
    """

    content: Path = Path("content")
    index: Path = Path(".zhsearch")
    engine: str = "whoosh"
    opensearch_hosts: tuple[str, ...] = ("http://127.0.0.1:9200",)
    opensearch_user: str = ""
    opensearch_password: str = field(default="", repr=False)
    opensearch_index: str = "zhsearch"
    opensearch_shards: int = 1
    cache: Path = Path("~/.cache/zhsearch")
    segmenter: str = "auto"
    dictionary: Path | None = None
    stop_words: Path | None = None
    synonyms: Path | None = None
    environment: str = "production"
    exclude: tuple[str, ...] = ()
    boosts: Mapping[str, float] = field(default_factory=dict)
    max_post_bytes: int = 5_000_000
    processes: int = 0
    keep_generations: int = 2
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    answer_cache_mb: int = 16
    page_cache_mb: int = 24
    max_age: int = 0
    explain: bool = False
    cors_origins: tuple[str, ...] = ()
    site_url: str = ""
    budget_ms: int = 2_000
    max_waiting: int = 256
    rate_limit: str = ""
    trusted_hops: int = 0
    metrics: bool = True
    statistics: bool = False
    log_format: str = "text"
    reindex_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)


_LIMITS = {
    "max_post_bytes": (1_000, 1_000_000_000),
    "processes": (0, 64),
    "keep_generations": (1, 100),
    "opensearch_shards": (1, 1_000),
    "port": (1, 65_535),
    "workers": (1, 256),
    "threads": (1, 256),
    "answer_cache_mb": (0, 10_000),
    "page_cache_mb": (0, 10_000),
    "max_age": (0, 31_536_000),
    "budget_ms": (0, 3_600_000),
    "max_waiting": (1, 100_000),
    "trusted_hops": (0, 16),
}
_INDEX_NAME = re.compile("[a-z][a-z0-9_-]{0,99}")
_CHOICES = {"segmenter": SEGMENTERS, "engine": ENGINES, "log_format": LOG_FORMATS}
_TOKENS = ("reindex_token", "webhook_secret")
_SECRETS = (*_TOKENS, "opensearch_password")
_SHORTEST_SECRET = 16  # characters; what is shorter can be guessed
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def load_settings(
    *,
    flags: Mapping[str, object] | None = None,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings that hold in `folder` (default: the working folder).

    `flags` are values from the command line; None means "not given". Raises SettingsError naming the
    key, the value and where it came from.
    """
    folder = folder or Path.cwd()
    environ = os.environ if environ is None else environ
    settings = Settings()
    if cache_home := environ.get("XDG_CACHE_HOME"):
        settings = replace(settings, cache=Path(cache_home) / "zhsearch")
    file = folder / FILE
    for key, value in _read_file(file).items():
        settings = _with(settings, key, value, f"{file}", base=folder)
    for name, text in environ.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            settings = _with(settings, key, text, "the environment", called=name)
    for key, value in (flags or {}).items():
        if value is not None:
            settings = _with(settings, key, value, f"the flag --{key.replace('_', '-')}")
    return replace(settings, cache=settings.cache.expanduser())


def export_env(name: str, value: str) -> None:
    """Tell a library that takes its settings from the environment alone."""
    os.environ[name] = value


def _read_file(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsError(f"{file} cannot be read: {problem}. Mend it or move it away.") from problem


def _with(
    settings: Settings, key: str, value: object, source: str, base: Path | None = None, called: str = ""
) -> Settings:
    """The settings with one more; `called` is what the key is known by where it comes from, if by another
    name."""
    known = [field.name for field in fields(Settings)]
    if key not in known:
        where = f"{source} ({called})" if called else source
        raise SettingsError(f"{where}: unknown setting {key!r}; known are: {', '.join(known)}.")
    default = getattr(Settings(), key)
    try:
        return replace(settings, **{key: _convert(key, default, value, base)})  # type: ignore[arg-type]
    except ValueError as problem:
        shown = "…" if key in _SECRETS else repr(value)
        raise SettingsError(f"{source}: {called or key} = {shown} {problem}.") from None


def _convert(key: str, default: object, value: object, base: Path | None) -> object:
    if default is None and value == "":
        return None
    if default is None or isinstance(default, Path):
        if not isinstance(value, str | Path) or not str(value):
            raise ValueError("is not a path")
        path = Path(value).expanduser()
        return base / path if base else path
    if isinstance(default, bool):
        if str(value).lower() not in _BOOLEANS:
            raise ValueError("is neither true nor false")
        return _BOOLEANS[str(value).lower()]
    if isinstance(default, int):
        try:
            number = int(str(value))
        except ValueError:
            raise ValueError("is not a whole number") from None
        low, high = _LIMITS[key]
        if not low <= number <= high:
            raise ValueError(f"is not between {low} and {high}")
        return number
    if isinstance(default, Mapping):
        return read_boosts(value)
    if isinstance(default, tuple):
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise ValueError("is not a list of texts")
        return tuple(item.strip().rstrip("/") for item in items if item.strip())
    if not isinstance(value, str):
        raise ValueError("is not a text")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise ValueError(f"is none of {', '.join(_CHOICES[key])}")
    if key == "opensearch_index" and not _INDEX_NAME.fullmatch(value):
        raise ValueError("is no name of small letters, digits, - and _, beginning with a letter")
    if key in _TOKENS and value and (len(value) < _SHORTEST_SECRET or not value.isascii()):
        raise ValueError(f"is no secret: it takes {_SHORTEST_SECRET} ASCII characters or more")
    return value
