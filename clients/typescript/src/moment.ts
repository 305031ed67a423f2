// What is said in passing: typing, signals, and how far somebody has read.

import { Backoff } from './backoff.ts';
import { askedMs, ignored, isFinal } from './context.ts';
import type { Context } from './context.ts';

/** Typing is said again so often at most, in milliseconds; by itself it is over after five seconds. */
export const TYPING_MS = 3_000;
/** Between two read markers, in milliseconds. */
export const READ_MS = 1_000;

/** Says something to whoever reads the channel at the moment. Rejects like any request; mostly nobody cares. */
export function signal(context: Context, channel: string, kind: string, data?: unknown, resource?: string): Promise<void> {
  return context.call('POST', channel, 'signals', { kind, data, resource });
}

/** Says that the user types, as often as it is worth saying. */
export class Typing {
  readonly #context: Context;
  readonly #channel: string;
  /** When it was last said, by resource. */
  readonly #said = new Map<string | undefined, number>();

  constructor(context: Context, channel: string) {
    this.#context = context;
    this.#channel = channel;
  }

  /** @param on false: it has ended, before it ends by itself */
  type(resource?: string, on = true): void {
    const now = this.#context.clock.now();
    const recently = now - (this.#said.get(resource) ?? -Infinity) < TYPING_MS;
    if (on && !recently) {
      this.#said.forEach((at, each) => now - at >= TYPING_MS && this.#said.delete(each));
      this.#said.set(resource, now);
      signal(this.#context, this.#channel, 'typing', undefined, resource).catch(ignored);
    } else if (!on && this.#said.delete(resource)) {
      signal(this.#context, this.#channel, 'typing', false, resource).catch(ignored);
    }
  }
}

/** Tells the server how far the user has read: the furthest only, one request at a time. */
export class Reading {
  readonly #context: Context;
  readonly #channel: string;
  readonly #backoff: Backoff;
  #read = 0;
  #told = 0;
  #running = false;

  constructor(context: Context, channel: string) {
    this.#context = context;
    this.#channel = channel;
    this.#backoff = new Backoff(context.clock);
  }

  /** An earlier `seq` than before changes nothing. */
  read(seq: number): void {
    this.#read = Math.max(this.#read, seq);
    if (!this.#running && this.#read > this.#told) {
      this.#running = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    let open = true;
    const wake = () => this.#backoff.wake();
    const retire = this.#context.enlist({
      wake,
      end() {
        open = false;
        wake();
      },
    });
    while (open && this.#read > this.#told) {
      const seq = this.#read;
      let wait = READ_MS;
      try {
        await this.#context.call('PUT', this.#channel, 'receipt', { seq });
        this.#told = seq;
        this.#backoff.reset();
      } catch (error) {
        if (isFinal(error)) {
          this.#told = seq; // not offered, or not allowed
        } else {
          wait = this.#backoff.next(askedMs(error));
        }
      }
      await this.#backoff.wait(wait);
    }
    retire();
    this.#running = false;
  }
}
