// One user's client.

import { Channel } from './channel.ts';
import type { EventMap } from './channel.ts';
import type { Clock } from './clock.ts';
import { Heirs } from './heirs.ts';
import { Uuids } from './ids.ts';
import type { ConnectionState, Link } from './link.ts';
import type { Observable } from './observable.ts';
import { Outbox } from './outbox.ts';
import { Sender } from './sender.ts';
import { ignored, Context } from './context.ts';
import type { Storage } from './storage.ts';
import { claims } from './tokens.ts';
import type { TokenSource } from './tokens.ts';
import type { Write } from './write.ts';

/** What a client is made of. */
export interface Parts {
  readonly token: TokenSource;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly mobile: boolean;
  /** Makes the connection half, with tokens of this user only. */
  link(token: () => Promise<string>): Link;
}

/**
 * A client of one user. Kept things belong to who the token names: when it names somebody else than the last time, they are
 * deleted before anything is shown or sent; a provider that changes the user while the client lives is refused.
 */
export class Tailrace {
  readonly connection: Observable<ConnectionState>;
  /** Writes that have no answer yet, the oldest first; those of an earlier page as well. */
  readonly pending: Observable<readonly Write[]>;
  /**
   * Writes that came to nothing, the latest 100, until they are dismissed or their key is written again; those of an earlier
   * page as well.
   */
  readonly failures: Observable<readonly Write[]>;
  readonly #context: Context;
  readonly #sender: Sender;
  readonly #heirs: Heirs;
  readonly #channels = new Map<string, Channel<object>>();
  #identity: string | undefined;
  #claiming: Promise<void> | undefined;
  /** Whether no token could be had at first, and kept things were shown as they were. */
  #late = false;
  #stopListening = ignored;

  /** @internal */
  constructor({ token, storage, clock, mobile, link }: Parts) {
    const uuids = new Uuids(() => clock.now());
    const owner = uuids.next();
    const outbox = new Outbox(storage, owner, uuids);
    const provide = async () => {
      const fresh = typeof token === 'string' ? token : await token();
      await this.#claim(fresh);
      return fresh;
    };
    const context = new Context(link(provide), storage, outbox, clock, mobile);
    this.#context = context;
    this.connection = context.link.connection;
    this.pending = outbox.pending;
    this.failures = outbox.failures;
    this.#heirs = new Heirs(storage, owner, (entries) => outbox.restore(entries));
    context.claimed = context.link.token().catch(() => (this.#late = this.#claiming === undefined));
    this.#sender = new Sender(context.link, outbox, clock, context.claimed.then(() => this.#heirs.look()).catch(ignored));
    this.#sender.wake();
    this.#listen();
  }

  /** A channel, typed by its events; the same object for the same name. */
  channel<Events extends object = EventMap>(name: string): Channel<Events> {
    let channel = this.#channels.get(name);
    if (!channel) {
      this.#channels.set(name, (channel = new Channel<object>(this.#context, name)));
    }
    return channel as unknown as Channel<Events>;
  }

  /** The person has seen that a write came to nothing. */
  dismiss(write: Write): void {
    this.#context.outbox.dismiss([write]);
  }

  /** Ends, and deletes all that is kept; what still waits to be written comes to nothing. Resolves once it is deleted. */
  async signOut(): Promise<void> {
    this.#forget();
    this.close();
    await this.#context.storage.clear().catch(ignored);
  }

  /** Ends. What waits to be written is kept, and sent by the next client. */
  close(): void {
    this.#context.tell('end');
    this.#stopListening();
    this.#sender.stop();
    this.#heirs.stop();
    this.#context.link.close();
  }

  /** The link wakes with the page; what the link reaches can be written. */
  #listen(): void {
    const wake = () => {
      this.#sender.retry();
      this.#context.tell('wake');
    };
    let reached = false;
    const stop = this.connection.subscribe(({ name }) => {
      const reaches = name !== 'offline' && name !== 'unauthorized' && name !== 'connecting';
      if (reaches && !reached) {
        wake();
        this.#heirs.look().catch(ignored);
      }
      reached = reaches;
    });
    globalThis.addEventListener?.('online', wake); // a client that follows nothing has no other sign
    this.#stopListening = () => {
      stop();
      globalThis.removeEventListener?.('online', wake);
    };
  }

  /** Only after this a token is used: what is kept is its user's then, or deleted. */
  async #claim(token: string): Promise<void> {
    const { tenant, sub } = claims(token);
    const identity = JSON.stringify([tenant, sub]);
    this.#identity ??= identity;
    if (this.#identity !== identity) {
      await this.signOut();
      throw new Error('the token names another user: connect anew');
    }
    this.#context.user = String(sub ?? '');
    await (this.#claiming ??= this.#take(identity));
  }

  async #take(identity: string): Promise<void> {
    const { storage, outbox } = this.#context;
    const late = this.#late;
    const others = await storage.claim(identity).catch(() => false);
    if (others && late) {
      this.#forget();
      this.#claiming = Promise.resolve();
      throw new Error('what was kept was of another user'); // and must not go with this token
    }
    if (others) {
      outbox.keep();
    }
  }

  #forget(): void {
    this.#context.outbox.clear();
    this.#context.tell('reset');
  }
}
