import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heirs } from '../../heirs.ts';
import { memory } from '../../storage.ts';
import type { Storage, StoredWrite } from '../../storage.ts';
import { settle } from './miniature.ts';

/** Exclusive locks, as browsers have them. */
class Locks {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #held = new Set<string>();

  async request(name: string, ...rest: unknown[]): Promise<unknown> {
    const run = rest.at(-1) as (lock: object | null) => unknown;
    const options = (rest.length > 1 ? rest[0] : {}) as LockOptions;
    if (options.ifAvailable && this.#held.has(name)) {
      return run(null);
    }
    const before = this.#tails.get(name);
    this.#held.add(name);
    const mine = Promise.resolve(before).then(() => run({ name }));
    this.#tails.set(name, mine);
    return mine.finally(() => this.#tails.get(name) === mine && this.#held.delete(name));
  }
}

function shared(): { storage: Storage; locks: LockManager } {
  return { storage: { ...memory(), name: 'shared' }, locks: new Locks() as unknown as LockManager };
}

function client(owner: string, { storage, locks }: ReturnType<typeof shared>) {
  const taken: StoredWrite[] = [];
  return { heirs: new Heirs(storage, owner, (entries) => taken.push(...entries), locks), taken };
}

const write = (id: string, owner: string): StoredWrite => ({ id, owner, channel: 'board:x', type: 'moved', data: 1, ref: id });
const ids = (writes: readonly StoredWrite[]) => writes.map(({ id }) => id);

test('what a client leaves behind goes to one that looks, at once when it is gone already', async () => {
  const world = shared();
  await world.storage.put([write('1', 'gone'), write('2', 'gone')]);
  const { heirs, taken } = client('here', world);
  await heirs.look();
  assert.deepEqual(ids(taken), ['1', '2']);
  assert.deepEqual((await world.storage.writes()).map(({ owner }) => owner), ['here', 'here']);
});

test('what a client that lives has is left to it, until it goes', async () => {
  const world = shared();
  const one = client('one', world);
  const other = client('other', world);
  const third = client('third', world);
  await settle();
  await world.storage.put([write('1', 'one')]);
  await Promise.all([other.heirs.look(), third.heirs.look(), other.heirs.look()]);
  assert.deepEqual([...ids(other.taken), ...ids(third.taken)], []);
  one.heirs.stop();
  await settle();
  assert.deepEqual([...ids(other.taken), ...ids(third.taken)], ['1'], 'and then to one alone');
});

test('where nobody shares the storage, or there are no locks, all is taken', async () => {
  const alone = { storage: memory(), locks: new Locks() as unknown as LockManager };
  await alone.storage.put([write('1', 'gone')]);
  const { heirs, taken } = client('here', alone);
  await heirs.look();
  assert.deepEqual(ids(taken), ['1']);
});
