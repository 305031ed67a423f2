// Where a page gets its stream: one for all pages of a browser that are of one user at one server, where that can be.
//
// A SharedWorker holds it, where there is one; else the page that got a lock does, and passes on what comes by a
// BroadcastChannel; a page on its own holds it itself. What passes between page and host is the same each time. Each page
// checks for itself that it was told everything, by `seq`: whoever holds the stream may vanish at any moment.

import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Guest, Host, HostOptions, Surroundings, ToHost, ToPage } from './host.ts';
import type { Hub, Source } from './hub.ts';
import type { ConnectionState } from './link.ts';
import { Cell } from './observable.ts';
import { claims, type Tokens } from './tokens.ts';

/** A page says so whenever it has taken so many frames. */
const TAKEN_EVERY = 100;

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
function keyOf(token: string, { urls, transport, mobile }: HostOptions): string | undefined {
  const { sub, tenant, grants, role } = claims(token);
  return sub ? `tailrace ${JSON.stringify([urls, tenant, sub, grants, role, transport, mobile])}` : undefined;
}

export class SharedSource implements Source {
  readonly state: Cell<ConnectionState>;
  readonly #hub: Hub;
  readonly #tokens: Tokens;
  readonly #clock: Clock;
  readonly #options: HostOptions;
  readonly #around: Surroundings;
  readonly #shares: boolean;
  readonly #worker: string | URL | undefined;
  readonly #id = `tailrace page ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  #backoff: Backoff;
  /** Leads to the host; undefined: to none at the moment. */
  #post: ((message: ToHost) => void) | undefined;
  #told = new Set<string>();
  #taken = 0;
  #asked = false;
  #leave: (() => void) | undefined;
  #closed = false;

  /**
   * @param around for a host in this page
   * @param shares whether other pages may share it, which needs `navigator.locks`
   * @param worker where the worker is, if not beside this module
   */
  constructor(
    hub: Hub,
    tokens: Tokens,
    options: HostOptions,
    around: Surroundings,
    shares: boolean,
    worker: string | URL | undefined,
  ) {
    this.#hub = hub;
    this.#tokens = tokens;
    this.#clock = around.clock;
    this.#options = options;
    this.#around = around;
    this.#shares = shares;
    this.#worker = worker;
    this.#backoff = new Backoff(around.clock);
    this.state = new Cell<ConnectionState>({ name: 'connecting', since: this.#clock.now(), bytes: 0 });
    hub.changed = () => this.#changed();
  }

  wake(restart: boolean): void {
    this.#post?.({ wake: restart });
    this.#backoff.wake();
    this.#changed();
  }

  offline(): void {
    this.#post?.({ offline: true });
  }

  /** The page is put away, perhaps for good: it must hold nothing that others wait for. A wake brings it back. */
  rest(): void {
    this.#post?.({ bye: true });
    this.#post = undefined;
    this.#leave?.();
    this.#leave = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#backoff.wake();
    this.rest();
  }

  #changed(): void {
    const post = this.#post;
    const wanted = new Set(this.#hub.channels());
    if (!post) {
      if (wanted.size && !this.#leave && !this.#closed) {
        this.#attach();
      }
      return;
    }
    for (const channel of this.#told) {
      if (!wanted.has(channel)) {
        post({ unfollow: channel });
      }
    }
    for (const channel of wanted) {
      if (!this.#told.has(channel)) {
        post({ follow: channel, start: this.#start(channel) });
      }
    }
    this.#told = wanted;
  }

  #start(channel: string): string {
    return this.#hub.ask(channel).slice(channel.length);
  }

  async #attach(): Promise<void> {
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    let over = false;
    left.then(() => (over = true));
    for (;;) {
      try {
        const key = this.#shares ? keyOf(await this.#tokens.get(), this.#options) : undefined;
        const works = key !== undefined && globalThis.SharedWorker;
        const host = works ? undefined : await this.#host();
        if (key !== undefined) {
          await hold(this.#id, left);
        }
        if (over) {
          return;
        }
        if (host) {
          key === undefined ? this.#lead(host(), left) : this.#elect(key, host, left);
        } else {
          this.#join(key as string, left);
        }
        return;
      } catch (error) {
        if (over) {
          return;
        }
        const wait = this.#backoff.next();
        const { bytes, since } = this.state.value;
        const retryAt = this.#clock.now() + wait;
        this.state.set({ name: 'offline', since, bytes, reason: `${(error as Error).message}`, retryAt });
        await this.#backoff.wait(wait);
      }
    }
  }

  /** What makes a host, which is beside this module: pages whose stream a worker holds need not load it. */
  async #host(): Promise<() => Host> {
    const { Host } = await import('./worker.ts');
    return () => new Host(this.#around);
  }

  #join(key: string, left: Promise<void>): void {
    const options = { type: 'module', name: key } as const;
    const worker = this.#worker
      ? new SharedWorker(this.#worker, options)
      : new SharedWorker(new URL('./worker.js', import.meta.url), options);
    const { port } = worker;
    left.then(() => port.close());
    worker.onerror = async () => {
      if (!this.#post) {
        this.#elect(key, await this.#host(), left); // it cannot be had, as where a policy forbids it
      }
    };
    port.onmessage = ({ data }: MessageEvent<ToPage | { readonly up: string }>) => {
      if (!('up' in data)) {
        this.#receive(data);
        return;
      }
      this.#hello((message) => port.postMessage(message), this.#id);
      // Granted when the worker is gone.
      navigator.locks.request(data.up, () => {
        if (this.#leave) {
          this.rest();
          this.#changed();
        }
      });
    };
  }

  #elect(key: string, create: () => Host, left: Promise<void>): void {
    const channel = new BroadcastChannel(key);
    const from = this.#id;
    const send = (letter: Letter): void => channel.postMessage(letter);
    const greet = (): void => this.#hello((message) => send({ to: '', from, message }), from);
    const guests = new Map<string, Guest>();
    let host: Host | undefined;
    channel.onmessage = ({ data: { to, from: page, message } }: MessageEvent<Letter>) => {
      if (!message) {
        greet();
      } else if (to === from) {
        this.#receive(message as ToPage);
      } else if (host && to === '') {
        let guest = guests.get(page);
        if ('hello' in message) {
          guest = host.admit((answer) => send({ to: page, from, message: answer }));
          guests.set(page, guest);
        }
        guest?.(message as ToHost);
      }
    };
    greet(); // a leader, if there is one
    const ending = new AbortController();
    left.then(() => {
      ending.abort();
      channel.close();
    });
    navigator.locks
      .request(`${key} leader`, { signal: ending.signal }, () => {
        host = create();
        this.#lead(host, left);
        send({ from });
        return left;
      })
      .catch(() => {});
  }

  /** Has the host in this page. */
  #lead(host: Host, left: Promise<void>): void {
    const guest = host.admit((message) => queueMicrotask(() => this.#receive(message)));
    left.then(() => host.close());
    this.#hello(guest, '');
  }

  /** Says to a host who this is and what it follows, from where it has come to. */
  #hello(post: (message: ToHost) => void, lock: string): void {
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
      const answer = (token: string): void => this.#post?.({ token });
      this.#tokens.get(fresh).then(answer, () => answer(''));
    } else {
      this.#hub.frame(message.frame, message.data);
      if (++this.#taken === TAKEN_EVERY) {
        this.#post?.({ taken: TAKEN_EVERY });
        this.#taken = 0;
      }
    }
  }
}
