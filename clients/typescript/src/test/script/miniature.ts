// What the tests of the client's upper half run against: a clock that stands still, and a server in miniature behind a link
// that loses what a test wants lost. It keeps the server's promises: keys are applied once, seqs have no gaps.

import type { Clock } from '../../clock.ts';
import { Refused, Unreachable } from '../../link.ts';
import type { Answer, ApiRequest, ChannelEvent, ChannelListener, ConnectionState, Follow, Link, Problem, Start } from '../../link.ts';
import { Cell } from '../../observable.ts';

const DAY_MS = 86_400_000;
/** Microtasks that may follow from one another before a test looks. */
const SETTLING = 50;

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let i = 0; i < SETTLING; i++) {
    await Promise.resolve();
  }
}

/** Time passes only when a test says so. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-11-23T08:00:00Z');
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();
  random: () => number = () => 0.5;

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

interface Draft {
  readonly channel: string;
  readonly type: string;
  readonly data: unknown;
  readonly key?: string;
  readonly ref?: string;
}

interface Item extends Draft {
  readonly idempotency_key: string;
  readonly if_match?: string;
}

interface Result {
  readonly status: number;
  readonly replayed?: boolean;
  readonly receipt?: ChannelEvent;
  readonly problem?: Problem;
}

/** A log of one tenant, with its idempotency keys. */
export class MiniServer {
  readonly logs = new Map<string, ChannelEvent[]>();
  readonly #keys = new Map<string, { readonly draft: string; readonly receipt: ChannelEvent }>();
  readonly #clock: Clock;
  readonly followers = new Set<(event: ChannelEvent) => void>();
  /** What the server would refuse besides; null: nothing. */
  rule: (item: Item) => Result | null = () => null;
  /** Events up to here are not replayed, but need a snapshot. */
  floor = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  log(channel: string): ChannelEvent[] {
    const log = this.logs.get(channel) ?? [];
    this.logs.set(channel, log);
    return log;
  }

  /** Somebody else's write. */
  write(channel: string, type: string, data: unknown, key?: string, by = 'ben'): ChannelEvent {
    return this.#append({ channel, type, data, key }, by);
  }

  apply(item: Item): Result {
    const refused = this.rule(item);
    if (refused) {
      return refused;
    }
    const { idempotency_key: id, if_match: ifMatch, channel, type, data, key, ref } = item;
    const draft = { channel, type, data, key, ref };
    const at = parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    if (this.#clock.now() - at > 7 * DAY_MS) {
      return problem(422, 'idempotency-key-expired');
    }
    const kept = this.#keys.get(id);
    if (kept) {
      const same = kept.draft === JSON.stringify([draft, ifMatch]);
      return same ? { status: 201, replayed: true, receipt: kept.receipt } : problem(422, 'idempotency-key-reused');
    }
    const current = this.latest(draft.channel, draft.key);
    if (ifMatch !== undefined && (/^\d+$/.test(ifMatch) ? Number(ifMatch) : this.#keys.get(ifMatch)?.receipt.seq) !== (current?.seq ?? 0)) {
      return { status: 412, problem: { ...problem(412, 'precondition-failed').problem!, current } };
    }
    const receipt = this.#append(draft, 'ada');
    this.#keys.set(id, { draft: JSON.stringify([draft, ifMatch]), receipt });
    return { status: 201, receipt };
  }

  latest(channel: string, key: string | undefined): ChannelEvent | undefined {
    return this.log(channel).findLast((event) => event.key === key);
  }

  snapshot(channel: string): { seq: number; position: string; items: ChannelEvent[] } {
    const log = this.log(channel);
    const items = [...new Map(log.map((event) => [event.key ?? event, event])).values()].slice(-100);
    return { seq: log.length, position: String(log.length), items };
  }

  #append(draft: Draft, by: string): ChannelEvent {
    const log = this.log(draft.channel);
    const event: ChannelEvent = { ...draft, seq: log.length + 1, by, at: new Date(this.#clock.now()).toISOString() };
    log.push(event);
    this.followers.forEach((follower) => follower(event));
    return event;
  }
}

export function problem(status: number, type: string, more: Partial<Problem> = {}): Result {
  return { status, problem: { type: `/problems/${type}`, title: type, status, ...more } };
}

/** What becomes of a request: its answer is lost, it is lost itself, or it is answered in this way. */
export type Fault = 'answer lost' | 'request lost' | Refused | null;

/** A link in which events wait until they are delivered, and requests meet the fault that a test has for them. */
export class MiniLink implements Link {
  readonly connection = new Cell<ConnectionState>({ name: 'connecting', since: 0, bytes: 0 });
  readonly device = 'laptop';
  readonly requests: ApiRequest[] = [];
  readonly server: MiniServer;
  /** Who gives tokens; the client's own provider. */
  provider: () => string | Promise<string> = () => tokenOf('ada');
  fault: (request: ApiRequest) => Fault = () => null;
  sockets: () => Promise<WebSocket> = () => Promise.reject(new Unreachable());
  /** Whether events are delivered at once. */
  prompt = true;
  closed = false;
  readonly follows = new Set<MiniFollow>();
  /** Requests that are on their way, when {@link held}. */
  held: (() => void)[] | null = null;

  constructor(server: MiniServer) {
    this.server = server;
    server.followers.add(() => this.prompt && this.deliver());
  }

  say(name: ConnectionState['name']): void {
    this.connection.set({ name, since: 0, bytes: 0 });
    if (name === 'live') {
      this.deliver();
      this.follows.forEach((follow) => follow.live());
    }
  }

  /** Delivers what waits, or so many events to each follower. */
  deliver(most = Infinity): void {
    this.follows.forEach((follow) => follow.deliver(most));
  }

  follow(channel: string, listener: ChannelListener, after: Start): Follow {
    const follow = new MiniFollow(this, channel, listener, after);
    this.follows.add(follow);
    if (this.prompt) {
      queueMicrotask(() => {
        follow.deliver(Infinity);
        if (this.connection.value.name === 'live') {
          follow.live();
        }
      });
    }
    return follow;
  }

  async request<T>(request: ApiRequest): Promise<Answer<T>> {
    if (this.closed) {
      throw new Unreachable();
    }
    await this.provider();
    this.requests.push(request);
    const fault = this.fault(request);
    if (fault === 'request lost') {
      throw new Unreachable();
    }
    const held = this.held;
    if (held) {
      await new Promise<void>((resolve) => held.push(resolve));
    }
    if (fault instanceof Refused) {
      throw fault;
    }
    const answer = this.#answer(request);
    if (fault === 'answer lost') {
      throw new Unreachable();
    }
    return answer as Answer<T>;
  }

  socket(): Promise<WebSocket> {
    return this.sockets();
  }

  async token(): Promise<string> {
    return this.provider();
  }

  close(): void {
    this.closed = true;
    this.follows.clear();
  }

  #answer({ method, path, body, headers = {} }: ApiRequest): Answer<unknown> {
    const [, channel = '', of = ''] = /^\/v1\/channels\/([^/]+)\/(\w+)/.exec(path) ?? [];
    const name = decodeURIComponent(channel);
    const answer = (status: number, body?: unknown) => ({ status, body, headers: new Headers(), size: 0 });
    if (path === '/v1/writes') {
      return answer(200, { results: (body as { writes: Item[] }).writes.map((item) => this.server.apply(item)) });
    }
    if (of === 'events' && method === 'POST') {
      const ifMatch = headers['If-Match']?.replaceAll('"', '');
      const item = { ...(body as Draft), channel: name, idempotency_key: headers['Idempotency-Key']!, ...(ifMatch && { if_match: ifMatch }) };
      const { status, receipt, problem } = this.server.apply(item);
      if (problem) {
        throw new Refused(status, problem, (problem.retry_after ?? 0) * 1000);
      }
      return answer(status, receipt);
    }
    if (of === 'snapshot') {
      return answer(200, this.server.snapshot(name));
    }
    if (of === 'presence' && method === 'PUT') {
      return answer(200, { heartbeat_ms: 30_000, ttl_ms: 90_000 });
    }
    if (of === 'presence' && method === 'GET') {
      return answer(200, { channel: name, members: [], count: 0 });
    }
    return answer(method === 'DELETE' ? 204 : 202);
  }
}

export class MiniFollow implements Follow {
  readonly #link: MiniLink;
  readonly channel: string;
  readonly listener: ChannelListener;
  seq: number;
  #asking = false;

  constructor(link: MiniLink, channel: string, listener: ChannelListener, after: Start) {
    this.#link = link;
    this.channel = channel;
    this.listener = listener;
    this.seq = this.#seqOf(after);
  }

  get position(): string {
    return String(this.seq);
  }

  /** Delivers so many events that wait. */
  deliver(most: number): void {
    const { server } = this.#link;
    if (this.seq < server.floor) {
      this.#ask();
      return;
    }
    for (const event of server.log(this.channel).slice(this.seq, this.seq + most)) {
      this.seq = event.seq;
      this.listener.event?.(event, String(event.seq));
    }
  }

  /** What was delivered before comes again. */
  repeat(count: number): void {
    const events = this.#link.server.log(this.channel).slice(Math.max(0, this.seq - count), this.seq);
    events.forEach((event) => this.listener.event?.(event, String(event.seq)));
  }

  live(): void {
    this.listener.live?.(this.seq);
  }

  stop(): void {
    this.#link.follows.delete(this);
  }

  #ask(): void {
    const { floor, logs } = this.#link.server;
    if (!this.#asking && this.listener.snapshotRequired) {
      this.#asking = true;
      this.listener.snapshotRequired(floor, logs.get(this.channel)?.length ?? 0).then(
        (start) => {
          this.#asking = false;
          this.seq = this.#seqOf(start);
        },
        () => (this.#asking = false),
      );
    }
  }

  #seqOf(start: Start): number {
    if (start === 'now') {
      return this.#link.server.log(this.channel).length;
    }
    return start === 'start' ? 0 : 'after' in start ? start.after : Number(start.position);
  }
}

/** A token that nobody has signed: only servers look. */
export function tokenOf(sub: string, tenant = 'acme'): string {
  return `e30.${btoa(JSON.stringify({ sub, tenant }))}.x`;
}
