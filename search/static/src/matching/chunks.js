/* Tables of sorted keys in chunks: of terms, of n-grams, and of terms by what they contain.
 *
 * A chunk is scanned once for its keys; an entry is decoded when it is first asked for.
 */

import { Binary } from "../base/binary.js";
import { byCodePoints } from "../base/patterns.js";
import { NO_LIST } from "./hits.js";

const NAME_SIZE = 7; // characters of a chunk's name
const EMPTY_TERM = {
  frequency: 0,
  pages: NO_LIST,
  saturations: null,
  titled: NO_LIST,
  titleLengths: null,
  titleFrequencies: null,
  titlePlaces: null,
  inside: NO_LIST,
  insideTitle: NO_LIST,
  beginning: NO_LIST,
  titleBeginning: NO_LIST,
  writings: null,
  others: null,
  isWhole: false,
};

/** A flag of an entry, and how its value is read into the entry or skipped. */
class ChunkField {
  constructor(flag, read, skip) {
    this.flag = flag;
    this.read = read;
    this.skip = skip;
  }
}

function listField(flag, name) {
  return new ChunkField(
    flag,
    (entry, binary) => (entry[name] = binary.list()),
    (binary) => binary.skipVarints(binary.varint()),
  );
}

function jsonField(flag, name) {
  return new ChunkField(
    flag,
    (entry, binary) => (entry[name] = JSON.parse(binary.text(binary.varint()))),
    (binary) => binary.skipBytes(),
  );
}

/** The fields of a chunk of terms, in the order of their flags. */
export const TERM_FIELDS = [
  new ChunkField(1, (entry, binary) => (entry.frequency = binary.varint()), (binary) => binary.skipVarints(1)),
  new ChunkField(2, readPostings, (binary) => {
    const count = binary.varint();
    binary.skipVarints(count);
    binary.place += 2 * count;
  }),
  new ChunkField(4, readTitlePostings, (binary) => binary.skipVarints(4 * binary.varint())),
  listField(8, "inside"),
  listField(16, "insideTitle"),
  listField(32, "beginning"),
  listField(64, "titleBeginning"),
  jsonField(128, "writings"),
  new ChunkField(256, (entry) => (entry.isWhole = true), () => {}),
  jsonField(512, "others"),
];

/** The fields of a chunk of n-grams. */
export const NGRAM_FIELDS = [
  listField(1, "pages"),
  new ChunkField(
    2,
    (entry, binary) => (entry.pages = pagesOfBits(binary.bytes(binary.varint()))),
    (binary) => binary.skipBytes(),
  ),
  listField(4, "titled"),
];

/** The fields of a chunk of terms by three characters that they contain. */
export const INFIX_FIELDS = [
  new ChunkField(
    1,
    (entry, binary) => {
      entry.terms = Array.from({ length: binary.varint() }, () => binary.text(binary.varint()));
    },
    (binary) => {
      for (let left = binary.varint(); left > 0; left--) binary.skipBytes();
    },
  ),
];

function readPostings(entry, binary) {
  entry.pages = binary.list();
  entry.saturations = binary.u16s(entry.pages.length);
}

/** Pages, then for each of them the length of the title, the frequency and the place of the term there. */
function readTitlePostings(entry, binary) {
  const names = ["titleLengths", "titleFrequencies", "titlePlaces"];
  entry.titled = binary.list();
  for (const name of names) entry[name] = new Int32Array(entry.titled.length);
  for (let place = 0; place < entry.titled.length; place++) {
    for (const name of names) entry[name][place] = binary.varint();
  }
}

function pagesOfBits(bytes) {
  const pages = [];
  bytes.forEach((byte, place) => {
    for (let bit = 0; byte; bit++, byte >>= 1) {
      if (byte & 1) pages.push(8 * place + bit);
    }
  });
  return Int32Array.from(pages);
}

/** One chunk. */
class Chunk {
  constructor(bytes, fields) {
    this._bytes = bytes;
    this._fields = fields;
    this._places = new Map(); // key: where its flags are, or its entry once that is decoded
    const binary = new Binary(bytes);
    let key = new Uint8Array(0);
    const decoder = new TextDecoder();
    while (!binary.done) {
      const shared = binary.varint();
      const rest = binary.bytes(binary.varint());
      const next = new Uint8Array(shared + rest.length);
      next.set(key.subarray(0, shared));
      next.set(rest, shared);
      key = next;
      this._places.set(decoder.decode(key), binary.place);
      const flags = binary.varint();
      for (const { flag, skip } of fields) if (flags & flag) skip(binary);
    }
  }

  /** The keys in their order. */
  keys() {
    return this._places.keys();
  }

  /** The entry of a key; null where there is none. */
  entry(key) {
    const place = this._places.get(key);
    if (typeof place !== "number") return place || null;
    const binary = new Binary(this._bytes, place);
    const flags = binary.varint();
    const entry = { ...EMPTY_TERM };
    for (const { flag, read } of this._fields) if (flags & flag) read(entry, binary);
    this._places.set(key, entry);
    return entry;
  }
}

/** A table over chunks. `directory` has the first key of each chunk and their names. */
export class ChunkTable {
  constructor(files, directory, fields) {
    this._files = files;
    this._firsts = directory.firsts;
    this._names = directory.names;
    this._decode = (bytes) => new Chunk(bytes, fields);
  }

  /** The entry of a key; null where there is none, undefined where its chunk has to be loaded first. */
  entry(key) {
    const number = this._chunkOf(key);
    if (number < 0) return null;
    const chunk = this._chunk(number);
    return chunk ? chunk.entry(key) : undefined;
  }

  /** The entry of a key if its chunk is loaded already; null if not. */
  loadedEntry(key) {
    const number = this._chunkOf(key);
    return number >= 0 && this._files.has(this._path(number)) ? this._chunk(number).entry(key) : null;
  }

  /** The keys that begin with a text, in order; undefined where chunks have to be loaded first. */
  keysWithBeginning(prefix) {
    const keys = [];
    let isLoaded = true;
    const first = Math.max(0, this._chunkOf(prefix));
    for (let number = first; number < this._firsts.length; number++) {
      if (number > first && !this._firsts[number].startsWith(prefix)) break;
      const chunk = this._chunk(number);
      if (chunk) keys.push(...[...chunk.keys()].filter((key) => key.startsWith(prefix)));
      else isLoaded = false;
    }
    return isLoaded ? keys : undefined;
  }

  _chunk(number) {
    return this._files.get(this._path(number), this._decode);
  }

  _path(number) {
    return `data/${this._names.slice(NAME_SIZE * number, NAME_SIZE * (number + 1))}.bin`;
  }

  /** The chunk that a key is in, if any is; -1 before the first one. */
  _chunkOf(key) {
    let [start, end] = [0, this._firsts.length];
    while (start < end) {
      const middle = (start + end) >> 1;
      if (byCodePoints(this._firsts[middle], key) <= 0) start = middle + 1;
      else end = middle;
    }
    return start - 1;
  }
}
