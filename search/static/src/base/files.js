/* Loads the files of an export, and keeps the last used ones.
 *
 * Look-ups are synchronous: `get` answers from memory, and notes what is not there. `settled` computes, loads
 * what was noted in parallel, and computes again, until nothing is missing.
 */

import { arePartsMissing, forgetMissingParts, loadParts } from "./parts.js";

const DEFAULT_CACHE = 4e6; // bytes of files that are kept between queries; ten times as many in memory once read
const MAX_AT_ONCE = 16; // files that are loaded at the same time: some hosts refuse more
const MAX_PASSES = 60; // of one computation; more would mean that files contradict each other
const GZIP = 0x1f;
const PLAIN_STARTS = [0, 0x7b]; // first bytes of unpacked chunks: no shared bytes, or the brace of JSON
const HTML = 0x3c; // "<": a host that answers with a page of its own where a file is missing

/** A file that cannot be had. `kind`: "missing", "offline", "old browser" or "damaged". */
export class FileError extends Error {
  constructor(kind, path, cause) {
    super(`${path}: ${kind}`, { cause });
    this.name = "FileError";
    this.kind = kind;
    this.path = path;
  }
}

export class Files {
  constructor(base, { fetch = null, cache = DEFAULT_CACHE } = {}) {
    this._base = base;
    this._fetch = fetch || ((url, options) => globalThis.fetch(url, options));
    this._limit = cache;
    this._entries = new Map(); // path: {bytes, value, size}, the last used last
    this._size = 0;
    this._missing = new Set();
    this._pending = new Map();
  }

  /** The paths that were asked for since the last load, and are not in memory. */
  get missing() {
    return this._missing;
  }

  /** The decoded content of a file, or null where it has to be loaded first. */
  get(path, decode) {
    const entry = this._entries.get(path);
    if (!entry) {
      this._missing.add(path);
      return null;
    }
    this._entries.delete(path);
    this._entries.set(path, entry);
    if (entry.bytes) {
      entry.value = this.made(path, () => decode(entry.bytes));
      entry.bytes = null;
    }
    return entry.value;
  }

  /** What `make` makes of a file. Where it fails the others are loaded again as well: a host that answers with something
   * else does so for more than one. */
  made(path, make) {
    try {
      return make();
    } catch (problem) {
      if (problem.kind || problem.parameter) throw problem;
      this._entries.clear();
      this._size = 0;
      throw new FileError("damaged", path, problem);
    }
  }

  /** Whether a file is in memory. */
  has(path) {
    return this._entries.has(path);
  }

  /** Load all missing files. */
  async load() {
    const paths = [...this._missing];
    this._missing.clear();
    const loadNext = async () => {
      while (paths.length) await this._loaded(paths.shift());
    };
    await Promise.all(Array.from({ length: MAX_AT_ONCE }, loadNext));
  }

  /** Forget the files that were not used for the longest time, beyond the size of the cache. */
  trim() {
    for (const [path, entry] of this._entries) {
      if (this._size <= this._limit) break;
      this._entries.delete(path);
      this._size -= entry.size;
    }
  }

  /** The unpacked bytes of a file, not cached. `options` are those of fetch. */
  async read(path, options) {
    let response, bytes;
    try {
      response = await this._fetch(this._base + path, options);
      bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    } catch (problem) {
      throw problem instanceof FileError ? problem : new FileError("offline", path, problem);
    }
    if (!bytes) throw new FileError(response.status < 500 ? "missing" : "offline", path);
    return unpackedFile(path, bytes);
  }

  _loaded(path) {
    let pending = this._pending.get(path);
    if (!pending) {
      pending = this.read(path)
        .then((bytes) => {
          this._entries.set(path, { bytes, value: null, size: bytes.length });
          this._size += bytes.length;
        })
        .finally(() => this._pending.delete(path));
      this._pending.set(path, pending);
    }
    return pending;
  }
}

/** The result of `compute`, which looks up files, once all of them are in memory. `signal` aborts between its passes. */
export async function settled(files, compute, signal = null) {
  files.trim();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    signal?.throwIfAborted();
    files.missing.clear();
    forgetMissingParts();
    const result = files.made("data", compute);
    if (!files.missing.size && !arePartsMissing()) return result;
    await Promise.all([files.load(), loadParts()]);
  }
  throw new FileError("damaged", "data");
}

/** A file's content as JSON. */
export function jsonFile(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The bytes of a packed file; some hosts and browsers have unpacked it already. */
async function unpackedFile(path, bytes) {
  if (bytes[0] !== GZIP) {
    if (PLAIN_STARTS.includes(bytes[0])) return bytes;
    throw new FileError(bytes[0] === HTML ? "missing" : "damaged", path);
  }
  if (typeof DecompressionStream === "undefined") throw new FileError("old browser", path);
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (problem) {
    throw new FileError("damaged", path, problem);
  }
}
