"""The client of a search in a worker: each call is answered, refused or aborted, and leaves nothing behind."""

from typing import Any

from tests.static.node import run

_WORKER = """
import { inWorker } from "SRC/in_worker.js";

let worker;
const sent = [];
globalThis.Worker = class {
  constructor() {
    worker = this;
  }

  postMessage(message) {
    sent.push(message);
    if (message.method === "open") queueMicrotask(() => this.onmessage({ data: { id: message.id, value: null } }));
  }

  terminate() {}
};
const message = (promise) => promise.then((value) => value, (error) => error.message);
"""


def run_in_worker(source: str) -> Any:
    """What `answer` in a source gives, for which the last `worker` answers nothing but `open`."""
    return run(_WORKER + source)


def test_the_answer_of_a_call_is_its_own() -> None:
    source = """
    async function answer() {
      const search = await inWorker("search.js", "/zhsearch/");
      const calls = [search.search("a", {}), search.suggest("b", { count: 3 }), search.languages()];
      const error = { message: "rock: missing", kind: "missing", path: "rock", cause: "TypeError: no" };
      worker.onmessage({ data: { id: 3, error } });
      worker.onmessage({ data: { id: 2, value: 1 } });
      worker.onmessage({ data: { id: 4, value: ["zh"] } });
      const { kind, path, cause } = await calls[1].catch((problem) => problem);
      return [await calls[0], { kind, path, cause }, await calls[2], sent.map(({ method }) => method)];
    }
    """
    problem = {"kind": "missing", "path": "rock", "cause": "TypeError: no"}
    assert run_in_worker(source) == [1, problem, ["zh"], ["open", "search", "suggest", "languages"]]


def test_a_search_that_is_aborted_leaves_nothing_behind() -> None:
    source = """
    async function answer() {
      const search = await inWorker("search.js", "/zhsearch/");
      const late = new AbortController();
      const told = [
        message(search.search("a", {}, { signal: AbortSignal.abort(new Error("too late")) })),
        message(search.search("b", {}, { signal: late.signal })),
      ];
      late.abort(new Error("typed on"));
      worker.onmessage({ data: { id: 3, value: 1 } });
      return [await Promise.all(told), search._calls.size, sent.map(({ method, cancel }) => method || cancel)];
    }
    """
    assert run_in_worker(source) == [["too late", "typed on"], 0, ["open", "search", 3]]


def test_what_is_asked_of_a_search_that_is_closed_or_does_not_run_is_refused() -> None:
    source = """
    async function answer() {
      const closed = await inWorker("search.js", "/zhsearch/");
      const open = message(closed.search("a", {}));
      closed.close();
      const told = [await open, await message(closed.tags())];
      const other = await inWorker("search.js", "/zhsearch/");
      worker.onerror();
      return [...told, await message(other.recent({}))];
    }
    """
    assert run_in_worker(source) == [*["the search is closed"] * 2, "the worker does not run"]
