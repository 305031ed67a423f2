// Idempotency keys.

const WORDS = 10;

/**
 * Makes UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, a counter of 12 bits, 62 random ones. Each is
 * greater than the one before as text, also when the clock is set back. The server reads the time to refuse a write whose
 * key it may already have forgotten.
 *
 * @param now Unix milliseconds
 * @param fill fills an array with random bytes
 */
export function uuids(now: () => number, fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): () => string {
  let last = 0;
  let count = 0;
  return () => {
    const at = Math.max(now(), last);
    count = at === last ? count + 1 : 0;
    last = count > 0xfff ? at + 1 : at;
    count &= 0xfff;
    const bytes = fill(new Uint8Array(WORDS));
    bytes[0] = 0x70 | (count >> 8);
    bytes[1] = count & 0xff;
    bytes[2] = 0x80 | ((bytes[2] ?? 0) & 0x3f);
    const hex = last.toString(16).padStart(12, '0') + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
}
