// What the connection half of the client offers to the other half: types, and the two ways in which a request fails.

import type { Observable } from './observable.ts';

/** One event of a durable channel, as the server has it. `at` is for display only; order is by `seq`. */
export interface ChannelEvent<T = unknown> {
  readonly channel: string;
  readonly seq: number;
  readonly type: string;
  readonly key?: string;
  readonly ref?: string;
  readonly data: T;
  readonly by: string;
  readonly via?: string;
  readonly at: string;
  readonly trace?: string;
}

/** A problem document (RFC 9457). `type` is stable, such as `/problems/precondition-failed`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly pointer?: string;
  readonly channel?: string;
  /** With `precondition-failed`: the latest event of the key; absent when there is none. */
  readonly current?: ChannelEvent;
  readonly head?: number;
  readonly floor?: number;
  /** In results of a batch: seconds until a retry makes sense. */
  readonly retry_after?: number;
}

/** A user who is here, as the server tells. */
export interface PresentMember {
  readonly user: string;
  readonly state: 'active' | 'idle' | 'away';
  readonly mode: 'viewing' | 'editing' | 'admin';
  readonly resource?: string;
  readonly meta?: Record<string, unknown>;
  readonly devices: number;
  readonly last_seen: string;
}

/** Who is here: everyone in `members`, or what has changed since. */
export interface PresenceFrame {
  readonly channel: string;
  readonly members?: readonly PresentMember[];
  readonly joined?: readonly PresentMember[];
  readonly updated?: readonly PresentMember[];
  readonly left?: readonly { readonly user: string; readonly expired?: boolean }[];
  readonly count: number;
}

/** A signal, which has a `kind`, or an event of an ephemeral channel, which has a `type`. May get lost. */
export interface SignalFrame {
  readonly channel: string;
  readonly kind?: string;
  readonly type?: string;
  readonly key?: string;
  readonly ref?: string;
  readonly resource?: string;
  readonly data?: unknown;
  readonly by: string;
  readonly device?: string;
  readonly at: string;
}

/** A user has read up to `seq`. */
export interface ReceiptFrame {
  readonly channel: string;
  readonly user: string;
  readonly seq: number;
  readonly at: string;
}

/**
 * How the connection is. `connecting`: the first stream, or one after a cut, is being opened (or nothing is followed
 * yet); `catching-up`: open, and older events come first; `degraded`: open, and the server says that something is less
 * than it should be; `polling`: streams do not come through here, so long polls take their place; `offline`: the last
 * attempt failed, another follows at `retryAt`; `unauthorized`: no token is good, nothing is tried before the page wakes
 * or a request succeeds.
 */
export interface ConnectionState {
  readonly name: 'connecting' | 'live' | 'catching-up' | 'degraded' | 'polling' | 'offline' | 'unauthorized';
  /** Milliseconds since 1970 when `name` began. */
  readonly since: number;
  /** The node that serves the stream, as it calls itself. */
  readonly node?: string;
  /** Milliseconds since 1970; only while `offline`. */
  readonly retryAt?: number;
  /** Why it is not `live`, for people who look for the cause; not stable. */
  readonly reason?: string;
  /** Bytes of streams and polls received so far; told at most once a second. */
  readonly bytes: number;
}

/** Where to begin: with what comes from now on, with the oldest event that is kept, or after a known one. */
export type Start = 'now' | 'start' | { readonly after: number } | { readonly position: string };

/** Told about one channel, in order, on no particular stack. What it throws is reported and changes nothing. */
export interface ChannelListener {
  /**
   * The next event, each once. `position` is where to go on after it, to be kept together with what came of it and
   * given back as {@link Start}.
   */
  event?(event: ChannelEvent, position: string): void;
  /**
   * The log cannot go on from here. The listener loads a snapshot and answers where to go on; without it, the tail goes
   * on after `head`. If it rejects, it is asked again later.
   */
  snapshotRequired?(floor: number, head: number): Promise<Start>;
  presence?(frame: PresenceFrame): void;
  signal?(frame: SignalFrame): void;
  receipt?(frame: ReceiptFrame): void;
  /** The right to read was taken away; nothing follows. */
  revoked?(seq: number): void;
  /** The channel may not be read, or does not exist; nothing follows. Without it, {@link revoked} is told. */
  refused?(problem: Problem): void;
  /** Everything up to `seq` was told, and what is written from now on comes at once; again after each reconnect. */
  live?(seq: number): void;
}

/** A channel that is being followed. */
export interface Follow {
  /** The last event told; -1 before it is known. */
  readonly seq: number;
  /** Where to go on after it; null before it is known. */
  readonly position: string | null;
  /** Nothing is told any more. Twice is once. */
  stop(): void;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** From `/v1/` on, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it shall outlive the page: at most 64 KiB. */
  readonly keepalive?: boolean;
  /** Milliseconds until it counts as unreachable; 15,000 by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  /** 200 to 299. */
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when there is none. */
  readonly body: T;
  /** Characters of the body. */
  readonly size: number;
}

/** The server answered, and not with success. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;
  /** What `Retry-After` asks for; 0: nothing. */
  readonly retryAfterMs: number;

  constructor(status: number, problem: Problem, retryAfterMs = 0) {
    super(problem.detail ?? problem.title);
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later: a 408, 425, 429 or 5xx. */
  get passing(): boolean {
    return this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/** There was no answer, from any node. Whether the request was carried out is not known. */
export class Unreachable extends Error {}

/** Whether to ask again would change nothing. A token that is not accepted may be followed by one that is. */
export function isFinal(error: unknown): error is Refused {
  const { passing, status } = (error ?? {}) as Partial<Refused>; // told by its form: `cursors.js` has a class of its own
  return passing === false && status !== 401;
}

/** How long the server asks to wait, in milliseconds; 0: it does not. */
export function askedMs(error: unknown): number {
  return (error as Partial<Refused> | undefined)?.retryAfterMs ?? 0;
}

/** The connection half of the client. */
export interface Link {
  readonly connection: Observable<ConnectionState>;
  /** The device of this browser: kept, unless given. */
  readonly device: string;
  /**
   * Follows a channel: its durable events in order, each (channel, seq) once; repairs gaps; what is of the moment as it
   * comes. Several may follow one channel.
   *
   * @throws TypeError when it is no name of a channel
   */
  follow(channel: string, listener: ChannelListener, after: Start): Follow;
  /**
   * One HTTP exchange with a fresh token, at a node that answers. Never retries by itself, except a 401 once with a new
   * token, and at the next node when one cannot be reached.
   *
   * @throws Refused when a node answered, and not with success
   * @throws Unreachable when none did
   */
  request<T = unknown>(request: ApiRequest): Promise<Answer<T>>;
  /**
   * A WebSocket of live cursors, being opened with a ticket of its own.
   *
   * @throws Refused when there is no right to cursors
   * @throws Unreachable when no node answered
   */
  socket(channel: string): Promise<WebSocket>;
  /** A token, for the `{"token":…}` message of a live WebSocket; `fresh`: not the one that is kept. */
  token(fresh?: boolean): Promise<string>;
  /** Ends streams and timers for good. */
  close(): void;
}
