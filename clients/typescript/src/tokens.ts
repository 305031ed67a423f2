// The token that requests carry, and where the next one comes from.

import type { Clock } from './clock.ts';
import { Unreachable } from './link.ts';

/** A token is replaced when it ends within this time. */
const MARGIN_MS = 30_000;

export type TokenSource = string | (() => Promise<string>);

/** What a JWT says, unverified: for deciding when to ask for another, never for deciding on rights. */
export function claims(token: string): Record<string, unknown> {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
  } catch {
    return {};
  }
}

export class Tokens {
  readonly #source: TokenSource;
  readonly #clock: Clock;
  #token = '';
  #until = 0;
  #asking: Promise<string> | undefined;

  constructor(source: TokenSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * A token that is good for a while, as far as it says itself; one question at a time.
   *
   * @param fresh whether the one that is kept will not do
   * @throws Unreachable when there is none to be had
   */
  get(fresh = false): Promise<string> {
    const kept = !fresh && this.#token && this.#clock.now() < this.#until;
    return kept ? Promise.resolve(this.#token) : (this.#asking ??= this.#ask().finally(() => (this.#asking = undefined)));
  }

  async #ask(): Promise<string> {
    const source = this.#source;
    try {
      this.#token = typeof source === 'string' ? source : await source();
    } catch (cause) {
      throw new Unreachable('no token', { cause });
    }
    const until = Number(claims(this.#token)['exp']) * 1000 - MARGIN_MS;
    // One that seems over when it is new says that our clock is wrong: then a 401 decides.
    this.#until = until > this.#clock.now() ? until : Infinity;
    return this.#token;
  }
}
