// What holds the one stream of several pages: in a SharedWorker, in the page that leads, or in the only one.

import { Api, type Fetch } from './api.ts';
import type { Clock } from './clock.ts';
import { Hub, type Sink } from './hub.ts';
import type { ConnectionState } from './link.ts';
import { Stream, type StreamOptions } from './stream.ts';
import { Tokens } from './tokens.ts';

/** Frames that a page may be behind with, for it may be frozen; past it, it reads what it missed from the history. */
export const MAX_AHEAD = 1000;
/** A page that does not answer so long does not count: it may be frozen. */
const TOKEN_WAIT_MS = 5000;

/** What a stream is to be like. */
export interface HostOptions extends StreamOptions {
  readonly urls: readonly string[];
}

/** What a host finds where it is. */
export interface Surroundings {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly EventSource?: typeof EventSource | undefined;
}

/** What pages tell the host. Channels come with where they start, as requests have it: empty, `@41`, `@2~41`. */
export type ToHost =
  | { readonly hello: HostOptions; readonly follows: readonly (readonly [string, string])[]; readonly lock: string }
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

/** Takes what one page says; the first thing is `hello`. */
export type Guest = (message: ToHost) => void;

/** A page, as the host sees it. */
class Page {
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
  readonly #around: Surroundings;
  readonly #hub = new Hub();
  readonly #pages = new Set<Page>();
  #stream: Stream | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Makes room for a page, which is told by `post`. */
  admit(post: (message: ToPage) => void): Guest {
    const page = new Page(post);
    return (message) => this.#receive(page, message);
  }

  close(): void {
    this.#stream?.close();
  }

  #receive(page: Page, message: ToHost): void {
    if ('hello' in message) {
      this.#pages.add(page);
      const stream = this.#open(message.hello);
      page.post({ state: stream.state.value });
      if (stream.state.value.name === 'unauthorized') {
        stream.wake(false); // perhaps its token is better
      }
      message.follows.forEach(([channel, start]) => this.#follow(page, channel, start));
      if (message.lock) {
        // Granted once the page is gone, however it went.
        navigator.locks.request(message.lock, () => this.#leave(page)).catch(() => {});
      }
    } else if ('follow' in message) {
      this.#follow(page, message.follow, message.start);
    } else if ('unfollow' in message) {
      this.#unfollow(page, message.unfollow);
    } else if ('token' in message) {
      page.answer?.(message.token);
    } else if ('taken' in message) {
      this.#taken(page, message.taken);
    } else if ('wake' in message) {
      this.#stream?.wake(message.wake);
    } else if ('offline' in message) {
      this.#stream?.offline();
    } else {
      this.#leave(page);
    }
  }

  #open(options: HostOptions): Stream {
    if (!this.#stream) {
      const { clock, fetch, EventSource } = this.#around;
      const tokens = new Tokens(() => this.#token(), clock);
      const stream = new Stream(this.#hub, new Api(options.urls, tokens, fetch, clock), clock, options, EventSource);
      stream.state.subscribe((state) => this.#pages.forEach((page) => page.post({ state })));
      this.#stream = stream;
    }
    return this.#stream;
  }

  #follow(page: Page, channel: string, start: string): void {
    const sink: Sink = {
      frame: (name, data) => {
        if (name === 'revoked' || name === 'refused') {
          page.follows.delete(channel);
        }
        page.behind ||= page.ahead >= MAX_AHEAD;
        if (!page.behind) {
          page.ahead++;
          page.post({ frame: name, data });
        }
      },
    };
    this.#unfollow(page, channel);
    page.follows.set(channel, sink);
    this.#hub.add(channel, start, sink);
  }

  #unfollow(page: Page, channel: string): void {
    const sink = page.follows.get(channel);
    if (sink) {
      page.follows.delete(channel);
      this.#hub.remove(channel, sink);
    }
  }

  /** A page that had fallen behind is told how far the stream is, and repairs what it missed. */
  #taken(page: Page, count: number): void {
    page.ahead -= count;
    if (page.behind && page.ahead < MAX_AHEAD / 2) {
      page.behind = false;
      for (const [channel, sink] of page.follows) {
        this.#hub.add(channel, '', sink);
      }
    }
  }

  #leave(page: Page): void {
    this.#pages.delete(page);
    [...page.follows.keys()].forEach((channel) => this.#unfollow(page, channel));
  }

  /** Asks the pages, the youngest first. */
  async #token(): Promise<string> {
    for (const page of [...this.#pages].reverse()) {
      const token = await new Promise<string>((resolve) => {
        const cancel = this.#around.clock.after(TOKEN_WAIT_MS, () => resolve(''));
        page.answer = (answer) => {
          cancel();
          resolve(answer);
        };
        page.post({ token: true });
      });
      if (token) {
        return token;
      }
    }
    throw new Error('no page has a token');
  }
}
