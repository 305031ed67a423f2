// What the tests play with: a server of their own making, a clock of their own, and patience with a deadline.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { Clock } from '../../clock.ts';
import { type LinkOptions, openLink } from '../../connection.ts';
import type { ChannelEvent, ChannelListener, ConnectionState, Follow, Link, Start } from '../../link.ts';

const DEADLINE_MS = 20_000;

/** Waits for a condition, and fails when it does not come true in time. */
export async function until(condition: () => unknown, what = `${condition}`): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; !condition(); ) {
    if (Date.now() > end) {
      throw new Error(`not in time: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Time that stands still until it is moved. */
export class HandClock implements Clock {
  chance = 0;
  #now = Date.parse('2026-11-26T08:00:00Z');
  #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.run();
    }
    this.#now = end;
  }

  /** The machine slept: timers come late, all at once. */
  sleep(ms: number): void {
    this.#now += ms;
    this.pass(0);
  }

  /** Lets time pass, a little after the other, until something is so. */
  async passUntil(condition: () => unknown, step = 500, most = 3_600_000): Promise<void> {
    for (let passed = 0; !condition(); passed += step) {
      if (passed > most) {
        throw new Error(`not within ${most} ms: ${condition}`);
      }
      this.pass(step);
      for (let turn = 0; turn < 3 && !condition(); turn++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }
}

/** The machine's clock, but waits with jitter are as short as they can be. */
export const hasty: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => 0,
};

export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Record<string, string | undefined>;
  readonly body: any;
}

export interface Server {
  readonly url: string;
  /** All requests so far. */
  readonly asked: Asked[];
  /** Those to `path`, as `GET /v1/stream`. */
  of(line: string): Asked[];
}

export type Handler = (asked: Asked, response: ServerResponse) => void;

/** A server for the length of a test. */
export async function serve(t: TestContext, handle: Handler): Promise<Server> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const text: string = await new Promise((resolve) => {
      const decoder = new TextDecoder();
      let body = '';
      request.on('data', (chunk) => (body += decoder.decode(chunk, { stream: true })));
      request.on('end', () => resolve(body));
    });
    const url = new URL(request.url, 'http://localhost');
    const one = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    asked.push(one);
    handle(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const of = (line: string): Asked[] => asked.filter(({ method, path }) => line === `${method} ${path}`);
  return { url: `http://127.0.0.1:${server.address().port}`, asked, of };
}

/** Begins a stream. */
export function stream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  return response;
}

export function json(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'Content-Type': type, ...headers }).end(JSON.stringify(body));
}

export function problem(response: ServerResponse, status: number, type: string, more: object = {}): void {
  json(response, { type: `/problems/${type}`, title: type, status, ...more }, status);
}

export function block(name: string, data: unknown, id = ''): string {
  return `${id && `id: ${id}\n`}${name === 'message' ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

type Places = Record<string, number | [number, string]>;

/** The frame `open`: channels with their seq, live unless said otherwise. */
export function open(channels: Places, more: { id?: string; stream?: string; node?: string; heartbeat?: number } = {}): string {
  const entries = Object.entries(channels).map(([name, place]) => {
    const [seq, status] = typeof place === 'number' ? [place, 'live'] : place;
    return [name, { seq, status }] as const;
  });
  const id = more.id ?? (entries.length === 1 ? `${entries[0]?.[1].seq}` : 'v.some');
  return block(
    'open',
    {
      stream: more.stream ?? 's1',
      node: more.node ?? 'n1',
      channels: Object.fromEntries(entries),
      heartbeat_ms: more.heartbeat ?? 15_000,
      expires_at: '2026-11-26T09:00:00Z',
    },
    id,
  );
}

export function event(channel: string, seq: number, data: unknown = seq): ChannelEvent {
  return { channel, seq, type: 'x', data, by: 'ada', at: '2026-11-26T08:00:00Z' };
}

export function message(channel: string, seq: number, data: unknown = seq, id = `${seq}`): string {
  return block('message', event(channel, seq, data), id);
}

/** Where a request wants a channel to start: `last_event_id`, or behind the `@`; -1: from now. */
export function startOf({ query }: Asked): number {
  const at = query.get('last_event_id') ?? query.get('channel')?.split('@')[1];
  return at === undefined ? -1 : Number(at);
}

/** What a listener was told. */
export interface Told {
  readonly follow: Follow;
  readonly seqs: number[];
  readonly data: unknown[];
  readonly positions: string[];
  readonly words: string[];
}

export function follow(link: Link, channel: string, after: Start = 'now', more: ChannelListener = {}): Told {
  const told = { seqs: [] as number[], data: [] as unknown[], positions: [] as string[], words: [] as string[] };
  const listener: ChannelListener = {
    event(one, position) {
      told.seqs.push(one.seq);
      told.data.push(one.data);
      told.positions.push(position);
    },
    live: (seq) => told.words.push(`live ${seq}`),
    revoked: (seq) => told.words.push(`revoked ${seq}`),
    refused: ({ type }) => told.words.push(`refused ${type.split('/').at(-1)}`),
    signal: ({ kind }) => told.words.push(`signal ${kind}`),
    presence: ({ count }) => told.words.push(`presence ${count}`),
    ...more,
  };
  return { ...told, follow: link.follow(channel, listener, after) };
}

/** A link for the length of a test, and all states that it was in. */
export function connect(
  t: TestContext,
  options: Partial<LinkOptions> & { url: LinkOptions['url'] },
): { link: Link; states: ConnectionState[]; names: () => string[] } {
  const link = openLink({ token: 'secret', clock: hasty, device: 'd', ...options });
  t.after(() => link.close());
  const states: ConnectionState[] = [link.connection.value];
  link.connection.subscribe((state) => states.push(state));
  const names = (): string[] => states.map(({ name }) => name).filter((name, i, all) => name !== all[i - 1]);
  return { link, states, names };
}
