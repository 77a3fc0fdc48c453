"""A peer whose engine is a program in another language, spoken to in lines of JSON.

| command | stdin | stdout |
| --- | --- | --- |
| `PROGRAM index INDEX` | a document a line: `path`, texts, and lists of facets | `{"indexed": …}` |
| `PROGRAM query INDEX QUESTION` | | the answer |
| `PROGRAM serve INDEX` | a question a line: `text`, `tag` or null, `detail` | an empty line once the index is open, then an answer a line |

An answer is `{"total": …, "paths": […], "tags": …, "ns": …}`; `ns` is the time that it took within the program, so
that pipes and JSON do not count. This project's reader and tokenizer write the documents, in a Python process of
their own that indexing waits for, as it does with the other peers. A cold query starts the program alone.
"""

import json
import subprocess
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.models import Document

from .peer import Answer, AnswerDetail, Prepare, Question
from .pretokenized import FACETS, FIELDS, Pretokenizer, document_batches, facet_values, query_terms
from .process import CommandError
from .program import ProgramPeer

_WAIT_S = 10


class NativePeer(ProgramPeer):
    """The part of a peer that speaks to its program; `command` starts it. Texts go to it as they are."""

    name: str

    @property
    @abstractmethod
    def recipe(self) -> str:
        """See Peer."""

    def __init__(self, cache: Path, *command: str) -> None:
        super().__init__(cache, *command)
        self._command = command

    def query_command(self, index: Path, question: Question) -> list[str]:
        """See Peer. The program alone: where words are cut outside of it, they come cut."""
        text = self.query_text(question.text, get_segmenter("auto", self._cache))
        return [*self._command, "query", str(index), _request(text, question, AnswerDetail.HITS)]

    @contextmanager
    def open(self, index: Path, detail: AnswerDetail) -> Iterator[Prepare]:
        """See Peer."""
        segmenter = get_segmenter("auto", self._cache)
        with _running([*self._command, "serve", str(index)]) as ask:

            def prepare(question: Question) -> Callable[[], Answer]:
                text = self.query_text(question.text, segmenter)
                return lambda: _answer(ask(_request(text, question, detail)))

            yield prepare

    def build_index(self, content: Path, index: Path) -> int:
        """See ProgramPeer."""
        command = [*self._command, "index", str(index)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            assert process.stdin
            assert process.stdout
            for record in self.records(content):
                line = json.dumps(record, ensure_ascii=False)
                process.stdin.write(line.encode("utf-8", "replace").decode() + "\n")
            process.stdin.close()
            printed = process.stdout.read()
        if process.returncode:
            raise CommandError(f"{' '.join(command)}: exit {process.returncode}")
        return int(json.loads(printed)["indexed"])

    def query_text(self, text: str, segmenter: Segmenter) -> str:
        """What the program gets of a query's text."""
        return text

    @abstractmethod
    def records(self, content: Path) -> Iterable[dict[str, Any]]:
        """The documents below `content` as the program indexes them."""


class PretokenizedPeer(NativePeer):
    """A native peer that gets this project's own terms, separated by spaces."""

    def query_text(self, text: str, segmenter: Segmenter) -> str:
        """See NativePeer."""
        return " ".join(query_terms(text, segmenter))

    def records(self, content: Path) -> Iterable[dict[str, Any]]:
        """See NativePeer. `shown` and `text` are stored, the others are terms."""
        pretokenizer = Pretokenizer(get_segmenter("auto", self._cache))
        for documents in document_batches(content):
            for document, texts in zip(documents, pretokenizer.tokenize(documents), strict=True):
                yield self.record(document, texts)

    def record(self, document: Document, texts: Sequence[str]) -> dict[str, Any]:
        """One document; `texts` are those of FIELDS, then the n-grams."""
        terms = dict(zip((*FIELDS, "grams"), texts, strict=True))
        stored = {"path": document.path, "shown": document.title, "text": document.text}
        return {**stored, **terms, **facet_lists(document)}


def facet_lists(document: Document) -> dict[str, list[str]]:
    """The values of each facet."""
    lists: dict[str, list[str]] = {name: [] for name in FACETS}
    for name, value in facet_values(document):
        lists[name].append(value)
    return lists


def _request(text: str, question: Question, detail: AnswerDetail) -> str:
    request = {"text": text, "tag": question.tag, "detail": detail.name.lower()}
    return json.dumps(request, ensure_ascii=False)


def _answer(line: str) -> Answer:
    answer = json.loads(line)
    return Answer(answer["total"], tuple(answer["paths"]), answer["tags"], answer["ns"] / 1e9)


@contextmanager
def _running(command: list[str]) -> Iterator[Callable[[str], str]]:
    """A running program, once its index is open: a function that sends a line and returns the answer's."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin
        assert stdout

        def ask(line: str) -> str:
            stdin.write(line + "\n")
            if not (answer := stdout.readline()):
                raise CommandError(f"{' '.join(command)}: ended without an answer")
            return answer

        if not stdout.readline():
            raise CommandError(f"{' '.join(command)}: ended before its index was open")
        try:
            yield ask
        finally:
            stdin.close()
            try:
                process.wait(_WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
