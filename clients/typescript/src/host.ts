// What holds the one stream of several pages: in a SharedWorker, in the page that leads, or in the only one.

import { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { Hub, type Sink } from './hub.ts';
import type { ConnectionState } from './link.ts';
import { Stream, type StreamOptions } from './stream.ts';
import { Tokens } from './tokens.ts';

/** Frames that a page may be behind with, for it may be frozen; past it, it reads what it missed from the history. */
export const MAX_AHEAD = 1000;
/** A page says so whenever it has taken so many frames. */
export const TAKEN_EVERY = 100;
/** A page that does not answer so long does not count: it may be frozen. */
const TOKEN_WAIT_MS = 5000;

export interface SharedOptions extends StreamOptions {
  readonly urls: readonly string[];
}

/** What pages tell the host. Channels come with where they start, as requests have it: empty, `@41`, `@2~41`. */
export type ToHost =
  | { readonly hello: SharedOptions; readonly follows: readonly (readonly [string, string])[]; readonly lock: string }
  | { readonly follow: string; readonly start: string }
  | { readonly unfollow: string }
  | { readonly token: string }
  | { readonly taken: number }
  | { readonly wake: boolean }
  | { readonly offline: true }
  | { readonly bye: true };

/** What the host tells pages. */
export type ToPage =
  | { readonly frame: string; readonly data: unknown }
  | { readonly state: ConnectionState }
  | { readonly token: true };

/** A page, as the host sees it. */
export class Guest {
  readonly post: (message: ToPage) => void;
  readonly follows = new Map<string, Sink>();
  /** Frames on their way to it. */
  ahead = 0;
  behind = false;
  answer: ((token: string) => void) | undefined;

  constructor(post: (message: ToPage) => void) {
    this.post = post;
  }
}

export class Host {
  readonly #clock: Clock;
  readonly #hub = new Hub();
  readonly #guests = new Set<Guest>();
  #stream: Stream | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes what a page says; the first thing is `hello`. */
  receive(guest: Guest, message: ToHost): void {
    if ('hello' in message) {
      this.#guests.add(guest);
      this.#open(message.hello);
      guest.post({ state: this.#stream?.state.value as ConnectionState });
      message.follows.forEach(([channel, start]) => this.#follow(guest, channel, start));
      if (message.lock) {
        // Granted once the page is gone, however it went.
        navigator.locks.request(message.lock, () => this.#leave(guest)).catch(() => {});
      }
    } else if ('follow' in message) {
      this.#follow(guest, message.follow, message.start);
    } else if ('unfollow' in message) {
      this.#unfollow(guest, message.unfollow);
    } else if ('token' in message) {
      guest.answer?.(message.token);
    } else if ('taken' in message) {
      this.#taken(guest, message.taken);
    } else if ('wake' in message) {
      this.#stream?.wake(message.wake);
    } else if ('offline' in message) {
      this.#stream?.offline();
    } else {
      this.#leave(guest);
    }
  }

  close(): void {
    this.#stream?.close();
  }

  #open(options: SharedOptions): void {
    if (!this.#stream) {
      const tokens = new Tokens(() => this.#token(), this.#clock);
      const api = new Api(options.urls, tokens, (input, init) => fetch(input, init), this.#clock);
      this.#stream = new Stream(this.#hub, api, this.#clock, options);
      this.#stream.state.subscribe((state) => this.#guests.forEach((guest) => guest.post({ state })));
    }
  }

  #follow(guest: Guest, channel: string, start: string): void {
    const sink: Sink = {
      frame: (name, data) => {
        if (name === 'revoked' || name === 'refused') {
          guest.follows.delete(channel);
        }
        guest.behind ||= guest.ahead >= MAX_AHEAD;
        if (!guest.behind) {
          guest.ahead++;
          guest.post({ frame: name, data });
        }
      },
    };
    this.#unfollow(guest, channel);
    guest.follows.set(channel, sink);
    this.#hub.add(channel, start, sink);
  }

  #unfollow(guest: Guest, channel: string): void {
    const sink = guest.follows.get(channel);
    if (sink) {
      guest.follows.delete(channel);
      this.#hub.remove(channel, sink);
    }
  }

  /** A page that had fallen behind is told how far the stream is, and repairs what it missed. */
  #taken(guest: Guest, count: number): void {
    guest.ahead -= count;
    if (guest.behind && guest.ahead < MAX_AHEAD / 2) {
      guest.behind = false;
      for (const [channel, sink] of guest.follows) {
        this.#hub.add(channel, '', sink);
      }
    }
  }

  #leave(guest: Guest): void {
    this.#guests.delete(guest);
    [...guest.follows.keys()].forEach((channel) => this.#unfollow(guest, channel));
  }

  /** Asks the pages, the youngest first. */
  async #token(): Promise<string> {
    for (const guest of [...this.#guests].reverse()) {
      const token = await new Promise<string>((resolve) => {
        const cancel = this.#clock.after(TOKEN_WAIT_MS, () => resolve(''));
        guest.answer = (answer) => {
          cancel();
          resolve(answer);
        };
        guest.post({ token: true });
      });
      if (token) {
        return token;
      }
    }
    throw new Error('no page has a token');
  }
}
