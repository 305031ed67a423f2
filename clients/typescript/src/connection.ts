// From options to a link: what is not given is found in the surroundings, and the page's events wake the stream.

import { Api, type Fetch } from './api.ts';
import { type Clock, randomId, systemClock } from './clock.ts';
import type { HostOptions } from './host.ts';
import { Hub } from './hub.ts';
import type { ApiRequest, Answer, ChannelListener, Follow, Link, Start } from './link.ts';
import { SharedSource } from './share.ts';
import { Tail } from './tail.ts';
import { Tokens, type TokenSource } from './tokens.ts';

const CHANNEL = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const DEVICE_ITEM = 'tailrace.device';

export interface LinkOptions {
  /** A node, or several: the next one is tried when one fails. */
  readonly url: string | readonly string[];
  /** A token, or where to get one: asked before the last one ends, after a sleep, and once after a 401. */
  readonly token: TokenSource;
  /** Name and version, for the operator's eyes: `board/1`. */
  readonly client?: string;
  /** Tells a user's devices apart; by default an id that is kept in `localStorage`. */
  readonly device?: string;
  /** How streams come in; `fetch` by default. Where they do not come through, polls take their place. */
  readonly transport?: 'fetch' | 'eventsource' | 'poll';
  /** `mobile`: heartbeats every minute, and events in batches of a quarter of a second. */
  readonly profile?: 'default' | 'mobile';
  /** One stream for all pages of this browser, user and server. On by default where `navigator.locks` is. */
  readonly share?: boolean;
  /** Where `worker.js` is, if not beside this module; must be of the page's origin. */
  readonly worker?: string | URL;
  readonly clock?: Clock;
  readonly fetch?: Fetch;
  readonly EventSource?: typeof EventSource;
  readonly WebSocket?: typeof WebSocket;
}

/** Opens the connection half of a client. Nothing is sent before something is followed or requested. */
export function openLink(options: LinkOptions): Link {
  const clock = options.clock ?? systemClock;
  const urls = [options.url].flat().map((url) => url.replace(/\/+$/, ''));
  if (!urls.length) {
    throw new TypeError('no url');
  }
  const tokens = new Tokens(options.token, clock);
  const send: Fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const api = new Api(urls, tokens, send, clock);
  const device = options.device ?? keptDevice();
  const hub = new Hub();
  const asked: HostOptions = {
    urls,
    client: options.client ?? 'tailrace-js/0.1.0',
    device,
    transport: options.transport ?? 'fetch',
    mobile: options.profile === 'mobile',
  };
  const shares = (options.share ?? true) && !!globalThis.document && !!navigator.locks;
  const around = { clock, fetch: send, EventSource: options.EventSource };
  const source = new SharedSource(hub, tokens, asked, around, shares, options.worker);
  const deafen = listenToPage(source);
  const request = async <T>(asked: ApiRequest): Promise<Answer<T>> => {
    const answer = await api.request<T>(asked);
    if (source.state.value.name === 'unauthorized') {
      source.wake(false);
    }
    return answer;
  };
  return {
    connection: source.state,
    device,
    follow: (channel: string, listener: ChannelListener, after: Start): Follow => {
      if (!CHANNEL.test(channel)) {
        throw new TypeError(`not a channel: ${channel}`);
      }
      return new Tail(channel, listener, after, hub, api, clock);
    },
    request,
    token: (fresh) => tokens.get(fresh),
    async socket(channel) {
      const body = { channels: [channel], for: 'cursors' };
      const answer = await request<{ ticket: string }>({ method: 'POST', path: '/v1/tickets', body });
      const Socket = options.WebSocket ?? WebSocket;
      const url = `${api.url.replace(/^http/, 'ws')}/v1/channels/${channel}/cursors?ticket=${answer.body.ticket}`;
      return new Socket(url, 'tailrace.cursors.v1');
    },
    close() {
      deafen();
      hub.close();
      source.close();
    },
  };
}

/** Wakes the stream when the page or the network does. Answers how to stop that. */
function listenToPage(source: SharedSource): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const on = (target: EventTarget | undefined, name: string, run: () => void): void =>
    target?.addEventListener?.(name, run, { signal });
  const page = globalThis.document;
  on(globalThis, 'online', () => source.wake(true));
  on(globalThis, 'offline', () => source.offline());
  on(globalThis, 'pagehide', () => source.close());
  on(globalThis, 'pageshow', () => source.wake(false));
  on(page, 'freeze', () => source.close());
  on(page, 'resume', () => source.wake(false));
  on(page, 'visibilitychange', () => page.hidden || source.wake(false));
  return () => ending.abort();
}

function keptDevice(): string {
  try {
    const kept = localStorage.getItem(DEVICE_ITEM) ?? randomId();
    localStorage.setItem(DEVICE_ITEM, kept);
    return kept;
  } catch {
    return randomId(); // where nothing can be kept
  }
}
