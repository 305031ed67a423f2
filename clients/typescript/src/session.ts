// One stream, from its request to its end.

import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { type Followed, type Hub, position } from './hub.ts';
import type { Receiver, Transport } from './transport.ts';

/** A stream that is silent for so many heartbeats is dead, whatever the connection says. */
const SILENT_HEARTBEATS = 2.5;
/** How long the head and the first frame of a stream may take: somebody may hold them back. */
const HEAD_MS = 10_000;
/** Bytes that come so long after `open` prove that the stream comes through as it is sent. */
export const PROOF_MS = 2000;
/** How often to look whether there is silence, and so at most how late a sleep is noticed after it. */
const LOOK_MS = 2500;
/** A look that comes so late means that the machine slept. */
const SLEEP_MS = 30_000;
/** Changes of channels that come this close together are one. */
const GATHER_MS = 20;
const CATCH_UP_MS = 500;
const MAX_CATCH_UP_MS = 5000;

/** Frames about one channel: others may come to be, and are passed over. */
export const OF_CHANNELS: ReadonlySet<string> = new Set('message presence signal receipt revoked snapshot.required'.split(' '));

/** Why a stream was ended from here. */
export type Cause = 'mute' | 'slept' | 'woken' | 'changed' | 'offline' | 'closed';

export class Ended extends Error {
  readonly why: Cause;

  constructor(why: Cause) {
    super(why);
    this.why = why;
  }
}

/** The frame `open`. */
interface Open {
  readonly stream: string;
  readonly node: string;
  readonly channels: Record<string, { readonly seq: number; readonly status: Followed['status'] }>;
  readonly heartbeat_ms: number;
}

/** What a stream needs from whoever keeps one going. */
export interface Keeper {
  readonly api: Api;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Whether a live stream can be told of more channels. */
  readonly patches: boolean;
  bytes(session: Session, count: number): void;
  /** How it is has changed. */
  told(session: Session): void;
  /** It has come as far as `id`; `list`: the channels that this is about. */
  reached(id: string, list: string): void;
  /** Its bytes come through as they are sent. */
  proven(session: Session): void;
  /** Its credentials end soon. */
  expiring(stream: string): void;
}

/** How a stream ended by itself. */
export interface End {
  /** Milliseconds until the next one, as the server said; undefined: it was cut. */
  readonly after?: number | undefined;
  /** Of the frame `end`. */
  readonly reason?: string | undefined;
}

export class Session implements Receiver {
  /** Set with the frame `open`. */
  open: Open | undefined;
  retry: number | undefined;
  /** Channels that are still told of what they missed. */
  readonly replaying = new Set<string>();
  readonly url: string;
  /** Whether its bytes came through as they were sent. */
  proven = false;
  /** Of what is of the moment, nothing is told: another connection does that. */
  silent: boolean;
  #keeper: Keeper;
  #abort = new AbortController();
  #actual = new Set<string>();
  #lastAt: number;
  /** When the frame `open` came. */
  openAt = Infinity;
  #limit = HEAD_MS;
  #after: number | undefined;
  #reason: string | undefined;
  #away = false;
  #dropped = false;
  #syncing = false;
  /** Whether ids are about the channels in `actual`. */
  #listed = false;

  constructor(keeper: Keeper, url: string, silent: boolean) {
    this.#keeper = keeper;
    this.url = url;
    this.silent = silent;
    this.#lastAt = keeper.clock.now();
  }

  /** Whether something is less than it should be, as the server says. */
  get degraded(): boolean {
    return this.#away || this.#dropped;
  }

  /** Milliseconds since something came. */
  get silence(): number {
    return this.#keeper.clock.now() - this.#lastAt;
  }

  /**
   * Reads until its end.
   *
   * @param path with the query
   * @throws Ended when it was ended from here
   * @throws Refused, Unreachable and whatever else a transport throws
   */
  async run(path: string): Promise<End> {
    const { api, transport, clock } = this.#keeper;
    let cancel = (): void => {};
    const look = (due: number): void => {
      const late = clock.now() - due > SLEEP_MS;
      if (this.silence > this.#limit) {
        this.end(late ? 'slept' : 'mute');
      } else {
        const next = clock.now() + LOOK_MS;
        cancel = clock.after(LOOK_MS, () => look(next));
      }
    };
    look(Infinity);
    try {
      await transport(api, this.url + path, this.#abort.signal, this);
      this.#abort.signal.throwIfAborted();
      return { after: this.#after, reason: this.#reason };
    } catch (error) {
      this.#abort.signal.throwIfAborted();
      throw error;
    } finally {
      cancel();
      this.#abort.abort(new Ended('closed'));
    }
  }

  end(why: Cause): void {
    this.#abort.abort(new Ended(why));
  }

  /** Ends it if it has been silent for longer than it should: then it is not worth waiting for its limit. */
  check(): void {
    if (this.silence > this.#limit) {
      this.end('slept');
    } else if (this.silence > this.#limit / 2) {
      this.end('woken');
    }
  }

  bytes(count: number): void {
    this.#lastAt = this.#keeper.clock.now();
    this.#keeper.bytes(this, count);
    if (this.#lastAt - this.openAt > PROOF_MS) {
      this.proven = true;
      this.#keeper.proven(this);
    }
  }

  frame(name: string, text: string, id: string): void {
    let data: any;
    try {
      data = JSON.parse(text);
    } catch {
      return;
    }
    if (this.#abort.signal.aborted || !data) {
      return;
    }
    const { hub } = this.#keeper;
    this.#take(name, data, id);
    if (id && this.#listed) {
      this.#learnEpoch(id);
      this.#keeper.reached(id, [...this.#actual].sort().join());
    }
    if ((name === 'open' || name === 'snapshot.required') && hub.epoch === undefined) {
      this.#askForEpoch();
    }
  }

  /** Positions of one channel say which epoch they are of. */
  #learnEpoch(id: string): void {
    if (this.#actual.size === 1) {
      this.#keeper.hub.epoch ??= position(id)?.epoch;
    }
  }

  #take(name: string, data: any, id: string): void {
    const keeper = this.#keeper;
    if (name === 'open') {
      this.#opened(data, id);
    } else if (name === 'auth.expiring') {
      keeper.expiring(this.open?.stream ?? '');
    } else if (name === 'reconnect') {
      this.#after = data.after_ms;
    } else if (name === 'end') {
      this.#reason = `${data.reason}`;
    } else if (name === 'degraded' || name === 'heartbeat') {
      // What was dropped is over at the next heartbeat; a database that is away says itself when it is back.
      this.#dropped = name === 'degraded' && !data.database;
      this.#away = data.database ? data.database === 'away' : this.#away;
      keeper.told(this);
    } else if (OF_CHANNELS.has(name) && (!this.silent || (name !== 'signal' && name !== 'receipt'))) {
      keeper.hub.frame(name, data);
    }
  }

  #opened(open: Open, id: string): void {
    const { hub, clock } = this.#keeper;
    this.open = open;
    this.openAt = Math.min(this.openAt, clock.now());
    this.#limit = open.heartbeat_ms * SILENT_HEARTBEATS || this.#limit;
    this.#actual = new Set(Object.keys(open.channels));
    this.#listed = true;
    this.#learnEpoch(id);
    this.replaying.clear();
    for (const [channel, { seq, status }] of Object.entries(open.channels)) {
      if (status === 'replaying') {
        this.replaying.add(channel);
      }
      hub.frame('followed', { channel, seq, status });
    }
    this.#keeper.told(this);
    this.sync();
    if (this.replaying.size) {
      this.#catchUp(CATCH_UP_MS);
    }
  }

  /** Asks now and then how far the stream is, until it has told everything that was missed. */
  #catchUp(ms: number): void {
    const { api, hub, clock } = this.#keeper;
    clock.after(ms, async () => {
      if (this.#abort.signal.aborted) {
        return;
      }
      try {
        const { body } = await api.request<Open>({ method: 'GET', path: `/v1/streams/${this.open?.stream}` });
        for (const channel of this.replaying) {
          const now = body.channels[channel];
          if (!now || (now.status !== 'replaying' && (hub.seq(channel) ?? 0) >= now.seq)) {
            this.replaying.delete(channel);
            hub.frame('followed', { channel, seq: now?.seq ?? 0, status: 'live' });
          }
        }
      } catch {
        // Asked again.
      }
      this.#keeper.told(this);
      if (this.replaying.size) {
        this.#catchUp(Math.min(ms * 2, MAX_CATCH_UP_MS));
      }
    });
  }

  /** Brings what the stream follows in line with what is wanted, soon. */
  sync(): void {
    if (!this.#syncing && this.open) {
      this.#syncing = true;
      this.#keeper.clock.after(GATHER_MS, () => {
        this.#change().then((again) => {
          this.#syncing = false;
          if (again) {
            this.sync();
          }
        });
      });
    }
  }

  /** Whether it has changed, so that it is worth another look. */
  async #change(): Promise<boolean> {
    const { api, hub, patches } = this.#keeper;
    const wanted = hub.channels();
    const added = wanted.filter((channel) => !this.#actual.has(channel));
    const remove = [...this.#actual].filter((channel) => !wanted.includes(channel));
    if (this.#abort.signal.aborted || (!added.length && !remove.length)) {
      return false;
    }
    if (!patches || !wanted.length) {
      this.end(wanted.length ? 'changed' : 'closed');
      return false;
    }
    this.#listed = false; // until `open` has told the new list
    try {
      const body = { add: added.map((channel) => hub.ask(channel)), remove };
      const answer = await api.request<Open>({ method: 'PATCH', path: `/v1/streams/${this.open?.stream}`, body });
      this.#actual = new Set(Object.keys(answer.body.channels));
      for (const channel of added) {
        hub.frame('followed', { ...(answer.body.channels[channel] ?? { seq: 0, status: 'replaying' }), channel });
      }
      return true;
    } catch {
      this.end('changed'); // the next stream asks for all of it, and says what is wrong with it
      return false;
    }
  }

  /** Positions of several channels do not say which epoch they are of. */
  async #askForEpoch(): Promise<void> {
    const { api, hub } = this.#keeper;
    const channel = hub.channels().find((name) => hub.seq(name));
    try {
      if (channel) {
        const { body } = await api.request<{ epoch?: number }>({ method: 'GET', path: `/v1/channels/${channel}` });
        hub.epoch ??= body.epoch;
        hub.frame('followed', { channel, seq: hub.seq(channel), status: 'replaying' });
      }
    } catch {
      // Positions are then told as of the first epoch: at worst a snapshot has to be loaded.
    }
  }
}
