// One channel as one listener is told of it: in order, each event once, nothing left out.

import type { Api } from './api.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type Followed, type Hub, position, positionText, type Sink } from './hub.ts';
import { askedMs, type ChannelEvent, type ChannelListener, type Follow, isFinal, type Refused, type Start } from './link.ts';
import { guarded } from './observable.ts';

/** Events that wait for what is missing before them; more than that are read from the history again. */
export const MAX_HELD = 1000;
/** Events that are read to close a gap; past it the listener loads a snapshot. */
export const MAX_REPAIR = 10_000;
const PAGE = 500;
/** Reads that may bring nothing, though the stream has told of more, before a snapshot has to help. */
const MAX_FRUITLESS = 3;

interface Page {
  readonly events: readonly ChannelEvent[];
  readonly head: number;
  readonly floor: number;
  readonly position?: string;
}

export class Tail implements Follow, Sink {
  readonly #channel: string;
  readonly #listener: ChannelListener;
  readonly #hub: Hub;
  readonly #api: Api;
  readonly #backoff: Backoff;
  #seq = -1;
  #epoch: number | undefined;
  /** Whatever runs beside the stream (a repair, a snapshot) goes on only while this stays the same; NaN: stopped. */
  #turn = 0;
  #busy = false;
  /** Snapshots asked for since the last event. */
  #snapshots = 0;
  #held: ChannelEvent[] = [];
  /** The last event that is known to exist. */
  #target = 0;

  constructor(channel: string, listener: ChannelListener, after: Start, hub: Hub, api: Api, clock: Clock) {
    this.#channel = channel;
    this.#listener = listener;
    this.#hub = hub;
    this.#api = api;
    this.#backoff = new Backoff(clock);
    this.#startAt(after);
    hub.add(channel, this.#seq < 0 ? '' : `@${this.position}`, this);
  }

  get seq(): number {
    return this.#seq;
  }

  get position(): string | null {
    return this.#seq < 0 ? null : positionText(this.#hub.epoch ?? this.#epoch, this.#seq);
  }

  stop(): void {
    this.#turn = NaN;
    this.#backoff.wake();
    this.#hub.remove(this.#channel, this);
  }

  frame(name: string, data: any): void {
    const listener = this.#listener;
    if (Number.isNaN(this.#turn)) {
      return;
    }
    if (name === 'message') {
      this.#event(data);
    } else if (name === 'followed') {
      this.#followed(data);
    } else if (name === 'closed') {
      this.stop();
    } else if (name === 'snapshot.required') {
      this.#held = [];
      this.#snapshot(data.floor, data.head);
    } else if (name === 'revoked' || name === 'refused') {
      this.stop();
      guarded(() =>
        name === 'refused' && listener.refused ? listener.refused(data.problem) : listener.revoked?.(data.seq ?? this.#seq),
      );
    } else if (name === 'presence' || name === 'signal' || name === 'receipt') {
      guarded(() => listener[name]?.(data));
    }
  }

  #startAt(after: Start): void {
    const at =
      after === 'now'
        ? { seq: -1, epoch: undefined }
        : after === 'start'
          ? { seq: 0, epoch: undefined }
          : 'after' in after
            ? { seq: after.after, epoch: this.#hub.epoch }
            : position(after.position);
    if (!at || !(at.seq >= -1)) {
      throw new TypeError('not a position');
    }
    this.#seq = at.seq;
    this.#epoch = at.epoch;
  }

  #followed({ seq, head, status, late, epoch }: Followed): void {
    if (late && this.#listener.presence) {
      this.#askWhoIsHere();
    }
    if (status === 'snapshot.required') {
      return; // of which the stream tells next
    }
    this.#target = Math.max(this.#target, head);
    if (this.#busy) {
      return;
    }
    const fresh = this.#seq < 0;
    if (fresh && status !== 'live') {
      return; // what is replayed, somebody else asked for
    }
    if (fresh) {
      this.#seq = late ? head : seq;
    }
    const elsewhere = this.#epoch !== undefined && epoch !== undefined && this.#epoch !== epoch;
    if (this.#seq < this.#target || (late && !fresh && this.#seq > 0 && (elsewhere || this.#seq !== head))) {
      this.#repair();
    } else if (status === 'live') {
      this.#live();
    }
  }

  #event(event: ChannelEvent): void {
    if (this.#seq < 0 && !this.#busy) {
      return; // told before `followed`, which says that it was
    }
    this.#target = Math.max(this.#target, event.seq);
    if (this.#busy) {
      this.#hold(event);
    } else if (event.seq > this.#seq + 1) {
      this.#hold(event);
      this.#repair();
    } else {
      this.#apply(event);
    }
  }

  #hold(event: ChannelEvent): void {
    if (this.#held.length < MAX_HELD) {
      this.#held.push(event);
    } else {
      this.#held = [];
    }
  }

  #apply(event: ChannelEvent): void {
    if (event.seq === this.#seq + 1) {
      this.#seq = event.seq;
      this.#snapshots = 0;
      this.#backoff.reset();
      guarded(() => this.#listener.event?.(event, this.position as string));
    }
  }

  #live(): void {
    guarded(() => this.#listener.live?.(this.#seq));
  }

  /** Reads what is missing before anything that came later is told. */
  async #repair(): Promise<void> {
    const turn = ++this.#turn;
    this.#busy = true;
    let read = 0;
    for (let fruitless = 0; ; ) {
      let page: Page;
      try {
        page = await this.#page();
      } catch (error) {
        const { status, problem } = error as Partial<Refused>;
        if (turn === this.#turn && status === 410) {
          this.#snapshot(problem?.floor ?? 0, problem?.head ?? this.#target);
        } else if (turn === this.#turn && status === 409) {
          this.#busy = false; // an ephemeral channel has no past
        } else if (!(await this.#gaveUp(error, turn))) {
          continue;
        }
        return;
      }
      if (turn !== this.#turn) {
        return;
      }
      const before = this.#seq;
      for (const event of page.events) {
        this.#apply(event);
      }
      this.#drain();
      if (turn !== this.#turn) {
        return; // a listener stopped it
      }
      read += page.events.length;
      fruitless = this.#seq > before ? 0 : fruitless + 1;
      if (this.#seq >= this.#target) {
        this.#busy = false;
        this.#live();
        return;
      }
      if (read > MAX_REPAIR || fruitless >= MAX_FRUITLESS) {
        this.#snapshot(page.floor, page.head);
        return;
      }
      if (fruitless) {
        await this.#backoff.wait(this.#backoff.next());
      }
    }
  }

  async #page(): Promise<Page> {
    const epoch = this.#epoch ?? this.#hub.epoch;
    const query = `after=${this.#seq}&limit=${PAGE}${epoch && this.#seq ? `&epoch=${epoch}` : ''}`;
    const path = `/v1/channels/${this.#channel}/events?${query}`;
    const { body } = await this.#api.request<Page>({ method: 'GET', path });
    this.#epoch = position(body.position ?? '')?.epoch ?? this.#epoch;
    return body;
  }

  /** Waits before another try, unless it would be in vain. Answers whether there is to be none. */
  async #gaveUp(error: unknown, turn: number): Promise<boolean> {
    if (turn !== this.#turn) {
      return true;
    }
    if (isFinal(error)) {
      this.frame('refused', { problem: error.problem });
      return true;
    }
    await this.#backoff.wait(this.#backoff.next(askedMs(error)));
    return turn !== this.#turn;
  }

  #drain(): void {
    const held = this.#held;
    let next = 0;
    while (next < held.length && (held[next] as ChannelEvent).seq <= this.#seq + 1) {
      this.#apply(held[next++] as ChannelEvent);
    }
    this.#held = held.slice(next);
  }

  /** Has the listener say where to go on; what the stream tells meanwhile waits. */
  async #snapshot(floor: number, head: number): Promise<void> {
    const turn = ++this.#turn;
    this.#busy = true;
    this.#target = Math.max(head, this.#hub.seq(this.#channel) ?? 0);
    const listener = this.#listener;
    // The second one without an event in between waits: a snapshot that does not help is not asked for in a hurry.
    if (this.#snapshots++) {
      await this.#backoff.wait(this.#backoff.next());
    }
    for (;;) {
      try {
        const next = listener.snapshotRequired ? await listener.snapshotRequired(floor, head) : { after: head };
        if (turn !== this.#turn) {
          return;
        }
        this.#startAt(next === 'now' ? { after: Math.max(head, this.#target) } : next);
        break;
      } catch (error) {
        if (await this.#gaveUp(error, turn)) {
          return;
        }
      }
    }
    this.#drain();
    if (this.#seq < this.#target) {
      this.#repair();
    } else {
      this.#busy = false;
      this.#live();
    }
  }

  async #askWhoIsHere(): Promise<void> {
    try {
      const path = `/v1/channels/${this.#channel}/presence`;
      const { body } = await this.#api.request<object>({ method: 'GET', path });
      this.frame('presence', body);
    } catch {
      // The next change is told by the stream.
    }
  }
}
