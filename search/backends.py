"""Settings in, what answers and what is published to out: the one place that chooses an engine."""

from importlib import import_module

from zhsearch.index.errors import SettingsError
from zhsearch.search.engine.backend import Backend
from zhsearch.search.settings import Settings

_MODULES = {"whoosh": "zhsearch.search.embedded.backend", "opensearch": "zhsearch.search.opensearch.backend"}


def backend_of(settings: Settings) -> Backend:
    """The backend that the settings name; loaded now. Raises SettingsError where it is not installed."""
    name = settings.engine
    try:
        backend: Backend = import_module(_MODULES[name]).create_backend(settings)
    except ModuleNotFoundError as problem:
        raise SettingsError(
            f"engine = {name!r} needs {problem.name}, which is not installed: pip install 'zhsearch[{name}]'"
        ) from problem
    return backend
