// The queue of writes that have no answer yet.

import { ignored } from './context.ts';
import type { Uuids } from './ids.ts';
import type { ChannelEvent, Problem } from './link.ts';
import { Cell } from './observable.ts';
import type { Storage, StoredWrite } from './storage.ts';
import { failed, QueuedWrite } from './write.ts';
import type { Outcome, Write } from './write.ts';

/** So many writes wait at most. */
export const MAX_QUEUED = 1_000;
/** Their JSON has so many characters at most. */
export const MAX_QUEUED_CHARACTERS = 4 * 1024 * 1024;
/** So many writes that failed are remembered at most, the latest. */
export const MAX_FAILURES = 100;

const FULL: Problem = { type: 'tailrace:queue-full', title: 'Too many writes wait already', status: 0 };
const CLEARED: Outcome = { kind: 'refused', problem: { type: 'tailrace:signed-out', title: 'The user has signed out', status: 0 } };

/** What an application asks to write. */
export interface Draft {
  readonly channel: string;
  readonly type: string;
  readonly data: unknown;
  readonly key?: string | undefined;
  readonly ref?: string | undefined;
  readonly ifMatch?: number | '0' | Write | undefined;
}

/**
 * Writes in the order in which they were made. One leaves when its outcome is known: by the answer to its request, or by
 * its own event, whichever comes first. What was built upon a write that was not applied fails with it. The application is
 * told before a write is deleted from the storage: a page that ends in between asks again, and is told the same. One that
 * failed stays there with its reason until it is dismissed, or its key is written again.
 */
export class Outbox {
  readonly pending = new Cell<readonly QueuedWrite[]>([]);
  readonly failures = new Cell<readonly QueuedWrite[]>([]);
  readonly #storage: Storage;
  readonly #owner: string;
  readonly #uuids: Uuids;
  readonly #watchers = new Set<(write: QueuedWrite) => void>();
  #characters = 0;

  constructor(storage: Storage, owner: string, uuids: Uuids) {
    this.#storage = storage;
    this.#owner = owner;
    this.#uuids = uuids;
  }

  /** @param watcher is told of each write when it is queued, and again when it is settled */
  watch(watcher: (write: QueuedWrite) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  add({ channel, type, data, key, ref, ifMatch }: Draft): QueuedWrite {
    const id = this.#uuids.next();
    const earlier = typeof ifMatch === 'object' ? ifMatch.idempotencyKey : undefined;
    const entry = JSON.parse(
      JSON.stringify({ id, owner: this.#owner, channel, type, data: data ?? null, key, ref: ref ?? id, ifMatch: earlier ?? ifMatch?.toString() }),
    ) as StoredWrite;
    const write = new QueuedWrite(entry, ifMatch instanceof QueuedWrite ? ifMatch : undefined);
    if (this.pending.value.length >= MAX_QUEUED || this.#characters + write.characters > MAX_QUEUED_CHARACTERS) {
      write.stored = Promise.resolve(false);
      write.settle({ kind: 'refused', problem: FULL });
      return write;
    }
    write.stored = this.#storage.put([entry]).then(
      () => true,
      () => false,
    );
    this.dismiss(this.failures.value.filter((each) => key !== undefined && each.key === key && each.channel === channel));
    this.#enter([write]);
    return write;
  }

  /** Takes over kept writes of a client that is gone; those that are here already stay as they are. */
  restore(entries: readonly StoredWrite[]): void {
    const writes: QueuedWrite[] = [];
    for (const entry of entries) {
      this.#uuids.follow(entry.id);
      if (!this.#find(entry.id)) {
        const after = writes.find(({ entry: { id } }) => id === entry.ifMatch) ?? this.#find(entry.ifMatch);
        const write = new QueuedWrite(entry, after);
        if (entry.failure) {
          write.settle(entry.failure);
        }
        writes.push(write);
      }
    }
    this.#failed(writes.filter(({ outcome }) => outcome));
    this.#enter(writes.filter(({ outcome }) => !outcome));
  }

  /** An event came by: if it is one of ours, that is its acknowledgement. */
  seen(event: ChannelEvent): void {
    const write =
      event.ref !== undefined &&
      this.pending.value.find(({ ref, channel, type }) => ref === event.ref && channel === event.channel && type === event.type);
    if (write) {
      this.settle(write, { kind: 'committed', receipt: event });
    }
  }

  settle(write: QueuedWrite, outcome: Outcome): void {
    if (write.outcome) {
      return; // its event was faster than its answer
    }
    this.#characters -= write.characters;
    write.settle(outcome);
    this.pending.set(this.pending.value.filter((each) => each !== write));
    const kept = failed(outcome) && outcome !== CLEARED;
    if (kept) {
      // Before anybody is told, who may dismiss it at once. If it fails, it is asked again, and answered the same.
      this.#storage.put([{ ...write.entry, failure: outcome }]).catch(ignored);
      this.#failed([write]);
    }
    this.#tell(write);
    if (!kept) {
      this.#drop([write]);
    }
    if (outcome.kind === 'conflict' || outcome.kind === 'refused') {
      this.pending.value.filter(({ after }) => after === write).forEach((later) => this.settle(later, outcome));
    }
  }

  /** The person has seen that they failed. */
  dismiss(writes: readonly Write[]): void {
    const dismissed = this.failures.value.filter((each) => writes.includes(each));
    if (dismissed.length) {
      this.failures.set(this.failures.value.filter((each) => !dismissed.includes(each)));
      this.#drop(dismissed);
    }
  }

  /** What was kept was deleted, for it was of another user; what waits here is not. */
  keep(): void {
    this.#storage.put(this.pending.value.map(({ entry }) => entry)).catch(ignored);
  }

  /** The user has signed out: nothing waits any more. */
  clear(): void {
    this.pending.value.forEach((write) => this.settle(write, CLEARED));
    this.failures.set([]);
  }

  #find(id: string | undefined): QueuedWrite | undefined {
    return id === undefined ? id : [...this.pending.value, ...this.failures.value].find(({ entry }) => entry.id === id);
  }

  #failed(writes: readonly QueuedWrite[]): void {
    if (writes.length) {
      const all = [...this.failures.value, ...writes];
      this.failures.set(all.slice(-MAX_FAILURES));
      this.#drop(all.slice(0, -MAX_FAILURES));
    }
  }

  #drop(writes: readonly QueuedWrite[]): void {
    if (writes.length) {
      this.#storage.remove(writes.map(({ idempotencyKey }) => idempotencyKey)).catch(ignored); // it would only be told again
    }
  }

  #enter(writes: readonly QueuedWrite[]): void {
    const older = this.pending.value.at(-1)?.entry.id ?? '';
    const all = [...this.pending.value, ...writes];
    if (writes[0] && writes[0].entry.id < older) {
      all.sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
    }
    this.#characters += writes.reduce((sum, { characters }) => sum + characters, 0);
    this.pending.set(all);
    writes.forEach((write) => this.#tell(write));
  }

  #tell(write: QueuedWrite): void {
    this.#watchers.forEach((watcher) => watcher(write));
  }
}
