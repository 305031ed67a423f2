// The board as the channel's events make it: a fold, and nothing else.

/**
 * @typedef {{seq: number, type: string, key?: string, ref?: string, data: unknown, by: string, at: string}} ChannelEvent
 * @typedef {{seq: number, position: string, items: ChannelEvent[]}} Snapshot
 *     The latest event of each key, as of `seq`; a tail from `position` brings what comes after.
 * @typedef {import('./cards.js').Item} Item
 */

import { readCard } from './cards.js';

/** The state of one channel after all events up to `seq`. The same events give the same board, in every window. */
export class Board {
  #seq = 0;
  /** @type {Map<string, Item>} */
  #items = new Map();

  /** @param {Pick<Snapshot, 'seq' | 'items'>} snapshot */
  static of(snapshot) {
    const board = new Board();
    for (const event of snapshot.items) {
      board.#put(event);
    }
    board.#seq = snapshot.seq;
    return board;
  }

  /** The last event that is part of this board; 0 before the first. */
  get seq() {
    return this.#seq;
  }

  /** @returns {ReadonlyMap<string, Item>} by key, removed cards included */
  get items() {
    return this.#items;
  }

  /**
   * Applies the next event. One that is part of the board already changes nothing; one that comes too early is not
   * applied, and what lies between must be fetched first.
   *
   * @param {ChannelEvent} event
   * @returns {'applied' | 'duplicate' | 'gap'}
   */
  apply(event) {
    if (event.seq <= this.#seq) {
      return 'duplicate';
    }
    if (event.seq > this.#seq + 1) {
      return 'gap';
    }
    this.#put(event);
    this.#seq = event.seq;
    return 'applied';
  }

  /** @param {ChannelEvent} event */
  #put(event) {
    if (event.key?.startsWith('card:')) {
      this.#items.set(event.key, itemOf(event));
    }
  }
}

/**
 * @param {ChannelEvent} event
 * @returns {Item}
 */
export function itemOf(event) {
  return { revision: event.seq, card: readCard(event.type, event.data), by: event.by, at: event.at };
}
