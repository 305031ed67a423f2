// The storage of browsers.

import { memory } from './storage.ts';
import type { Storage, StoredChannel, StoredWrite } from './storage.ts';

const VERSION = 1;
const WRITES = 'writes';
const CHANNELS = 'channels';
const META = 'meta';
const IDENTITY = 'identity';

/**
 * Keeps things in an IndexedDB, which all tabs of an origin share. Where none may be had (a private window, a browser
 * that forbids it) it is a {@link memory}. Give it another name for each server that a page speaks to.
 *
 * Each change is one transaction. What it saves it saves for the user who claimed it: when another tab has signed out
 * or somebody else has signed in since, nothing is saved.
 */
export function indexedDb(name = 'tailrace'): Storage {
  const opened: Promise<Storage> = open(name).then(over, () => memory());
  const call =
    <K extends Exclude<keyof Storage, 'name'>>(method: K) =>
    async (...args: Parameters<Storage[K]>): Promise<Awaited<ReturnType<Storage[K]>>> => {
      const storage = await opened;
      return (storage[method] as (...args: unknown[]) => Promise<Awaited<ReturnType<Storage[K]>>>)(...args);
    };
  return {
    name,
    claim: call('claim'),
    writes: call('writes'),
    put: call('put'),
    remove: call('remove'),
    load: call('load'),
    save: call('save'),
    clear: call('clear'),
  };
}

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(WRITES, { keyPath: 'id' });
    request.result.createObjectStore(CHANNELS);
    request.result.createObjectStore(META);
  };
  const database = await settled(request);
  database.onversionchange = () => database.close(); // a newer version of the page must be able to upgrade
  return database;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function over(database: IDBDatabase): Storage {
  let identity: string | undefined;

  /** Runs in one transaction over everything; resolves once it is committed. */
  async function transact<T>(mode: IDBTransactionMode, body: (store: (name: string) => IDBObjectStore) => Promise<T>): Promise<T> {
    const transaction = database.transaction([WRITES, CHANNELS, META], mode);
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([body((store) => transaction.objectStore(store)), committed]);
    return result;
  }

  const read = <T>(body: (store: (name: string) => IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    transact('readonly', (store) => settled(body(store)));

  /** Changes it, unless it has become somebody else's. */
  const change = (body: (store: (name: string) => IDBObjectStore) => void): Promise<void> =>
    transact('readwrite', async (store) => {
      if (identity === undefined || (await settled(store(META).get(IDENTITY))) === identity) {
        body(store);
      }
    });

  const clear = () =>
    transact('readwrite', async (store) => {
      [WRITES, CHANNELS, META].forEach((each) => store(each).clear());
    });

  return {
    claim: (user) =>
      transact('readwrite', async (store) => {
        const owner: unknown = await settled(store(META).get(IDENTITY));
        const others = owner !== undefined && owner !== user;
        if (others) {
          [WRITES, CHANNELS, META].forEach((each) => store(each).clear());
        }
        store(META).put((identity = user), IDENTITY);
        return others;
      }),
    writes: () => read((store) => store(WRITES).getAll() as IDBRequest<StoredWrite[]>),
    put: (added) => change((store) => added.forEach((write) => store(WRITES).put(write))),
    remove: (ids) => change((store) => ids.forEach((id) => store(WRITES).delete(id))),
    load: (channel) => read((store) => store(CHANNELS).get(channel) as IDBRequest<StoredChannel | undefined>),
    save: (channel, known) =>
      change((store) => {
        if (known) {
          store(CHANNELS).put(known, channel);
        } else {
          store(CHANNELS).delete(channel);
        }
      }),
    clear,
  };
}
