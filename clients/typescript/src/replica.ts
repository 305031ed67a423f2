// A channel's state as this client shows it: what the log says, and over it what is on its way.

import { Backoff } from './backoff.ts';
import { askedMs, ignored, isFinal } from './context.ts';
import type { Context } from './context.ts';
import { Lazy } from './lazy.ts';
import type { ChannelEvent, Problem, Start } from './link.ts';
import type { StoredChannel } from './storage.ts';
import type { Failure, QueuedWrite, Write } from './write.ts';

/** What is known is kept so often at most, in milliseconds; a millisecond later for each event that it is made of. */
const SAVE_MS = 1_000;
/** Of so many events at most; a larger state is loaded anew each time. */
export const MAX_KEPT = 10_000;

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

interface Snapshot {
  readonly seq: number;
  readonly position: string;
  readonly items: readonly ChannelEvent[];
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
export class Replica<T> extends Lazy<ReplicaState<T>> {
  readonly #context: Context;
  readonly #channel: string;
  readonly #rules: Rules<T>;
  readonly #backoff: Backoff;
  readonly #items = new WeakMap<ChannelEvent, Item<T> | null>();
  #events = new Map<string, ChannelEvent>();
  #seq = 0;
  /** Absent until something is known. */
  #position: string | undefined;
  /** What answers told of items, until the tail has come as far. */
  readonly #ahead = new Map<string, ChannelEvent>();
  #stale = true;
  #denied: Problem | null = null;
  #view: ReplicaState<T> | undefined;
  #laid: readonly (readonly Write[])[] = [];
  #cancelSave: (() => void) | undefined;
  #ends: (() => void)[] = [];
  /** Tells a start from the ones before it. */
  #run = 0;

  /** @internal */
  constructor(context: Context, channel: string, rules: Rules<T>) {
    super(context.clock);
    this.#context = context;
    this.#channel = channel;
    this.#rules = rules;
    this.#backoff = new Backoff(context.clock);
  }

  get value(): ReplicaState<T> {
    const { pending, failures } = this.#context.outbox;
    if (!this.#view || this.#laid[0] !== pending.value || this.#laid[1] !== failures.value) {
      this.#laid = [pending.value, failures.value]; // writes are laid over it also while nobody looks
      this.#view = this.#laidOver();
    }
    return this.#view;
  }

  /** What a write to `key` that is decided now is based on, to be given as its `ifMatch`. */
  basis(key: string): Write | number | '0' {
    const last = this.#pending().findLast((write) => write.key === key);
    return last ?? (this.#latest(key)?.seq || '0');
  }

  /** The person has seen that a write to `key` came to nothing. */
  dismiss(key: string): void {
    this.#context.outbox.dismiss(this.#failures().filter((write) => idOf(write) === key));
  }

  /** @internal */
  protected start(): void {
    const { link, outbox } = this.#context;
    this.#denied = null;
    this.#ends = [
      this.#context.enlist({ wake: () => this.#backoff.wake(), reset: () => this.#restart(), end: () => this.end() }),
      outbox.watch((write) => this.#watched(write)),
      outbox.failures.subscribe(() => this.changed()),
      link.connection.subscribe(({ name }) => (name === 'offline' || name === 'unauthorized') && this.#fresh(false)),
    ];
    void this.#begin(++this.#run);
  }

  /** @internal */
  protected stop(): void {
    this.#run++;
    this.#ends.forEach((end) => end());
    this.#backoff.wake();
    this.#save();
    this.#fresh(false);
  }

  #restart(): void {
    this.#forget(null);
    this.stop();
    this.start();
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
      start = await this.#load().catch((error: unknown) => {
        return this.#denied ? 'now' : this.#backoff.wait(this.#backoff.next(askedMs(error))).then(() => undefined);
      });
    }
    if (start && run === this.#run && !this.#denied) {
      this.#backoff.reset();
      const follow = this.#context.follow(
        this.#channel,
        {
          event: (event, position) => this.#apply(event, position),
          snapshotRequired: () => this.#load(),
          live: () => this.#fresh(true),
          revoked: () => this.#forget(FORBIDDEN),
          refused: (problem) => this.#forget(problem),
        },
        start,
      );
      this.#ends.push(() => follow.stop());
    }
  }

  /** Loads a snapshot. Rejects when there is none to be had now, or ever: then it is denied. */
  async #load(): Promise<Start> {
    const run = this.#run;
    const { outbox } = this.#context;
    const empty = { seq: 0, position: '0', items: [] };
    const { seq, position, items } = await this.#context.call<Snapshot>('GET', this.#channel, 'snapshot').catch((error: unknown) => {
      if (!isFinal(error)) {
        throw error;
      }
      if (error.status !== 404) {
        this.#forget(error.problem);
        throw error;
      }
      return empty; // nobody has written to it yet
    });
    if (run === this.#run) {
      this.#install({ seq, position, events: items });
      items.forEach((event) => outbox.seen(event));
      this.#saveSoon();
    }
    return { position };
  }

  #install({ seq, position, events }: StoredChannel): void {
    this.#events = new Map();
    events.forEach((event) => this.#put(event));
    this.#seq = seq;
    this.#position = position;
    this.#ahead.clear(); // perhaps of a log that was restored since: what answers told proves nothing any more
    this.changed();
  }

  #apply(event: ChannelEvent, position: string): void {
    if (event.seq > this.#seq) {
      this.#put(event);
      this.#seq = event.seq;
      this.#position = position;
      this.#ahead.forEach(({ seq }, id) => seq <= event.seq && this.#ahead.delete(id));
      this.#saveSoon();
      this.changed();
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
    if (outcome?.kind === 'committed') {
      this.#learn(outcome.receipt);
    } else if (outcome?.kind === 'conflict' && outcome.current) {
      this.#learn(outcome.current);
    }
    this.changed();
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

  #failures(): QueuedWrite[] {
    const { failures } = this.#context.outbox;
    return this.#denied ? [] : failures.value.filter(({ channel }) => channel === this.#channel);
  }

  #laidOver(): ReplicaState<T> {
    const items = new Map<string, Item<T>>();
    const show = (id: string, item: Item<T> | null) => (item ? items.set(id, item) : items.delete(id));
    this.#events.forEach((event, id) => show(id, this.#item(id, event)));
    this.#ahead.forEach((event, id) => show(id, this.#item(id, event)));
    for (const write of this.#denied ? [] : this.#pending()) {
      const { channel, type, key, ref, data } = write;
      const seq = this.#latest(idOf(write))?.seq ?? 0;
      const event: ChannelEvent = { channel, seq, type, key, ref, data, by: this.#context.user, at: '' };
      const id = this.#rules.id(event, write);
      if (id !== undefined) {
        show(id, this.#read(id, event, true));
      }
    }
    const conflicts = new Map(this.#failures().map((write) => [idOf(write), { write, outcome: write.outcome as Failure }]));
    conflicts.forEach((conflict, id) => {
      const item = items.get(id);
      show(id, item ? { ...item, conflict } : null);
    });
    return { items, seq: this.#seq, stale: this.#stale, conflicts, denied: this.#denied };
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
      this.changed();
    }
  }

  #forget(denied: Problem | null): void {
    this.#install({ seq: 0, position: '0', events: [] });
    this.#position = undefined;
    this.#denied = denied;
    this.#stale = true;
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    this.#context.storage.save(this.#name, null).catch(ignored);
  }

  get #name(): string {
    return this.#channel + this.#rules.name;
  }

  #saveSoon(): void {
    this.#cancelSave ??= this.#context.clock.after(SAVE_MS + this.#events.size, () => this.#save());
  }

  #save(): void {
    if (this.#cancelSave && this.#position !== undefined) {
      this.#cancelSave();
      this.#cancelSave = undefined;
      const known = { seq: this.#seq, position: this.#position, events: [...this.#events.values()] };
      this.#context.storage.save(this.#name, known.events.length > MAX_KEPT ? null : known).catch(ignored);
    }
  }

  /** @internal */
  protected override changed(): void {
    this.#view = undefined;
    super.changed();
  }
}

/** Which item a write is about; its own, when it has no key. */
function idOf({ key, ref }: Write): string {
  return key ?? ref;
}
