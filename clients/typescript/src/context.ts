// What the parts of one client share.

import type { Clock } from './clock.ts';
import type { ApiRequest, ChannelListener, Follow, Link, Start } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Storage } from './storage.ts';

export { askedMs, isFinal } from './link.ts';

const OTHERS = ['snapshotRequired', 'presence', 'signal', 'receipt', 'revoked', 'refused', 'live'] as const;

/** What a part of a client does when something befalls the whole. */
export interface Part {
  /** There is reason to believe that what failed works now. */
  wake?(): void;
  /** Everything kept was deleted, for the user has signed out or is another. */
  reset?(): void;
  /** The client is closed. */
  end?(): void;
}

export class Context {
  readonly link: Link;
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** On the mobile profile: less of what is only of the moment. */
  readonly mobile: boolean;
  /** Resolves once what is kept is known to be this user's, or no token could be had. */
  claimed: Promise<unknown> = Promise.resolve();
  /** Who has signed in; empty before it is known. */
  user = '';
  readonly #parts = new Set<Part>();

  constructor(link: Link, storage: Storage, outbox: Outbox, clock: Clock, mobile: boolean) {
    this.link = link;
    this.storage = storage;
    this.outbox = outbox;
    this.clock = clock;
    this.mobile = mobile;
  }

  /** Has a part know what befalls the whole. Answers how to end that. */
  enlist(part: Part): () => void {
    this.#parts.add(part);
    return () => this.#parts.delete(part);
  }

  /** Tells all parts. */
  tell(what: keyof Part): void {
    [...this.#parts].forEach((part) => part[what]?.());
  }

  /** What the server answers about something `of` a channel. */
  async call<T>(method: ApiRequest['method'], channel: string, of: string, body?: unknown, keepalive?: boolean): Promise<T> {
    return (await this.link.request<T>({ method, path: pathOf(channel, of), body, keepalive })).body;
  }

  /** Follows a channel, and lets the outbox know its own events before anyone else. */
  follow(channel: string, listener: ChannelListener, start: Start = 'now'): Follow {
    const heard: ChannelListener = {
      event: (event, position) => {
        this.outbox.seen(event);
        listener.event?.(event, position);
      },
    };
    for (const name of OTHERS) {
      // What is absent has to stay absent: the link goes by that.
      heard[name] = listener[name]?.bind(listener) as undefined;
    }
    return this.link.follow(channel, heard, start);
  }
}

export function pathOf(channel: string, of: string): string {
  return `/v1/channels/${encodeURIComponent(channel)}/${of}`;
}

/** What is of the moment and could not be said is of no use later. */
export const ignored = (): void => {};
