// What is followed only while somebody looks.

import type { Clock } from './clock.ts';
import { guarded } from './observable.ts';
import type { Observable } from './observable.ts';

/** It goes on for so long, in milliseconds, when nobody looks any more. */
const LINGER_MS = 1_000;

/** Starts with the first subscriber, stops when there was none for a second; tells once for all that changes in one go. */
export abstract class Lazy<T> implements Observable<T> {
  readonly #clock: Clock;
  readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
  #cancelStop: (() => void) | undefined;
  #running = false;
  #telling = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  abstract get value(): T;

  /** @internal */
  protected abstract start(): void;

  /** @internal */
  protected abstract stop(): void;

  subscribe(listener: (value: T) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    this.#cancelStop?.();
    if (!this.#running) {
      this.#running = true;
      this.start();
    }
    return () => {
      if (this.#listeners.delete(entry) && !this.#listeners.size) {
        this.#cancelStop = this.#clock.after(LINGER_MS, () => this.end());
      }
    };
  }

  /** @internal */
  protected end(): void {
    this.#cancelStop?.();
    if (this.#running) {
      this.#running = false;
      this.stop();
    }
  }

  /** @internal */
  protected changed(): void {
    if (!this.#telling) {
      this.#telling = true;
      queueMicrotask(() => {
        this.#telling = false;
        this.#listeners.forEach(({ call }) => guarded(() => call(this.value)));
      });
    }
  }
}
