/* A search that runs in a worker, so that the page stays smooth: the client, with the methods of what `open` returns.
 * It is part of the search box, not of the module.
 *
 * Messages to the worker: {id, method, args} or {cancel: id}. Messages back: {id, value} or {id, error}.
 * worker.js is the other side; by the worker's name the script knows that it is to answer messages.
 */

/** Like `open(base)`, in a worker that runs `script`. The error has no `kind` where page or browser allow no worker. */
export async function inWorker(script, base) {
  const search = new WorkerSearch(script);
  try {
    await search.call("open", [base]);
  } catch (error) {
    search.close();
    throw error;
  }
  return search;
}

class WorkerSearch {
  constructor(script) {
    this._calls = new Map(); // id: {done, refuse} of a call under way
    this._last = 0;
    this._problem = ""; // why it answers no more
    this._worker = new Worker(script, { type: "module", name: "zhsearch" });
    this._worker.onmessage = ({ data }) => this._settle(data);
    this._worker.onerror = () => this._refuseAll("the worker does not run");
  }

  search(q, params, { signal } = {}) {
    return this.call("search", [q, params], signal);
  }

  suggest(q, { signal, ...options } = {}) {
    return this.call("suggest", [q, options], signal);
  }

  recent(options) {
    return this.call("recent", [options]);
  }

  tags() {
    return this.call("tags", []);
  }

  languages() {
    return this.call("languages", []);
  }

  close() {
    this._worker.terminate();
    this._refuseAll("the search is closed");
  }

  /* The result of a method; where `signal` aborts it, the worker is told. */
  call(method, args, signal) {
    const id = this._last += 1;
    return new Promise((done, refuse) => {
      if (this._problem) throw new Error(this._problem);
      if (signal) signal.throwIfAborted();
      this._calls.set(id, { done, refuse });
      if (signal) {
        signal.addEventListener("abort", () => {
          if (!this._calls.delete(id)) return;
          this._worker.postMessage({ cancel: id });
          refuse(signal.reason);
        });
      }
      this._worker.postMessage({ id, method, args });
    });
  }

  _settle({ id, value, error }) {
    const call = this._calls.get(id);
    if (!this._calls.delete(id)) return; // aborted
    if (error) call.refuse(Object.assign(new Error(error.message), error));
    else call.done(value);
  }

  _refuseAll(problem) {
    this._problem = problem;
    this._calls.forEach(({ refuse }) => refuse(new Error(problem)));
    this._calls.clear();
  }
}
