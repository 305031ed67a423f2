// Who is here, and that this client is.

import { Backoff } from './backoff.ts';
import { Refused } from './link.ts';
import type { Follow, PresenceFrame, PresentMember } from './link.ts';
import { Cell } from './observable.ts';
import type { Observable } from './observable.ts';
import { ignored, pathOf } from './context.ts';
import type { Context } from './context.ts';

/** Until the server has said how often it wants to hear, in milliseconds. */
const HEARTBEAT_MS = 30_000;
/** A list that a new stream did not bring within this time is asked for, in milliseconds. */
const LIST_MS = 2_000;
/** So many frames that came while a list was on its way are applied to it again. */
const MAX_SINCE = 100;

/** What this client says of its user. What is left out is `active` and `viewing`. */
export interface Here {
  readonly state?: PresentMember['state'];
  /** Needs rights: `editing` the one to write, `admin` the one to manage. */
  readonly mode?: PresentMember['mode'];
  /** What of the channel it is about, such as a card; 128 characters at most. */
  readonly resource?: string;
  /** At most 1,024 bytes of JSON. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface PresenceState {
  /** By user, in the order of their names; of a large crowd only so many are listed. */
  readonly members: ReadonlyMap<string, PresentMember>;
  /** How many are here, also when not all are listed. */
  readonly count: number;
}

/**
 * Presence in one channel. Being here is said again at the server's pace until {@link leave}; a page that ends says nothing
 * more, and the server lets it go by itself. The members are followed while somebody has subscribed to them.
 */
export class Presence {
  readonly members: Observable<PresenceState>;
  readonly #context: Context;
  readonly #channel: string;
  readonly #backoff: Backoff;
  #here: Here | null = null;
  #cancelBeat = ignored;
  /** Tells what is said now from what was said before. */
  #said = 0;
  /** One thing is said after the other, for they may overtake each other on their way. */
  #saying: Promise<void> = Promise.resolve();

  constructor(context: Context, channel: string) {
    this.#context = context;
    this.#channel = channel;
    this.#backoff = new Backoff(context.clock);
    this.members = new Members(context, channel);
  }

  /** Is here, and goes on saying so; again: something about it has changed. */
  join(here: Here = {}): void {
    this.#here = here;
    this.#context.ends.add(this.#silence);
    this.#context.wakes.add(this.#say);
    void this.#say();
  }

  /** Is not here any more. Others see it at once, also when the page is being closed. */
  leave(): Promise<void> {
    this.#silence();
    return this.#say();
  }

  readonly #say = (): Promise<void> => {
    const said = ++this.#said;
    this.#cancelBeat();
    return (this.#saying = this.#saying.then(() => {
      if (said === this.#said) {
        return this.#here ? this.#beat(said) : this.#part();
      }
      return undefined; // something else was said since
    }));
  };

  readonly #silence = (): void => {
    this.#here = null;
    this.#said++;
    this.#cancelBeat();
    this.#context.ends.delete(this.#silence);
    this.#context.wakes.delete(this.#say);
  };

  async #part(): Promise<void> {
    const { link } = this.#context;
    const path = pathOf(this.#channel, `presence?device=${encodeURIComponent(link.device)}`);
    await link.request({ method: 'DELETE', path, keepalive: true }).catch(ignored);
  }

  async #beat(said: number): Promise<void> {
    const { link, clock } = this.#context;
    const body = { ...this.#here, device: link.device };
    let next: number;
    try {
      const lease = await link.request<{ heartbeat_ms?: number }>({ method: 'PUT', path: pathOf(this.#channel, 'presence'), body });
      this.#backoff.reset();
      next = lease.body.heartbeat_ms ?? HEARTBEAT_MS;
    } catch (error) {
      const refused = error instanceof Refused ? error : null;
      if (refused && !refused.passing && refused.status !== 401) {
        return; // the contract has no presence, or this user no right to it
      }
      next = this.#backoff.next(refused?.retryAfterMs);
    }
    if (said === this.#said) {
      this.#cancelBeat = clock.after(next, this.#say);
    }
  }
}

/** A stream that begins brings the whole list when somebody is here; that nobody is has to be asked. */
class Members implements Observable<PresenceState> {
  readonly #context: Context;
  readonly #channel: string;
  readonly #state = new Cell<PresenceState>({ members: new Map(), count: 0 });
  #listeners = 0;
  #follow: Follow | undefined;
  #cancelAsk = ignored;
  /** What came while a list was on its way. */
  #since: PresenceFrame[] = [];

  constructor(context: Context, channel: string) {
    this.#context = context;
    this.#channel = channel;
  }

  get value(): PresenceState {
    return this.#state.value;
  }

  subscribe(listener: (state: PresenceState) => void): () => void {
    if (this.#listeners++ === 0) {
      this.#follow = this.#context.follow(this.#channel, { presence: (frame) => this.#told(frame), live: () => this.#live() }, 'now');
    }
    let end: (() => void) | undefined = this.#state.subscribe(listener);
    return () => {
      end?.();
      if (end && --this.#listeners === 0) {
        this.#follow?.stop();
        this.#cancelAsk();
      }
      end = undefined;
    };
  }

  #live(): void {
    this.#cancelAsk();
    this.#cancelAsk = this.#context.clock.after(LIST_MS, () => {
      this.#since = [];
      this.#context.link
        .request<PresenceFrame>({ method: 'GET', path: pathOf(this.#channel, 'presence') })
        .then(({ body }) => [body, ...this.#since].forEach((frame) => this.#apply(frame)))
        .catch(ignored); // what changes is told by the stream
    });
  }

  #told(frame: PresenceFrame): void {
    if (frame.members) {
      this.#cancelAsk();
    }
    this.#since.push(frame);
    this.#since.splice(0, this.#since.length - MAX_SINCE);
    this.#apply(frame);
  }

  #apply({ members, joined = [], updated = [], left = [], count }: PresenceFrame): void {
    const all = new Map(members ? [] : this.#state.value.members);
    [...(members ?? []), ...joined, ...updated].forEach((member) => all.set(member.user, member));
    left.forEach(({ user }) => all.delete(user));
    const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#state.set({ members: new Map(sorted), count: Math.max(count ?? 0, all.size) });
  }
}
