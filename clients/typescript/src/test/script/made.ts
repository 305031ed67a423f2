// A client in a world of its own.

import { memory } from '../../storage.ts';
import type { Storage } from '../../storage.ts';
import { Tailrace } from '../../tailrace.ts';
import type { TokenSource } from '../../tokens.ts';
import { ManualClock, MiniLink, MiniServer, tokenOf } from './miniature.ts';

export interface Card {
  readonly column: string;
}

export interface Events {
  readonly 'card.moved': Card;
  readonly 'card.removed': null;
}

export interface World {
  readonly clock: ManualClock;
  readonly server: MiniServer;
  readonly link: MiniLink;
  readonly storage: Storage;
  readonly tailrace: Tailrace;
}

/** Another client of the same server and storage, as after a reload, where `before` is given. */
export function world({ before, storage, token, mobile = false }: { before?: World; storage?: Storage; token?: TokenSource; mobile?: boolean } = {}): World {
  const clock = before?.clock ?? new ManualClock();
  const server = before?.server ?? new MiniServer(clock);
  const link = new MiniLink(server);
  const kept = storage ?? before?.storage ?? memory();
  const tailrace = new Tailrace({
    token: token ?? tokenOf('ada'),
    storage: kept,
    clock,
    mobile,
    link(provider) {
      link.provider = provider;
      return link;
    },
  });
  return { clock, server, link, storage: kept, tailrace };
}
