// The two ways in which a stream comes in: `fetch`, which tells all there is to know, and the browser's EventSource.

import type { Api } from './api.ts';
import { Refused, Unreachable } from './link.ts';
import { FrameParser } from './sse.ts';

/** Told about a stream as it comes in. */
export interface Receiver {
  /** @param data as text, which is JSON unless somebody in between has written it */
  frame(name: string, data: string, id: string): void;
  bytes(count: number): void;
  /** What the stream asks to wait before the next one, in milliseconds; undefined: nothing. */
  retry: number | undefined;
}

/**
 * Reads a stream until it ends or is aborted, which is what it rejects with.
 *
 * @throws Refused when it is not served; with status 204 when it shall not be asked for again
 * @throws Unreachable when the connection is lost, or what came is no stream
 */
export type Transport = (api: Api, url: string, signal: AbortSignal, to: Receiver) => Promise<void>;

export const fetched: Transport = async (api, url, signal, to) => {
  const response = await api.open(url, { headers: { Accept: 'text/event-stream' }, signal });
  if (response.status === 204) {
    throw new Refused(204, { type: 'about:blank', title: 'stop', status: 204 });
  }
  if (!response.body || !/^text\/event-stream\b/i.test(response.headers.get('Content-Type') ?? '')) {
    throw new Unreachable(`not a stream: ${url}`);
  }
  const parser = new FrameParser(({ name, data, id }) => to.frame(name, data, id));
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    to.bytes(value.length);
    parser.push(value);
    to.retry = parser.retry;
  }
};

/** All frames that a server sends: an EventSource tells nobody of names that it was not asked for. */
const NAMES =
  'message open snapshot.required presence signal receipt degraded heartbeat auth.expiring revoked reconnect end';

/**
 * The browser's own, once: where it would reconnect by itself at the same address, it is closed, and the next one has
 * the position of the last frame in its address. It sends no token, so the address has a ticket.
 */
export function eventSourced(Source: typeof EventSource): Transport {
  return (_, url, signal, to) =>
    new Promise((resolve, reject) => {
      const source = new Source(url);
      const end = (): void => {
        source.close();
        resolve();
      };
      signal.addEventListener('abort', end);
      for (const name of NAMES.split(' ')) {
        source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string | undefined>) => {
          if (data !== undefined) {
            // The browser's own `open` has none.
            to.bytes(data.length);
            to.frame(name, data, lastEventId);
          }
        });
      }
      source.onerror = () => {
        if (source.readyState === Source.CLOSED) {
          signal.removeEventListener('abort', end);
          reject(new Unreachable(`closed: ${url}`));
        } else {
          end();
        }
      };
    });
}
