// Who is here, and that this client is.

import { Backoff } from './backoff.ts';
import { askedMs, ignored, isFinal } from './context.ts';
import type { Context } from './context.ts';
import { Lazy } from './lazy.ts';
import type { Follow, PresenceFrame, PresentMember } from './link.ts';
import type { Observable } from './observable.ts';

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
  #retire = ignored;
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
    this.#retire();
    this.#here = here;
    this.#retire = this.#context.enlist({ wake: () => void this.#say(), end: () => this.#silence() });
    void this.#say();
  }

  /** Is not here any more. Others see it at once, also when the page is being closed. */
  leave(): Promise<void> {
    this.#silence();
    return this.#say();
  }

  #say(): Promise<void> {
    const said = ++this.#said;
    this.#cancelBeat();
    return (this.#saying = this.#saying.then(() => {
      if (said === this.#said) {
        return this.#here ? this.#beat(said) : this.#part();
      }
      return undefined; // something else was said since
    }));
  }

  #silence(): void {
    this.#here = null;
    this.#said++;
    this.#cancelBeat();
    this.#retire();
  }

  #part(): Promise<void> {
    const device = encodeURIComponent(this.#context.link.device);
    return this.#context.call<void>('DELETE', this.#channel, `presence?device=${device}`, undefined, true).catch(ignored);
  }

  async #beat(said: number): Promise<void> {
    const { link, clock } = this.#context;
    let next: number;
    try {
      const body = { ...this.#here, device: link.device };
      const { heartbeat_ms: ms } = await this.#context.call<{ heartbeat_ms?: number }>('PUT', this.#channel, 'presence', body);
      this.#backoff.reset();
      next = ms ?? HEARTBEAT_MS;
    } catch (error) {
      if (isFinal(error)) {
        return; // the contract has no presence, or this user no right to it
      }
      next = this.#backoff.next(askedMs(error));
    }
    if (said === this.#said) {
      this.#cancelBeat = clock.after(next, () => void this.#say());
    }
  }
}

/** A stream that begins brings the whole list when somebody is here; that nobody is has to be asked. */
class Members extends Lazy<PresenceState> {
  readonly #context: Context;
  readonly #channel: string;
  #state: PresenceState = { members: new Map(), count: 0 };
  #follow: Follow | undefined;
  #cancelAsk = ignored;
  /** What came while a list was on its way. */
  #since: PresenceFrame[] = [];

  constructor(context: Context, channel: string) {
    super(context.clock);
    this.#context = context;
    this.#channel = channel;
  }

  get value(): PresenceState {
    return this.#state;
  }

  protected start(): void {
    this.#follow = this.#context.follow(this.#channel, { presence: (frame) => this.#told(frame), live: () => this.#live() });
  }

  protected stop(): void {
    this.#follow?.stop();
    this.#cancelAsk();
  }

  #live(): void {
    this.#cancelAsk();
    this.#cancelAsk = this.#context.clock.after(LIST_MS, () => {
      this.#since = [];
      this.#context
        .call<PresenceFrame>('GET', this.#channel, 'presence')
        .then((list) => [list, ...this.#since].forEach((frame) => this.#apply(frame)))
        .catch(ignored); // what changes is told by the stream
    });
  }

  #told(frame: PresenceFrame): void {
    if (frame.members) {
      this.#cancelAsk();
    }
    this.#since = [...this.#since, frame].slice(-MAX_SINCE);
    this.#apply(frame);
  }

  #apply({ members, joined = [], updated = [], left = [], count }: PresenceFrame): void {
    const all = new Map(members ? [] : this.#state.members);
    [...(members ?? []), ...joined, ...updated].forEach((member) => all.set(member.user, member));
    left.forEach(({ user }) => all.delete(user));
    this.#state = { members: new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1))), count: Math.max(count ?? 0, all.size) };
    this.changed();
  }
}
