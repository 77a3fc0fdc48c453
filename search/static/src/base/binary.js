/* The reader of a chunk's bytes: whole numbers of variable length (LEB128), texts, and lists of pages. */

const UTF8 = new TextDecoder();

export class Binary {
  constructor(bytes) {
    this._bytes = bytes;
    this._at = 0;
  }

  /** Whether all bytes are read. */
  get done() {
    return this._at >= this._bytes.length;
  }

  varint() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this._bytes[this._at++];
      if (byte === undefined) throw new RangeError("the chunk ends within a number");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** The next `count` bytes, as a view. */
  bytes(count) {
    const start = this._at;
    this._at += count;
    if (this._at > this._bytes.length) throw new RangeError("the chunk ends too early");
    return this._bytes.subarray(start, this._at);
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

  /** `count` whole numbers of 16 bits, the low byte first. */
  u16s(count) {
    const bytes = this.bytes(2 * count);
    const numbers = new Uint16Array(count);
    for (let place = 0; place < count; place++) numbers[place] = bytes[2 * place] | (bytes[2 * place + 1] << 8);
    return numbers;
  }
}
