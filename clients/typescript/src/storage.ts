// What a client keeps across reloads: the writes that have no answer yet, or came to nothing, and what it last knew of its
// channels.

import type { ChannelEvent } from './link.ts';
import type { Failure } from './write.ts';

/** A write that has no answer yet, or came to nothing and nobody has dismissed it, as it is kept. */
export interface StoredWrite {
  /** Its idempotency key, a UUIDv7: in the order of these the writes were made. */
  readonly id: string;
  /** The client that sends it; when that client is gone, another takes it over. */
  readonly owner: string;
  readonly channel: string;
  readonly type: string;
  readonly data: unknown;
  readonly key?: string;
  readonly ref: string;
  /** The `seq` that `key` must have, as digits, or the id of an earlier write that must be the latest of `key`. */
  readonly ifMatch?: string;
  /** Why it came to nothing; absent: it has no answer yet. */
  readonly failure?: Failure;
}

/** What was last known of a channel, and where to go on from: one without the other is of no use. */
export interface StoredChannel {
  readonly seq: number;
  readonly position: string;
  readonly events: readonly ChannelEvent[];
}

/**
 * Where a client keeps things. Every method may reject, when the device is full for example: the client then goes on
 * with what it has in memory. Clients that share a storage (two tabs, say) see each other's writes in it.
 */
export interface Storage {
  /** Names what is shared, for the locks by which clients find out whose owner is gone; absent: nobody shares it. */
  readonly name?: string;
  /**
   * Makes it this user's: what another user left is deleted first. Until it is called, what was left can be read.
   *
   * @returns whether there was something of another user
   */
  claim(identity: string): Promise<boolean>;
  /** All kept writes, in the order of their ids. */
  writes(): Promise<StoredWrite[]>;
  /** Keeps writes, or replaces what is kept under their ids; those of a user who has signed out in the meantime are not. */
  put(writes: readonly StoredWrite[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  load(channel: string): Promise<StoredChannel | undefined>;
  /** Replaces what is kept of a channel, state and position at once; null: nothing is kept of it any more. */
  save(channel: string, known: StoredChannel | null): Promise<void>;
  /** Deletes all of it: the user has signed out. */
  clear(): Promise<void>;
}

/** Keeps things as long as the page lives; also for tests, where it outlives the clients that use it. */
export function memory(): Storage {
  const writes = new Map<string, StoredWrite>();
  const channels = new Map<string, StoredChannel>();
  let identity: string | undefined;
  const clear = async () => {
    writes.clear();
    channels.clear();
    identity = undefined;
  };
  return {
    async claim(user) {
      const others = identity !== undefined && identity !== user;
      if (others) {
        await clear();
      }
      identity = user;
      return others;
    },
    writes: async () => [...writes.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    async put(added) {
      added.forEach((write) => writes.set(write.id, write));
    },
    async remove(ids) {
      ids.forEach((id) => writes.delete(id));
    },
    load: async (channel) => channels.get(channel),
    async save(channel, known) {
      if (known) {
        channels.set(channel, known);
      } else {
        channels.delete(channel);
      }
    },
    clear,
  };
}
