/* The search of an export, in the thread that calls it: `open(base)` gives {search, suggest, recent, tags, languages, close}.
 *
 *   const engine = await open("/zhsearch/");
 *   const answer = await engine.search("算力 芯片", { tag: ["AI"], from: "2025" });
 *
 * The answers are the JSON of the server's API. Errors: FileError (a file cannot be had), ParameterError.
 */

import { FileError, Files, jsonFile, settled } from "./base/files.js";
import { part } from "./base/parts.js";
import { searchJson } from "./api/search.js";
import { Index } from "./matching/index.js";

const MANIFEST_FILE = "manifest.bin";
const EXPORT_FORMAT = 1; // of the files that this script reads
const LOST = ["missing", "damaged"]; // kinds of errors of a file that a host no longer has: some answer with another one

/** Open the export at a URL. `fetch` replaces the global one, for example to read a folder in Node; `cache` is how many
 * bytes of unpacked files are kept. */
export async function open(base, options = {}) {
  const folder = base.endsWith("/") ? base : `${base}/`;
  const url = globalThis.location ? new URL(folder, globalThis.location.href).href : folder;
  const engine = new OpenSearch(new Files(url, options));
  await engine.refresh();
  return engine;
}

class OpenSearch {
  constructor(files) {
    this._files = files;
    this._index = null;
  }

  /** Search. `parameters` are those of `/api/search`; `exact` has every page verified that may match a quoted text, so
   * that the total is exact; `signal` aborts. */
  async search(q, parameters = {}, { signal = null, exact = false } = {}) {
    const start = performance.now();
    const answer = await this._answer((index) => searchJson(index, { ...parameters, q }, { exact }), signal);
    answer.took_ms = Math.round((performance.now() - start) * 100) / 100;
    return answer;
  }

  /** Completions of a text, as `/api/suggest`. */
  async suggest(q, { signal = null, ...parameters } = {}) {
    return this._answer((index) => part("completion")?.suggestJson(index, { ...parameters, q }), signal);
  }

  /** The newest pages, as `/api/recent`. */
  async recent(parameters = {}) {
    return this._answer((index) => part("lists")?.recentJson(index, parameters));
  }

  /** All tags, as `/api/tags`. */
  async tags() {
    return this._answer((index) => part("lists")?.tagsJson(index));
  }

  /** The languages of the pages, that of most pages first. */
  async languages() {
    return this._answer((index) => index.facets.facet("lang").values);
  }

  close() {
    this._index = null;
    this._files = null;
  }

  /** The files, until the search is closed. */
  get _opened() {
    if (!this._files) throw new Error("the search is closed");
    return this._files;
  }

  /** Use the export that is published now. Returns whether that is another one. */
  async refresh() {
    const files = this._opened;
    const bytes = await files.read(MANIFEST_FILE, { cache: "no-cache" });
    const core = files.made(MANIFEST_FILE, () => jsonFile(bytes));
    if (core?.format !== EXPORT_FORMAT) throw new FileError("damaged", MANIFEST_FILE);
    if (core.export === this._index?.core.export) return false;
    this._index = files.made(MANIFEST_FILE, () => new Index(files, core));
    return true;
  }

  /** The result of a computation on the index. Where the site was published anew and files of the old export are gone,
   * on that of the new one. */
  async _answer(compute, signal = null) {
    const index = this._index;
    try {
      return await settled(this._opened, () => compute(index), signal);
    } catch (error) {
      if (!LOST.includes(error?.kind)) throw error;
      await this.refresh();
      if (this._index === index) throw error; // else another call may have brought the new one
      return settled(this._opened, () => compute(this._index), signal);
    }
  }
}
