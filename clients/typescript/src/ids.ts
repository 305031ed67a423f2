// Idempotency keys.

const RANDOM_BYTES = 10;
const MAX_COUNT = 0xfff;

/**
 * Makes UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, a counter of 12 bits, 62 random ones. Each is
 * greater than the one before as text, also when the clock is set back. The server reads the time to refuse a write whose
 * key it may already have forgotten.
 */
export class Uuids {
  readonly #now: () => number;
  #last = 0;
  #count = 0;

  /** @param now Unix milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const now = Math.floor(this.#now());
    this.#count = now > this.#last ? 0 : this.#count + 1;
    this.#last = Math.max(now, this.#last) + (this.#count > MAX_COUNT ? 1 : 0);
    this.#count &= MAX_COUNT;
    const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
    bytes[0] = 0x70 | (this.#count >> 8);
    bytes[1] = this.#count;
    bytes[2] = 0x80 | (bytes[2]! & 0x3f);
    const hex = this.#last.toString(16).padStart(12, '0') + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  /** The next one is greater than this one, which an earlier page has made. */
  follow(uuid: string): void {
    const hex = uuid.replaceAll('-', '');
    const at = parseInt(hex.slice(0, 12), 16);
    if (at >= this.#last) {
      this.#last = at;
      this.#count = parseInt(hex.slice(13, 16), 16);
    }
  }
}
