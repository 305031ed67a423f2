// Polls, where streams do not come through: the same frames, one answer at a time.

import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import type { Hub } from './hub.ts';
import { Refused } from './link.ts';
import { OF_CHANNELS } from './session.ts';

/** So long a poll waits, where nobody cuts what is silent for so long. */
const POLL_SECONDS = 25;
/** A poll that came to nothing sooner was not cut for its silence. */
const MIN_SILENCE_MS = 4000;
const POLL_TIMEOUT_MS = 40_000;
/** A poll with fewer frames had all there is. */
const FULL_POLL = 50;

/** What polls need from whoever has them made. */
export interface Poller {
  readonly api: Api;
  readonly hub: Hub;
  readonly clock: Clock;
  /** What is followed, and from where on. */
  query(): URLSearchParams;
  /** A poll was answered, with so many bytes. */
  answered(size: number): void;
  /** It has come as far as `id`; `list`: the channels that this is about; `moment`: what is then known of presence and signals. */
  reached(id: string, list: string, moment?: string): void;
}

/** The answer to a poll. */
interface Polled {
  readonly frames: readonly { readonly event?: string; readonly data: any }[];
  readonly id?: string;
  readonly moment?: string;
}

export class Polls {
  readonly #poller: Poller;
  readonly #live = new Set<string>();
  /** So long the next one waits. After a cut half as long as that took, and then a little longer each time. */
  #seconds = POLL_SECONDS;
  #abort = new AbortController();

  constructor(poller: Poller) {
    this.#poller = poller;
  }

  /** Ends the poll that waits, if one does. */
  interrupt(): void {
    this.#abort.abort();
  }

  /** The next one tells again that channels are live. */
  startAnew(): void {
    this.#live.clear();
  }

  /** Another network: nothing is known of what is between. */
  forget(): void {
    this.#seconds = POLL_SECONDS;
  }

  /**
   * Makes one poll and hands its frames to the hub.
   *
   * @returns what it says of the connection, by name; undefined: it was interrupted
   */
  async once(): Promise<ReadonlyMap<string, any> | undefined> {
    const { api, hub, clock } = this.#poller;
    let asked = NaN;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      await this.#placeNew();
      const query = this.#poller.query();
      query.set('wait', `${this.#seconds}`);
      const list = hub.channels();
      const path = `/v1/stream?${query}`;
      asked = clock.now();
      const { body, size } = await api.request<Polled>({ method: 'GET', path, timeout: POLL_TIMEOUT_MS, signal });
      this.#poller.answered(size);
      return this.#take(body, list);
    } catch (error) {
      if (!signal.aborted) {
        this.#live.clear();
        this.#failedAfter(clock.now() - asked);
        throw error;
      }
      return undefined;
    }
  }

  #take({ frames, id = '', moment }: Polled, list: readonly string[]): ReadonlyMap<string, any> {
    const said = new Map<string, any>();
    for (const { event = 'message', data } of frames) {
      if (OF_CHANNELS.has(event)) {
        this.#poller.hub.frame(event, data);
      } else {
        said.set(event, data);
      }
    }
    if (frames.length === 0) {
      this.#seconds = Math.min(POLL_SECONDS, this.#seconds + 1);
    }
    this.#poller.reached(id, list.join(), moment);
    if (frames.length < FULL_POLL) {
      this.#tellLive(list);
    }
    return said;
  }

  #failedAfter(ms: number): void {
    if (ms >= MIN_SILENCE_MS) {
      this.#seconds = Math.min(this.#seconds, Math.floor(ms / 2000));
    }
  }

  /** A poll does not say where it begins: channels that go on from now are asked where that is. */
  async #placeNew(): Promise<void> {
    const { hub } = this.#poller;
    for (const channel of hub.channels()) {
      if (hub.ask(channel) === channel) {
        const { head, epoch } = await this.#headOf(channel);
        hub.frame('followed', { channel, seq: head, status: 'live', epoch });
      }
    }
  }

  async #headOf(channel: string): Promise<{ head: number; epoch?: number }> {
    try {
      const path = `/v1/channels/${channel}`;
      return (await this.#poller.api.request<{ head: number; epoch?: number }>({ method: 'GET', path })).body;
    } catch (error) {
      if (error instanceof Refused && error.problem.type.endsWith('/channel-not-found')) {
        return { head: 0 }; // the first write makes it
      }
      throw error instanceof Refused && error.status === 403
        ? new Refused(403, { ...error.problem, channel }, 0)
        : error;
    }
  }

  /** Tells once that polls have come as far as there is. */
  #tellLive(channels: readonly string[]): void {
    const { hub } = this.#poller;
    for (const channel of channels) {
      const seq = hub.seq(channel) ?? Number(/@(?:\d+~)?(\d+)$/.exec(hub.ask(channel))?.[1]);
      if (!this.#live.has(channel)) {
        this.#live.add(channel);
        hub.frame('followed', { channel, seq, status: 'live' });
      }
    }
  }
}
