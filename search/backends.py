"""The factory of backends, and the only place that chooses an engine.

The modules of an engine are imported once it is chosen: a query to the embedded engine must not wait for the
OpenSearch client to be imported, nor need that be installed.
"""

from typing import TYPE_CHECKING

from zhsearch.index.errors import SettingsError
from zhsearch.search.settings import Settings

if TYPE_CHECKING:  # loads what reads queries, which a run of the index does not
    from zhsearch.search.engine import Backend


def backend_of(settings: Settings) -> "Backend":
    """The backend of `settings.engine`. Raises SettingsError if its client is not installed."""
    try:
        if settings.engine == "opensearch":
            from zhsearch.search.opensearch.backend import OpenSearchBackend  # noqa: PLC0415

            return OpenSearchBackend(settings)
        from zhsearch.search.embedded.backend import EmbeddedBackend  # noqa: PLC0415

        return EmbeddedBackend(settings)
    except ModuleNotFoundError as problem:
        raise SettingsError(
            "engine = {engine!r} needs {package}, which is not installed: pip install 'zhsearch[{engine}]'",
            engine=settings.engine,
            package=problem.name,
        ) from problem
