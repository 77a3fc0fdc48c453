"""All settings, in groups for the index, the engine, the cluster and the server.

A function takes the narrowest group that has what it needs. zhsearch.toml, ZHSEARCH_* variables, options and
docs/configuration.md are derived from these declarations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zhsearch.index import setting_fields as setting
from zhsearch.index.settings import IndexSettings
from zhsearch.index.settings_reader import read_settings

ENGINES = ("whoosh", "opensearch")
LOG_FORMATS = ("text", "json")


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """The choice of an engine; `whoosh` is the embedded one."""

    engine: str = setting.choice(
        "whoosh", ENGINES, "the embedded engine, or a cluster", see="[OpenSearch](opensearch.md)"
    )


@dataclass(frozen=True, kw_only=True)
class OpenSearchSettings:
    """The nodes of an OpenSearch cluster, its credentials, and the index there."""

    opensearch_hosts: tuple[str, ...] = setting.strings(
        ("http://127.0.0.1:9200",), "addresses of the cluster's nodes"
    )
    opensearch_user: str = setting.string("", "user name; better in `ZHSEARCH_OPENSEARCH_USER`")
    opensearch_password: str = setting.string(
        "", "password; better in `ZHSEARCH_OPENSEARCH_PASSWORD`", secret=True
    )
    opensearch_index: str = setting.name(
        "zhsearch", "an alias; the indexes behind it are `zhsearch-000001-…`"
    )
    opensearch_shards: int = setting.integer(1, 1, 1_000, "shards of a new index")


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Address, processes, caches and limits of the server. Sizes and counts are those of one worker."""

    host: str = setting.string("127.0.0.1", "address that `serve` listens on")
    port: int = setting.integer(8000, 1, 65_535, "port that `serve` listens on")
    workers: int = setting.integer(2, 1, 256, "worker processes")
    threads: int = setting.integer(4, 1, 256, "threads of each worker")
    answer_cache_mb: int = setting.integer(
        16,
        0,
        10_000,
        "megabytes of answers cached by each worker until the next generation, and a quarter as much for"
        " their compressed forms; 0: none",
    )
    page_cache_mb: int = setting.integer(
        24,
        0,
        10_000,
        "megabytes of opened pages cached by each worker, and half as much for scored words; 0: none",
    )
    max_age: int = setting.integer(
        0, 0, 31_536_000, "seconds that browsers and proxies may keep an answer without asking again"
    )
    explain: bool = setting.boolean(False, "allow everyone `explain=1`, which shows why a page is a hit")
    cors_origins: tuple[str, ...] = setting.origins(
        'origins whose pages may call the API: `"https://news.example"`; `"*"`: all',
        see="[Origins](#origins)",
    )
    site_url: str = setting.origin("origin of the site's pages, if the search page is on another host")
    show_pages: bool | str = setting.switch(
        "show the indexed text of a page at its address; auto: on this machine alone, without `site_url`",
        see="[Pages without a site](#pages-without-a-site)",
    )
    page_accent: tuple[str, ...] = setting.colours(
        "colour of links and buttons on the search page",
        see="[Colours of the search page](#colours-of-the-search-page)",
    )
    page_background: tuple[str, ...] = setting.colours("colour behind the search page")
    page_text: tuple[str, ...] = setting.colours("colour of its text")
    budget_ms: int = setting.integer(2_000, 0, 3_600_000, "deadline of an answer in milliseconds; 0: none")
    max_waiting: int = setting.integer(256, 1, 100_000, "requests in flight in one worker; more get a 503")
    rate_limit: str = setting.rate(
        'limit for each client, such as `"600/minute"`; empty: none',
        see="[Rate limit](operations.md#rate-limit)",
    )
    trusted_hops: int = setting.integer(0, 0, 16, "reverse proxies whose `X-Forwarded-*` headers are trusted")
    metrics: bool = setting.boolean(True, "serve `/metrics` for Prometheus")
    statistics: bool = setting.boolean(
        False, "count searches by their text", see="[Search reports](operations.md#search-reports)"
    )
    log_format: str = setting.choice("text", LOG_FORMATS, "`json`: a line of JSON for each request")
    reindex_token: str = setting.token("allows `POST /api/reindex` with `Authorization: Bearer …`")
    admin_report: bool = setting.boolean(
        False, "serve the search report at `/admin/report` to whoever has `reindex_token`"
    )
    webhook_secret: str = setting.token("allows `POST /api/reindex` to webhooks that GitHub signs")


@dataclass(frozen=True, kw_only=True)
class Settings(ServerSettings, OpenSearchSettings, EngineSettings, IndexSettings):
    """All settings, for callers that pass them on to several rooms."""


def load_settings(
    *,
    flags: Mapping[str, object] | None = None,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read all settings; see `read_settings`."""
    return read_settings(Settings, flags=flags, folder=folder, environ=environ)
