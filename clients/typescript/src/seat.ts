// Pages that hold their streams themselves: each its own, or one of them that of all.

import { type Guest, Host, type Surroundings, type ToHost, type ToPage } from './host.ts';

/** A page that wants to be a guest. */
export interface Seat {
  readonly id: string;
  /** Settled when it leaves. */
  readonly left: Promise<void>;
  /** Has it say who it is and what it follows. */
  hello(post: Guest, lock: string): void;
  receive(message: ToPage): void;
}

/** On the BroadcastChannel: `to` is a page, or empty for the leader; without `message`, a leader has come. */
interface Letter {
  readonly to?: string;
  readonly from: string;
  readonly message?: ToHost | ToPage;
}

/** Finds the page a host. @param key what pages share who share a stream; undefined: the page is on its own */
export function sit(key: string | undefined, around: Surroundings, seat: Seat): void {
  if (key === undefined) {
    lead(around, seat);
  } else {
    elect(key, around, seat);
  }
}

/** Has a host in this page. */
function lead(around: Surroundings, { left, receive, hello }: Seat): Host {
  const host = new Host(around);
  left.then(() => host.close());
  hello(host.admit((message) => queueMicrotask(() => receive(message))), '');
  return host;
}

/** Follows the leader, and leads when there is none. */
function elect(key: string, around: Surroundings, seat: Seat): void {
  const { id: from, left } = seat;
  const channel = new BroadcastChannel(key);
  const send = (letter: Letter): void => channel.postMessage(letter);
  const greet = (): void => seat.hello((message) => send({ to: '', from, message }), from);
  const guests = new Map<string, Guest>();
  let host: Host | undefined;
  channel.onmessage = ({ data: { to, from: page, message } }: MessageEvent<Letter>) => {
    if (!message) {
      greet();
    } else if (to === from) {
      seat.receive(message as ToPage);
    } else if (host && to === '') {
      if ('hello' in message) {
        guests.set(page, host.admit((answer) => send({ to: page, from, message: answer })));
      }
      guests.get(page)?.(message as ToHost);
      if ('bye' in message) {
        guests.delete(page);
      }
    }
  };
  greet(); // a leader, if there is one
  const ending = new AbortController();
  left.then(() => {
    ending.abort();
    channel.close();
  });
  navigator.locks
    .request(`${key} leader`, { signal: ending.signal }, () => {
      host = lead(around, seat);
      send({ from });
      return left;
    })
    .catch(() => {});
}
