// Where a page gets its stream: one for all pages of a browser that are of one user at one server, where that can be.
//
// A SharedWorker holds it, where there is one; else the page that got a lock does, and passes on what comes by a
// BroadcastChannel; a page on its own holds it itself. What passes between page and host is the same each time. Each page
// checks for itself that it was told everything, by `seq`: whoever holds the stream may vanish at any moment.

import { Backoff } from './backoff.ts';
import { type Clock, randomId } from './clock.ts';
import type { Guest, HostOptions, Surroundings, ToHost, ToPage } from './host.ts';
import type { Hub, Source } from './hub.ts';
import type { ConnectionState } from './link.ts';
import { Cell } from './observable.ts';
import { claims, type Tokens } from './tokens.ts';

/** A page says so whenever it has taken so many frames. */
const TAKEN_EVERY = 100;

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
  readonly #id = `tailrace page ${randomId()}`;
  #backoff: Backoff;
  /** Leads to the host; undefined: to none at the moment. */
  #post: ((message: ToHost) => void) | undefined;
  #told = new Set<string>();
  #taken = 0;
  #asked = false;
  #leave: (() => void) | undefined;
  #away = false;

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
    this.#away = false;
    this.#post?.({ wake: restart });
    this.#backoff.wake();
    this.#changed();
  }

  offline(): void {
    this.#post?.({ offline: true });
  }

  /** Also for a page that is put away, perhaps for good: it must hold nothing that others wait for. A wake brings it back. */
  close(): void {
    this.#away = true;
    this.#backoff.wake();
    this.#detach();
  }

  #detach(): void {
    this.#post?.({ bye: true });
    this.#post = undefined;
    this.#leave?.();
    this.#leave = undefined;
  }

  #changed(): void {
    const post = this.#post;
    const wanted = new Set(this.#hub.channels());
    if (!post) {
      if (wanted.size && !this.#leave && !this.#away) {
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
        if (key !== undefined) {
          await hold(this.#id, left);
        }
        if (over) {
          return;
        }
        if (key === undefined || !this.#join(key, left)) {
          await this.#sit(key, left);
        }
        return;
      } catch (error) {
        if (over) {
          return;
        }
        const wait = this.#backoff.next();
        const retryAt = this.#clock.now() + wait;
        this.state.set({ ...this.state.value, name: 'offline', reason: `${(error as Error).message}`, retryAt });
        await this.#backoff.wait(wait);
      }
    }
  }

  /** Without a worker: what holds streams is beside this module, and pages whose stream a worker holds need not load it. */
  async #sit(key: string | undefined, left: Promise<void>): Promise<void> {
    const leave = this.#leave;
    const { sit } = await import('./worker.ts');
    if (leave !== this.#leave) {
      return; // it has left meanwhile
    }
    const hello = (post: Guest, lock: string): void => this.#hello(post, lock);
    sit(key, this.#around, { id: this.#id, left, hello, receive: (message) => this.#receive(message) });
  }

  /** Whether a worker may be had, as far as that is known at once. */
  #join(key: string, left: Promise<void>): boolean {
    const options = { type: 'module', name: key } as const;
    let worker: SharedWorker;
    try {
      worker = this.#worker
        ? new SharedWorker(this.#worker, options)
        : new SharedWorker(new URL('./worker.js', import.meta.url), options);
    } catch {
      return false; // there are none here, or its script is of another origin
    }
    const { port } = worker;
    left.then(() => port.close());
    worker.onerror = () => {
      if (!this.#post) {
        this.#sit(key, left); // it cannot be had, as where a policy forbids it
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
          this.#detach();
          this.#changed();
        }
      });
    };
    return true;
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
