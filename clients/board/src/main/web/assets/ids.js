// Idempotency keys.

/**
 * A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random ones. The server reads the time to
 * refuse a write whose key it may already have forgotten.
 *
 * @param {number} [now] Unix milliseconds
 * @param {Uint8Array} [random] 16 bytes
 * @returns {string}
 */
export function uuidv7(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(16))) {
  const bytes = new Uint8Array(random);
  for (let i = 0; i < 6; i++) {
    bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
