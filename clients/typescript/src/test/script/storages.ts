// What every storage has to do, for whoever runs it: Node with the one in memory, a browser with IndexedDB.

import type { Storage, StoredChannel, StoredWrite } from '../../storage.ts';

const write = (id: string, data: unknown = id): StoredWrite => ({ id, owner: 'o', channel: 'board:a', type: 't', data, ref: id });
const known = (seq: number): StoredChannel => ({
  seq,
  position: `${seq}`,
  events: [{ channel: 'board:a', seq, type: 't', data: { deep: [seq, null, 'é😀'] }, by: 'ada', at: '2026-11-26T08:00:00Z' }],
});

/** Fails unless both are the same as JSON. */
function same(actual: unknown, expected: unknown): void {
  const [one, other] = [actual, expected].map((value) => JSON.stringify(value));
  if (one !== other) {
    throw new Error(`${one} instead of ${other}`);
  }
}

const ids = async (storage: Storage): Promise<string[]> => (await storage.writes()).map(({ id }) => id);

/** By what it is about; each wants a storage that is empty. */
export const contract: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  async 'writes come in the order of their ids, each once, as they were put last'(storage) {
    await storage.claim('ada');
    await storage.put([write('3'), write('1')]);
    await storage.put([write('2'), write('3', 'another')]);
    same((await storage.writes()).map(({ id, data }) => [id, data]), [['1', '1'], ['2', '2'], ['3', 'another']]);
    await storage.remove(['1', '3', 'none']);
    same(await ids(storage), ['2']);
  },

  async 'a write is kept whole, its failure too'(storage) {
    await storage.claim('ada');
    const failure = { kind: 'conflict', current: known(4).events[0]! } as const;
    const whole: StoredWrite = { ...write('1', { deep: [null, 'é😀'] }), key: 'card:1', ifMatch: '3', failure };
    await storage.put([whole]);
    const { id, owner, channel, type, data, key, ref, ifMatch, failure: kept } = (await storage.writes())[0]!;
    same([id, owner, channel, type, data, key, ref, ifMatch, kept], ['1', 'o', 'board:a', 't', { deep: [null, 'é😀'] }, 'card:1', '1', '3', failure]);
  },

  async 'of a channel the last is kept, until nothing is'(storage) {
    await storage.claim('ada');
    same(await storage.load('board:a'), undefined);
    await storage.save('board:a', known(1));
    await storage.save('board:b', known(7));
    await storage.save('board:a', known(2));
    same(await storage.load('board:a'), known(2));
    await storage.save('board:a', null);
    same(await storage.load('board:a'), undefined);
    same(await storage.load('board:b'), known(7));
  },

  async 'what is there can be read before anybody has claimed it, and stays with whom it belongs to'(storage) {
    same(await storage.claim('ada'), false);
    await storage.put([write('1')]);
    await storage.save('board:a', known(1));
    same(await ids(storage), ['1']);
    same(await storage.claim('ada'), false);
    same([await ids(storage), (await storage.load('board:a'))?.seq], [['1'], 1]);
  },

  async 'who comes after another finds nothing'(storage) {
    await storage.claim('ada');
    await storage.put([write('1')]);
    await storage.save('board:a', known(1));
    same(await storage.claim('ben'), true);
    same([await ids(storage), await storage.load('board:a')], [[], undefined]);
    same(await storage.claim('ben'), false);
  },

  async 'who signs out leaves nothing, not even a name'(storage) {
    await storage.claim('ada');
    await storage.put([write('1')]);
    await storage.save('board:a', known(1));
    await storage.clear();
    same([await ids(storage), await storage.load('board:a')], [[], undefined]);
    same(await storage.claim('ben'), false);
  },
};

/** The same, of a storage that two clients share: each wants it twice. */
export const sharedContract: Readonly<Record<string, (one: Storage, other: Storage) => Promise<void>>> = {
  async 'each sees what the other keeps'(one, other) {
    await one.claim('ada');
    await other.claim('ada');
    await one.put([write('1')]);
    await other.put([write('2')]);
    same([await ids(one), await ids(other)], [['1', '2'], ['1', '2']]);
    await other.remove(['1']);
    same(await ids(one), ['2']);
  },

  async 'nothing is kept any more of a user after whom another has come'(one, other) {
    await one.claim('ada');
    same(await other.claim('ben'), true);
    await one.put([write('1')]);
    await one.save('board:a', known(1));
    same([await ids(other), await other.load('board:a')], [[], undefined]);
  },

  async 'nor of one who has signed out elsewhere'(one, other) {
    await one.claim('ada');
    await other.claim('ada');
    await other.clear();
    await one.put([write('1')]);
    await one.save('board:a', known(1));
    same([await ids(other), await other.load('board:a')], [[], undefined]);
  },
};
