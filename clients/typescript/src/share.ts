// One stream for all pages of a browser that are of one user at one server.
//
// A SharedWorker holds it, where there is one; else the page that got a lock does, and passes on what comes by a
// BroadcastChannel. What passes between page and host is the same in both cases, and so is it for a page on its own.
// Each page checks for itself that it was told everything, by `seq`: whoever holds the stream may vanish at any time.

import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { Guest, Host, type SharedOptions, TAKEN_EVERY, type ToHost, type ToPage } from './host.ts';
import type { Hub, Source } from './hub.ts';
import type { ConnectionState } from './link.ts';
import { Cell } from './observable.ts';
import { claims, type Tokens } from './tokens.ts';

export type { SharedOptions } from './host.ts';

/** On the BroadcastChannel: `to` is a page, or empty for the leader; without `message`, a leader has come. */
interface Letter {
  readonly to?: string;
  readonly from: string;
  readonly message?: ToHost | ToPage;
}

/** Holds a lock until `until` is settled, or for the life of this page. Resolves when it is held. */
function hold(name: string, until: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    navigator.locks.request(name, () => {
      resolve();
      return until;
    });
  });
}

/** What pages share who share a stream; undefined: the token does not say whose it is. */
function keyOf(token: string, { urls, transport, mobile }: SharedOptions): string | undefined {
  const { sub, tenant, grants, role } = claims(token);
  return sub ? `tailrace ${JSON.stringify([urls, tenant, sub, grants, role, transport, mobile])}` : undefined;
}

class Shared implements Source {
  readonly state: Cell<ConnectionState>;
  readonly #hub: Hub;
  readonly #tokens: Tokens;
  readonly #clock: Clock;
  readonly #options: SharedOptions;
  readonly #worker: string | URL | undefined;
  readonly #id = `tailrace page ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  /** Leads to the host; undefined: to none at the moment. */
  #post: ((message: ToHost) => void) | undefined;
  #told = new Set<string>();
  #taken = 0;
  #asked = false;
  #leave: (() => void) | undefined;
  #attaching = false;
  #closed = false;

  constructor(hub: Hub, tokens: Tokens, clock: Clock, options: SharedOptions, worker: string | URL | undefined) {
    this.#hub = hub;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#options = options;
    this.#worker = worker;
    this.state = new Cell<ConnectionState>({ name: 'connecting', since: clock.now(), bytes: 0 });
    hub.changed = () => this.changed();
  }

  changed(): void {
    if (!this.#post) {
      this.#attach();
      return;
    }
    const wanted = new Set(this.#hub.channels());
    for (const channel of this.#told) {
      if (!wanted.has(channel)) {
        this.#post({ unfollow: channel });
      }
    }
    for (const channel of wanted) {
      if (!this.#told.has(channel)) {
        this.#post({ follow: channel, start: this.#start(channel) });
      }
    }
    this.#told = wanted;
  }

  wake(restart: boolean): void {
    this.#post?.({ wake: restart });
    this.changed();
  }

  offline(): void {
    this.#post?.({ offline: true });
  }

  rest(): void {
    this.#post?.({ bye: true });
    this.#post = undefined;
    this.#leave?.();
    this.#leave = undefined;
  }

  close(): void {
    this.#closed = true;
    this.rest();
  }

  #start(channel: string): string {
    return this.#hub.ask(channel).slice(channel.length);
  }

  async #attach(): Promise<void> {
    if (this.#attaching || this.#leave || this.#closed || !this.#hub.channels().length) {
      return;
    }
    this.#attaching = true;
    const key = await this.#key();
    const left = new Promise<void>((resolve) => (this.#leave = resolve));
    this.#attaching = false;
    if (this.#closed) {
      this.rest();
      return;
    }
    await hold(this.#id, left);
    if (key === undefined) {
      this.#lead(left);
    } else if (globalThis.SharedWorker) {
      this.#join(key, left);
    } else {
      this.#elect(key, left);
    }
  }

  /** Waits for a token, however long that takes. */
  async #key(): Promise<string | undefined> {
    for (const backoff = new Backoff(this.#clock); !this.#closed; ) {
      try {
        return keyOf(await this.#tokens.get(), this.#options);
      } catch {
        const wait = backoff.next();
        const { bytes, since } = this.state.value;
        this.state.set({ name: 'offline', since, bytes, reason: 'no token', retryAt: this.#clock.now() + wait });
        await backoff.wait(wait);
      }
    }
    return undefined;
  }

  #join(key: string, left: Promise<void>): void {
    const options = { type: 'module', name: key } as const;
    const worker = this.#worker
      ? new SharedWorker(this.#worker, options)
      : new SharedWorker(new URL('./worker.js', import.meta.url), options);
    const { port } = worker;
    left.then(() => port.close());
    // A worker that cannot be had, as where a policy forbids it.
    worker.onerror = () => {
      if (!this.#post) {
        this.#elect(key, left);
      }
    };
    port.onmessage = ({ data }: MessageEvent<ToPage | { readonly up: string }>) => {
      if (!('up' in data)) {
        this.#receive(data);
        return;
      }
      this.#hello((message) => port.postMessage(message));
      // Granted when the worker is gone.
      navigator.locks.request(data.up, () => {
        if (this.#post && this.#leave) {
          this.rest();
          this.#attach();
        }
      });
    };
  }

  #elect(key: string, left: Promise<void>): void {
    const channel = new BroadcastChannel(key);
    const from = this.#id;
    const send = (letter: Letter): void => channel.postMessage(letter);
    const toLeader = (message: ToHost): void => send({ to: '', from, message });
    let host: Host | undefined;
    const guests = new Map<string, Guest>();
    channel.onmessage = ({ data }: MessageEvent<Letter>) => {
      if (!data.message) {
        this.#hello(toLeader);
      } else if (data.to === from) {
        this.#receive(data.message as ToPage);
      } else if (data.to === '' && host) {
        const { from: page } = data;
        const message = data.message as ToHost;
        if ('hello' in message) {
          const old = guests.get(page);
          if (old) {
            host.receive(old, { bye: true });
          }
          guests.set(page, new Guest((answer) => send({ to: page, from, message: answer })));
        }
        const guest = guests.get(page);
        if (guest) {
          host.receive(guest, message);
        }
        if ('bye' in message) {
          guests.delete(page);
        }
      }
    };
    this.#hello(toLeader); // if there is one
    const ending = new AbortController();
    left.then(() => {
      ending.abort();
      channel.close();
    });
    navigator.locks
      .request(`${key} leader`, { signal: ending.signal }, () => {
        host = this.#lead(left);
        send({ from });
        return left;
      })
      .catch(() => {});
  }

  /** Holds the stream itself. */
  #lead(left: Promise<void>): Host {
    const host = new Host(this.#clock);
    const guest = new Guest((message) => queueMicrotask(() => this.#receive(message)));
    left.then(() => host.close());
    this.#hello((message) => host.receive(guest, message), '');
    return host;
  }

  /** Says to a host who this is and what it follows, from where it has come to. */
  #hello(post: (message: ToHost) => void, lock = this.#id): void {
    this.#post = post;
    this.#taken = 0;
    this.#asked = false;
    const channels = this.#hub.channels();
    this.#told = new Set(channels);
    post({ hello: this.#options, follows: channels.map((channel) => [channel, this.#start(channel)]), lock });
  }

  #receive(message: ToPage): void {
    if ('state' in message) {
      this.state.set(message.state);
    } else if ('token' in message) {
      const fresh = this.#asked;
      this.#asked = true;
      this.#tokens.get(fresh).then(
        (token) => this.#post?.({ token }),
        () => this.#post?.({ token: '' }),
      );
    } else {
      this.#hub.frame(message.frame, message.data);
      if (++this.#taken === TAKEN_EVERY) {
        this.#post?.({ taken: this.#taken });
        this.#taken = 0;
      }
    }
  }
}

/** A source that other pages share. Needs `navigator.locks`; without a `sub` in the token, it is for this page alone. */
export function share(
  hub: Hub,
  tokens: Tokens,
  clock: Clock,
  options: SharedOptions,
  worker: string | URL | undefined,
): Source {
  return new Shared(hub, tokens, clock, options, worker);
}
