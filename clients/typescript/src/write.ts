// A write, and what can become of it.

import type { ChannelEvent, Problem } from './link.ts';
import { Cell } from './observable.ts';
import type { Observable } from './observable.ts';
import type { StoredWrite } from './storage.ts';

/** What became of a write. */
export type Outcome<T = unknown> =
  /** It is in the log, once. */
  | { readonly kind: 'committed'; readonly receipt: ChannelEvent<T> }
  /** The channel is ephemeral: it was passed on to whoever listens, and nothing is kept. */
  | { readonly kind: 'passed' }
  /** Another write came first; `current` is the latest event of the key, null when there is none. */
  | { readonly kind: 'conflict'; readonly current: ChannelEvent | null }
  /**
   * It cannot be written; trying again would not help. Where a right was lost between a try without an answer and the next
   * one, that first try may have been applied: its event tells.
   */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** It waited longer than the server remembers keys: whether an earlier try was applied is not known any more. */
  | { readonly kind: 'expired'; readonly problem: Problem };

/** What became of a write that is not in the log. */
export type Failure = Exclude<Outcome, { kind: 'committed' | 'passed' }>;

export type WriteState<T = unknown> =
  | { readonly name: 'queued' }
  | { readonly name: 'sending' }
  /** A try had no answer, or was asked to come again; `at`: when it is tried again, in Unix milliseconds. */
  | { readonly name: 'retrying'; readonly at: number }
  | { readonly name: 'settled'; readonly outcome: Outcome<T> };

/** One write on its way. It has the same idempotency key however often it is sent. */
export interface Write<T = unknown> {
  readonly idempotencyKey: string;
  /** By which its event is recognised. */
  readonly ref: string;
  readonly channel: string;
  readonly type: string;
  readonly data: T;
  readonly key?: string;
  readonly state: Observable<WriteState<T>>;
  /** Resolves once its outcome is known; never rejects. */
  readonly settled: Promise<Outcome<T>>;
  /** Whether it would survive a reload: resolves once it is kept, with false when it could not be. */
  readonly stored: Promise<boolean>;
}

export function failed(outcome: Outcome): outcome is Failure {
  return outcome.kind !== 'committed' && outcome.kind !== 'passed';
}

/** A write of this client, or one that it took over from a client that is gone. */
export class QueuedWrite implements Write {
  readonly idempotencyKey: string;
  readonly ref: string;
  readonly channel: string;
  readonly type: string;
  readonly data: unknown;
  readonly key?: string;
  readonly state = new Cell<WriteState>({ name: 'queued' });
  readonly settled: Promise<Outcome>;
  stored: Promise<boolean> = Promise.resolve(true);
  readonly entry: StoredWrite;
  /** In its JSON form. */
  readonly characters: number;
  /** The earlier write that must be the latest of the key, as long as this page lives. */
  readonly after: QueuedWrite | undefined;
  /** Absent while it is on its way. */
  outcome: Outcome | undefined;
  #settle: (outcome: Outcome) => void = () => {};

  constructor(entry: StoredWrite, after?: QueuedWrite) {
    this.entry = entry;
    ({ id: this.idempotencyKey, ref: this.ref, channel: this.channel, type: this.type, data: this.data, key: this.key } = entry);
    this.characters = JSON.stringify(entry).length;
    this.after = after;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
  }

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.state.set({ name: 'settled', outcome });
    this.#settle(outcome);
  }
}
