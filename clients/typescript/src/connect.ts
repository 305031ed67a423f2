// From options to a client.

import { systemClock } from './clock.ts';
import { openLink } from './connection.ts';
import type { LinkOptions } from './connection.ts';
import { indexedDb } from './indexeddb.ts';
import { memory } from './storage.ts';
import type { Storage } from './storage.ts';
import { Tailrace } from './tailrace.ts';

export interface ConnectOptions extends LinkOptions {
  /**
   * Where writes wait and what was known is kept; by default an IndexedDB of the origin, for each server another, and the
   * memory where there is none.
   */
  readonly storage?: Storage;
}

/**
 * A client of one user, who is whom the token names. It asks for a token at once, to know whose things are kept here; nothing
 * is sent before something is followed or written, or waits from an earlier page.
 */
export function connect(options: ConnectOptions): Tailrace {
  return new Tailrace({
    token: options.token,
    storage: options.storage ?? (globalThis.indexedDB ? indexedDb(`tailrace ${[options.url].flat()[0]}`) : memory()),
    clock: options.clock ?? systemClock,
    mobile: options.profile === 'mobile',
    link: (token) => openLink({ ...options, token }),
  });
}
