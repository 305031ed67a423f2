// Sends the writes that wait.

import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { askedMs, isFinal, pathOf } from './context.ts';
import { Refused } from './link.ts';
import type { ChannelEvent, Link, Problem } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Outcome, QueuedWrite } from './write.ts';

/** So many writes go in one request at most; the server takes 500. */
export const MAX_BATCH = 100;
/** And so many characters of JSON, if there is more than one; the server takes 4 MiB, a slow uplink does not. */
export const MAX_BATCH_CHARACTERS = 256 * 1024;
/** Stands for all channels among what is held back. */
const ALL = '';
/** How long an answer is waited for, in milliseconds; and so many more for each character, for an uplink of 8 kbit/s. */
const TIMEOUT_MS = 15_000;
const EXPIRED = '/problems/idempotency-key-expired';

interface Result {
  readonly status: number;
  readonly receipt?: ChannelEvent;
  readonly problem?: Problem;
}

/** Until when the writes of a channel wait. */
interface Hold {
  readonly until: number;
  /** Whether the server asked for it: then a network that comes back is no reason to end it. */
  readonly asked: boolean;
}

/**
 * One request at a time, with what has gathered since the last; order is kept per channel. What has no answer, or is
 * asked to come again, is sent again under the same key: a channel that is slowed down does not hold up the others, a
 * network that is away holds up all. A batch that does not get through while the network is there is halved.
 */
export class Sender {
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #ready: Promise<unknown>;
  readonly #holds = new Map<string, Hold>();
  readonly #backoffs = new Map<string, Backoff>();
  #room = MAX_BATCH;
  #running = false;
  #stopped = false;
  #rouse: () => void = () => {};

  /** @param ready nothing is sent before it is known whose writes these are */
  constructor(link: Link, outbox: Outbox, clock: Clock, ready: Promise<unknown>) {
    this.#link = link;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#ready = ready;
    outbox.watch(({ outcome }) => outcome ?? this.wake());
  }

  /** There is something to send. */
  wake(): void {
    this.#rouse();
    if (!this.#running && !this.#stopped) {
      this.#running = true;
      void this.#run();
    }
  }

  /** There is reason to believe that it can be sent now. */
  retry(): void {
    this.#holds.forEach(({ asked }, channel) => asked || this.#holds.delete(channel));
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#rouse();
  }

  async #run(): Promise<void> {
    await this.#ready;
    while (!this.#stopped && this.#outbox.pending.value.length > 0) {
      const batch = this.#gather();
      await (batch.length > 0 ? this.#send(batch) : this.#sleep());
    }
    this.#running = false;
  }

  /** What may go now, in order; the rest of a channel stays behind what stays. */
  #gather(): QueuedWrite[] {
    const batch: QueuedWrite[] = [];
    let characters = 0;
    for (const write of this.#outbox.pending.value) {
      if (this.#held(write.channel) === 0) {
        characters += write.characters;
        if (batch.length >= this.#room || (batch.length > 0 && characters > MAX_BATCH_CHARACTERS)) {
          break;
        }
        batch.push(write);
      }
    }
    return batch;
  }

  /** How long the writes of a channel still wait, in milliseconds. */
  #held(channel: string): number {
    const until = Math.max(this.#holds.get(ALL)?.until ?? 0, this.#holds.get(channel)?.until ?? 0);
    return Math.max(0, until - this.#clock.now());
  }

  async #sleep(): Promise<void> {
    const ms = Math.min(...this.#outbox.pending.value.map(({ channel }) => this.#held(channel)));
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#rouse = () => {
        cancel();
        resolve();
      };
    });
  }

  async #send(batch: readonly QueuedWrite[]): Promise<void> {
    batch.forEach((write) => write.state.set({ name: 'sending' }));
    try {
      this.#answered(batch, await this.#post(batch));
    } catch (error) {
      this.#failed(batch, error);
    }
    for (const write of batch) {
      if (!write.outcome) {
        write.state.set({ name: 'retrying', at: this.#clock.now() + this.#held(write.channel) });
      }
    }
  }

  #answered(batch: readonly QueuedWrite[], results: readonly Result[]): void {
    this.#room = Math.min(MAX_BATCH, this.#room * 2);
    this.#backoffs.delete(ALL);
    const slowed = new Set<string>();
    results.forEach((result, index) => {
      const write = batch[index]!;
      const { channel } = write;
      const { status, problem } = result;
      if (!problem || isFinal(new Refused(status, problem))) {
        this.#backoffs.delete(channel);
        this.#holds.delete(channel);
        this.#outbox.settle(write, outcome(result));
      } else if (!slowed.has(channel)) {
        slowed.add(channel);
        this.#hold(channel, (problem.retry_after ?? 0) * 1000);
      }
    });
  }

  /** The request as a whole came to nothing. */
  #failed([first, ...others]: readonly QueuedWrite[], error: unknown): void {
    if (isFinal(error)) {
      if (others.length) {
        this.#room = 1; // one of them may be to blame: each by itself
      } else {
        this.#outbox.settle(first!, outcome(error));
      }
      return;
    }
    if (others.length && this.#link.connection.value.name !== 'offline') {
      this.#room = (others.length + 1) >> 1;
    }
    const asked = askedMs(error);
    this.#hold(asked && !others.length ? first!.channel : ALL, asked);
  }

  /** @returns a result for each */
  async #post(batch: readonly QueuedWrite[]): Promise<readonly Result[]> {
    const [first] = batch;
    // A header names a seq only; and the same write has to be the same each time it is sent.
    const alone = batch.length === 1 && !isNaN(Number(first!.entry.ifMatch ?? 0));
    const results = alone ? [await this.#append(first!)] : await this.#appendAll(batch);
    if (results?.length !== batch.length || !results.every(({ status, receipt, problem }) => (status === 201 ? receipt?.seq : status === 202 || problem))) {
      throw new Error('not an answer of ours'); // a captive portal's, perhaps
    }
    return results;
  }

  async #append({ entry: { id, channel, type, data, key, ref, ifMatch }, characters }: QueuedWrite): Promise<Result> {
    const { status, body } = await this.#link.request<ChannelEvent>({
      method: 'POST',
      path: pathOf(channel, 'events'),
      headers: { 'Idempotency-Key': id, ...(ifMatch && { 'If-Match': `"${ifMatch}"` }) },
      body: { type, data, key, ref },
      timeout: TIMEOUT_MS + characters,
    });
    return status === 201 ? { status, receipt: body } : { status };
  }

  async #appendAll(batch: readonly QueuedWrite[]): Promise<readonly Result[] | undefined> {
    const writes = batch.map(({ entry: { id, channel, type, data, key, ref, ifMatch } }) => {
      return { idempotency_key: id, channel, type, data, key, ref, if_match: ifMatch };
    });
    const timeout = batch.reduce((ms, { characters }) => ms + characters, TIMEOUT_MS);
    const { body } = await this.#link.request<{ results?: Result[] }>({ method: 'POST', path: '/v1/writes', body: { writes }, timeout });
    return body.results;
  }

  #hold(channel: string, askedMs: number): void {
    let backoff = this.#backoffs.get(channel);
    if (!backoff) {
      this.#backoffs.set(channel, (backoff = new Backoff(this.#clock)));
    }
    this.#holds.set(channel, { until: this.#clock.now() + backoff.next(askedMs), asked: askedMs > 0 });
  }
}

function outcome({ status, receipt, problem }: Result): Outcome {
  if (receipt) {
    return { kind: 'committed', receipt };
  }
  if (!problem) {
    return { kind: 'passed' };
  }
  if (status === 412) {
    return { kind: 'conflict', current: problem.current ?? null };
  }
  return { kind: problem.type === EXPIRED ? 'expired' : 'refused', problem };
}
