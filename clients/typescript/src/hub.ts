// What a stream follows, and who is told of it. There is one between a stream and the follows of a page, and one more
// between a shared stream and its pages.

import type { ConnectionState } from './link.ts';
import type { Observable } from './observable.ts';

/** Takes frames as the server sends them, and `followed`. */
export interface Sink {
  // biome-ignore lint: frames are what the server makes them
  frame(name: string, data: any): void;
}

/** A channel has its place in the stream. */
export interface Followed {
  readonly channel: string;
  /** The stream tells what comes after it. */
  readonly seq: number;
  /** The last event that the stream has told; not below `seq`. */
  readonly head: number;
  readonly status: 'live' | 'replaying' | 'snapshot.required';
  /** The log's; undefined: not known. */
  readonly epoch?: number | undefined;
  /** Whether the stream began for somebody else, so that what was asked for may lie before it, or in another epoch. */
  readonly late: boolean;
}

/** Where frames come from: a stream of this page, or one that it shares. */
export interface Source {
  readonly state: Observable<ConnectionState>;
  /** There is reason to believe that the network is back (`restart`: and that connections did not survive). */
  wake(restart: boolean): void;
  /** The browser says that there is no network. */
  offline(): void;
  close(): void;
}

interface Place {
  readonly start: string;
  readonly sinks: Map<Sink, boolean>;
  seq: number | undefined;
  placed: boolean;
}

const EXACT = /^(?:(\d{1,9})~)?(\d{1,18})$/;

/** Reads a position of one channel, such as `41` or `2~41`; undefined: it is none. */
export function position(text: string): { epoch: number; seq: number } | undefined {
  const match = EXACT.exec(text);
  return match ? { epoch: Number(match[1] ?? 1), seq: Number(match[2]) } : undefined;
}

/** Writes a position of one channel: a bare `seq` in the first epoch. */
export function positionText(epoch: number | undefined, seq: number): string {
  return (epoch ?? 1) > 1 ? `${epoch}~${seq}` : `${seq}`;
}

export class Hub implements Sink {
  /** The log's epoch; undefined: not known. */
  epoch: number | undefined;
  /** Called when channels come or go. */
  changed: () => void = () => {};
  readonly #places = new Map<string, Place>();

  /** @param start as behind the channel's name in a request: empty, `@41` or `@2~41` */
  add(channel: string, start: string, sink: Sink): void {
    const place = this.#places.get(channel);
    if (place) {
      place.sinks.set(sink, true);
      if (place.placed) {
        queueMicrotask(() => {
          if (place.sinks.has(sink)) {
            this.#place(channel, place, sink, place.seq ?? 0, 'live', true);
          }
        });
      }
    } else {
      this.#places.set(channel, { start, sinks: new Map([[sink, false]]), seq: undefined, placed: false });
      this.changed();
    }
  }

  remove(channel: string, sink: Sink): void {
    const place = this.#places.get(channel);
    if (place?.sinks.delete(sink) && !place.sinks.size) {
      this.#places.delete(channel);
      this.changed();
    }
  }

  /** Has everyone stop. */
  close(): void {
    for (const { sinks } of [...this.#places.values()]) {
      [...sinks.keys()].forEach((sink) => sink.frame('closed', {}));
    }
  }

  /** What is followed, in order. */
  channels(): string[] {
    return [...this.#places.keys()].sort();
  }

  /** The channel and where it goes on, as requests name it. */
  ask(channel: string): string {
    const place = this.#places.get(channel);
    return channel + (place?.seq === undefined ? (place?.start ?? '') : `@${positionText(this.epoch, place.seq)}`);
  }

  /** The last event that the stream has told; undefined: not known. */
  seq(channel: string): number | undefined {
    return this.#places.get(channel)?.seq;
  }

  frame(name: string, data: any): void {
    const channel: string = data.channel;
    const place = this.#places.get(channel);
    if (!place) {
      return;
    }
    if (name === 'followed') {
      const { seq, head, status, late, epoch }: Followed = data;
      this.epoch = epoch ?? this.epoch;
      place.placed = true;
      place.seq = Math.max(place.seq ?? 0, head ?? seq);
      for (const [sink, joined] of [...place.sinks]) {
        place.sinks.set(sink, false);
        this.#place(channel, place, sink, seq, status, late || joined);
      }
      return;
    }
    if (name === 'message') {
      if (data.seq <= (place.seq ?? -1)) {
        return; // told already
      }
      place.seq = data.seq;
    } else if (name === 'snapshot.required') {
      place.seq = data.head;
      place.placed = true;
      this.epoch = undefined; // it may be another one now
    } else if (name === 'revoked' || name === 'refused') {
      this.#places.delete(channel);
      this.changed();
    }
    for (const sink of [...place.sinks.keys()]) {
      sink.frame(name, data);
    }
  }

  #place(channel: string, place: Place, sink: Sink, seq: number, status: Followed['status'], late: boolean): void {
    const head = place.seq ?? seq;
    sink.frame('followed', { channel, seq, head, status, late, epoch: this.epoch } satisfies Followed);
  }
}
