// Values that change, and whoever wants to know.

/** A value that changes over time. */
export interface Observable<T> {
  readonly value: T;
  /** Calls `listener` at every change from now on, not for the value as it is. Answers how to end that. */
  subscribe(listener: (value: T) => void): () => void;
}

/** Reports what a listener throws as an uncaught error, so that it harms nobody else. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** An observable that its owner sets. */
export class Cell<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<{ readonly call: (value: T) => void }>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Tells all listeners, unless it is the very same value. */
  set(value: T): void {
    if (!Object.is(value, this.#value)) {
      this.#value = value;
      for (const { call } of [...this.#listeners]) {
        guarded(() => call(value));
      }
    }
  }

  subscribe(listener: (value: T) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }
}
