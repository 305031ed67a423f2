// The storage of browsers.

import type { Storage, StoredChannel, StoredWrite } from './storage.ts';

const VERSION = 1;
const WRITES = 'writes';
const CHANNELS = 'channels';
const META = 'meta';
const ALL = [WRITES, CHANNELS, META];
const IDENTITY = 'identity';
/** How long it may take to open it, in milliseconds. */
const OPEN_MS = 5_000;

type Stores = (name: string) => IDBObjectStore;

/**
 * Keeps things in an IndexedDB, which all tabs of an origin share. Give it another name for each server that a page speaks
 * to. Where none may be had (a private window, a browser that forbids it) nothing is kept.
 *
 * Each change is one transaction. What it saves it saves for the user who claimed it: when another tab has signed out
 * or somebody else has signed in since, nothing is saved.
 */
export function indexedDb(name = 'tailrace'): Storage {
  let opened: Promise<IDBDatabase> | undefined;
  let identity: string | undefined;

  /** Runs in one transaction over everything; resolves once it is committed. */
  const transact = async <T>(mode: IDBTransactionMode, body: (stores: Stores) => T | Promise<T>): Promise<T> => {
    const transaction = (await (opened ??= open(name))).transaction(ALL, mode);
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([body((store) => transaction.objectStore(store)), committed]);
    return result;
  };

  const read = <T>(body: (stores: Stores) => IDBRequest<T>): Promise<T> => transact('readonly', (stores) => settled(body(stores)));

  const owner = (stores: Stores): Promise<unknown> => settled(stores(META).get(IDENTITY));

  /** Changes it, unless it has become somebody else's. */
  const change = (body: (stores: Stores) => unknown): Promise<void> =>
    transact('readwrite', async (stores) => {
      if (identity === undefined || (await owner(stores)) === identity) {
        body(stores);
      }
    });

  const clear = (stores: Stores): void => ALL.forEach((each) => stores(each).clear());

  return {
    name,
    claim: (user) =>
      transact('readwrite', async (stores) => {
        const before = await owner(stores);
        const others = before !== undefined && before !== user;
        if (others) {
          clear(stores);
        }
        stores(META).put((identity = user), IDENTITY);
        return others;
      }),
    writes: () => read((stores) => stores(WRITES).getAll() as IDBRequest<StoredWrite[]>),
    put: (added) => change((stores) => added.forEach((write) => stores(WRITES).put(write))),
    remove: (ids) => change((stores) => ids.forEach((id) => stores(WRITES).delete(id))),
    load: (channel) => read((stores) => stores(CHANNELS).get(channel) as IDBRequest<StoredChannel | undefined>),
    save: (channel, known) => change((stores) => (known ? stores(CHANNELS).put(known, channel) : stores(CHANNELS).delete(channel))),
    clear: () => transact('readwrite', clear),
  };
}

/** Some browsers never answer, once in a while. */
async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const { result } = request;
    result.createObjectStore(WRITES, { keyPath: 'id' });
    result.createObjectStore(CHANNELS);
    result.createObjectStore(META);
  };
  const late = new Promise<never>((_, reject) => setTimeout(reject, OPEN_MS));
  const database = await Promise.race([settled(request), late]);
  database.onversionchange = () => database.close(); // a newer version of the page must be able to upgrade
  return database;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
