// How long to wait before trying again.

import type { Clock } from './clock.ts';

const BASE_MS = 1000;
const CAP_MS = 30_000;
/** What a server may ask for at most: whoever asks for more is mistaken. */
export const MAX_ASKED_MS = 900_000;
/** More doublings than the cap has room for. */
const MAX_DOUBLINGS = 10;

/**
 * Exponential with full jitter: 1 s, doubling, at most 30 s, and never shorter than a server asked for. One wait at a
 * time.
 */
export class Backoff {
  readonly #clock: Clock;
  #failures = 0;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * How long the next wait is to be, in milliseconds. Counts as a failure.
   *
   * @param least what the server asked for, as `Retry-After`; 0: nothing. At most 15 minutes count.
   * @param base the longest first wait, which a stream's `retry` may change
   */
  next(least = 0, base = BASE_MS): number {
    const ceiling = Math.min(CAP_MS, base * 2 ** Math.min(this.#failures++, MAX_DOUBLINGS));
    return least ? Math.min(least, MAX_ASKED_MS) + this.#clock.random() * BASE_MS : this.#clock.random() * ceiling;
  }

  /** Waits so many milliseconds, or until {@link wake}. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      this.#wake = done;
    });
  }

  /** Ends a wait early, for there is reason to believe that it works now. */
  wake(): void {
    this.#wake?.();
  }

  /** It worked: the next failure is the first one. */
  reset(): void {
    this.#failures = 0;
  }
}
