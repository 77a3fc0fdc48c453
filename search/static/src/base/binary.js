/* The reader of a chunk's bytes: whole numbers of variable length (LEB128), texts, and lists of pages. */

const UTF8 = new TextDecoder();

export class Binary {
  /** Reads `bytes` from `start` on. */
  constructor(bytes, start = 0) {
    this._bytes = bytes;
    this.place = start;
  }

  /** Whether all bytes are read. */
  get done() {
    return this.place >= this._bytes.length;
  }

  varint() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this._bytes[this.place++];
      if (byte === undefined) throw new RangeError("the chunk ends within a number");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** Leave out `count` numbers. */
  skipVarints(count) {
    for (; count > 0 && !this.done; this.place++) {
      if (this._bytes[this.place] < 128) count--;
    }
  }

  /** Leave out bytes that come after their number. */
  skipBytes() {
    const count = this.varint();
    this.place += count;
  }

  /** The next `count` bytes, as a view. */
  bytes(count) {
    const start = this.place;
    this.place += count;
    if (this.place > this._bytes.length) throw new RangeError("the chunk ends too early");
    return this._bytes.subarray(start, this.place);
  }

  text(count) {
    return UTF8.decode(this.bytes(count));
  }

  /** A list of ascending pages: their number, the first one, and the differences less one. */
  list() {
    const pages = new Int32Array(this.varint());
    for (let place = 0, page = -1; place < pages.length; place++) {
      page += this.varint() + 1;
      pages[place] = page;
    }
    return pages;
  }

  /** `count` whole numbers of 16 bits, the low byte first, as all machines with browsers have them. */
  u16s(count) {
    return new Uint16Array(this.bytes(2 * count).slice().buffer);
  }
}
