// One channel, as an application uses it.

import type { Context } from './context.ts';
import type { ChannelEvent, ChannelListener, Follow, Start } from './link.ts';
import { Reading, signal, Typing } from './moment.ts';
import { Presence } from './presence.ts';
import { Replica } from './replica.ts';
import type { Rules } from './replica.ts';
import type { Write } from './write.ts';

/** Which types of events a channel has, and the data of each. */
export type EventMap = Record<string, unknown>;

/** An event of one of the types: `type` tells which data it has. An unknown type may come as well: ignore it. */
export type EventOf<Events> = {
  [Type in keyof Events & string]: ChannelEvent<Events[Type]> & { readonly type: Type };
}[keyof Events & string];

/** A {@link ChannelListener} with the events of a map. */
export interface Listener<Events> extends Omit<ChannelListener, 'event'> {
  event?(event: EventOf<Events>, position: string): void;
}

export interface WriteOptions {
  /** Which item it is about; 256 characters at most. */
  readonly key?: string;
  /**
   * What the latest event of `key` must be: a `seq`, `'0'` for none, or an earlier write of this client.
   * {@link Replica.basis} is what the person saw when deciding.
   */
  readonly ifMatch?: number | '0' | Write;
  /** The application's own mark, another for each write, 64 characters at most; else the idempotency key. */
  readonly ref?: string;
}

export interface KeyedOptions<T, Event> {
  /** What an item is after an event; null or undefined: it is not there. By default the event's data. */
  readonly read?: (event: Event) => T | null | undefined;
}

export interface RecentOptions<T, Event> extends KeyedOptions<T, Event> {
  /** So many events at most, the latest; 100 by default. */
  readonly limit?: number;
}

export interface HistoryPage<Event> {
  readonly events: readonly Event[];
  readonly head: number;
  readonly floor: number;
  /** Where to follow the channel from, after this page. */
  readonly position: string;
}

export interface Snapshot<Event> {
  readonly seq: number;
  readonly position: string;
  readonly items: readonly Event[];
}

export class Channel<Events extends object = EventMap> {
  readonly name: string;
  /** @internal */
  readonly context: Context;
  readonly #replicas = new WeakMap<object, Map<string, Replica<unknown>>>();
  #presence: Presence | undefined;
  #typing: Typing | undefined;
  #reading: Reading | undefined;

  /** @internal */
  constructor(context: Context, name: string) {
    this.name = name;
    this.context = context;
  }

  /**
   * Follows the channel: each event once, in order, however often the connection is lost; and what is of the moment.
   *
   * @param options.after the last event that is known already, as its `seq` or position; by default what comes from now on
   */
  subscribe(listener: Listener<Events>, options: { readonly after?: number | string } = {}): Follow {
    return this.context.follow(this.name, listener as ChannelListener, startOf(options.after ?? 'now'));
  }

  /**
   * Writes an event, once: at once if the network allows, else when it is back, after a reload as well. What has to be true
   * of it can be awaited (`settled`), need not be.
   *
   * @throws TypeError when the data is not JSON
   */
  write<Type extends keyof Events & string>(type: Type, data: Events[Type], options: WriteOptions = {}): Write<Events[Type]> {
    return this.context.outbox.add({ ...options, channel: this.name, type, data }) as unknown as Write<Events[Type]>;
  }

  /**
   * The latest event of each key, as a state that this client changes at once and the log decides. The same object for the
   * same `read`.
   */
  keyed<T = Events[keyof Events]>({ read = dataOf }: KeyedOptions<T, EventOf<Events>> = {}): Replica<T> {
    return this.#replica(read, { name: '', limit: Infinity, id: ({ key }) => key });
  }

  /** The latest events, such as the messages of a chat, with those that are on their way. */
  recent<T = Events[keyof Events]>({ read = dataOf, limit = 100 }: RecentOptions<T, EventOf<Events>> = {}): Replica<T> {
    return this.#replica(read, { name: ` ${limit}`, limit, id: ({ seq }, write) => write?.ref ?? String(seq) });
  }

  /** A page of the log, ascending: after an event, or the last `limit` before one. */
  history(page: { readonly after?: number; readonly before?: number; readonly limit?: number } = {}): Promise<HistoryPage<EventOf<Events>>> {
    const query = new URLSearchParams(JSON.parse(JSON.stringify(page)) as Record<string, string>);
    return this.context.call('GET', this.name, `events?${query}`);
  }

  snapshot(): Promise<Snapshot<EventOf<Events>>> {
    return this.context.call('GET', this.name, 'snapshot');
  }

  get presence(): Presence {
    return (this.#presence ??= new Presence(this.context, this.name));
  }

  /**
   * The user types, about `resource` if it is given: may be called at each key. It ends by itself, or with `on` false.
   */
  typing(resource?: string, on = true): void {
    (this.#typing ??= new Typing(this.context, this.name)).type(resource, on);
  }

  /** Says something to whoever reads the channel at the moment; nothing of it is kept, and it may get lost. */
  signal(kind: string, data?: unknown, resource?: string): Promise<void> {
    return signal(this.context, this.name, kind, data, resource);
  }

  /** The user has read up to `seq`; it only moves forward. */
  read(seq: number): void {
    (this.#reading ??= new Reading(this.context, this.name)).read(seq);
  }

  #replica<T>(read: (event: EventOf<Events>) => T | null | undefined, rules: Omit<Rules<T>, 'read'>): Replica<T> {
    const replicas = this.#replicas.get(read) ?? new Map<string, Replica<unknown>>();
    this.#replicas.set(read, replicas);
    const replica = replicas.get(rules.name) ?? new Replica<unknown>(this.context, this.name, { ...rules, read: read as Rules<T>['read'] });
    replicas.set(rules.name, replica);
    return replica as Replica<T>;
  }
}

function dataOf<T>(event: { readonly data: unknown }): T {
  return event.data as T;
}

function startOf(after: number | string): Start {
  return typeof after === 'number' ? { after } : after === 'now' || after === 'start' ? after : { position: after };
}
