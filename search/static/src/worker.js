/* The script as a worker: answers the messages of in_worker.js. It does so only under the name that in_worker.js gives
 * to its workers, so that a worker of someone else's can import the module and keep its messages for itself.
 */

import { open } from "./open.js";

if (globalThis.DedicatedWorkerGlobalScope && globalThis.name === "zhsearch") answerMessages(globalThis);

function answerMessages(scope) {
  const running = new Map(); // id: AbortController of a call under way
  let opened = null;

  async function answered(id, method, args) {
    if (method === "open") {
      opened = await open(...args);
      return null;
    }
    const { signal } = running.get(id);
    const [first, second] = args;
    if (method === "search") return opened.search(first, second, { signal });
    return method === "suggest" ? opened.suggest(first, { ...second, signal }) : opened[method](...args);
  }

  scope.onmessage = async ({ data: { id, method, args, cancel } }) => {
    if (cancel) {
      running.get(cancel)?.abort();
      return;
    }
    running.set(id, new AbortController());
    let message;
    try {
      message = { id, value: await answered(id, method, args) };
    } catch ({ name, message: text, kind, path, parameter, cause }) {
      message = { id, error: { name, message: text, kind, path, parameter, cause: cause && String(cause) } };
    }
    if (!running.get(id).signal.aborted) scope.postMessage(message);
    running.delete(id);
  };
}
