// Live cursors, over the one WebSocket: a file of its own, for those who have them.

import { Backoff } from './backoff.ts';
import type { Channel } from './channel.ts';
import { askedMs, ignored, isFinal } from './context.ts';
import type { Context } from './context.ts';
import type { Follow, SignalFrame } from './link.ts';
import { signal } from './moment.ts';
import { Cell } from './observable.ts';
import type { Observable } from './observable.ts';

/** A position is sent so often at most, in milliseconds: 20 a second, 5 on the mobile profile. */
export const TICK_MS = 50;
export const MOBILE_TICK_MS = 200;
/** Without a WebSocket, as a signal. */
export const SIGNAL_TICK_MS = 500;
/** After so many sockets that did not open positions go as signals, until one opens. */
export const PATIENCE = 3;
/** So many bytes wait in the socket at most; a position that finds more waits until they are gone. */
const MAX_BUFFERED = 4 * 1024;
/** A socket that takes nothing for so long, in milliseconds, is dead. */
const STUCK_MS = 10_000;
/** So many cursors are shown at most. */
const MAX_OTHERS = 1_000;
/** There is no right to cursors any more. */
const FORBIDDEN = 4403;

/** Where a user's pointer is, on one of their devices. What it is made of is up to the application: any client may have sent it. */
export interface OtherCursor<C> {
  readonly user: string;
  readonly device?: string;
  readonly cursor: C;
  readonly at: string;
}

interface Message<C> {
  readonly event?: string;
  readonly cursors?: readonly (Omit<OtherCursor<C>, 'cursor'> & { readonly cursor: C | null })[];
  readonly left?: readonly { readonly user: string; readonly device?: string }[];
}

/** The cursors of a channel, until they are closed. */
export function cursors<C extends object = Record<string, unknown>>(channel: Channel<any>): Cursors<C> {
  return new Cursors<C>(channel.context, channel.name);
}

/**
 * Only the latest position counts: what could not be sent is replaced, never queued. A socket that ends is opened again
 * with backoff; where none may be had, positions go as signals of kind `cursor`, which the server passes on to those who
 * have a socket.
 */
export class Cursors<C extends object = Record<string, unknown>> {
  /** By user and device; without this client's own. */
  readonly others: Observable<ReadonlyMap<string, OtherCursor<C>>>;
  readonly #others = new Cell<ReadonlyMap<string, OtherCursor<C>>>(new Map());
  readonly #context: Context;
  readonly #channel: string;
  readonly #backoff: Backoff;
  readonly #retire: () => void;
  #socket: WebSocket | undefined;
  #failures = 0;
  #closed = false;
  #cursor: C | null | undefined;
  /** Whether the latest position has yet to be sent. */
  #due = false;
  #sent = -Infinity;
  /** Since when the socket takes nothing. */
  #stuck: number | undefined;
  #cancelTick: (() => void) | undefined;
  #signals: Follow | undefined;
  #ended: (code: number) => void = ignored;

  /** @internal */
  constructor(context: Context, channel: string) {
    this.others = this.#others;
    this.#context = context;
    this.#channel = channel;
    this.#backoff = new Backoff(context.clock);
    this.#retire = context.enlist({ wake: () => this.#backoff.wake(), end: () => this.close() });
    void this.#run();
  }

  /** @param cursor any object of at most 512 bytes of JSON; null: it is hidden */
  move(cursor: C | null): void {
    this.#cursor = cursor;
    this.#due = true;
    this.#tick();
  }

  close(): void {
    this.#closed = true;
    this.#retire();
    this.#cancelTick?.();
    this.#signals?.stop();
    this.#socket?.close();
    this.#backoff.wake();
    this.#others.set(new Map());
  }

  #tick(): void {
    const { clock, mobile } = this.#context;
    if (this.#due && !this.#cancelTick && !this.#closed && (this.#socket || this.#signals)) {
      const pace = this.#signals ? SIGNAL_TICK_MS : mobile ? MOBILE_TICK_MS : TICK_MS;
      this.#cancelTick = clock.after(Math.max(0, this.#sent + pace - clock.now()), () => {
        this.#cancelTick = undefined;
        this.#sent = clock.now();
        this.#send();
      });
    }
  }

  #send(): void {
    const socket = this.#socket;
    if (socket && socket.bufferedAmount > MAX_BUFFERED) {
      this.#stuck ??= this.#sent;
      if (this.#sent - this.#stuck > STUCK_MS) {
        socket.close();
        this.#ended(0); // it would take minutes to find out by itself
      }
      this.#tick();
      return;
    }
    this.#stuck = undefined;
    this.#due = false;
    if (socket) {
      socket.send(JSON.stringify({ cursor: this.#cursor }));
    } else if (this.#signals) {
      signal(this.#context, this.#channel, 'cursor', this.#cursor).catch(ignored);
    }
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      let asked = 0;
      try {
        const socket = await this.#context.link.socket(this.#channel);
        if ((await this.#live(socket)) === FORBIDDEN) {
          return;
        }
      } catch (error) {
        if (isFinal(error)) {
          return; // the contract has no cursors, or this user no right to them
        }
        asked = askedMs(error);
        this.#failures++;
      }
      this.#fallBack();
      if (!this.#closed) {
        await this.#backoff.wait(this.#backoff.next(asked));
      }
    }
  }

  /** One socket from its beginning to its end. @returns the code with which it was closed */
  #live(socket: WebSocket): Promise<number> {
    socket.onopen = () => {
      this.#failures = 0;
      this.#backoff.reset();
      this.#socket = socket;
      this.#signals?.stop();
      this.#signals = undefined;
      this.#due ||= !!this.#cursor;
      this.#others.set(new Map());
      this.#tick();
    };
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as Message<C>, socket);
    if (this.#closed) {
      socket.close();
    }
    return new Promise((resolve) => {
      this.#ended = (code) => {
        socket.onopen = socket.onmessage = socket.onclose = null;
        this.#failures += this.#socket ? 0 : 1;
        this.#socket = this.#stuck = undefined;
        this.#others.set(new Map());
        resolve(code);
      };
      socket.onclose = ({ code }) => this.#ended(code);
    });
  }

  #heard({ event, cursors = [], left = [] }: Message<C>, socket?: WebSocket): void {
    if (socket && event === 'auth.expiring') {
      this.#context.link
        .token(true)
        .then((token) => socket.send(JSON.stringify({ token })))
        .catch(ignored); // it will be closed, and another opened
    }
    const others = new Map(this.#others.value);
    for (const { user, device = '', cursor, at } of cursors) {
      const key = `${user}\n${device}`;
      if (cursor === null) {
        others.delete(key);
      } else if (others.size < MAX_OTHERS || others.has(key)) {
        others.set(key, { user, device, cursor, at });
      }
    }
    left.forEach(({ user, device = '' }) => others.delete(`${user}\n${device}`));
    if (cursors.length + left.length > 0) {
      this.#others.set(others);
    }
  }

  #fallBack(): void {
    if (this.#failures >= PATIENCE && !this.#signals && !this.#closed) {
      this.#signals = this.#context.follow(this.#channel, { signal: (frame) => this.#signalled(frame) });
      this.#tick();
    }
  }

  #signalled({ kind, by, device, data, at }: SignalFrame): void {
    const { user, link } = this.#context;
    if (kind === 'cursor' && (by !== user || (device ?? link.device) !== link.device)) {
      this.#heard({ cursors: [{ user: by, device, cursor: (data ?? null) as C | null, at }] });
    }
  }
}
