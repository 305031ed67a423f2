// Whose kept writes are whose: one client sends each, also when tabs share a storage and some of them are gone.

import { ignored } from './context.ts';
import type { Storage, StoredWrite } from './storage.ts';

/**
 * A client holds a lock of its name as long as it lives (Web Locks). Who finds writes of another asks for that one's
 * lock: it is had at once when the other is gone, or when it goes, and with it the writes. Without Web Locks (Node, pages
 * that are not served securely), or with a storage that nobody shares, all kept writes are taken at once: the keys make it
 * harmless that another may send them too.
 */
export class Heirs {
  readonly #storage: Storage;
  readonly #owner: string;
  readonly #restore: (entries: readonly StoredWrite[]) => void;
  readonly #locks: LockManager | undefined;
  readonly #awaited = new Set<string>();
  readonly #end = new AbortController();

  constructor(storage: Storage, owner: string, restore: (entries: readonly StoredWrite[]) => void, locks = globalThis.navigator?.locks) {
    this.#storage = storage;
    this.#owner = owner;
    this.#restore = restore;
    this.#locks = storage.name === undefined ? undefined : locks;
    const { signal } = this.#end;
    const life = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    this.#locks?.request(this.#lock(owner), () => life).catch(ignored);
  }

  /** Takes over what is left behind now, and what will be by those who are seen now. */
  async look(): Promise<void> {
    const owners = new Set((await this.#storage.writes()).map(({ owner }) => owner));
    const others = [...owners].filter((owner) => owner !== this.#owner && !this.#awaited.has(owner));
    await Promise.all(others.map((owner) => this.#inherit(owner)));
  }

  stop(): void {
    this.#end.abort();
  }

  async #inherit(owner: string): Promise<void> {
    const locks = this.#locks;
    if (!locks) {
      return this.#take(owner);
    }
    await locks.request(this.#lock(owner), { ifAvailable: true }, (lock) => {
      if (lock) {
        return this.#take(owner);
      }
      this.#awaited.add(owner);
      locks.request(this.#lock(owner), { signal: this.#end.signal }, () => this.#take(owner)).catch(ignored);
      return undefined;
    });
  }

  async #take(owner: string): Promise<void> {
    this.#awaited.delete(owner);
    const left = (await this.#storage.writes()).filter((write) => write.owner === owner);
    const ours = left.map((write) => ({ ...write, owner: this.#owner }));
    await this.#storage.put(ours);
    this.#restore(ours);
  }

  #lock(owner: string): string {
    return `tailrace ${this.#storage.name} ${owner}`;
  }
}
