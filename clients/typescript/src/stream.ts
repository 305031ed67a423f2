// One stream at a time, another whenever one ends, and polls where streams do not come through.

import type { Api } from './api.ts';
import { Backoff, MAX_ASKED_MS } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Hub, Source } from './hub.ts';
import { type ConnectionState, Refused } from './link.ts';
import { Cell } from './observable.ts';
import { type Poller, Polls } from './polls.ts';
import { Ended, type Keeper, Session } from './session.ts';
import { Tickets } from './tickets.ts';
import { eventSourced, fetched, type Transport } from './transport.ts';

/** So many mute streams in a row, and polls take their place. */
const MUTE_LIMIT = 3;
/** While polling, a stream is tried now and then: after this time, then twice as long, and so on. */
const PROBE_MS = 30_000;
const MAX_PROBE_MS = 600_000;
/** A stream that was cut after so long a silence asks for heartbeats twice as often as that. */
const IDLE_CUT_MS = 4000;
const MIN_HEARTBEAT_S = 5;
const MOBILE = { heartbeat: '60', flush_ms: '250' };
const TOLD_EVERY_MS = 1000;
/** Longer than any session; timers take no more. */
const FOREVER = 2 ** 31 - 1;

export interface StreamOptions {
  readonly client: string;
  readonly device: string;
  readonly transport: 'fetch' | 'eventsource' | 'poll';
  readonly mobile: boolean;
}

export class Stream implements Source, Keeper, Poller {
  readonly state: Cell<ConnectionState>;
  readonly api: Api;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly patches: boolean;
  readonly #options: StreamOptions;
  readonly #tickets: Tickets | undefined;
  readonly #backoff: Backoff;
  #running = false;
  #closed = false;
  #session: Session | undefined;
  /** The stream that is tried beside polls, and how it ends. */
  #probe: { readonly session: Session; readonly end: Promise<number> } | undefined;
  #probeAt = 0;
  #probeMs = PROBE_MS;
  readonly #polls = new Polls(this);
  #mutes = 0;
  #compat = false;
  #heartbeat: number | undefined;
  #slept = false;
  /** Whether a wait may be cut short: not one that the server asked for. */
  #hasty = true;
  #position: { readonly id: string; readonly list: string; readonly moment?: string | undefined } = { id: '', list: '' };
  #bytes = 0;
  /** What will tell of the bytes; ends it. */
  #telling: (() => void) | undefined;

  constructor(hub: Hub, api: Api, clock: Clock, options: StreamOptions, Source?: typeof EventSource) {
    this.hub = hub;
    this.api = api;
    this.clock = clock;
    this.#options = options;
    this.#backoff = new Backoff(clock);
    this.state = new Cell<ConnectionState>({ name: 'connecting', since: clock.now(), bytes: 0 });
    const browsers = options.transport === 'eventsource';
    this.patches = !browsers;
    this.transport = browsers ? eventSourced(Source ?? EventSource) : fetched;
    this.#tickets = browsers ? new Tickets(api, clock) : undefined;
    hub.changed = () => this.#changed();
  }

  #changed(): void {
    if (!this.#running) {
      this.#running = true;
      this.#run();
    } else if (this.#polling) {
      this.clock.after(0, () => this.#polls.interrupt());
    } else {
      this.#session?.sync();
    }
  }

  wake(restart: boolean): void {
    if (this.#hasty) {
      this.#backoff.wake();
    }
    this.#polls.interrupt();
    if (restart) {
      this.#session?.end('woken');
    } else {
      this.#session?.check();
    }
  }

  /** The network has gone; of the next one nothing is known yet. */
  offline(): void {
    this.#session?.end('offline');
    this.#heartbeat = undefined;
    this.#compat = false;
    this.#mutes = 0;
    this.#probeMs = PROBE_MS;
    this.#polls.forget();
    this.#polls.interrupt();
  }

  close(): void {
    this.#closed = true;
    this.#telling?.();
    this.#session?.end('closed');
    this.#probe?.session.end('closed');
    this.#polls.interrupt();
    this.#backoff.wake();
  }

  get #polling(): boolean {
    return this.#options.transport === 'poll' || this.#mutes >= MUTE_LIMIT;
  }

  get #needed(): boolean {
    return !this.#closed && this.hub.channels().length > 0;
  }

  async #run(): Promise<void> {
    await null; // so that what is followed at once is asked for at once
    while (this.#needed) {
      let wait: number;
      this.#hasty = true;
      try {
        if (this.#slept) {
          this.#slept = false;
          await this.api.tokens.get(true);
        }
        wait = await (this.#polling ? this.#pollOnce() : this.#stream());
      } catch (error) {
        wait = this.#failed(error);
      }
      if (wait && this.#needed) {
        await this.#backoff.wait(wait);
      }
    }
    this.#running = false;
    this.#session = undefined;
    this.#probe?.session.end('closed');
    if (!this.#closed) {
      this.#tell('connecting');
    }
  }

  /** Reads one stream to its end, and answers how long to wait before the next. */
  async #stream(): Promise<number> {
    const proven = this.#probe;
    this.#probe = undefined;
    if (proven) {
      this.#session = proven.session;
      this.told(proven.session);
      return proven.end;
    }
    const session = new Session(this, this.api.url, false);
    this.#session = session;
    return this.#read(session);
  }

  async #read(session: Session): Promise<number> {
    const asked = this.clock.now();
    try {
      const { after, reason } = await session.run(await this.#path());
      if (after !== undefined || session !== this.#session) {
        return Math.min(after ?? 1, MAX_ASKED_MS); // as planned, or a mere probe: nobody needs to notice
      }
      if (reason) {
        return await this.#over(reason);
      }
      this.#mindSilence(session, asked);
      this.#tell(session.open ? 'connecting' : 'offline', session.open ? 'cut' : 'put off');
      return session.open ? this.#backoff.next(0, session.retry) : this.#backoff.next(session.retry);
    } catch (error) {
      this.#tickets?.forget(error);
      if (session === this.#session && !(error instanceof Ended) && !(error instanceof Refused && !error.passing)) {
        this.#mindSilence(session, asked);
        if (session.open) {
          this.api.failed(session.url);
          this.#tell('connecting', 'cut');
          return this.#backoff.next(0, session.retry);
        }
      }
      throw error;
    }
  }

  /** The server has said that it is over: with these credentials, or for good. */
  async #over(reason: string): Promise<number> {
    if (reason !== 'expired' && reason !== 'revoked') {
      this.#tell('unauthorized', reason);
      return FOREVER;
    }
    await this.api.tokens.get(true);
    return this.#backoff.next();
  }

  /** Learns from a cut: of streams that are silent too long for somebody, or whose beginning is held back. */
  #mindSilence(session: Session, asked: number): void {
    if (session.open && session.silence > IDLE_CUT_MS) {
      this.#heartbeat = Math.max(MIN_HEARTBEAT_S, Math.floor(session.silence / 2000));
    } else if (!session.proven && session.openAt - asked > IDLE_CUT_MS && this.clock.now() - asked > IDLE_CUT_MS) {
      this.#mute();
    }
  }

  #mute(): void {
    this.#mutes++;
    this.#compat = true;
    this.#probeAt = this.clock.now() + this.#probeMs;
    this.#polls.startAnew();
  }

  /** Where the stream is asked for. */
  async #path(): Promise<string> {
    const query = this.query();
    if (this.#options.mobile) {
      query.set('flush_ms', MOBILE.flush_ms);
      query.set('heartbeat', MOBILE.heartbeat);
    }
    if (this.#heartbeat) {
      query.set('heartbeat', `${this.#heartbeat}`);
    }
    if (this.#compat) {
      query.set('compat', '1');
    }
    if (this.#tickets) {
      query.set('ticket', await this.#tickets.get(this.hub.channels()));
    }
    return `/v1/stream?${query}`;
  }

  query(): URLSearchParams {
    const { hub } = this;
    const { id, list, moment } = this.#position;
    const { client, device } = this.#options;
    const channels = hub.channels();
    const resumes = id && list === channels.join();
    const query = new URLSearchParams(channels.map((name) => ['channel', resumes ? name : hub.ask(name)]));
    if (resumes) {
      query.set('last_event_id', id);
      if (moment) {
        query.set('moment', moment);
      }
    }
    query.set('client', client);
    query.set('device', device);
    return query;
  }

  /** One poll, and beside it now and then a stream that may take over. */
  async #pollOnce(): Promise<number> {
    this.#session = undefined;
    if (this.#options.transport !== 'poll' && !this.#probe && this.clock.now() >= this.#probeAt) {
      this.#startProbe();
    }
    const said = await this.#polls.once();
    if (said?.has('end')) {
      return this.#over(said.get('end').reason);
    }
    if (said?.has('auth.expiring')) {
      await this.api.tokens.get(true).catch(() => {}); // the next poll asks again
    }
    return Math.min(said?.get('reconnect')?.after_ms ?? 0, MAX_ASKED_MS);
  }

  answered(size: number): void {
    this.#count(size);
    this.#backoff.reset();
    this.#tell('polling', this.#options.transport === 'poll' ? undefined : 'streams do not come through');
  }

  #startProbe(): void {
    const session = new Session(this, this.api.url, true);
    const end = this.#read(session);
    const probe = { session, end };
    this.#probe = probe;
    end.then(
      () => this.#probeEnded(probe),
      () => this.#probeEnded(probe),
    );
  }

  #probeEnded(probe: unknown): void {
    if (this.#probe === probe) {
      this.#probe = undefined;
      this.#probeMs = Math.min(this.#probeMs * 2, MAX_PROBE_MS);
      this.#probeAt = this.clock.now() + this.#probeMs * (0.75 + this.clock.random() / 2);
    }
  }

  bytes(_: Session, count: number): void {
    this.#count(count);
  }

  told(session: Session): void {
    if (session === this.#session && session.open) {
      const name = session.degraded ? 'degraded' : session.replaying.size ? 'catching-up' : 'live';
      this.#tell(name, undefined, { node: session.open.node });
    }
  }

  reached(id: string, list: string, moment?: string): void {
    if (id !== this.#position.id) {
      this.#backoff.reset();
    }
    this.#position = { id, list, moment };
  }

  proven(session: Session): void {
    this.#mutes = 0;
    this.#backoff.reset();
    if (session === this.#probe?.session && session.silent) {
      session.silent = false;
      this.#probeMs = PROBE_MS;
      this.#polls.interrupt();
    }
  }

  async expiring(stream: string): Promise<void> {
    try {
      await this.api.tokens.get(true);
      await this.api.request({ method: 'PUT', path: `/v1/streams/${stream}/token` });
      await this.#tickets?.extend();
    } catch {
      // The stream ends when its token does, and the next one asks again.
    }
  }

  /** Says what has become of an attempt, and answers how long to wait before the next. */
  #failed(error: unknown): number {
    if (error instanceof Ended) {
      return this.#ended(error);
    }
    if (error instanceof Refused && !error.passing) {
      const { status, problem } = error;
      const channel = problem.channel ?? (this.hub.channels().length === 1 ? this.hub.channels()[0] : undefined);
      if (channel && /^\/problems\/(forbidden|channel-not-found)$/.test(problem.type)) {
        this.hub.frame('refused', { channel, problem }); // the others go on
        this.#position = { id: '', list: '' };
        return 0;
      }
      if (status < 300 || status === 401 || problem.type.endsWith('/client-not-served')) {
        this.#tell('unauthorized', problem.title);
        return FOREVER;
      }
    }
    this.api.failed(this.#session?.url ?? this.api.url);
    const retryAfter = error instanceof Refused ? error.retryAfterMs : 0;
    this.#hasty = !retryAfter;
    return this.#offline(this.#backoff.next(retryAfter), `${(error as Error).message}`);
  }

  #ended({ why }: Ended): number {
    if (why === 'mute') {
      if (!this.#session?.proven) {
        this.#mute(); // else it is a connection that went, as connections do
      }
      this.api.failed(this.#session?.url ?? '');
      this.#tell('connecting', why);
      return 0;
    }
    if (why === 'offline') {
      return this.#offline(this.#backoff.next(), why);
    }
    this.#slept = why === 'slept';
    return 0;
  }

  #offline(wait: number, reason: string): number {
    this.#polls.startAnew();
    this.#tell('offline', reason, { retryAt: this.clock.now() + wait });
    return wait;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#telling ??= this.clock.after(TOLD_EVERY_MS, () => {
      this.#telling = undefined;
      this.state.set({ ...this.state.value, bytes: this.#bytes });
    });
  }

  #tell(name: ConnectionState['name'], reason?: string, more?: Partial<ConnectionState>): void {
    const before = this.state.value;
    const since = before.name === name ? before.since : this.clock.now();
    if (before.name !== name || reason !== before.reason || more) {
      this.state.set({ name, since, bytes: this.#bytes, ...(reason ? { reason } : {}), ...more });
    }
  }
}
