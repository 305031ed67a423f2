// How long to wait before trying again.

const BASE_MS = 1000;
const CAP_MS = 30_000;

/**
 * Waits between attempts: exponential with full jitter (1 s, doubling, at most 30 s), and never shorter than the server
 * asked for. One wait at a time.
 */
export class Backoff {
  #attempt = 0;
  /** @type {(() => void) | null} */
  #wakeUp = null;
  #random;

  /** @param {() => number} [random] from 0 to 1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /**
   * How long the next wait is to be, in milliseconds. Counts as an attempt.
   *
   * @param {number} [retryAfterMs] what the server asked for; 0: nothing
   */
  next(retryAfterMs = 0) {
    const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.#attempt++, 10));
    return retryAfterMs > 0 ? retryAfterMs + this.#random() * BASE_MS : this.#random() * ceiling;
  }

  /** @param {number} [retryAfterMs] */
  async wait(retryAfterMs = 0) {
    const delay = this.next(retryAfterMs);
    await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wakeUp = retryAfterMs > 0 ? null : () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeUp = null;
  }

  /** Ends a wait early, for there is reason to believe that it works now; not one that the server asked for. */
  wake() {
    this.#wakeUp?.();
  }

  /** It worked: the next failure starts from the beginning. */
  reset() {
    this.#attempt = 0;
  }
}
