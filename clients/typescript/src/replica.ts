// A channel's state as this client shows it: what the log says, and over it what is on its way.

import { Backoff } from './backoff.ts';
import { Refused } from './link.ts';
import type { ChannelEvent, ChannelListener, Follow, Problem, Start } from './link.ts';
import { guarded } from './observable.ts';
import type { Observable } from './observable.ts';
import { pathOf } from './context.ts';
import type { Context } from './context.ts';
import type { StoredChannel } from './storage.ts';
import { failed } from './write.ts';
import type { Failure, QueuedWrite, Write } from './write.ts';

/** What is known is kept so often at most, in milliseconds. */
const SAVE_MS = 1_000;
/** Of so many events at most; a larger state is loaded anew each time. */
export const MAX_KEPT = 10_000;
/** The channel is still followed for so long, in milliseconds, when nobody looks any more. */
const LINGER_MS = 1_000;

const FORBIDDEN: Problem = { type: '/problems/forbidden', title: 'The right to read was taken away', status: 403 };

/** A write of this client that was not applied, and why. */
export interface Conflict {
  readonly write: Write;
  readonly outcome: Failure;
}

export interface Item<T> {
  readonly key: string;
  readonly value: T;
  /** The latest event of it; 0 while there is none. */
  readonly seq: number;
  readonly type: string;
  readonly ref?: string;
  readonly by: string;
  /** When, as RFC 3339; empty while it is pending. */
  readonly at: string;
  /** Whether it is as this client wrote it, and has no answer yet. */
  readonly pending: boolean;
  /** The last write to it from here came to nothing, until the next one or {@link Replica.dismiss}. */
  readonly conflict?: Conflict;
}

export interface ReplicaState<T> {
  readonly items: ReadonlyMap<string, Item<T>>;
  /** Up to which event this is what the log says. */
  readonly seq: number;
  /** Whether it may be older than what the server has: it comes from the storage, or the connection is down. */
  readonly stale: boolean;
  /** By key, also of items that are not there. */
  readonly conflicts: ReadonlyMap<string, Conflict>;
  /** Why the channel may not be read (any more); nothing is shown then. */
  readonly denied: Problem | null;
}

/** What makes a state of events. */
export interface Rules<T> {
  /** Under which name it is kept. */
  readonly name: string;
  /** So many items at most, the latest. */
  readonly limit: number;
  /** Which item an event is about, if any; `write`: of a write on its way. */
  id(event: ChannelEvent, write?: Write): string | undefined;
  /** The item's value after the event; null or undefined: it is not there. */
  read(event: ChannelEvent): T | null | undefined;
}

/**
 * A fold of a channel's events, each applied once, in order. It is followed while somebody has subscribed, begins with
 * what the storage has, else with a snapshot, and goes on exactly after it. Pending writes are laid over it, and
 * acknowledgements that are ahead of the tail, until the tail has come as far. State and position are kept together.
 */
export class Replica<T> implements Observable<ReplicaState<T>> {
  readonly #context: Context;
  readonly #channel: string;
  readonly #rules: Rules<T>;
  readonly #backoff: Backoff;
  readonly #listeners = new Set<{ readonly call: (state: ReplicaState<T>) => void }>();
  readonly #items = new WeakMap<ChannelEvent, Item<T> | null>();
  #events = new Map<string, ChannelEvent>();
  #seq = 0;
  /** Absent until something is known. */
  #position: string | undefined;
  /** What answers told of items, until the tail has come as far. */
  readonly #ahead = new Map<string, ChannelEvent>();
  readonly #conflicts = new Map<string, Conflict>();
  #stale = true;
  #denied: Problem | null = null;
  #view: ReplicaState<T> | undefined;
  #telling = false;
  #cancelSave: (() => void) | undefined;
  #cancelStop: (() => void) | undefined;
  #ends: (() => void)[] = [];
  /** Tells a start from the ones before it. */
  #run = 0;

  constructor(context: Context, channel: string, rules: Rules<T>) {
    this.#context = context;
    this.#channel = channel;
    this.#rules = rules;
    this.#backoff = new Backoff(context.clock);
  }

  get value(): ReplicaState<T> {
    return (this.#view ??= this.#laidOver());
  }

  subscribe(listener: (state: ReplicaState<T>) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    this.#cancelStop?.();
    this.#cancelStop = undefined;
    if (this.#ends.length === 0) {
      this.#start();
    }
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) {
        this.#cancelStop = this.#context.clock.after(LINGER_MS, () => this.#stop());
      }
    };
  }

  /** What a write to `key` that is decided now is based on, to be given as its `ifMatch`. */
  basis(key: string): Write | number | '0' {
    const last = this.#pending().findLast((write) => write.key === key);
    return last ?? (this.#latest(key)?.seq || '0');
  }

  /** The person has seen that a write to `key` came to nothing. */
  dismiss(key: string): void {
    const conflict = this.#conflicts.get(key);
    if (conflict) {
      this.#conflicts.delete(key);
      this.#context.outbox.dismiss(conflict.write);
      this.#changed();
    }
  }

  #start(): void {
    const { link, outbox, wakes, resets, ends } = this.#context;
    const keep = () => this.#save();
    const wake = () => this.#backoff.wake();
    const reset = () => this.#forget(null);
    const stop = () => this.#stop();
    wakes.add(wake);
    resets.add(reset);
    ends.add(stop);
    globalThis.document?.addEventListener('visibilitychange', keep);
    this.#ends = [
      outbox.watch((write) => this.#watched(write)),
      link.connection.subscribe(({ name }) => (name === 'offline' || name === 'unauthorized') && this.#fresh(false)),
      () => wakes.delete(wake),
      () => resets.delete(reset),
      () => ends.delete(stop),
      () => globalThis.document?.removeEventListener('visibilitychange', keep),
    ];
    void this.#begin(++this.#run);
  }

  #stop(): void {
    this.#run++;
    this.#ends.forEach((end) => end());
    this.#ends = [];
    this.#backoff.wake();
    this.#stale = true;
    this.#save();
    this.#changed();
  }

  async #begin(run: number): Promise<void> {
    const { storage, claimed } = this.#context;
    await claimed;
    if (this.#position === undefined) {
      const kept = await storage.load(this.#name).catch(() => undefined);
      if (kept && this.#position === undefined && run === this.#run) {
        this.#install(kept);
      }
    }
    let start: Start | undefined = this.#position === undefined ? undefined : { position: this.#position };
    while (!start && run === this.#run) {
      start = await this.#load().catch(async (error: unknown) => {
        await this.#backoff.wait(this.#backoff.next(error instanceof Refused ? error.retryAfterMs : 0));
        return undefined;
      });
      if (this.#denied) {
        return;
      }
    }
    if (start && run === this.#run) {
      this.#backoff.reset();
      this.#follow(start);
    }
  }

  #follow(start: Start): void {
    const listener: ChannelListener = {
      event: (event, position) => this.#apply(event, position),
      snapshotRequired: () => this.#load(),
      live: () => this.#fresh(true),
      revoked: () => this.#forget(FORBIDDEN),
      refused: (problem) => this.#forget(problem),
    };
    const follow: Follow = this.#context.follow(this.#channel, listener, start);
    this.#ends.push(() => follow.stop());
  }

  /** Loads a snapshot. Rejects when that may succeed later. */
  async #load(): Promise<Start> {
    const run = this.#run;
    let known: StoredChannel;
    try {
      const { body } = await this.#context.link.request<{ seq: number; position: string; items: ChannelEvent[] }>({
        method: 'GET',
        path: pathOf(this.#channel, 'snapshot'),
      });
      known = { seq: body.seq, position: body.position, events: body.items };
    } catch (error) {
      if (!(error instanceof Refused) || error.passing || error.status === 401) {
        throw error;
      }
      if (error.status !== 404) {
        this.#forget(error.problem);
        return 'now';
      }
      known = { seq: 0, position: '0', events: [] }; // nobody has written to it yet
    }
    if (run === this.#run) {
      this.#install(known);
      known.events.forEach((event) => this.#context.outbox.seen(event));
      this.#saveSoon();
    }
    return { position: known.position };
  }

  #install({ seq, position, events }: StoredChannel): void {
    this.#events = new Map();
    events.forEach((event) => this.#put(event));
    this.#seq = seq;
    this.#position = position;
    this.#ahead.clear(); // perhaps of a log that was restored since: what answers told proves nothing any more
    this.#changed();
  }

  #apply(event: ChannelEvent, position: string): void {
    if (event.seq > this.#seq) {
      this.#put(event);
      this.#seq = event.seq;
      this.#position = position;
      this.#ahead.forEach(({ seq }, id) => seq <= event.seq && this.#ahead.delete(id));
      this.#saveSoon();
      this.#changed();
    }
  }

  #put(event: ChannelEvent): void {
    const id = this.#rules.id(event);
    if (id !== undefined) {
      this.#events.set(id, event);
      if (this.#events.size > this.#rules.limit) {
        this.#events.delete(this.#events.keys().next().value as string);
      }
    }
  }

  #watched(write: QueuedWrite): void {
    if (write.channel !== this.#channel) {
      return;
    }
    const { outcome } = write;
    const id = write.key ?? write.ref;
    if (!outcome) {
      this.#conflicts.delete(id);
    } else if (outcome.kind === 'committed') {
      this.#learn(outcome.receipt);
    } else if (failed(outcome)) {
      this.#conflicts.set(id, { write, outcome });
      if (outcome.kind === 'conflict' && outcome.current) {
        this.#learn(outcome.current);
      }
    }
    this.#changed();
  }

  #learn(event: ChannelEvent): void {
    const id = this.#rules.id(event);
    if (id !== undefined && event.seq > Math.max(this.#seq, this.#ahead.get(id)?.seq ?? 0)) {
      this.#ahead.set(id, event);
    }
  }

  #latest(id: string): ChannelEvent | undefined {
    return this.#ahead.get(id) ?? this.#events.get(id);
  }

  #pending(): QueuedWrite[] {
    return this.#context.outbox.pending.value.filter(({ channel }) => channel === this.#channel);
  }

  #laidOver(): ReplicaState<T> {
    const items = new Map<string, Item<T>>();
    const show = (id: string, item: Item<T> | null) => (item ? items.set(id, item) : items.delete(id));
    this.#events.forEach((event, id) => show(id, this.#item(id, event)));
    this.#ahead.forEach((event, id) => show(id, this.#item(id, event)));
    for (const write of this.#denied ? [] : this.#pending()) {
      const { channel, type, key, ref, data } = write;
      const seq = this.#latest(key ?? ref)?.seq ?? 0;
      const event: ChannelEvent = { channel, seq, type, key, ref, data, by: this.#context.user, at: '' };
      const id = this.#rules.id(event, write);
      if (id !== undefined) {
        show(id, this.#read(id, event, true));
      }
    }
    this.#conflicts.forEach((conflict, id) => {
      const item = items.get(id);
      show(id, item ? { ...item, conflict } : null);
    });
    return { items, seq: this.#seq, stale: this.#stale, conflicts: new Map(this.#conflicts), denied: this.#denied };
  }

  /** The same object for the same event. */
  #item(id: string, event: ChannelEvent): Item<T> | null {
    let item = this.#items.get(event);
    if (item === undefined) {
      this.#items.set(event, (item = this.#read(id, event, false)));
    }
    return item;
  }

  #read(key: string, event: ChannelEvent, pending: boolean): Item<T> | null {
    const { seq, type, ref, by, at } = event;
    const value = this.#rules.read(event);
    return value === null || value === undefined ? null : { key, value, seq, type, ref, by, at, pending };
  }

  #fresh(fresh: boolean): void {
    if (this.#stale === fresh) {
      this.#stale = !fresh;
      this.#changed();
    }
  }

  #forget(denied: Problem | null): void {
    this.#install({ seq: 0, position: '0', events: [] });
    this.#position = undefined;
    this.#conflicts.clear();
    this.#denied = denied;
    this.#stale = true;
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    this.#context.storage.save(this.#name, null).catch(() => {});
  }

  get #name(): string {
    return this.#channel + this.#rules.name;
  }

  #saveSoon(): void {
    this.#cancelSave ??= this.#context.clock.after(SAVE_MS, () => this.#save());
  }

  #save(): void {
    if (this.#cancelSave && this.#position !== undefined) {
      this.#cancelSave();
      this.#cancelSave = undefined;
      const known = { seq: this.#seq, position: this.#position, events: [...this.#events.values()] };
      this.#context.storage.save(this.#name, known.events.length > MAX_KEPT ? null : known).catch(() => {});
    }
  }

  /** Tells once for all that changes in one go. */
  #changed(): void {
    this.#view = undefined;
    if (!this.#telling) {
      this.#telling = true;
      queueMicrotask(() => {
        this.#telling = false;
        this.#listeners.forEach(({ call }) => guarded(() => call(this.value)));
      });
    }
  }
}
