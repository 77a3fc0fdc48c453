"""One run: index the corpora on an engine, and measure the kinds on them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench.corpus import Corpus
from tests.helpers.sites import CACHE
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings

from .fields import make_fields_site
from .kinds import FIELDS_SITE, KINDS, KindResult
from .measure import Asker
from .texts import Texts


def measure_corpora(
    corpora: Sequence[Corpus], settings: Settings, work: Path, slugs: Sequence[str] = ()
) -> list[KindResult]:
    """Index the corpora and the site with fields, and measure the kinds on them."""
    sites = {Path(corpus.origin).name: corpus for corpus in corpora}
    sites[FIELDS_SITE] = make_fields_site(corpora[0], work / FIELDS_SITE)
    return measure_kinds([_asker(name, corpus, settings, work) for name, corpus in sites.items()], slugs)


def _asker(name: str, corpus: Corpus, settings: Settings, work: Path) -> Asker:
    index = f"{settings.opensearch_index}-{name}"
    folder = work / f"{name}-writings"
    settings = replace(
        settings, content=corpus.content.parent, index=folder, cache=CACHE, opensearch_index=index
    )
    reindex(settings)
    backend = backend_of(settings)
    backend.publish(full=True)
    return Asker(Texts(name, corpus.pages), backend.open(), get_segmenter("auto", CACHE))


def measure_kinds(askers: Iterable[Asker], slugs: Iterable[str] = ()) -> list[KindResult]:
    """The outcomes of the kinds with the given slugs (none: all) on the corpora that they apply to."""
    chosen, askers = set(slugs), list(askers)
    results = []
    for kind in KINDS:
        if not chosen or kind.slug in chosen:
            of_kind = [
                asker for asker in askers if (asker.texts.name == FIELDS_SITE) == (kind.site == FIELDS_SITE)
            ]
            results.append(
                KindResult(kind, tuple(outcome for asker in of_kind for outcome in kind.outcomes(asker)))
            )
    return results
