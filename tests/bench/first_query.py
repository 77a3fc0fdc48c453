"""The first query of each kind that a fresh process answers, without what earlier queries loaded.

Each question has a process of its own, forked before the index is opened: it opens the index and answers, with all
details that the peer has, and its answer alone is timed. Importing and opening belong to the cold start, and so does
what `zhsearch serve` loads before it forks. A peer that answers in another process starts that anew.
"""

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .peer import AnswerDetail, Peer, Question
from .process import ROOT, CommandError


def first_queries_ms(peer: Peer, index: Path, questions: Sequence[Question]) -> list[float]:
    """Milliseconds of the first answer to each question. Raises CommandError when a process fails."""
    detail = max(peer.answers, key=list(AnswerDetail).index)
    work = pickle.dumps((peer, index, questions, detail))
    command = [sys.executable, "-m", "tests.bench.first_query"]
    done = subprocess.run(command, cwd=ROOT, input=work, capture_output=True, check=False)
    if done.returncode:
        raise CommandError(f"first queries of {peer.name}: {done.stderr[-2000:].decode(errors='replace')}")
    times: list[float] = json.loads(done.stdout)
    return times


def answer_ms(peer: Peer, index: Path, question: Question, detail: AnswerDetail) -> float:
    """Open the index and answer; milliseconds of the answer alone."""
    with peer.open(index, detail) as prepare:
        start = time.perf_counter()
        search = prepare(question)
        parsed = time.perf_counter()
        answer = search()
        seconds = time.perf_counter() - parsed if answer.seconds is None else answer.seconds
        return (parsed - start + seconds) * 1000


def _in_fork(peer: Peer, index: Path, question: Question, detail: AnswerDetail) -> float:
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(write, repr(answer_ms(peer, index, question, detail)).encode())
        finally:
            os._exit(0)  # whatever was raised has no one to go to: nothing written is a failure
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    if not text:
        raise CommandError(f"{peer.name} gave no answer to {question.text}")
    return float(text)


def main() -> None:
    """Read a pickled task from stdin, and print the times as JSON."""
    peer, index, questions, detail = pickle.load(sys.stdin.buffer)
    print(json.dumps([_in_fork(peer, index, question, detail) for question in questions]))


if __name__ == "__main__":
    main()
