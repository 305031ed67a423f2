// A page that has a client in its hand, for tests that drive it from outside.

import { connect, indexedDb } from '../../../../typescript/src/index.ts';
import type { Replica, Tailrace, Write } from '../../../../typescript/src/index.ts';

interface Card {
  readonly column: string;
}

let client: Tailrace;
let cards: Replica<Card>;

const page = {
  open(token: string, channel: string, share = false): void {
    client = connect({ url: location.origin, token, client: 'page/1', share, storage: indexedDb('rooms') });
    cards = client.channel(channel).keyed<Card>();
    cards.subscribe(() => {});
  },
  write: (channel: string, key: string, column: string): Promise<boolean> =>
    client.channel(channel).write('card.moved', { column }, { key, ifMatch: cards.basis(key) }).stored,
  shown(): string {
    const items = [...cards.value.items.values()];
    return items.map(({ key, value, pending }) => `${key} ${value.column}${pending ? ' pending' : ''}`).sort().join(', ');
  },
  stale: (): boolean => cards.value.stale,
  seq: (): number => cards.value.seq,
  pending: (): number => client.pending.value.length,
  failures: (): string => client.failures.value.map(({ state }: Write) => (state.value.name === 'settled' ? state.value.outcome.kind : '')).join(),
  connection: (): string => client.connection.value.name,
  signOut: (): Promise<void> => client.signOut(),
  async kept(): Promise<string> {
    const storage = indexedDb('rooms');
    return JSON.stringify([(await storage.writes()).length, (await storage.load(page.channel))?.seq ?? null]);
  },
  channel: '',
};

Object.assign(globalThis, { page });
